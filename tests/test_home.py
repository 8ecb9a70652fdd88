"""What a reader takes home runs where this project is not, and gives the same numbers."""

import json
import math
import subprocess
import sys
from dataclasses import replace

import nbformat
from nbclient import NotebookClient
from walk import PAGES, ROOT, box, name, numbers, run, short

from dlcore.export import notebook, script
from dlcore.params import specs, values
from dlcore.topic import View, read

VIEWS = {view.anchor: (view, read(page).about(view)) for page in PAGES for view in read(page).views
         if isinstance(view, View)}


def hurried(experiment, params):
    """A training of fewer steps than its slider allows: the `Params` of a script check nothing."""
    if hasattr(experiment, "watch") and name(experiment) != "positions.tasks":  # which makes its own anew, and checks
        object.__setattr__(params, "steps", 4)
    return params


def settings(view, at):
    """The experiments of a view at the defaults, or at a random point of the box: what they share is the same."""
    first = view.experiments[0]
    params = [hurried(first, [short(first), *box(first, 2)][at])]
    for experiment in view.experiments[1:]:
        shared = {name: value for name, value in values(params[0]).items() if name in specs(experiment.Params)}
        params.append(replace(experiment.Params(), **shared))
    return params


def expected(view, params):
    return {quantity: value for experiment, setting in zip(view.experiments, params, strict=True)
            for quantity, value in numbers(run(experiment, setting)).items()}


def alone(folder):
    """Run all files of a folder in a process that has no way to this project."""
    ran = subprocess.run([sys.executable, "-I", ROOT / "tests/alone.py", folder], env={"HOME": str(folder)},
                         capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-3000:]
    return json.loads((folder / "found.json").read_text())


def agree(found, wanted):
    return list(found) == list(wanted) and all(math.isclose(found[k], wanted[k], rel_tol=1e-9, abs_tol=1e-300)
                                               for k in wanted)


def test_scripts_and_notebooks_of_every_view_give_its_numbers_alone(tmp_path):
    wanted = {}
    for anchor, (view, words) in VIEWS.items():
        for at in range(3):
            params = settings(view, at)
            text = script(view, words, params)
            (tmp_path / f"{anchor}-{at}.py").write_text(text if at == 0 else text.partition("\nshown_1 = ")[0])
            wanted[f"{anchor}-{at}.py"] = expected(view, params)
        text = notebook(view, words, settings(view, 0))
        nbformat.validate(nbformat.reads(text, as_version=4))
        (tmp_path / f"{anchor}.ipynb").write_text(text)
        wanted[f"{anchor}.ipynb"] = wanted[f"{anchor}-0.py"]
    found = alone(tmp_path)
    assert len(found) == 4 * len(VIEWS)
    assert not [name for name in wanted if not agree(found[name], wanted[name])]
    assert all((tmp_path / f"{anchor}.html").stat().st_size > 1000 for anchor in VIEWS)


def test_notebooks_run_in_jupyter_and_show_every_chart(tmp_path):
    """Three of them, one after the other in one kernel: to start it takes as long as the rest."""
    views = [VIEWS[anchor] for anchor in ("momentum-ravine", "attention-translator", "gradients-remedies")]
    books = [nbformat.reads(notebook(view, words, settings(view, 0)), as_version=4) for view, words in views]
    cells = [{**cell, "id": f"{i}-{cell.id}"} for i, book in enumerate(books) for cell in book.cells]
    book = nbformat.from_dict({**books[0], "cells": cells})
    NotebookClient(book, resources={"metadata": {"path": tmp_path}}).execute()
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    text = "".join(output.text for output in outputs if output.output_type == "stream")
    for view, _ in views:
        assert all(run(*one).sentence in text for one in zip(view.experiments, settings(view, 0), strict=True))
    charts = sum("text/html" in output.get("data", {}) for output in outputs)
    assert charts == sum(len(row) for view, _ in views for row in view.rows)

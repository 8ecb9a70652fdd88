"""What a reader takes home runs where this project is not, and gives the same numbers."""

import ast
import json
import math
import re
import subprocess
import sys
from dataclasses import replace

import nbformat
from nbclient import NotebookClient
from walk import PAGES, ROOT, box, brief, numbers, run, short

from dlcore.export import notebook, script
from dlcore.export.cells import DRAWING, result_name
from dlcore.export.collected import collected
from dlcore.params import specs, values
from dlcore.topic import View, read
from ui.export import look, made

VIEWS = {view.anchor: (view, read(page).about(view)) for page in PAGES for view in read(page).views
         if isinstance(view, View)}


def settings(view, at):
    """The experiments of a view at the defaults, or at a random point of the box: what they share is the same."""
    first = view.experiments[0]
    params = [brief([short(first), *box(first, 2)][at])]
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
            text = script(view, words, params, look())
            (tmp_path / f"{anchor}-{at}.py").write_text(text if at == 0 else text.partition("\nshown_1 = ")[0])
            wanted[f"{anchor}-{at}.py"] = expected(view, params)
        text = notebook(view, words, settings(view, 0), look())
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
    books = [nbformat.reads(notebook(view, words, settings(view, 0), look()), as_version=4) for view, words in views]
    cells = [{**cell, "id": f"{i}-{cell.id}"} for i, book in enumerate(books) for cell in book.cells]
    book = nbformat.from_dict({**books[0], "cells": cells})
    NotebookClient(book, resources={"metadata": {"path": tmp_path}}).execute()
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    text = "".join(output.text for output in outputs if output.output_type == "stream")
    for view, _ in views:
        assert all(run(*one).sentence in text for one in zip(view.experiments, settings(view, 0), strict=True))
    charts = sum("text/html" in output.get("data", {}) for output in outputs)
    assert charts == sum(len(row) for view, _ in views for row in view.rows)


def test_a_script_gives_no_name_to_two_things():
    """The names that its own lines use are not those of a topic; what is renamed, is renamed everywhere."""
    for view, _ in VIEWS.values():
        code = collected((*((e.__name__, name) for e in view.experiments for name in ("Params", "Result", "run")),
                          *((DRAWING, name) for name in ("rows_where", "draw_chart", "save_page"))))
        imported = [alias.asname or alias.name for line in ast.parse(code.imports).body for alias in line.names]
        taken = [*imported, *code.names.values(), *(result_name(view, e) for e in view.experiments)]
        assert len(set(taken)) == len(taken), view.name
        assert {"rows_where", "draw_chart", "save_page"} <= set(taken)


def test_a_download_holds_what_is_on_the_screen_when_it_is_asked_for():
    view, words = VIEWS["gradients-deep_net"]
    now = {view.anchor: {**values(view.experiments[0].Params()), "depth": 7}}
    ask = {form: lambda form=form: made(form, view, words, now).decode() for form in ("Script", "Notebook")}
    now[view.anchor] = {**now[view.anchor], "depth": 9}
    assert all("depth: int = 9  # " in asked() for asked in ask.values())
    assert "#0072b2" in ask["Script"]()  # the colors of the screen


def test_parameters_at_home_are_plain_fields_that_say_what_they_may_be():
    view, words = VIEWS["momentum-ravine"]
    text = script(view, words, settings(view, 0))
    assert f"{specs(view.experiments[0].Params)['momentum'].help}; 0 to 0.999" in text
    assert "learning_rate: float = Params.learning_rate" in text  # shared controls are set once


def test_the_page_on_the_library_does_what_it_says(capsys):
    code = re.search(r"```python\n(.*?)```", (ROOT / "docs/library.md").read_text(), re.S).group(1)
    assert len(code.strip().splitlines()) <= 10
    *lines, last = code.strip().splitlines()
    names = {}
    exec("\n".join(lines), names)
    shown = eval(last, names)._repr_html_()
    assert capsys.readouterr().out.strip() == names["result"].sentence
    assert "Going back, ∂L/∂z neither vanishes nor explodes: it is multiplied by" in shown and "vegaEmbed" in shown
    assert "<td>Growth per layer</td>" in shown and "layers: " in shown

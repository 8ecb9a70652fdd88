"""A view as a notebook of Jupyter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dlcore.export.cells import PLAIN, Cell, Look, cells
from dlcore.params import Ranged
from dlcore.prose import ViewWords
from dlcore.topic import View


def notebook(view: View, words: ViewWords, settings: Sequence[Ranged], look: Look = PLAIN) -> str:
    """A notebook (JSON, format 4.5) that runs the experiments of a view at these settings and shows their charts."""
    made = [_cell(i, cell) for i, cell in enumerate(cells(view, words, settings, look, ("rows_where", "draw_chart")))]
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps({"cells": made, "metadata": {"kernelspec": python, "language_info": {"name": "python"}},
                       "nbformat": 4, "nbformat_minor": 5}, ensure_ascii=False, indent=1)


def _cell(i: int, cell: Cell) -> dict[str, Any]:
    text = f"{cell.text}\n{cell.shown}" if cell.shown else cell.text
    hidden = {"jupyter": {"source_hidden": True}} if cell.hidden else {}
    made: dict[str, Any] = {"id": f"cell-{i}", "metadata": hidden, "source": text.splitlines(keepends=True)}
    if cell.code:
        return {"cell_type": "code", "execution_count": None, "outputs": [], **made}
    return {"cell_type": "markdown", **made}

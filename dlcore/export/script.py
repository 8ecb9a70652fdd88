"""A view as one file of Python."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import fill

from dlcore.export.cells import PLAIN, Cell, Look, cells, result_name
from dlcore.export.parameters import quoted
from dlcore.params import Ranged
from dlcore.prose import ViewWords
from dlcore.topic import View

WIDEST = 120  # characters


def script(view: View, words: ViewWords, settings: Sequence[Ranged], look: Look = PLAIN) -> str:
    """A script that runs the experiments of a view at these settings, prints their numbers and writes their charts."""
    head, *rest = cells(view, words, settings, look, ("rows_where", "draw_chart", "save_page"))
    parts = [_docstring(head.text), *map(_written, rest)]
    if shown := [cell.shown for cell in rest if cell.shown]:
        said = ' + "\\n" + '.join(f"{result_name(view, e)}.sentence" for e in view.experiments)
        title, file = quoted(view.question), quoted(f"{view.anchor}.html")
        parts.append(f"\n# %% All of it as a page\n\nsave_page({file}, {title}, {said},\n     [{', '.join(shown)}])")
    return re.sub(r"\n{4,}", "\n\n\n", "\n\n".join(parts)) + "\n"


def _docstring(text: str) -> str:
    """The head as the docstring of the script: without the marks of Markdown."""
    paragraphs = text.removeprefix("# ").split("\n\n")
    return 'r"""' + "\n\n".join(fill(part, WIDEST, break_long_words=False) for part in paragraphs) + '\n"""'


def _written(cell: Cell) -> str:
    """Code as it is; words as comments, the first of which editors take for the begin of a cell."""
    if cell.code:
        return cell.text
    first, *more = cell.text.replace("**", "").splitlines()
    lines = [fill(line, WIDEST, initial_indent="# ", subsequent_indent="#   ") for line in more if line]
    return "\n" + "\n".join([f"# %% {first}", *lines])

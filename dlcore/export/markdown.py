"""Words in Markdown as HTML, formulas as MathML: a browser draws both without any network."""

from __future__ import annotations

import re
from functools import cache

from latex2mathml.converter import convert
from markdown_it import MarkdownIt

_FORMULA = re.compile(r"(?P<code>`[^`]*`)|\$\$(?P<block>.+?)\$\$|(?<![\\$])\$(?P<inline>[^$]+?)\$", re.S)
_PLACE = re.compile("\ue000(\\d+)\ue001")  # letters that no text has


def html(text: str) -> str:
    """Markdown with formulas between $ or $$. HTML in it is shown as text."""
    formulas: list[str] = []

    def taken(found: re.Match[str]) -> str:
        if found["code"]:
            return found[0]
        formulas.append(mathml(found["block"] or found["inline"], "block" if found["block"] else "inline"))
        return f"\ue000{len(formulas) - 1}\ue001"

    plain = _FORMULA.sub(taken, text)
    drawn = MarkdownIt("commonmark", {"html": False}).enable("table").render(plain)
    return _PLACE.sub(lambda found: formulas[int(found[1])], drawn)


@cache
def mathml(latex: str, display: str = "inline") -> str:
    """A formula as MathML; it scrolls by itself where it is wider than the page. \\varphi is φ."""
    return convert(latex.strip(), display=display)

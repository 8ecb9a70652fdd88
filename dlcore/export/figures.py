"""Charts of a view as a picture on white: the sentence below it as caption, the link in small type."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from textwrap import wrap
from typing import Any

import pandas as pd

from dlcore.charts import Chart, Table
from dlcore.charts.parts import LEGENDS
from dlcore.export.cells import Look
from dlcore.export.charts import data_sets, dressed
from dlcore.export.drawing import rows_where
from dlcore.spelling import label, typeset

FORMS = ("svg", "pdf", "png")
GAP, MARGIN = 24, 16  # pixels
CAPTION, LINK, CELL = 14, 9, 13  # sizes of type, pixels
FONT = "DejaVu Sans, Arial, sans-serif"  # the first has ∂, ₁ and ⁻⁶: words with one of them keep one face
TABLE = 640  # the width of a table of words
LAST = "Of the steps that a slider leads through on the screen, the last one is drawn."
_LETTER = 0.58  # the width of a letter, as a share of the size of its type: that of a long sentence, and a little more

Paint = Callable[[str, str], bytes]
Tables = Mapping[str, pd.DataFrame]
Picture = tuple[str, float, float]  # an SVG, its width and its height


def figure(form: str, rows: Sequence[Sequence[Chart | Table]], tables: Tables, caption: Sequence[str], look: Look,
           paint: Paint) -> bytes:
    """Rows of charts as `svg`, `pdf` or `png`; `caption` is the sentence and the link.

    How far a slider went through the steps only the browser knows: the last one is drawn, and the caption says so.

    `paint` makes the SVG of a specification, and a `pdf` or `png` of an SVG.

    Raises: ValueError if `form` is another one.
    """
    if form not in FORMS:
        raise ValueError(f"form must be one of {', '.join(FORMS)}, got {form!r}")
    if any(isinstance(one, Chart) and _scrubbers(json.loads(one.spec)) for row in rows for one in row):
        caption = [caption[0], LAST, *caption[1:]]
    drawn = [[_picture(one, tables, look, paint) for one in row] for row in rows]
    sheet = _sheet(drawn, caption, look.ink)
    return sheet.encode() if form == "svg" else paint(form, sheet)


def with_data(chart: Chart, tables: Tables, look: Look) -> dict[str, Any]:
    """The specification of a chart with the rows that it draws."""
    spec = dressed(chart, look.ink, look.config)
    spec["config"] |= {"font": FONT, "legend": {**spec["config"].get("legend", {}), **LEGENDS}}
    for slider in _scrubbers(spec):
        slider["value"] = slider["bind"]["max"]
    spec["datasets"] = {name: rows_where(tables[rows.table], **dict(rows.equal)).to_dict("records")
                        for rows, name in data_sets(chart).items()}
    return spec


def _scrubbers(spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Its sliders in the browser, which end on the last step."""
    return [param for param in spec.get("params", []) if "bind" in param]


def _picture(drawing: Chart | Table, tables: Tables, look: Look, paint: Paint) -> Picture:
    if isinstance(drawing, Table):
        return _table(drawing, tables[drawing.table], look.ink)
    svg = paint("chart", json.dumps(with_data(drawing, tables, look))).decode()
    found = [re.search(rf'{side}="([\d.]+)"', svg) for side in ("width", "height")]
    wide, high = (float(one[1]) if one else 0.0 for one in found)
    return svg, wide, high


def _sheet(rows: Sequence[Sequence[Picture]], caption: Sequence[str], ink: str) -> str:
    """Pictures side by side and below each other. What one calls `clip0` is not what another calls so."""
    inner, y, wide, count = [], float(MARGIN), 0.0, 0
    for row in rows:
        x = float(MARGIN)
        for svg, width, _ in row:
            own = re.sub(r'(id="|url\(#|href="#)(?=[\w-])', rf"\g<1>p{count}-", svg)
            inner.append(own.replace("<svg ", f'<svg x="{x:g}" y="{y:g}" ', 1))
            x, count = x + width + GAP, count + 1
        wide, y = max(wide, x - GAP), y + max(height for _, _, height in row) + GAP
    sentence, *small = caption
    for words, size, weight in ((typeset(sentence), CAPTION, 1.0), *((line, LINK, 0.7) for line in small)):
        told, high = _text(words, MARGIN, y, wide - MARGIN, size, ink, weight)
        inner.append(told)
        y += high
    return _svg("".join(inner), wide + MARGIN, y + MARGIN)


def _svg(inner: str, wide: float, high: float) -> str:
    size = f'width="{wide:g}" height="{high:g}"'
    return (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {size} '
            f'viewBox="0 0 {wide:g} {high:g}"><rect {size} fill="white"/>{inner}</svg>')


def _text(words: str, x: float, y: float, wide: float, size: float, ink: str,
          weight: float = 1.0) -> tuple[str, float]:
    """Lines of words that begin at (x, y), wrapped to a width, and how high they are."""
    letters = max(8, int(wide / (size * _LETTER)))
    lines = [line for part in words.split("\n") for line in wrap(part, letters) or [""]]
    told = "".join(f'<text x="{x:g}" y="{y + (i + 0.8) * 1.35 * size:.1f}">{escape(line)}</text>'
                   for i, line in enumerate(lines))
    return (f'<g font-family="{FONT}" font-size="{size}" fill="{ink}" opacity="{weight}">{told}</g>',
            len(lines) * 1.35 * size)


def _table(drawing: Table, table: pd.DataFrame, ink: str) -> Picture:
    """A table of words: its columns as wide as their longest cells ask for."""
    shown = table[list(drawing.columns)].iloc[slice(*drawing.lines)].astype(str)
    cells = [[label(name) for name in shown.columns], *shown.to_numpy().tolist()]
    asked = [min(max(len(line[i]) for line in cells), 48) + 3 for i in range(len(cells[0]))]
    wide = [TABLE * part / sum(asked) for part in asked]
    head, y = _text(drawing.title, 0, 0, TABLE, 16, ink)
    inner, y = [head], y + 8
    for line in cells:
        told = [_text(cell, sum(wide[:i]), y, wide[i] - 8, CELL, ink) for i, cell in enumerate(line)]
        y += max(high for _, high in told) + 6
        inner += [text for text, _ in told]
        inner.append(f'<path d="M0 {y - 3:.1f}H{TABLE}" stroke="{ink}" stroke-opacity="0.2"/>')
    return _svg("".join(inner), TABLE, y + 4), TABLE, y + 4

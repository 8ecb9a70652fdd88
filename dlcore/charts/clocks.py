"""Small clocks side by side, in rows: how far each hand turns."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlcore.charts.axes import Axis
from dlcore.charts.declared import By, Layer, Rows, X, Y
from dlcore.charts.parts import NARROW, SIZES, WORDS, color, dashes, of


def clocks(table: str, split: By, wide: float, high: float) -> Layer:
    """Faces, hands and turns as lines (columns line, point, and the one of `split`), and words (column `text`).

    What `split` does not name is a face; the last word that it names is the turn, broad and pale. All of it lies
    between 0 and `wide`, 0 and `high`; a unit is as long on both axes.
    """
    column, turn = split.column, split.order[-1]
    words = Rows(table, where="datum.text != ''")

    def some(where: str) -> alt.Chart:
        return of(Rows(table, where=f"datum.text == '' && ({where})"))

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        place = {"x": _along(alt.X(f"{x.column}:Q", title=x.title or None), f"max({wide}, {high} * width / height)"),
                 "y": _along(alt.Y(f"{y.column}:Q", title=y.title or None), f"max({high}, {wide} * height / width)")}
        path = {"detail": alt.Detail("line:N"), "order": alt.Order("point:Q")}
        named = f"indexof({list(split.order)}, datum.{column}) >= 0"
        face = some(f"!({named})").mark_line(strokeWidth=1, opacity=0.4, color="currentColor", tooltip=False)
        broad = some(f"datum.{column} == '{turn}'").mark_line(strokeWidth=7, opacity=0.45, tooltip=False)
        hand = some(f"{named} && datum.{column} != '{turn}'").mark_line(strokeWidth=3, tooltip=False)
        look: dict[str, Any] = {**WORDS, "fontSize": {"expr": f"{NARROW} ? 12 : 14"}, "lineBreak": "\n"}
        said = of(words).mark_text(**look, tooltip=False).encode(**place, text=alt.Text("text:N"))
        return [face.encode(**place, **path), broad.encode(**place, **path, **color(split)),
                hand.encode(**place, **path, **color(split), **dashes(split)), said]

    reads = ((Rows(table), (X, Y, "line", "point", column, "text")), (words, (X, Y, "text")))
    return Layer(reads, draw, pale=(turn,))


def _along(channel: Any, end: str) -> Any:
    channel.axis = alt.Axis(labels=False, ticks=False, domain=False, grid=False, **SIZES)
    channel.scale = alt.Scale(domainMin=0, domainMax={"expr": end}, nice=False, zero=False)
    return channel

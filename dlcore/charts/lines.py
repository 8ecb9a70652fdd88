"""Lines and points over two axes, and what helps to read them."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from dlcore.charts import parts
from dlcore.charts.axes import Axis
from dlcore.charts.declared import KIND, By, Layer, Rows, X, Y, all_rows
from dlcore.charts.parts import along_x, along_y, both, color, columns_of, dashes, halo, of, tooltip, whole_dots


def line(table: str | Rows, color: By | None = KIND, dash: By | None = KIND, points: bool = False,
         ink: bool = False) -> Layer:
    """Lines of y over x: solid what was measured, dashed the law; with `points`, a dot at each row.

    Where all of them are dashed, so are the lines of the legend. With `ink` they have the color of the page's words,
    where the hues tell other things apart.
    """
    told, splits = all_rows(table), columns_of(color, dash)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        dots = {"size": 45, "filled": True, "clip": bool(x.domain)} if points else False
        alone = parts.dash_of(dash.order[0], dash) if dash and len(dash.order) == 1 else None
        hue = {"color": "currentColor"} if ink else {}
        return [of(told).mark_line(strokeWidth=2.5, strokeJoin="round", clip=True, point=dots, **hue).encode(
            **both(x, y), **parts.color(color, dash=alone), **dashes(dash),
            tooltip=tooltip([x.column, y.column], splits))]

    return Layer(((told, (X, Y, *splits)),), draw)


def broad(table: str | Rows, split: By) -> Layer:
    """A broad, pale line below the others, which may cover it: what they are to reach."""
    told = all_rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        return [of(told).mark_line(strokeWidth=11, opacity=0.35, clip=True, tooltip=False).encode(
            **both(x, y), **color(split))]

    pale = tuple(str(word) for column, word in told.equal if column == split.column)
    return Layer(((told, (X, Y, split.column)),), draw, pale=pale)


def law(table: str | Rows, split: By | None = None, columns: Sequence[str] = ()) -> Layer:
    """Dashed lines of a table of their own; with `columns`, of those along y in place of the axis' own."""
    told, drawn = all_rows(table), tuple(columns) or (Y,)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        dashed = of(told).mark_line(strokeWidth=2, strokeDash=parts.DASHED, clip=True, tooltip=False)
        return [dashed.encode(x=along_x(x), y=alt.Y(f"{y.column if column is Y else column}:Q"), **color(split))
                for column in drawn]

    return Layer(((told, (X, *drawn, *columns_of(split))),), draw)


def band(table: str | Rows, low: str = "low", high: str = "high", split: By | None = None) -> Layer:
    """The area between two columns: how far runs, or units, lie apart."""
    told = all_rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        area = of(told).mark_area(opacity=0.22, clip=True, tooltip=False)
        return [area.encode(x=along_x(x), y=along_y(y, low), y2=alt.Y2(f"{high}:Q"), **color(split))]

    return Layer(((told, (X, low, high, *columns_of(split))),), draw)


def heads(table: str | Rows, split: By | None = None) -> Layer:
    """Large dots on lines: where the controls stand, or the last step."""
    return _points(all_rows(table), split, columns_of(split), 160, 1.0, filled=False)


def dots(table: str | Rows, split: By | None = None, size: int = 60) -> Layer:
    """Points of y over x."""
    return _points(all_rows(table), split, columns_of(split), size, 0.85, filled=True)


def _points(told: Rows, split: By | None, splits: tuple[str, ...], size: int, opacity: float, filled: bool) -> Layer:
    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        rim = {} if filled else {"stroke": "white", "strokeWidth": 1.5}  # a large dot is told from its own line
        return [whole_dots(of(told), x, y).mark_point(filled=True, size=size, opacity=opacity, **rim).encode(
            **both(x, y), tooltip=tooltip([x.column, y.column], splits), **color(split, filled=filled))]

    return Layer(((told, (X, Y, *splits)),), draw)


def labels(table: str | Rows) -> Layer:
    """Words beside points (columns of x, y and `text`), on the side that has the room."""
    told = all_rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        right = f"scale('x', datum['{x.column}']) > width / 2"
        return halo(of(told), both(x, y), "text", align={"expr": f"{right} ? 'right' : 'left'"},
                    dx={"expr": f"{right} ? -8 : 8"}, dy={"expr": f"{right} ? 14 : -14"})

    return Layer(((told, (X, Y, "text")),), draw)


def notes(table: str | Rows) -> Layer:
    """Words at the foot of the plot (columns of x and `text`), for what a log axis cannot show."""
    told = all_rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        words = of(told).mark_text(fontSize=14, baseline="bottom", align="left", dx=3)
        return [words.encode(alt.X(f"{x.column}:Q"), alt.Text("text:N"), y=alt.value("height"))]

    return Layer(((told, (X, "text")),), draw)


def reach(table: str) -> Layer:
    """An unseen mark at the x of a table: the axis of a training stands still while the training fills it."""
    told = Rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        return [of(told).mark_point(size=0, opacity=0, tooltip=False).encode(alt.X(f"{x.column}:Q"))]

    return Layer(((told, (X,)),), draw)


def unit_circle() -> Layer:
    """|z| = 1, the border of stability."""
    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        angle = alt.Chart(alt.sequence(0, 6.3, 0.1, as_="angle"))
        circle = angle.transform_calculate(real="cos(datum.angle)", imaginary="sin(datum.angle)")
        return [circle.mark_line(strokeWidth=1.5, strokeDash=parts.DASHED, color="currentColor", tooltip=False).encode(
            alt.X("real:Q"), alt.Y("imaginary:Q"), alt.Order("angle:Q"))]

    return Layer((), draw)

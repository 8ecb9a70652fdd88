"""Maps of a number over a plane, images, and what lies on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from dlcore.charts import parts
from dlcore.charts.axes import Axis
from dlcore.charts.declared import By, Layer, Rows, X, Y, all_rows
from dlcore.charts.parts import NARROW, SIZES, WORDS, along_x, along_y, columns_of, halo, legend, of, there, tooltip
from dlcore.charts.walks import corners

# Neighbors overlap by a pixel, or the page would shine through the seams.
SEAMLESS: dict[str, Any] = {"x2Offset": 1, "y2Offset": -1}
SEAMLESS_DOWNWARD: dict[str, Any] = {"x2Offset": 1, "y2Offset": 1}


TIGHT = "width < 300"  # pixels: a chart on a phone, and not one of two side by side


@dataclass(frozen=True)
class Colors:
    """The scale of a map: perceptually even, of the theme. A diverging one has its light center at `middle`."""

    domain: tuple[float, ...] = ()
    middle: float | None = None
    log: bool = False
    mirrored: bool = False  # each picture has its own scale, which reaches as far below the middle as above

    @property
    def scale(self) -> alt.Scale:
        """As Altair has it."""
        more: dict[str, Any] = ({"domain": list(self.domain), "clamp": True} if self.domain
                                else {"zero": False, "nice": False})
        if self.middle is not None:
            return alt.Scale(range="diverging", domainMid=self.middle, **more)
        return alt.Scale(range="heatmap", type="log" if self.log else "linear", **more)

    def key(self, title: str | None) -> alt.Legend | None:
        """The legend beside the map; none if `title` is None."""
        more: dict[str, Any] = {"labelExpr": parts.NUMBER_LABEL} if self.log else {}
        return None if title is None else alt.Legend(
            orient="right", title=title or None, titleFontSize=14, labelFontSize=14, tickCount=4, gradientLength=170,
            **more)


def sequential(*domain: float) -> Colors:
    """From dark to light, from the least to the most, or between the ends of `domain`."""
    return Colors(domain)


def diverging(*domain: float, middle: float = 0.0, mirrored: bool = False) -> Colors:
    """Two hues that meet in the middle; `mirrored` where each picture has its own scale."""
    return Colors(domain, middle, mirrored=mirrored)


def borders(chart: alt.Chart, x: str, y: str, side: float = 0.0) -> alt.Chart:
    """The borders of each cell of a regular grid: from the distance of its centers, or all of one side."""
    chart = chart.transform_joinaggregate(**{
        f"{new}_{axis}": f"{how}({column})" for axis, column in (("x", x), ("y", y))
        for new, how in (("least", "min"), ("most", "max"), ("count", "distinct"))})
    half = {axis: f"(({side} || (datum.most_{axis} - datum.least_{axis}) / max(datum.count_{axis} - 1, 1)) / 2 || 0.5)"
            for axis in "xy"}
    return chart.transform_calculate(
        x_low=f"datum['{x}'] - {half['x']}", x_high=f"datum['{x}'] + {half['x']}",
        y_low=f"datum['{y}'] - {half['y']}", y_high=f"datum['{y}'] + {half['y']}")


def tap(layer: alt.Chart, *columns: str) -> alt.Chart:
    """A click or a finger picks a cell."""
    return layer.add_params(alt.selection_point(name="tap", fields=list(columns), on="pointerup", toggle=False,
                                                clear=False))


def cells(table: str | Rows, value: str, colors: Colors, legend: str | None = None, taps: bool = False,
          plays: bool = False) -> Layer:
    """A map of `value` over a regular grid, with a legend titled `legend`; a tap moves the controls to a cell.

    One that `plays` has no tooltips: the browser would write one for every cell of every frame.
    """
    told = all_rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        grid = borders(of(told), x.column, y.column).mark_rect(**SEAMLESS, **({"cursor": "crosshair"} if taps else {}))
        tall = alt.Scale(zero=False, nice=False, **({"domain": list(y.domain)} if y.domain else {}))
        grid = grid.encode(along_x(x, "x_low", grid=False), alt.X2("x_high:Q"),
                           along_y(y, "y_low", grid=False, scale=tall), alt.Y2("y_high:Q"),
                           tooltip=alt.value(None) if plays else tooltip([x.column, y.column, value]),
                           color=alt.Color(f"{value}:Q", scale=colors.scale, legend=colors.key(legend)))
        return [tap(grid, x.column, y.column) if taps else grid]

    return Layer(((told, (X, Y, value)),), draw, colors=True, taps=taps)


def map_room(table: str | Rows) -> Layer:
    """A unit is as long on both axes of a map, whatever its width."""
    told = all_rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        whole = borders(of(told), x.column, y.column)
        return [corners(whole, ("x_low", "x_high"), ("y_low", "y_high"), (x.title, y.title), True, 0)]

    return Layer(((told, (X, Y)),), draw)


def map_lines(table: str, solid: str = "") -> Layer:
    """Black lines on a map (column `line`), each with its word (column `label`, empty where there is none).

    Those of which the column `solid` says no are thin and dashed.
    """
    told = Rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        looks: dict[str, Any] = {"strokeWidth": {"expr": f"datum.{solid} ? 3 : 1.5"},
                                 "strokeDash": {"expr": f"datum.{solid} ? [1, 0] : [3, 3]"}} if solid else {}
        black = of(told).mark_line(clip=True, color="black", tooltip=False, **{"strokeWidth": 2.5, **looks})
        named = of(Rows(table, where="datum.label != ''"))
        return [black.encode(**there(x, y), detail=alt.Detail("line:N")),
                *halo(named, there(x, y), "label", dx=8, align="left")]

    return Layer(((told, (X, Y, "line", "label", solid)),), draw)


def specks(table: str | Rows, fill: str = "", colors: Colors | None = None) -> Layer:
    """Many small points on a map, rimmed against its colors, filled with the color of a number of theirs, or black."""
    told = all_rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        rim = {"stroke": "black", "strokeWidth": 1.2} if colors else {"stroke": "white", "strokeWidth": 0.8}
        inside = alt.Fill(f"{fill}:Q", scale=colors.scale, legend=None) if colors else alt.value("black")
        return [of(told).mark_point(filled=True, size=34, opacity=1, clip=True, **rim).encode(
            **there(x, y), fill=inside)]

    return Layer(((told, (X, Y, fill)),), draw)


def trail(table: str | Rows, split: By | None = None) -> Layer:
    """A walk over a map, through its steps."""
    told, splits = all_rows(table), columns_of(split)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        place = {**there(x, y), "order": alt.Order("step:Q")}
        back = of(told).mark_line(strokeWidth=4.5, color="white", opacity=0.7, clip=True, tooltip=False)
        line = of(told).mark_line(strokeWidth=2.5, clip=True, point={"size": 25, "filled": True})
        detail = {"detail": alt.Detail(f"{split.column}:N")} if split else {}
        return [back.encode(**place, **detail), line.encode(**place, **parts.color(split))]

    return Layer(((told, (X, Y, "step", *splits)),), draw)


def pixels(table: str | Rows, value: str, colors: Colors, legend: str | None = "") -> Layer:
    """An image: one pixel for each whole number, row 0 on top; the legend is titled `legend`, None for none."""
    told = all_rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        down = alt.Scale(reverse=True, nice=False, zero=False)
        hue = {"scale": colors.scale, "legend": colors.key(legend)}
        image = borders(of(told), x.column, y.column, 1.0).mark_rect(**SEAMLESS_DOWNWARD).encode(
            along_x(x, "x_low", grid=False), along_y(y, "y_low", grid=False, scale=down), alt.X2("x_high:Q"),
            alt.Y2("y_high:Q"), alt.Color(f"{value}:Q", **hue), tooltip=tooltip([y.column, x.column, value]))
        return [image, *_mirror(told, value, colors, hue)]

    return Layer(((told, (X, Y, value)),), draw)


def _mirror(told: Rows, value: str, colors: Colors, hue: dict[str, Any]) -> list[alt.Chart]:
    """An unseen mark for each pixel with the opposite value."""
    if not colors.mirrored:
        return []
    mirror = of(told).transform_calculate(mirrored=f"-datum['{value}']")
    mirror = mirror.mark_point(size=0, opacity=0, filled=True, tooltip=False)  # a stroke makes a legend of dots
    return [mirror.encode(alt.Color("mirrored:Q", **hue))]


def signs(table: str, split: By) -> Layer:
    """Signs on the pixels of an image, one shape for each of at most two names; "" is no sign."""
    told = Rows(table, where=f"datum.{split.column} != ''")

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        scale = alt.Scale(domain=list(split.order), range=["circle", "diamond"])
        shape = alt.Shape(f"{split.column}:N", legend=legend(split.order, said=split.said), scale=scale)
        shape.legend.symbolType, shape.legend.symbolSize = alt.Undefined, 90
        return [of(told).mark_point(filled=True, size=70, stroke="white", strokeWidth=1.5, opacity=1, color="black",
                                    tooltip=False).encode(**there(x, y), shape=shape)]

    return Layer(((told, (X, Y, split.column)),), draw)


def image_words(table: str) -> Layer:
    """Words over an image (column `text`): in a halo on a pixel (column `inside`), in the page's ink beside it."""
    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        look: dict[str, Any] = {**WORDS, "fontSize": {"expr": f"{NARROW} ? 12 : 14"}, "tooltip": False}
        inside, beside = of(Rows(table, where="datum.inside")), of(Rows(table, where="!datum.inside"))
        ink = look | {"fontSize": {"expr": f"{TIGHT} ? 12 : 14"}}  # no pixel is too narrow for it
        return [*halo(inside, there(x, y), "text", **look | {"fontWeight": 500}),
                beside.mark_text(**ink).encode(**there(x, y), text=alt.Text("text:N"))]

    return Layer(((Rows(table), (X, Y, "text", "inside")),), draw)


_WIDTH, _HEIGHT = 1.12, 1.2  # of a tile and the gap beside and below it, for its name


def tiles(table: str, images: Sequence[str], across: int, colors: Colors, legend: str | None = None) -> Layer:
    """Small square images in rows of `across`, each with its name below; those that the run lacks leave a gap.

    The table has the columns image, row, column, value.
    """
    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        pixels = _tiled(of(Rows(table)), images, across)
        look = alt.Axis(labels=False, ticks=False, domain=False, grid=False, titleAnchor="start", **SIZES)
        wide, high = min(len(images), across) * _WIDTH, math.ceil(len(images) / across) * _HEIGHT
        right, foot = f"max({wide}, {high} * width / height)", f"max({high}, {wide} * height / width)"  # square
        place = {"x": alt.X("x_low:Q", title=x.title, axis=look,
                            scale=alt.Scale(domainMin=0, domainMax={"expr": right}, nice=False)),
                 "y": alt.Y("y_low:Q", title=None, axis=look,
                            scale=alt.Scale(domainMin=0, domainMax={"expr": foot}, nice=False, reverse=True))}
        hue = alt.Color("value:Q", scale=colors.scale, legend=colors.key(legend))
        image = pixels.mark_rect(**SEAMLESS_DOWNWARD).encode(
            **place, x2=alt.X2("x_high:Q"), y2=alt.Y2("y_high:Q"), color=hue,
            tooltip=tooltip(["row", "column", "value"], ["image"]))
        name = pixels.transform_filter("datum.row == 0 && datum.column == 0").mark_text(
            fontSize=14, baseline="top", dy=4)
        return [image, name.encode(alt.X("x_middle:Q"), alt.Y("y_foot:Q"), alt.Text("image:N"))]

    return Layer(((Rows(table), ("image", "row", "column", "value")),), draw)


def _tiled(chart: alt.Chart, images: Sequence[str], across: int) -> alt.Chart:
    """Where each pixel of each named image lies."""
    chart = chart.transform_joinaggregate(last="max(column)").transform_calculate(
        side="datum.last + 1", index=f"indexof({list(images)}, datum.image)")
    chart = chart.transform_filter("datum.index >= 0").transform_calculate(
        left=f"(datum.index % {across}) * {_WIDTH}", top=f"floor(datum.index / {across}) * {_HEIGHT}")
    return chart.transform_calculate(
        x_low="datum.left + datum.column / datum.side", x_high="datum.left + (datum.column + 1) / datum.side",
        y_low="datum.top + datum.row / datum.side", y_high="datum.top + (datum.row + 1) / datum.side",
        x_middle="datum.left + 0.5", y_foot="datum.top + 1")

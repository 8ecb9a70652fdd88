"""The parts of maps and images that `dlcore.charts` draws: cells, tiles, and what lies on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt

from dlcore._chart_parts import NARROW, WORDS, color, legend, rows, tooltip


def map_scale(diverging: bool, middle: float, domain: Sequence[float], log: bool) -> alt.Scale:
    """A perceptually even scale of the theme; a diverging one has its light center at `middle`."""
    more: dict[str, Any] = {"domain": list(domain), "clamp": True} if domain else {"zero": False, "nice": False}
    if diverging:
        return alt.Scale(range="diverging", domainMid=middle, **more)
    return alt.Scale(range="heatmap", type="log" if log else "linear", **more)


def tips(numbers: Sequence[str], words: Sequence[str] = (), plays: bool = False) -> Any:
    """Tooltips of the cells; none on a map that plays."""
    return alt.value(None) if plays else tooltip(numbers, words)


# Neighbors overlap by a pixel, or the page would shine through the seams.
SEAMLESS: dict[str, Any] = {"x2Offset": 1, "y2Offset": -1}
SEAMLESS_DOWNWARD: dict[str, Any] = {"x2Offset": 1, "y2Offset": 1}


def cells(chart: alt.Chart, x: str, y: str, side: float = 0.0) -> alt.Chart:
    """The borders of each cell of a regular grid: from the distance of its centers, or all of one side."""
    chart = chart.transform_joinaggregate(**{
        f"{new}_{axis}": f"{how}({column})" for axis, column in (("x", x), ("y", y))
        for new, how in (("least", "min"), ("most", "max"), ("count", "distinct"))})
    half = {axis: f"(({side} || (datum.most_{axis} - datum.least_{axis}) / max(datum.count_{axis} - 1, 1)) / 2 || 0.5)"
            for axis in "xy"}
    return chart.transform_calculate(
        x_low=f"datum['{x}'] - {half['x']}", x_high=f"datum['{x}'] + {half['x']}",
        y_low=f"datum['{y}'] - {half['y']}", y_high=f"datum['{y}'] + {half['y']}")


TILE_WIDTH, TILE_HEIGHT = 1.12, 1.2  # of an image and the gap beside and below it, for its name


def tiles(chart: alt.Chart, images: Sequence[str], columns: int) -> alt.Chart:
    """Where each pixel of each named image lies when the images stand in rows of `columns`."""
    chart = chart.transform_joinaggregate(last="max(column)").transform_calculate(
        side="datum.last + 1", index=f"indexof({list(images)}, datum.image)")
    chart = chart.transform_filter("datum.index >= 0").transform_calculate(
        left=f"(datum.index % {columns}) * {TILE_WIDTH}", top=f"floor(datum.index / {columns}) * {TILE_HEIGHT}")
    return chart.transform_calculate(
        x_low="datum.left + datum.column / datum.side", x_high="datum.left + (datum.column + 1) / datum.side",
        y_low="datum.top + datum.row / datum.side", y_high="datum.top + (datum.row + 1) / datum.side",
        x_middle="datum.left + 0.5", y_foot="datum.top + 1")


def tile_scales(count: int, columns: int) -> tuple[alt.Scale, alt.Scale]:
    """Scales on which an image is square, whatever the width of the chart."""
    across, down = min(count, columns) * TILE_WIDTH, math.ceil(count / columns) * TILE_HEIGHT
    wide, high = f"max({across}, {down} * width / height)", f"max({down}, {across} * height / width)"
    return (alt.Scale(domainMin=0, domainMax={"expr": wide}, nice=False),
            alt.Scale(domainMin=0, domainMax={"expr": high}, nice=False, reverse=True))


def halo(base: alt.Chart, place: dict[str, Any], text: str, **offset: Any) -> list[alt.Chart]:
    """Dark words in a light halo, readable on any color of a map."""
    light = base.mark_text(color="white", stroke="white", strokeWidth=4, opacity=0.85, **WORDS, **offset)
    dark = base.mark_text(color="black", **WORDS, **offset)
    return [layer.encode(**place, text=alt.Text(f"{text}:N")) for layer in (light, dark)]


def image_words(table: str, row: str, column: str) -> list[alt.Chart]:
    """Words over an image, each at its row and column: in a halo on a cell (`inside`), in the page's ink beside."""
    if not table:
        return []
    size: dict[str, Any] = {"fontSize": {"expr": f"{NARROW} ? 10 : 14"}, "fontWeight": 600}
    on = rows(table, "datum.inside")
    layers = [on.mark_text(color="white", stroke="white", strokeWidth=4, opacity=0.85, tooltip=False, **size),
              on.mark_text(color="black", tooltip=False, **size),
              rows(table, "!datum.inside").mark_text(tooltip=False, **size)]
    return [layer.encode(alt.X(f"{column}:Q"), alt.Y(f"{row}:Q"), alt.Text("text:N")) for layer in layers]


def map_lines(table: str, place: dict[str, Any]) -> list[alt.Chart]:
    """Black lines on a map, each with its word (column `label`, empty where there is none)."""
    if not table:
        return []
    line = rows(table).mark_line(strokeWidth=2.5, clip=True, color="black", tooltip=False)
    line = line.encode(**place, detail=alt.Detail("line:N"))
    return [line, *halo(rows(table, "datum.label != ''"), place, "label", dx=8, align="left")]


def map_dots(table: str, where: str, place: dict[str, Any], split: str, scale: alt.Scale) -> list[alt.Chart]:
    """Many small points on a map, rimmed against its colors; those of a `split` have the color of its value there."""
    if not table:
        return []
    rim = {"stroke": "black", "strokeWidth": 1.2} if split else {"stroke": "white", "strokeWidth": 0.8}
    fill = {"fill": alt.Fill(f"{split}:Q", scale=scale, legend=None)} if split else {"fill": alt.value("black")}
    return [rows(table, where).mark_point(filled=True, size=34, opacity=1, clip=True, **rim).encode(**place, **fill)]


def map_points(table: str, place: dict[str, Any]) -> list[alt.Chart]:
    """Named points on a map: the sliders stand at "here"."""
    if not table:
        return []
    shape = alt.Shape("name:N", legend=None, scale=alt.Scale(domain=["here", "best"], range=["circle", "triangle-up"]))
    dots = rows(table).mark_point(filled=True, size=200, stroke="white", strokeWidth=2, opacity=1, color="black")
    y = place["y"].shorthand.removesuffix(":Q")
    named = rows(table).transform_joinaggregate(top=f"max({y})", foot=f"min({y})")
    # The upper word stands above its point and the lower one below: neither covers the other's point. On the floor
    # of the map, where the numbers of the axis are, it stands beside.
    above = f"datum['{y}'] == datum.top && (datum.name == 'best' || datum.top > datum.foot)"
    floor = f"scale('y', datum['{y}']) > height - 24"
    offset = {"dy": {"expr": f"{above} ? -20 : {floor} ? 0 : 18"}, "dx": {"expr": f"!({above}) && {floor} ? 32 : 0"}}
    return [dots.encode(**place, shape=shape), *halo(named, place, "name", **offset)]


def signs(table: str, x: str, y: str, column: str, order: Sequence[str]) -> list[alt.Chart]:
    """Signs on the cells of an image, one shape for each of the names in `column`."""
    if not column:
        return []
    scale = alt.Scale(domain=list(order), range=["circle", "diamond"])
    shape = alt.Shape(f"{column}:N", legend=legend(True, order), scale=scale)
    shape.legend.symbolType, shape.legend.symbolSize = alt.Undefined, 90
    dots = rows(table, f"datum.{column} != ''").mark_point(
        filled=True, size=70, stroke="white", strokeWidth=1.5, opacity=1, color="black", tooltip=False)
    return [dots.encode(alt.X(f"{x}:Q"), alt.Y(f"{y}:Q"), shape=shape)]


def map_trail(table: str, place: dict[str, Any], split: str, order: Sequence[str]) -> list[alt.Chart]:
    """A walk over a map."""
    if not table:
        return []
    back = rows(table).mark_line(strokeWidth=4.5, color="white", opacity=0.7, clip=True, tooltip=False)
    line = rows(table).mark_line(strokeWidth=2.5, clip=True, point={"size": 25, "filled": True})
    detail = {"detail": alt.Detail(f"{split}:N")} if split else {}
    place = {**place, "order": alt.Order("step:Q")}
    return [back.encode(**place, **detail), line.encode(**place, **color(split, order))]

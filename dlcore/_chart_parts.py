"""The parts that the charts of `dlcore.charts` share: axes, scales, legends, words, layers."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import altair as alt

HEIGHT = 300  # pixels, with axes and legend
KINDS = ("measured", "theory")
DASHES = {"measured": [1, 0], **dict.fromkeys(("theory", "floor", "ceiling"), [7, 5]),
          **dict.fromkeys(("sheet", "chance", "goal"), [2, 4])}
SIZES = {"labelFontSize": 14, "titleFontSize": 15, "titleFontWeight": "normal"}
WORDS = {"fontSize": 14, "fontWeight": 600}

NARROW = "width < 500"  # pixels: a phone

# 0.02 and 3,000 as they are; what lies outside 0.001 … 100,000 as 2×10⁻⁵.
_DIGIT = "['⁰','¹','²','³','⁴','⁵','⁶','⁷','⁸','⁹']"
_EXPONENT = "floor(log(abs(datum.value)) / LN10 + 1e-9)"
_SIZE = f"abs({_EXPONENT})"
_POWER = (f"'10' + ({_EXPONENT} < 0 ? '⁻' : '') + ({_SIZE} > 99 ? {_DIGIT}[floor({_SIZE} / 100)] : '')"
          f" + ({_SIZE} > 9 ? {_DIGIT}[floor({_SIZE} / 10) % 10] : '') + {_DIGIT}[{_SIZE} % 10]")
_LEADING = f"round(abs(datum.value) / pow(10, {_EXPONENT}))"
# Of the nine ticks of a short log axis only 1, 2 and 5 get a label.
NUMBER_LABEL = (f"{_LEADING} != 1 && {_LEADING} != 2 && {_LEADING} != 5 ? ''"
                " : abs(datum.value) >= 0.001 && abs(datum.value) < 100000 ? format(datum.value, ',~r')"
                f" : ({_LEADING} == 1 ? '' : {_LEADING} + '×') + {_POWER}")


SPACED = "replace(datum.label, regexp('_', 'g'), ' ')"  # heavy_ball as heavy ball


def number_words(column: str) -> str:
    """Three digits below a thousand, thousands with a comma."""
    value = f"datum['{column}']"
    return f"format({value}, abs({value}) >= 1e7 ? '.2~e' : abs({value}) >= 1000 ? ',.0f' : '.3~g')"


def rows(table: str, where: str = "") -> alt.Chart:
    """A chart of the named table, with the rows for which the Vega expression `where` holds."""
    chart = alt.Chart(alt.NamedData(table))
    return chart.transform_filter(where) if where else chart


def axis(log: bool, grid: bool = True, whole: bool = False) -> alt.Axis:
    """About five ticks, large enough for the last row; on a log axis 10⁻⁵ rather than 0.00001."""
    label = {"labelExpr": NUMBER_LABEL} if log else {"tickMinStep": 1} if whole else {}
    return alt.Axis(tickCount=5, labelOverlap="greedy", titlePadding=6, grid=grid, **SIZES, **label)


def x_axis(column: str, title: str, log: bool = False, grid: bool = True, domain: Sequence[float] = (),
           scale: Any = alt.Undefined, whole: bool = False) -> alt.X:
    """A quantitative x that ends where its data end, or at `domain`; `whole` has ticks at whole numbers only."""
    return alt.X(f"{column}:Q", title=title or None, axis=axis(log, grid, whole),
                 scale=scale if scale is not alt.Undefined else _scale(log, domain, nice=False))


def y_axis(column: str, title: str, log: bool = False, grid: bool = True, domain: Sequence[float] = (),
           scale: Any = alt.Undefined) -> alt.Y:
    """A quantitative y that ends on round numbers, or at `domain`."""
    return alt.Y(f"{column}:Q", title=title or None, axis=axis(log, grid),
                 scale=scale if scale is not alt.Undefined else _scale(log, domain, nice=True))


def _scale(log: bool, domain: Sequence[float], nice: bool) -> alt.Scale:
    if domain:
        return alt.Scale(type="log" if log else "linear", domain=list(domain), nice=False)
    return alt.Scale(type="log", nice=nice) if log else alt.Scale(zero=False, nice=nice)


def legend(shown: bool, names: Sequence[str] = (), wide: bool = False) -> alt.Legend | None:
    """One line below the chart, or two for long names unless the chart is wide; `complex_step` is "complex step"."""
    long = len("".join(names)) > 21
    columns = alt.ExprRef(f"{NARROW} ? 2 : 4") if long and wide else 2 if long else 4
    return alt.Legend(orient="bottom", direction="horizontal", title=None, labelFontSize=14, symbolSize=400,
                      symbolStrokeWidth=2.5, symbolOpacity=1, symbolType="stroke", columns=columns, offset=4, padding=0,
                      labelLimit=260, labelExpr=SPACED) if shown else None


def color(split: str, order: Sequence[str] = (), filled: bool = False, wide: bool = False) -> dict[str, alt.Color]:
    """Color by `split`, in the theme's categorical palette; nothing when there is nothing to split."""
    if not split:
        return {}
    key = legend(True, order, wide)
    if filled:
        key.symbolType, key.symbolSize = "circle", 120
    return {"color": alt.Color(f"{split}:N", legend=key, scale=alt.Scale(domain=list(order) or alt.Undefined))}


def dashes(column: str, kinds: Sequence[str], shown: bool, wide: bool = False) -> dict[str, alt.StrokeDash]:
    """Solid what was measured, dashed the law."""
    if not column:
        return {}
    scale = alt.Scale(domain=list(kinds), range=[_dash(kind) for kind in kinds])
    return {"strokeDash": alt.StrokeDash(f"{column}:N", scale=scale, legend=legend(shown, kinds, wide))}


def _dash(kind: str) -> list[int]:
    """"sheet plateau" is dashed as "sheet" is."""
    return next((DASHES[word] for word in kind.split() if word in DASHES), DASHES["measured"])


def map_scale(diverging: bool, middle: float, domain: Sequence[float], log: bool) -> alt.Scale:
    """A perceptually even scale of the theme; a diverging one has its light center at `middle`."""
    more: dict[str, Any] = {"domain": list(domain), "clamp": True} if domain else {"zero": False, "nice": False}
    if diverging:
        return alt.Scale(range="diverging", domainMid=middle, **more)
    return alt.Scale(range="heatmap", type="log" if log else "linear", **more)


def tooltip(numbers: Sequence[str], words: Sequence[str] = ()) -> list[alt.Tooltip]:
    """Plain numbers to three digits, then words as they are."""
    return [*(alt.Tooltip(f"{column}:Q", format=".3~g") for column in numbers),
            *(alt.Tooltip(f"{column}:N") for column in dict.fromkeys(words) if column)]


# Neighbors overlap by a part of a pixel, or the page would shine through the seams.
SEAMLESS = {"x2Offset": 0.7, "y2Offset": -0.7}
SEAMLESS_DOWNWARD = {"x2Offset": 0.7, "y2Offset": 0.7}


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
    return [layer.encode(**place, text=f"{text}:N") for layer in (light, dark)]


def image_words(table: str, row: str, column: str) -> list[alt.Chart]:
    """Words over an image, each at its row and column: in a halo on a cell (`inside`), in the page's ink beside."""
    if not table:
        return []
    size = {"fontSize": {"expr": f"{NARROW} ? 10 : 14"}, "fontWeight": 600}
    on = rows(table, "datum.inside")
    layers = [on.mark_text(color="white", stroke="white", strokeWidth=4, opacity=0.85, tooltip=False, **size),
              on.mark_text(color="black", tooltip=False, **size),
              rows(table, "!datum.inside").mark_text(tooltip=False, **size)]
    return [layer.encode(x=f"{column}:Q", y=f"{row}:Q", text="text:N") for layer in layers]


def map_lines(table: str, place: dict[str, Any]) -> list[alt.Chart]:
    """Black lines on a map, each with its word (column `label`, empty where there is none)."""
    if not table:
        return []
    line = rows(table).mark_line(strokeWidth=2.5, clip=True, color="black", tooltip=False)
    line = line.encode(**place, detail="line:N")
    return [line, *halo(rows(table, "datum.label != ''"), place, "label", dx=8, align="left")]


def map_dots(table: str, where: str, place: dict[str, Any]) -> list[alt.Chart]:
    """Many small points on a map, with a light rim against its colors."""
    rim = {"stroke": "white", "strokeWidth": 0.8, "color": "black"}
    return [rows(table, where).mark_point(filled=True, size=34, clip=True, **rim).encode(**place)] if table else []


def map_points(table: str, place: dict[str, Any]) -> list[alt.Chart]:
    """Named points on a map: the sliders stand at "here"."""
    if not table:
        return []
    shape = alt.Shape("name:N", legend=None, scale=alt.Scale(domain=["here", "best"], range=["circle", "triangle-up"]))
    dots = rows(table).mark_point(filled=True, size=200, stroke="white", strokeWidth=2, opacity=1, color="black")
    return [dots.encode(**place, shape=shape), *halo(rows(table), place, "name", dy=18)]


def signs(table: str, x: str, y: str, column: str, order: Sequence[str]) -> list[alt.Chart]:
    """Signs on the cells of an image, one shape for each of the names in `column`."""
    if not column:
        return []
    scale = alt.Scale(domain=list(order), range=["circle", "diamond"])
    shape = alt.Shape(f"{column}:N", legend=legend(True, order), scale=scale)
    shape.legend.symbolType, shape.legend.symbolSize = alt.Undefined, 90
    dots = rows(table, f"datum.{column} != ''").mark_point(
        filled=True, size=70, stroke="white", strokeWidth=1.5, opacity=1, color="black", tooltip=False)
    return [dots.encode(x=f"{x}:Q", y=f"{y}:Q", shape=shape)]


def map_trail(table: str, place: dict[str, Any], split: str, order: Sequence[str]) -> list[alt.Chart]:
    """A walk over a map."""
    if not table:
        return []
    back = rows(table).mark_line(strokeWidth=4.5, color="white", opacity=0.7, clip=True, tooltip=False)
    line = rows(table).mark_line(strokeWidth=2.5, clip=True, point={"size": 25, "filled": True})
    detail = {"detail": f"{split}:N"} if split else {}
    return [back.encode(**place, order="step:Q", **detail), line.encode(**place, order="step:Q", **color(split, order))]


def always(column: str, values: Sequence[float], channel: str) -> alt.Chart:
    """An unseen mark that keeps `values` within the axis."""
    # A sequence and not inline data, which Altair would move into `datasets`, where the tables of the run go.
    chart = alt.Chart(alt.sequence(0, len(values), as_="i")).transform_calculate(**{column: f"{list(values)}[datum.i]"})
    return chart.mark_point(size=0, opacity=0, tooltip=False).encode(**{channel: f"{column}:Q"})


def unit_circle() -> alt.LayerChart:
    """|z| = 1, the border of stability."""
    angle = alt.Chart(alt.sequence(0, 6.3, 0.1, as_="angle"))
    circle = angle.transform_calculate(real="cos(datum.angle)", imaginary="sin(datum.angle)")
    return circle.mark_line(strokeWidth=1.5, strokeDash=[7, 5], color="currentColor", tooltip=False).encode(
        x="real:Q", y="imaginary:Q", order="angle:Q")


def done(layers: Sequence[alt.Chart], title: str, params: Sequence[Any] = (), own_colors: bool = False,
         height: int = HEIGHT) -> str:
    """One validated specification as JSON, as wide as its container."""
    chart = alt.layer(*layers) if len(layers) > 1 else layers[0]
    chart = chart.properties(height=height, width="container").add_params(*params)
    if own_colors:
        chart = chart.resolve_scale(color="independent")
    spec = chart.to_dict()
    spec["title"] = {"text": title, "fontSize": 16, "anchor": "start", "fontWeight": 600, "offset": 10}
    return json.dumps(spec)

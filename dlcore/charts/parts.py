"""What the layers share: how axes, legends, colors and tooltips look.

Encodings are written as `alt.X("x:Q")`, not `x="x:Q"`: for each such word Altair searches its whole schema (10 ms).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt

from dlcore.charts.axes import Axis
from dlcore.charts.declared import By, Rows
from dlcore.spelling import ACRONYMS

SOLID, DASHED, DOTTED = [1, 0], [7, 5], [2, 4]
DASHES = {"measured": SOLID, **dict.fromkeys(("theory", "floor", "ceiling", "p(t)"), DASHED),
          **dict.fromkeys(("sheet", "chance", "goal", "constant", "square"), DOTTED)}
SIZES: dict[str, Any] = {"labelFontSize": 14, "titleFontSize": 15, "titleFontWeight": "normal"}
WORDS: dict[str, Any] = {"fontSize": 14, "fontWeight": 600}
# Two legends below a chart stand one under the other: side by side, the second would leave the chart.
LEGENDS: dict[str, Any] = {"layout": {"bottom": {"direction": "vertical", "anchor": "start", "margin": 2}}}
NARROW = "width < 500"  # pixels: a phone


def _power(exponent: str) -> str:
    """The Vega expression `exponent` as a power of ten."""
    size, raised = f"abs({exponent})", "'⁰¹²³⁴⁵⁶⁷⁸⁹'"
    return (f"'10' + ({exponent} < 0 ? '⁻' : '') + ({size} > 99 ? {raised}[floor({size} / 100)] : '')"
            f" + ({size} > 9 ? {raised}[floor({size} / 10) % 10] : '') + {raised}[{size} % 10]")


# 0.02 and 3,000 as they are; what lies outside 0.001 … 100,000 as 2×10⁻⁵. Of the nine ticks of a short log axis
# only 1, 2 and 5 get a label. (The browser interprets these expressions tick by tick: the common case comes first.)
_FIRST = "slice(format(datum.value, '.0e'), 0, 1)"
_WRITTEN = f"indexof('125', {_FIRST}) >= 0"
NUMBER_LABEL = (f"!({_WRITTEN}) ? ''"
                " : datum.value >= 0.001 && datum.value < 100000 ? format(datum.value, ',~r')"
                f" : ({_FIRST} == '1' ? '' : {_FIRST} + '×') + {_power('floor(log(datum.value) / LN10 + 1e-9)')}")

SPACED = (f"indexof({list(ACRONYMS)}, datum.label) >= 0 ? upper(datum.label)"
          " : datum.label == 'wasserstein' ? 'Wasserstein' : datum.label == 'non_saturating' ? 'non-saturating'"
          " : replace(datum.label, regexp('_', 'g'), ' ')")  # heavy ball


def number_words(column: str) -> str:
    """Three digits below a thousand, thousands with a comma, 1.1×10⁻¹⁵."""
    value = f"datum['{column}']"
    parts = f"split(format({value}, '.1e'), 'e')"
    return (f"abs({value}) >= 1000 && abs({value}) < 1e7 ? format({value}, ',.0f')"
            f" : {value} == 0 || abs({value}) >= 0.001 && abs({value}) < 1e7 ? format({value}, '.3~g')"
            f" : {parts}[0] + '×' + {_power(f'toNumber({parts}[1])')}")


def of(rows: Rows) -> alt.Chart:
    """An empty chart of these rows."""
    chart = alt.Chart(alt.NamedData(rows.name))
    return chart.transform_filter(rows.where) if rows.where else chart


def _look(at: Axis, grid: bool) -> alt.Axis:
    """About five ticks, large enough for the last row; on a log axis 10⁻⁵ rather than 0.00001."""
    if at.bare:
        return alt.Axis(labels=False, ticks=False, domain=False, grid=False, **SIZES)
    if at.words is not None:
        return alt.Axis(labelLimit=260, labelExpr=SPACED, **SIZES)
    label: dict[str, Any] = {"tickMinStep": 1, "format": ",d"} if at.whole else {}
    if at.log:
        label = {"labelExpr": NUMBER_LABEL}
        if grid:  # a line for each number that is written, not for all nine of a decade
            label["gridOpacity"] = {"condition": {"test": _WRITTEN, "value": 1}, "value": 0}
    if at.ticks:
        label["values"] = list(at.ticks)
    # A number stands at its tick, at the ends as well: Vega would push it inward.
    return alt.Axis(tickCount=5, labelOverlap="greedy", labelFlush=False, titlePadding=6, grid=grid, **SIZES, **label)


def _scale(at: Axis, nice: bool) -> alt.Scale:
    if at.even_with:  # what lies beyond it is drawn at its edge
        low, high = (f"{end} * width / height" for end in at.even_with)
        return alt.Scale(domainMin={"expr": low}, domainMax={"expr": high}, zero=False, nice=False, clamp=True)
    if at.domain:
        return alt.Scale(type="log" if at.log else "linear", domain=list(at.domain), nice=False)
    return alt.Scale(type="log", nice=nice) if at.log else alt.Scale(zero=False, nice=nice)


def along_x(at: Axis, column: str = "", *, grid: bool = True, scale: alt.Scale | None = None) -> alt.X:
    """The axis as x, which ends where its data end; `column` is another one of the table."""
    return alt.X(f"{column or at.column}:Q", title=at.title or None, axis=_look(at, grid),
                 scale=scale or _scale(at, nice=False))


def along_y(at: Axis, column: str = "", *, grid: bool = True, scale: alt.Scale | None = None) -> alt.Y:
    """The axis as y, which ends on round numbers."""
    return alt.Y(f"{column or at.column}:Q", title=at.title or None, axis=_look(at, grid),
                 scale=scale or _scale(at, nice=True))


def whole_dots(chart: alt.Chart, x: Axis, y: Axis) -> alt.Chart:
    """Only the dots within the ends that the axes state: they need no clipping, which would halve those at an edge."""
    ends = [f"inrange(datum['{at.column}'], {list(at.domain)})" for at in (x, y) if at.domain]
    return chart.transform_filter(" && ".join(ends)) if ends else chart


def both(x: Axis, y: Axis) -> dict[str, Any]:
    """A place on the chart: both axes."""
    return {"x": along_x(x), "y": along_y(y)}


def there(x: Axis, y: Axis) -> dict[str, Any]:
    """The same for what lies on a map, which has the axes."""
    return {"x": alt.X(f"{x.column}:Q"), "y": alt.Y(f"{y.column}:Q")}


def in_words(at: Axis) -> alt.Y:
    """An axis of words."""
    return alt.Y(f"{at.column}:N", title=at.title or None, sort=list(at.words or ()) or None, axis=_look(at, False))


def legend(names: Sequence[str] = (), shown: bool = True, before: str = "",
           said: Sequence[tuple[str, str]] = ()) -> alt.Legend | None:
    """Below the chart, on one line where it is wide enough for the words; `complex_step` is "complex step"."""
    quoted = [[json.dumps(word, ensure_ascii=False) for word in pair] for pair in said]
    spaced = "".join(f"datum.label == {word} ? {read} : " for word, read in quoted) + SPACED
    names = [dict(said).get(name, name) for name in names]
    columns: Any = 4
    if len("".join(names)) > 21:
        columns = min(len(names), 4)
        two = 9 * sum(sorted(map(len, names))[-2:]) + 90
        all_of_them = 9 * len("".join(names)) + 45 * len(names)
        columns = alt.ExprRef(f"width < {two} ? 1 : width < {all_of_them} ? 2 : {columns}")
    return alt.Legend(orient="bottom", direction="horizontal", title=None, labelFontSize=14, symbolSize=400,
                      symbolStrokeWidth=2.5, symbolOpacity=1, symbolType="stroke", columns=columns, offset=4, padding=0,
                      labelLimit=260, labelExpr=f"'{before}' + ({spaced})" if before else spaced) if shown else None


def color(split: By | None, filled: bool = False, dash: list[int] | None = None) -> dict[str, alt.Color]:
    """Color by a column, in the theme's categorical palette; nothing where there is nothing to tell apart.

    `dash` is that of all lines, which those of the legend have as well.
    """
    if split is None:
        return {}
    key = legend(split.order, before=split.before, said=split.said)
    if filled and key is not None:
        key.symbolType, key.symbolSize = "circle", 120
    if dash and key is not None:
        key.symbolDash = dash
    scale = alt.Scale(domain=list(split.words) or alt.Undefined)
    return {"color": alt.Color(f"{split.column}:N", legend=key, scale=scale)}


def dashes(kinds: By | None) -> dict[str, alt.StrokeDash]:
    """Solid what was measured, dashed the law: "sheet plateau" as "sheet" is. One kind alone needs no legend."""
    if kinds is None:
        return {}
    ranges = [dash_of(kind, kinds) for kind in kinds.words]
    key = legend(kinds.order, shown=len(kinds.order) > 1, said=kinds.said)
    if key is not None:
        key.symbolStrokeColor = "currentColor"  # where another column has the colors
    scale = alt.Scale(domain=list(kinds.words), range=ranges)
    return {"strokeDash": alt.StrokeDash(f"{kinds.column}:N", scale=scale, legend=key)}


def dash_of(kind: str, kinds: By) -> list[int]:
    """How the lines of a kind are drawn."""
    always = next((DASHES[word] for word in kind.split() if word in DASHES), SOLID)
    return DASHED if kind in kinds.dashed else always


def columns_of(*splits: By | None) -> tuple[str, ...]:
    """The columns that tell things apart."""
    return tuple(dict.fromkeys(split.column for split in splits if split))


def tooltip(numbers: Sequence[str], words: Sequence[str] = ()) -> list[alt.Tooltip]:
    """Plain numbers to five digits (step 2,825 is not 2.83e+3), then words as they are."""
    return [*(alt.Tooltip(f"{column}:Q", format=",.5~g") for column in numbers),
            *(alt.Tooltip(f"{column}:N") for column in dict.fromkeys(words) if column)]


def scrubber(name: str, stops: int) -> alt.Parameter:
    """A slider in the browser, without a rerun: the parameter `shown` from −stops to 0, one a step, at first on 0.

    Its ends stay the same for any number of steps: the stops that a run does not have are its end.
    """
    return alt.param(name="shown", value=0, bind=alt.binding_range(min=-stops, max=0, step=1, name=f"{name} "))


def halo(base: alt.Chart, place: dict[str, Any], text: str, **look: Any) -> list[alt.Chart]:
    """Dark words in a light halo, readable on any color of a map."""
    look = {**WORDS, **look}
    light = base.mark_text(color="white", stroke="white", strokeWidth=4, opacity=0.85, **look)
    dark = base.mark_text(color="black", **look)
    return [layer.encode(**place, text=alt.Text(f"{text}:N")) for layer in (light, dark)]

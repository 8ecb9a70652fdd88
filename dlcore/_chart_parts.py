"""The parts that the charts of `dlcore.charts` share: axes, scales, legends, words, layers.

Encodings are written as `alt.X("x:Q")`, not `x="x:Q"`: for each such word Altair searches its whole schema (10 ms).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import altair as alt

HEIGHT = 300  # pixels, with axes and legend
KINDS = ("measured", "theory")
DASHES = {"measured": [1, 0], **dict.fromkeys(("theory", "floor", "ceiling"), [7, 5]),
          **dict.fromkeys(("sheet", "chance", "goal", "constant"), [2, 4])}
SIZES: dict[str, Any] = {"labelFontSize": 14, "titleFontSize": 15, "titleFontWeight": "normal"}
WORDS: dict[str, Any] = {"fontSize": 14, "fontWeight": 600}
STOPS = 300  # how many steps a scrubber goes back one by one

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


ACRONYMS = ["js", "kl", "elbo", "rnn", "gru", "cnn", "mlp", "rmse", "snr"]
SPACED = (f"indexof({ACRONYMS}, datum.label) < 0 ? replace(datum.label, regexp('_', 'g'), ' ')"  # heavy ball
          " : upper(datum.label)")


def number_words(column: str) -> str:
    """Three digits below a thousand, thousands with a comma, 1.1×10⁻¹⁵."""
    value = f"datum['{column}']"
    parts = f"split(format({value}, '.1e'), 'e')"
    return (f"abs({value}) >= 1000 && abs({value}) < 1e7 ? format({value}, ',.0f')"
            f" : {value} == 0 || abs({value}) >= 0.001 && abs({value}) < 1e7 ? format({value}, '.3~g')"
            f" : {parts}[0] + '×' + {_power(f'toNumber({parts}[1])')}")


def rows(table: str, where: str = "") -> alt.Chart:
    """A chart of the named table, with the rows for which the Vega expression `where` holds.

    A plain equality is left to whoever sends the table, so that the other rows do not travel: its name then is
    "layers?quantity=delta_norm".
    """
    plain = re.fullmatch(r"datum\.(\w+) == '([^']*)'", where)
    if plain:
        return alt.Chart(alt.NamedData(f"{table}?{plain[1]}={plain[2]}"))
    chart = alt.Chart(alt.NamedData(table))
    return chart.transform_filter(where) if where else chart


def axis(log: bool, grid: bool = True, whole: bool = False) -> alt.Axis:
    """About five ticks, large enough for the last row; on a log axis 10⁻⁵ rather than 0.00001."""
    label: dict[str, Any] = {"labelExpr": NUMBER_LABEL} if log else {"tickMinStep": 1, "format": ",d"} if whole else {}
    if log and grid:  # a line for each number that is written, not for all nine of a decade
        label["gridOpacity"] = {"condition": {"test": _WRITTEN, "value": 1}, "value": 0}
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
    if filled and key is not None:
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


def tooltip(numbers: Sequence[str], words: Sequence[str] = ()) -> list[alt.Tooltip]:
    """Plain numbers to five digits (step 2,825 is not 2.83e+3), then words as they are."""
    return [*(alt.Tooltip(f"{column}:Q", format=",.5~g") for column in numbers),
            *(alt.Tooltip(f"{column}:N") for column in dict.fromkeys(words) if column)]


def always(column: str, values: Sequence[float], channel: str) -> alt.Chart:
    """An unseen mark that keeps `values` within the axis."""
    # A sequence and not inline data, which Altair would move into `datasets`, where the tables of the run go.
    chart = alt.Chart(alt.sequence(0, len(values), as_="i")).transform_calculate(**{column: f"{list(values)}[datum.i]"})
    return chart.mark_point(size=0, opacity=0, tooltip=False).encode(**{channel: f"{column}:Q"})


def reach(table: str, x: str) -> alt.Chart:
    """An unseen mark at the `x` of a table: the axis of a training stands still while the training fills it."""
    return rows(table).mark_point(size=0, opacity=0, tooltip=False).encode(alt.X(f"{x}:Q"))


def round_scale(y_domain: Sequence[float]) -> alt.Scale:
    """A scale of x on which a circle is round beside `y_domain`, whatever the width of the chart.

    What lies beyond it is drawn at its edge.
    """
    low, high = (f"{end} * width / height" for end in y_domain)
    return alt.Scale(domainMin={"expr": low}, domainMax={"expr": high}, zero=False, nice=False, clamp=True)


def whole(chart: alt.Chart, x: tuple[str, str], y: tuple[str, str], titles: tuple[str, str], *, round: bool = False,
          padding: float = 0.0) -> alt.Chart:
    """An unseen mark from corner to corner of all rows: the axes stand still while only some of them are drawn.

    `x` and `y` are the columns of the least and of the most. `round`: the shorter side is
    lengthened until a unit is as long on both axes, whatever the width of the chart; `padding` are the pixels that the
    scales leave free at each end.
    """
    chart = chart.transform_aggregate(x_least=f"min({x[0]})", x_most=f"max({x[1]})", y_least=f"min({y[0]})",
                                      y_most=f"max({y[1]})")
    if round:
        wide, high = f"(width - {2 * padding:g})", f"(height - {2 * padding:g})"
        chart = chart.transform_calculate(
            x_room=f"max(datum.x_most - datum.x_least, (datum.y_most - datum.y_least) * {wide} / {high}) / 2",
            y_room=f"max(datum.y_most - datum.y_least, (datum.x_most - datum.x_least) * {high} / {wide}) / 2",
            x_middle="(datum.x_least + datum.x_most) / 2", y_middle="(datum.y_least + datum.y_most) / 2")
        chart = chart.transform_calculate(**{f"{axis}_{end}": f"datum.{axis}_middle {sign} datum.{axis}_room"
                                             for axis in "xy" for end, sign in (("least", "-"), ("most", "+"))})
    return chart.mark_rule(opacity=0, tooltip=False).encode(
        alt.X("x_least:Q", title=titles[0]), alt.Y("y_least:Q", title=titles[1]), alt.X2("x_most:Q"),
        alt.Y2("y_most:Q"))


def scrubber(name: str, least: int, most: int, start: int) -> alt.Parameter:
    """A slider in the browser, without a rerun: the parameter `shown`, one stop a step.

    Its ends stay the same for any number of steps: the stops that a run does not have are its end.
    """
    return alt.param(name="shown", value=start, bind=alt.binding_range(min=least, max=most, step=1, name=f"{name} "))


def walked(chart: alt.Chart, step: str) -> alt.Chart:
    """The rows up to the moment that a scrubber from −STOPS to 0 stands on; `datum.reached` is that moment.

    From the last one each stop leads one step back, or more in a run of more than STOPS steps. The first moment is
    always there: a chart that is going back is never empty.
    """
    chart = chart.transform_joinaggregate(last=f"max({step})", first=f"min({step})").transform_filter(
        f"datum['{step}'] <= max(datum.first, datum.last + shown * max(1, datum.last / {STOPS}) + 1e-9)")
    return chart.transform_joinaggregate(reached=f"max({step})")


def unit_circle() -> alt.LayerChart:
    """|z| = 1, the border of stability."""
    angle = alt.Chart(alt.sequence(0, 6.3, 0.1, as_="angle"))
    circle = angle.transform_calculate(real="cos(datum.angle)", imaginary="sin(datum.angle)")
    return circle.mark_line(strokeWidth=1.5, strokeDash=[7, 5], color="currentColor", tooltip=False).encode(
        alt.X("real:Q"), alt.Y("imaginary:Q"), alt.Order("angle:Q"))


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

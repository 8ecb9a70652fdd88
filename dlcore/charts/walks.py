"""A walk in the plane, taken back step by step by a slider in the browser."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlcore.charts.axes import Axis
from dlcore.charts.declared import Layer, Rows, X, Y, all_rows
from dlcore.charts.parts import along_x, along_y, halo, of, scrubber, there, tooltip

STOPS = 300  # how many steps a scrubber goes back one by one
_EDGE = 14  # pixels: a point at the edge is seen whole


def _place(x: Axis, y: Axis) -> dict[str, Any]:
    edge = alt.Scale(zero=False, nice=False, padding=_EDGE)
    return {"x": along_x(x, scale=edge), "y": along_y(y, scale=edge)}


def walk(table: str | Rows, corner: bool = False) -> Layer:
    """A line through all steps (column `step`) up to the one that the slider stands on, and a ball there.

    The count of steps stands above the ball or, where it would cover the walk, in a `corner`.
    """
    told = all_rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        walked, place = _walked(of(told)), _place(x, y)
        line = walked.mark_line(strokeWidth=1.5, opacity=0.75, clip=True).encode(**place, order=alt.Order("step:Q"))
        dots = walked.mark_point(filled=True, size=28, clip=True).encode(
            **place, tooltip=tooltip(["step", x.column, y.column]))
        head = walked.transform_filter("datum['step'] === datum.reached")
        ball = head.mark_point(filled=True, size=200, opacity=1, clip=True).encode(**place)
        count = head.transform_calculate(words="'step ' + format(datum.step, ',')")
        there = {"x": alt.value(8), "y": alt.value(alt.expr("height - 10"))} if corner else place
        return [line, dots, ball, *halo(count, there, "words", **({"align": "left"} if corner else {"dy": -18}))]

    return Layer(((told, (X, Y, "step")),), draw, sliders=(scrubber("Steps shown", STOPS),))


def _walked(chart: alt.Chart) -> alt.Chart:
    """The rows up to the moment that a scrubber from −STOPS to 0 stands on; `datum.reached` is that moment.

    From the last one each stop leads one step back, or more in a run of more than STOPS steps. The first moment is
    always there: a chart that is going back is never empty.
    """
    chart = chart.transform_joinaggregate(last="max(step)", first="min(step)").transform_filter(
        f"datum['step'] <= max(datum.first, datum.last + shown * max(1, datum.last / {STOPS}) + 1e-9)")
    return chart.transform_joinaggregate(reached="max(step)")


def levels(table: str) -> Layer:
    """Level lines of a function (columns line, point)."""
    told = Rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        thin = of(told).mark_line(strokeWidth=1, opacity=0.25, color="currentColor", clip=True, tooltip=False)
        return [thin.encode(**_place(x, y), detail=alt.Detail("line:N"), order=alt.Order("point:Q"))]

    return Layer(((told, (X, Y, "line", "point")),), draw)


def room(table: str | Rows, round: bool = False) -> Layer:
    """An unseen mark from corner to corner of all rows: the axes stand still while only some of them are drawn.

    `round`: a unit is as long on both axes, whatever the width of the chart.
    """
    told = all_rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        return [corners(of(told), (x.column, x.column), (y.column, y.column), (x.title, y.title), round, _EDGE)]

    return Layer(((told, (X, Y)),), draw)


def corners(chart: alt.Chart, x: tuple[str, str], y: tuple[str, str], titles: tuple[str, str], round: bool,
            padding: float) -> alt.Chart:
    """An unseen rule between two corners; `x` and `y` are the columns of the least and of the most.

    `round`: the shorter side is lengthened until a unit is as long on both axes; `padding` are the pixels that the
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
        # New columns: where the chart changes its size, Vega works out the same rows again.
        chart = chart.transform_calculate(**{f"{axis}_{end}": f"datum.{axis}_middle {sign} datum.{axis}_room"
                                             for axis in "xy" for end, sign in (("low", "-"), ("high", "+"))})
    low, high = ("low", "high") if round else ("least", "most")
    return chart.mark_rule(opacity=0, tooltip=False).encode(
        alt.X(f"x_{low}:Q", title=titles[0]), alt.Y(f"y_{low}:Q", title=titles[1]), alt.X2(f"x_{high}:Q"),
        alt.Y2(f"y_{high}:Q"))


def places(table: str, beside: bool = False) -> Layer:
    """Named points (column `name`): the sliders stand at "here".

    The word may stand `beside` its point, which then is a ring, for a walk begins in it.
    """
    told = Rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        known = alt.Scale(domain=["here", "best"], range=["circle", "triangle-up"])
        point = of(told).mark_point(filled=True, size=200, stroke="white", strokeWidth=2, opacity=1, color="black")
        named = of(told).transform_joinaggregate(top=f"max({y.column})", foot=f"min({y.column})")
        # The upper word stands above its point and the lower one below: neither covers the other's point. On the floor
        # of the map, where the numbers of the axis are, it stands beside.
        above = f"datum['{y.column}'] == datum.top && (datum.name == 'best' || datum.top > datum.foot)"
        floor = f"scale('y', datum['{y.column}']) > height - 24"
        offset: dict[str, Any] = {"dy": {"expr": f"{above} ? -20 : {floor} ? 0 : 18"},
                                  "dx": {"expr": f"!({above}) && {floor} ? 32 : 0"}}
        if beside:
            offset = {"dx": 32, "dy": 8}
            rings = [of(told).mark_point(filled=False, size=260, opacity=1, stroke=ink, strokeWidth=wide).encode(
                **there(x, y)) for ink, wide in (("white", 5), ("black", 2.5))]
            return [*rings, *halo(named, there(x, y), "name", **offset)]
        return [point.encode(**there(x, y), shape=alt.Shape("name:N", legend=None, scale=known)),
                *halo(named, there(x, y), "name", **offset)]

    return Layer(((told, (X, Y, "name")),), draw)

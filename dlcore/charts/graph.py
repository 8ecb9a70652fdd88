"""A graph of boxes and arrows, whole at first, taken back step by step by a slider in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from dlcore.charts.axes import Axis
from dlcore.charts.declared import Layer, Rows, by
from dlcore.charts.parts import NARROW, SIZES, color, of, scrubber, tooltip


def reached(table: str, last: str, where: str = "true") -> alt.Chart:
    """The rows for which `where` holds at the step `datum.at` that the slider `shown` stands on."""
    last_step = of(Rows(table)).transform_joinaggregate(last=f"max({last})")
    at = "datum.last > stops ? round((stops + shown) * datum.last / stops) : max(0, datum.last + shown)"
    return last_step.transform_calculate(at=at).transform_filter(where)


def boxes(chart: alt.Chart) -> alt.Chart:
    """The borders of a box around (depth, position), high enough for its lines of words."""
    return chart.transform_calculate(half="0.12 + 0.27 * length(split(datum.first, '\\n'))").transform_calculate(
        left="datum.depth - 0.34", right="datum.depth + 0.34",
        top="datum.position + datum.half + 0.05", foot="datum.position - datum.half - 0.05")


def told(chart: alt.Chart, kind: str, kinds: Sequence[str]) -> alt.Chart:
    """The chart in the color of one of `kinds`, with a legend of all."""
    return chart.transform_calculate(kind=f"'{kind}'").encode(**color(by("kind", *kinds), filled=True))


def box_words(table: str, column: str, below: str = "''", **place: Any) -> alt.Chart:
    """The words of a column, held by the upper edge of their boxes; `below` others, they begin a line later."""
    # An empty line takes no room: a character without width stands in every line that is left out.
    shown = boxes(reached(table, "step", "datum.step == datum.at")).transform_calculate(
        said=f"replace({below}, regexp('[^\\n]+', 'g'), '\u200b') + ({below} ? '\\n' : '') + datum.{column}")
    size = {"expr": f"{NARROW} ? 9 : 13"}
    return shown.mark_text(fontSize=size, lineBreak="\n", lineHeight=15, **place).encode(
        alt.X("depth:Q"), alt.Y("top:Q"), alt.Text("said:N"))


def arrows(table: str, used: str, kinds: Sequence[str]) -> list[alt.Chart]:
    """Lines from box to box, with a word above and, once it is used, one below; the arrow in use is thick."""
    there = reached(table, "backward_step", "datum.forward_step <= datum.at").transform_calculate(
        start="datum.depth + 0.34", stop="datum.depth_end - 0.34", x="(datum.depth + datum.depth_end) / 2",
        y="(datum.position + datum.position_end) / 2",
        now="datum.at == datum.forward_step || datum.at == datum.backward_step")
    later = reached(table, "backward_step").transform_calculate(
        start="datum.depth + 0.34", stop="datum.depth_end - 0.34").mark_rule(
        color="currentColor", opacity=0.2, tooltip=False).encode(
        alt.X("start:Q"), alt.Y("position:Q"), alt.X2("stop:Q"), alt.Y2("position_end:Q"))
    thick = alt.condition("datum.now", alt.value(3.5), alt.value(1.2))
    line = there.mark_rule(color="currentColor", tooltip=False).encode(
        alt.X("start:Q"), alt.Y("position:Q"), alt.X2("stop:Q"), alt.Y2("position_end:Q"), strokeWidth=thick)
    head = there.mark_point(shape="triangle-right", filled=True, size=90, opacity=1, color="currentColor",
                            tooltip=False)
    head = head.encode(alt.X("stop:Q"), alt.Y("position_end:Q"))
    size = {"expr": f"{NARROW} ? 8 : 12"}
    shapes = there.transform_filter("datum.above != '()'")  # a scalar has none to be told
    above = shapes.mark_text(dy=-10, fontSize=size).encode(alt.X("x:Q"), alt.Y("y:Q"), alt.Text("above:N"))
    below = there.transform_filter("datum.backward_step <= datum.at").mark_text(
        dy=12, fontSize=size, lineBreak="\n", fontWeight=600).encode(alt.X("x:Q"), alt.Y("y:Q"), alt.Text("below:N"))
    return [later, line, head, above, told(below, used, kinds)]


_NODES = ("step", "depth", "position", "name", "first", "second", "now")
_EDGES = ("depth", "position", "depth_end", "position_end", "above", "below", "forward_step", "backward_step")


def graph(nodes: str, edges: str, steps: str, kinds: Sequence[str], stops: int) -> Layer:
    """Boxes joined by arrows, and a formula below them.

    `nodes` has a block of rows for each step: where the box is, its words, lines apart (name, first, second), and
    which of `kinds` this step has computed (now). `edges` says from where to where an arrow leads, its words, and when
    they are used. `steps`: step, title, formula. `kinds`: what `first`, `second` and `below` are, for the legend.
    `stops`: the stops of the slider, one a step back from the end; a run with more steps goes back in larger ones.
    """
    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        return [*_layers(nodes, edges, x.title, kinds), *formula(steps)]

    reads = ((Rows(nodes), _NODES), (Rows(edges), _EDGES), (Rows(steps), ("step", "title", "formula")))
    return Layer(reads, draw, sliders=(scrubber("Step through", stops), alt.param(name="stops", value=stops)))


def _layers(nodes: str, edges: str, x_title: str, kinds: Sequence[str]) -> list[alt.Chart]:
    """Arrows, boxes with a ring around the one in use, and their words."""
    bare = {"labels": False, "ticks": False, "domain": False, "grid": False}
    tight = alt.Scale(nice=False, zero=False)
    place = {"x": alt.X("left:Q", title=x_title, axis=alt.Axis(**bare, **SIZES), scale=tight), "x2": "right:Q",
             "y": alt.Y("foot:Q", title=None, axis=alt.Axis(**bare), scale=tight), "y2": "top:Q"}
    room = boxes(of(Rows(nodes))).transform_calculate(foot="datum.foot - 1.9").mark_rect(opacity=0, tooltip=False)
    there = boxes(reached(nodes, "step", "datum.step == datum.at"))
    later = boxes(reached(nodes, "step", "datum.step == datum.last")).mark_rect(  # the whole graph, pale
        cornerRadius=6, fillOpacity=0, strokeOpacity=0.25, strokeWidth=1, stroke="currentColor", tooltip=False)
    box = there.mark_rect(cornerRadius=6, fillOpacity=0.07, strokeOpacity=0.5, strokeWidth=1)
    ring = there.transform_filter("datum.now != ''").mark_rect(
        cornerRadius=6, fillOpacity=0, strokeWidth=3, tooltip=False)
    return [room.encode(**place), later.encode(**place), *arrows(edges, kinds[2], kinds),
            box.encode(**place, tooltip=tooltip([], ["name", "first", "second"])),
            ring.encode(**place, stroke=alt.Stroke("now:N", scale=alt.Scale(domain=list(kinds)), legend=None)),
            box_words(nodes, "name", dy=10, fontWeight=600),
            told(box_words(nodes, "first", dy=26), kinds[0], kinds),
            told(box_words(nodes, "second", "datum.first", dy=26), kinds[1], kinds)]


def formula(steps: str) -> list[alt.Chart]:
    """The title of the step, and below it its formula, at the foot of the plot."""
    # A column of its own: written into `title`, the words would be put before themselves at every redraw.
    now = reached(steps, "step", "datum.step == datum.at").transform_calculate(
        heading="'Step ' + datum.at + ' of ' + datum.last + ', ' + datum.title")
    now = now.encode(x=alt.value(0), y=alt.value("height"))
    size = {"expr": f"{NARROW} ? 12 : 14"}
    return [now.mark_text(align="left", dy=-74, fontSize=15, fontWeight=600).encode(text=alt.Text("heading:N")),
            now.mark_text(align="left", dy=-56, fontSize=size, lineBreak="\n", lineHeight=17).encode(
                alt.Text("formula:N"))]

"""Grey pixels between words: the maps of attention."""

from __future__ import annotations

import altair as alt

from dlcore.charts.axes import Axis
from dlcore.charts.declared import Layer, Rows, X, Y
from dlcore.charts.maps import borders, tap
from dlcore.charts.parts import SIZES, of, scrubber, tooltip

MOMENTS = 10  # how many of them a map can go back
GREY = alt.Scale(domain=[0, 1], range=["black", "white"], clamp=True)  # fixed: a pixel means the same in every picture


def greys(table: str, value: str, names: tuple[str, ...] = (), taps: bool = False, plays: bool = False,
          step: str = "") -> Layer:
    """Grey pixels from 0, black, to 1, white, at whole numbers from 1 on; row 1 on top.

    `names` are columns of words to be shown at the pointer; a tap on a pixel moves the controls there. With `step`, a
    slider in the browser goes back one by one to the moments recorded, and the map says which it is.
    """
    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        shown = _moment(of(Rows(table)), step) if step else of(Rows(table))
        image = borders(shown, x.column, y.column, 1.0).mark_rect(
            stroke="gray", strokeWidth=0.5, **({"cursor": "crosshair"} if taps else {})).encode(
            x=_bare(alt.X("x_low:Q"), x, reverse=False), y=_bare(alt.Y("y_low:Q"), y, reverse=True),
            x2=alt.X2("x_high:Q"), y2=alt.Y2("y_high:Q"), color=alt.Color(f"{value}:Q", scale=GREY, legend=None),
            tooltip=alt.value(None) if plays else tooltip([value], names))
        said = [_step_words(shown, step)] if step else []
        return [tap(image, y.column, x.column) if taps else image, *said]

    sliders = (scrubber("Steps shown", MOMENTS),) if step else ()
    return Layer(((Rows(table), (X, Y, value, *names, step)),), draw, sliders=sliders, taps=taps)


def _bare(channel: alt.X | alt.Y, at: Axis, reverse: bool) -> alt.X | alt.Y:
    channel.title = at.title or None
    channel.axis = alt.Axis(labels=False, ticks=False, domain=False, grid=False, **SIZES)
    channel.scale = alt.Scale(nice=False, zero=False, **({"reverse": True} if reverse else {}))
    return channel


def _moment(pixels: alt.Chart, step: str) -> alt.Chart:
    return pixels.transform_window(moment="dense_rank()", sort=[alt.SortField(step)]).transform_joinaggregate(
        moments="max(moment)").transform_filter("datum.moment === max(1, datum.moments + shown)")


def _step_words(pixels: alt.Chart, step: str) -> alt.Chart:
    """The step that is shown, in the corner above the words."""
    one = pixels.transform_aggregate(at=f"max({step})").transform_calculate(words="'step ' + format(datum.at, ',')")
    return one.mark_text(align="left", baseline="top", fontSize=14, fontWeight=600, tooltip=False).encode(
        x=alt.value(2), y=alt.value(2), text=alt.Text("words:N"))


def margin(left: float, top: float) -> Layer:
    """Room for words around the pixels, in pixels of the map."""
    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        unseen = alt.Chart(alt.sequence(0, 1)).mark_point(size=0, opacity=0, tooltip=False)
        return [unseen.transform_calculate(x_room=f"{0.5 - left}").encode(alt.X("x_room:Q")),
                unseen.transform_calculate(y_room=f"{0.5 - top}").encode(alt.Y("y_room:Q"))]

    return Layer((), draw)


def frame(table: str) -> Layer:
    """A frame around a row of pixels (columns row, low, high), in the page's first color."""
    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        whole = of(Rows(table)).transform_calculate(top="datum.row - 0.5", foot="datum.row + 0.5", what="'row shown'")
        return [whole.mark_rect(fillOpacity=0, strokeOpacity=1, strokeWidth=3, tooltip=False).encode(
            alt.X("low:Q"), alt.X2("high:Q"), alt.Y("top:Q"), alt.Y2("foot:Q"), alt.Stroke("what:N", legend=None))]

    return Layer(((Rows(table), ("row", "low", "high")),), draw)


def around(table: str) -> Layer:
    """Words beside the pixels (columns row, column, text, align, angle), in the page's ink."""
    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        size = {"expr": "clamp(width / 30, 11, 14)"}
        return [of(Rows(table)).mark_text(fontSize=size, align={"expr": "datum.align"}, angle={"expr": "datum.angle"},
                                          baseline="middle", tooltip=False).encode(
                                              alt.X("column:Q"), alt.Y("row:Q"), alt.Text("text:N"))]

    return Layer(((Rows(table), ("row", "column", "text", "align", "angle")),), draw)

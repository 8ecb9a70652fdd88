"""The map of words against words that `dlcore.charts` offers, and the strip of grey pixels."""

from __future__ import annotations

import altair as alt

from dlcore import _chart_maps as maps
from dlcore import _chart_parts as parts
from dlcore._chart_drawing import drawing
from dlcore._chart_parts import done, rows

MOMENTS = 10  # how many of them a map can go back
GREY = alt.Scale(domain=[0, 1], range=["black", "white"], clamp=True)  # fixed: a pixel means the same in every picture


@drawing
def wordmap(table: str, row: str, column: str, value: str, *, title: str, row_title: str = "", column_title: str = "",
            words: str = "", outline: str = "", left: float = 0.0, top: float = 0.0, step: str = "",
            names: tuple[str, ...] = (), tap: bool = False, plays: bool = False,
            height: int = parts.HEIGHT) -> str:
    """Grey pixels from 0, black, to 1, white, at whole numbers from 1 on; row 1 on top.

    `words` is a table (row, column, text, align, angle) of words around the pixels, which need the room of `left`
    and `top` pixels; `outline` a table (row, low, high) of rows in a frame; `names` are columns of words to be shown at
    the pointer.
    With `step`, a slider in the browser goes back one by one to the moments recorded, and the map says which it is;
    with `tap`, a click or a finger on a pixel moves the sliders called `row` and `column` there.
    """
    bare = {"labels": False, "ticks": False, "domain": False, "grid": False, **parts.SIZES}
    place = {"x": alt.X("x_low:Q", title=column_title or None, axis=alt.Axis(**bare),
                        scale=alt.Scale(nice=False, zero=False)),
             "y": alt.Y("y_low:Q", title=row_title or None, axis=alt.Axis(**bare),
                        scale=alt.Scale(reverse=True, nice=False, zero=False))}
    pixels = rows(table)
    params = []
    if step:
        params.append(parts.scrubber("Steps shown", -MOMENTS, 0, 0))
        pixels = pixels.transform_window(moment="dense_rank()", sort=[alt.SortField(step)]).transform_joinaggregate(
            moments="max(moment)").transform_filter("datum.moment === max(1, datum.moments + shown)")
    image = maps.cells(pixels, column, row, 1.0).mark_rect(
        stroke="gray", strokeWidth=0.5, **({"cursor": "crosshair"} if tap else {})).encode(
        **place, x2=alt.X2("x_high:Q"), y2=alt.Y2("y_high:Q"), color=alt.Color(f"{value}:Q", scale=GREY, legend=None),
        tooltip=maps.tips([value], names, plays))
    if tap:
        image = image.add_params(alt.selection_point(name="tap", fields=[row, column], on="pointerup", toggle=False,
                                                     clear=False))
    said = [_step_words(pixels, step)] if step else []
    room = [parts.always("x_room", (0.5 - left,), "x"), parts.always("y_room", (0.5 - top,), "y")]
    return done([image, *room, *_framed(outline), *_around(words), *said], title, params, height=height)


def _step_words(pixels: alt.Chart, step: str) -> alt.Chart:
    """The step that is shown, in the corner above the words."""
    one = pixels.transform_aggregate(at=f"max({step})").transform_calculate(words="'step ' + format(datum.at, ',')")
    return one.mark_text(align="left", baseline="top", fontSize=14, fontWeight=600, tooltip=False).encode(
        x=alt.value(2), y=alt.value(2), text=alt.Text("words:N"))


def _framed(table: str) -> list[alt.Chart]:
    """A frame around a row of pixels, in the page's first color."""
    if not table:
        return []
    frame = rows(table).transform_calculate(top="datum.row - 0.5", foot="datum.row + 0.5", what="'row shown'")
    return [frame.mark_rect(fillOpacity=0, strokeOpacity=1, strokeWidth=3, tooltip=False).encode(
        alt.X("low:Q"), alt.X2("high:Q"), alt.Y("top:Q"), alt.Y2("foot:Q"), alt.Stroke("what:N", legend=None))]


def _around(table: str) -> list[alt.Chart]:
    """Words beside the pixels, in the page's ink."""
    if not table:
        return []
    size = {"expr": "clamp(width / 30, 11, 14)"}
    return [rows(table).mark_text(fontSize=size, align={"expr": "datum.align"}, angle={"expr": "datum.angle"},
                                  baseline="middle", tooltip=False).encode(
                                      alt.X("column:Q"), alt.Y("row:Q"), alt.Text("text:N"))]

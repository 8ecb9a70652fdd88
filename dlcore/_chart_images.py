"""The images that `dlcore.charts` offers: one matrix, or several small pictures."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from dlcore import _chart_maps as maps
from dlcore import _chart_parts as parts
from dlcore._chart_drawing import drawing
from dlcore._chart_parts import done, rows, tooltip, x_axis, y_axis


@drawing
def matrix(table: str, row: str = "row", column: str = "column", value: str = "value", *, title: str,
           row_title: str = "", column_title: str = "", value_title: str = "", where: str = "",
           diverging: bool = False, middle: float = 0.0, domain: Sequence[float] = (), scheme: str = "",
           legend: bool = True, marks: str = "", mark_order: Sequence[str] = (), words: str = "",
           cell: float = 0.0, own: bool = False) -> str:
    """An image, row 0 on top. With `where`, the color scale still spans the whole table, so that images compare;
    not so where each has its `own`, which reaches as far below the middle of its colors (0) as above.

    `marks` is a column that names the sign on a cell, "" for none; `mark_order` are at most two names. `words` is a
    table (row, column, text, inside) of words over the image; `cell` the side of a cell where rows or columns are
    left out, so that their numbers say nothing.
    """
    scale = (alt.Scale(scheme=scheme, domain=list(domain)) if scheme
             else maps.map_scale(diverging, middle, domain, False))
    key = alt.Legend(orient="right", title=value_title or None, labelFontSize=14, gradientLength=170, tickCount=4)
    hue = alt.Color(f"{value}:Q", scale=scale, legend=key if legend else None)
    upside_down = alt.Scale(reverse=True, nice=False, zero=False)
    place = {"x": x_axis("x_low", column_title, grid=False),
             "y": y_axis("y_low", row_title, grid=False, scale=upside_down)}
    if cell:
        place = {axis: at.axis(labels=False, ticks=False, domain=False, grid=False, **parts.SIZES)
                 for axis, at in place.items()}
    image = maps.cells(rows(table, where), column, row, cell).mark_rect(**maps.SEAMLESS_DOWNWARD).encode(
        **place, x2=alt.X2("x_high:Q"), y2=alt.Y2("y_high:Q"), color=hue, tooltip=tooltip([row, column, value]))
    whole = [rows(table).mark_point(size=0, opacity=0, tooltip=False).encode(color=hue)] if where and not domain else []
    if own:
        mirror = rows(table, where).transform_calculate(mirrored=f"-datum['{value}']")
        unseen = mirror.mark_point(size=0, opacity=0, filled=True, tooltip=False)  # a stroke makes a legend of dots
        whole = [unseen.encode(alt.Color("mirrored:Q", scale=scale, legend=key if legend else None))]
    over = [*maps.signs(table, column, row, marks, mark_order), *maps.image_words(words, row, column)]
    return done([image, *whole, *over], title)


@drawing
def pictures(table: str, images: Sequence[str], *, title: str, x_title: str, columns: int = 3,
             domain: Sequence[float] = (), value_title: str = "") -> str:
    """Small square images in rows of `columns`, each with its name below; those that the run lacks leave a gap.

    The table has the columns image, row, column, value. With `value_title` the colors have a legend.
    """
    tiles = maps.tiles(rows(table), images, columns)
    bare = alt.Axis(labels=False, ticks=False, domain=False, grid=False, titleAnchor="start", **parts.SIZES)
    wide, high = maps.tile_scales(len(images), columns)
    place = {"x": alt.X("x_low:Q", title=x_title, axis=bare, scale=wide),
             "y": alt.Y("y_low:Q", title=None, axis=bare, scale=high)}
    key = alt.Legend(orient="right", title=value_title, labelFontSize=14, titleFontSize=14, gradientLength=170)
    hue = alt.Color("value:Q", scale=maps.map_scale(False, 0.0, domain, False), legend=key if value_title else None)
    image = tiles.mark_rect(**maps.SEAMLESS_DOWNWARD).encode(
        **place, x2=alt.X2("x_high:Q"), y2=alt.Y2("y_high:Q"), color=hue,
        tooltip=tooltip(["row", "column", "value"], ["image"]))
    name = tiles.transform_filter("datum.row == 0 && datum.column == 0").mark_text(fontSize=14, baseline="top", dy=4)
    return done([image, name.encode(alt.X("x_middle:Q"), alt.Y("y_foot:Q"), alt.Text("image:N"))], title)

"""Horizontal bars with their numbers, and bins that an experiment has counted."""

from __future__ import annotations

from typing import Any

import altair as alt

from dlcore.charts.axes import Axis
from dlcore.charts.declared import By, Layer, Rows, X, Y, all_rows
from dlcore.charts.parts import SIZES, along_x, color, columns_of, in_words, number_words, of, tooltip


def bars(table: str | Rows, split: By | None = None, grouped: bool | By = False, text: str = "",
         room: float = 0) -> Layer:
    """Bars along x with their numbers, stacked by color or, `grouped`, side by side; a stack has no numbers.

    A column given as `grouped` parts the bars of a group where there are more colors than bars in it.

    Bars that are colored by their own names are no stack and need no legend.

    The column `text` stands in the place of the numbers; `room` is what they need, in bars of full length.
    """
    told = all_rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        group = grouped if isinstance(grouped, By) else split if grouped else None
        base, place = of(told), _place(x, y, group)
        hue = color(split, filled=True)
        if split and split.column == y.column:
            hue["color"].legend = None
        layers = [base.mark_bar(clip=True).encode(**place, tooltip=tooltip([x.column], [y.column, *columns_of(split)]),
                                                  **hue)]
        if text or grouped or not split or split.column == y.column:
            # A number stands right of zero where its bar goes left.
            at = place["x"] if x.log else alt.X("number_at:Q", title=x.title or None)
            if not x.log and grouped:
                at.stack = alt.Undefined
            number = base.transform_calculate(number_at=f"max(datum['{x.column}'], 0)", number=number_words(x.column))
            number = number.mark_text(align="left", dx=5, fontSize=14)
            layers.append(number.encode(**{**place, "x": at}, text=alt.Text(f"{text or 'number'}:N")))
        return [*layers, *_space(base, x, room)]

    return Layer(((told, (X, Y, text, *columns_of(split, grouped if isinstance(grouped, By) else None))),), draw)


def _place(x: Axis, y: Axis, group: By | None) -> dict[str, Any]:
    place: dict[str, Any] = {"y": in_words(y), "x": along_x(x, scale=alt.Scale(type="log" if x.log else "linear"))}
    if group:
        place["x"].stack, place["yOffset"] = None, alt.YOffset(f"{group.column}:N", sort=list(group.order) or None)
    return place


def _space(base: alt.Chart, x: Axis, room: float) -> list[alt.Chart]:
    """An unseen mark to the right of all bars."""
    if not room:
        return []
    end = f"max(datum.most, 0) + {room} * (max(datum.most, 0) - min(datum.least, 0))"
    if x.log:
        end = f"datum.most * pow(datum.most / datum.least, {room})"
    ends = base.transform_joinaggregate(most=f"max({x.column})", least=f"min({x.column})").transform_calculate(end=end)
    return [ends.mark_point(size=0, opacity=0, tooltip=False).encode(alt.X("end:Q"))]


def bins(table: str | Rows, high: str, split: By | None = None) -> Layer:
    """Bins from x to `high`, as tall as the count along y, overlaid by color."""
    told = all_rows(table)

    def draw(x: Axis, y: Axis) -> list[alt.Chart]:
        tall = alt.Y(f"{y.column}:Q", title=y.title, axis=alt.Axis(
            tickCount=5, labelOverlap="greedy", titlePadding=6, grid=True, **SIZES))
        box = of(told).mark_rect(opacity=0.6 if split else 1)
        return [box.encode(along_x(x), tall, x2=alt.X2(f"{high}:Q"), y2=alt.Y2Datum(0),
                           tooltip=tooltip([x.column, high, y.column]), **color(split, filled=True))]

    return Layer(((told, (X, Y, high, *columns_of(split))),), draw)

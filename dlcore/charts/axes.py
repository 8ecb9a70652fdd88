"""The two directions of a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """One direction of a chart."""

    column: str
    title: str = ""
    domain: tuple[float, ...] = ()  # where it ends; else where its data end
    include: tuple[float, ...] = ()  # what is always in view
    whole: bool = False  # it counts: no 2.5
    ticks: tuple[float, ...] = ()
    log: bool = False
    bare: bool = False  # without numbers, where they would say nothing
    words: tuple[str, ...] | None = None  # of an axis of words: their order; () as they come
    even_with: tuple[float, ...] = ()  # the ends of y: a unit is as long here as there


def axis(column: str, title: str = "", *, domain: Sequence[float] = (), include: Sequence[float] = (),
         whole: bool = False, ticks: Sequence[float] = ()) -> Axis:
    """A linear axis along the numbers of a column."""
    return Axis(column, title, tuple(domain), tuple(include), whole, tuple(ticks))


def log(column: str, title: str = "", *, include: Sequence[float] = ()) -> Axis:
    """A logarithmic axis."""
    return Axis(column, title, include=tuple(include), log=True)


def bare(column: str, title: str = "") -> Axis:
    """An axis without numbers: places in a picture."""
    return Axis(column, title, bare=True)


def names(column: str, title: str = "", *order: str) -> Axis:
    """An axis of words."""
    return Axis(column, title, words=order)


def even(column: str, title: str, low: float, high: float, *, ticks: Sequence[float] = ()) -> Axis:
    """An x on which a unit is as long as on a y from `low` to `high`, whatever the width of the chart."""
    return Axis(column, title, ticks=tuple(ticks), even_with=(low, high))

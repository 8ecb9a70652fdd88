"""What differs between two runs, in a sentence: which parameters changed, and which numbers moved by how much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlcore.prose import ViewWords
from dlcore.question import said_of, trend
from dlcore.spelling import label, option, plain

MOST = 3  # changes, and numbers, that are named one by one
Values = Mapping[str, Any]
Numbers = Mapping[str, tuple[float, str]]  # quantity -> value and unit


def short(value: Any) -> str:
    """A value as it is said: three digits of a real number, the words of an option."""
    return plain(value) if isinstance(value, float) else option(value)


def with_unit(value: float, unit: str) -> str:
    """A number with its unit, as Markdown."""
    return f"{plain(value)} {unit}".strip().replace("$", "\\$")


def named(values: Values, others: Values) -> str:
    """A run by what differs from another one: "Depth 50, Seed 3"; "" where nothing does."""
    apart = [f"{label(name)} {short(value)}" for name, value in values.items() if value != others[name]]
    more = [f"{len(apart) - MOST} more"] if len(apart) > MOST else []
    return ", ".join(apart[:MOST] + more)


def changes(before: Values, now: Values) -> str:
    """Which parameters changed, from what to what; "" where none did."""
    moved = [f"*{label(name)}* goes from {short(value)} to {short(now[name])}"
             for name, value in before.items() if value != now[name]]
    more = [f"{len(moved) - MOST} more controls move"] if len(moved) > MOST else []
    return ", ".join(moved[:MOST] + more) + "." if moved else ""


def moves(before: Numbers, now: Numbers, words: ViewWords) -> str:
    """Which numbers moved and by how much, the first ones first, and how many stay, appear or are gone."""
    shared = [quantity for quantity in before if quantity in now]
    moved = [quantity for quantity in shared if trend(before[quantity][0], now[quantity][0]) != "stays"]
    said = [_move(said_of(quantity, words), before[quantity], now[quantity]) for quantity in moved[:MOST]]
    counts = ((len(moved) - MOST, "more number moves", "more numbers move"),
              (len(shared) - len(moved), "number stays", "numbers stay"),
              (len(set(before) - set(now)), "number is gone", "numbers are gone"),
              (len(set(now) - set(before)), "number is new", "numbers are new"))
    said += [f"{count} {one if count == 1 else many}" for count, one, many in counts if count > 0]
    return "; ".join(said) + "." if said else ""


def _move(name: str, before: tuple[float, str], now: tuple[float, str]) -> str:
    """What became of one number: by which factor where it is twofold or more, else by how much."""
    was, value = before[0], now[0]
    by = f"by {with_unit(abs(value - was), now[1])}"
    if was * value > 0:
        factor = max(value / was, was / value)
        if factor >= 2:
            by = f"{'×' if abs(value) > abs(was) else '÷'} {plain(factor)}"
    return f"“{name}” {trend(was, value)} from {with_unit(*before)} to {with_unit(*now)} ({by})"

"""The pairs of an encoding as hands of clocks, before and after a shift, from two starts."""

from __future__ import annotations

import math

import pandas as pd

from dlcore.spelling import plain
from dlcore.tables import of_rows
from dlcore.topics.positions._encoding import BASE

WIDE, HIGH = 10.0, 6.4  # of the picture, in radii of a clock
TURN = "turn by ωk"
_LEFT, _ACROSS, _FOOT, _UP = 3.4, 2.8, 1.1, 3.0  # the first clock, from clock to clock, the lower row, from row to row


def speeds(dimension: int) -> list[float]:
    """ω of up to three pairs, the fastest first: those near 1, 0.3 and 0.1 where there are so many pairs."""
    step = max(1, dimension // 16)
    return [BASE ** (-2 * i / dimension) for i in (0, step, 2 * step) if i < dimension // 2]


def degrees(angle: float) -> str:
    """An angle in whole degrees, a small one with its first digit."""
    found = math.degrees(angle)
    return f"{round(found):,}°" if found >= 1 or not found else f"{plain(found, 1)}°"


def clocks(dimension: int, shift: int, starts: tuple[int, int]) -> pd.DataFrame:
    """Columns line, part, x, y, point, text: a row of clocks for each start, the first one above.

    A hand points to (sin ωt, cos ωt): from the top, and on clockwise.
    """
    rows: list[tuple[str, str, float, float, int, str]] = []
    for row, start in enumerate(starts):
        y = _FOOT + (1 - row) * _UP
        rows.append(("", "", 1.1, y, 0, f"from\nt = {start}"))
        for column, speed in enumerate(speeds(dimension)):
            x = _LEFT + column * _ACROSS
            if row == 0:
                rows.append(("", "", x, y + 1.85, 0, f"ω = {plain(speed, 2)}"))
            rows.append(("", "", x, y + 1.35, 0, degrees(speed * shift)))
            for part, line in _lines(speed * start, speed * shift).items():
                rows += [(f"{part} {row} {column}", part, x + dx, y + dy, point, "")
                         for point, (dx, dy) in enumerate(line)]
    return of_rows("line part x y point text", rows)


def _lines(angle: float, turn: float) -> dict[str, list[tuple[float, float]]]:
    """Face, the turn (a spiral if it is more than a whole one) and both hands, around (0, 0)."""
    many = 2 + int(turn / 0.1)
    arc = [(turn * i / (many - 1), 0.45 + 0.12 * turn * i / (many - 1) / math.tau) for i in range(many)] if turn else []
    return {"face": [_at(math.tau * i / 60, 1.0) for i in range(61)],
            TURN: [_at(angle + further, radius) for further, radius in arc],
            "p(t)": [(0.0, 0.0), _at(angle, 1.0)], "p(t + k)": [(0.0, 0.0), _at(angle + turn, 1.0)]}


def _at(angle: float, radius: float) -> tuple[float, float]:
    return radius * math.sin(angle), radius * math.cos(angle)

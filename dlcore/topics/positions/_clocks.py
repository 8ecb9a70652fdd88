"""The pairs of an encoding as hands of clocks, before and after a shift, from two starts."""

from __future__ import annotations

import math

import pandas as pd
from torch import Tensor

from dlcore.spelling import plain
from dlcore.tables import of_rows
from dlcore.topics.positions._encoding import BASE

Point = tuple[float, float]

WIDE, HIGH = 10.0, 6.4  # of the picture, in radii of a clock
TURN = "turn by ωk"
_LEFT, _ACROSS, _FOOT, _UP = 3.4, 2.8, 1.1, 3.0  # the first clock, from clock to clock, the lower row, from row to row


def pairs(dimension: int) -> list[int]:
    """Which up to three pairs are drawn, the fastest first: ω near 1, 0.3 and 0.1 where there are so many pairs."""
    step = max(1, dimension // 16)
    return [i for i in (0, step, 2 * step) if i < dimension // 2]


def speeds(dimension: int) -> list[float]:
    """ω of these pairs."""
    return [BASE ** (-2 * i / dimension) for i in pairs(dimension)]


def degrees(angle: float) -> str:
    """An angle in whole degrees, a small one with its first digit."""
    found = math.degrees(angle)
    return f"{round(found):,}°" if found >= 1 or not found else f"{plain(found, 1)}°"


def clocks(code: Tensor, shift: int, starts: tuple[int, int]) -> pd.DataFrame:
    """Columns line, part, x, y, point, text: a row of clocks for each start, the first one above.

    A hand points to a pair of the encodings `code` (T, d), sine to the right and cosine up: from the top, and on
    clockwise. The turn is the law: by ωk from the first hand on.
    """
    dimension = code.shape[1]
    rows: list[tuple[str, str, float, float, int, str]] = []
    for row, start in enumerate(starts):
        y = _FOOT + (1 - row) * _UP
        rows.append(("", "", 1.1, y, 0, f"from\nt = {start}"))
        for column, (pair, speed) in enumerate(zip(pairs(dimension), speeds(dimension), strict=True)):
            before, after = ((*code[t, 2 * pair:2 * pair + 2].tolist(),) for t in (start, start + shift))
            x = _LEFT + column * _ACROSS
            if row == 0:
                rows.append(("", "", x, y + 1.85, 0, f"ω = {plain(speed, 2)}"))
            rows.append(("", "", x, y + 1.35, 0, degrees(speed * shift)))
            for part, line in _lines(before, after, speed * shift).items():
                rows += [(f"{part} {row} {column}", part, x + dx, y + dy, point, "")
                         for point, (dx, dy) in enumerate(line)]
    return of_rows("line part x y point text", rows)


def _lines(before: Point, after: Point, turn: float) -> dict[str, list[Point]]:
    """Face, the turn (a spiral if it is more than a whole one) and both hands, around (0, 0)."""
    many, angle = 2 + int(turn / 0.1), math.atan2(*before)
    arc = [(turn * i / (many - 1), 0.45 + 0.12 * turn * i / (many - 1) / math.tau) for i in range(many)] if turn else []
    return {"face": [_at(math.tau * i / 60, 1.0) for i in range(61)],
            TURN: [_at(angle + further, radius) for further, radius in arc],
            "p(t)": [(0.0, 0.0), before], "p(t + k)": [(0.0, 0.0), after]}


def _at(angle: float, radius: float) -> Point:
    return radius * math.sin(angle), radius * math.cos(angle)

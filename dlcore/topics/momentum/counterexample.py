"""Can momentum fail where plain gradient descent succeeds?

Source: Lessard, Recht & Packard, "Analysis and Design of Optimization Algorithms via Integral Quadratic
Constraints", SIAM Journal on Optimization 2016 (the three-cycle).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np
import pandas as pd

from dlcore.params import Ranged, choice, number
from dlcore.spelling import plain
from dlcore.tables import summary, table

STEPS = 300
NEAR = 2.5  # a walk that ends within it is looked at from near
TUNED = 25 / 13  # the best step of plain descent on the three-cycle's function, 2/(m + L), in units of 1/L


@dataclass(frozen=True)
class Convex:
    """A smooth convex function of one weight, its gradient, and the largest curvature L."""

    value: Callable[[float], float]
    gradient: Callable[[float], float]
    largest_curvature: float
    low: float
    high: float


def three_cycle_value(w: float) -> float:
    """Curvature 25, but 1 between w = 1 and w = 2; the pieces meet with equal value and slope."""
    return 12.5 * w**2 if w < 1 else 0.5 * w**2 + 24 * w - 12 if w < 2 else 12.5 * w**2 - 24 * w + 36


def three_cycle_gradient(w: float) -> float:
    """A slope that rises steeply, gently, and steeply again."""
    return 25 * w if w < 1 else w + 24 if w < 2 else 25 * w - 24


FUNCTIONS = {
    "three_cycle": Convex(three_cycle_value, three_cycle_gradient, 25.0, -7.0, 7.0),
    "flat": Convex(lambda w: 0.5 * max(abs(w) - 1, 0) ** 2, lambda w: w - min(max(w, -1.0), 1.0), 1.0, -7.0, 7.0),
    "separable": Convex(lambda w: math.log1p(math.exp(-w)), lambda w: -1 / (1 + math.exp(min(w, 700.0))),
                        0.25, -2.0, 10.0),
}

GENTLE = {"three_cycle": (1.0, 2.0, "curvature 1"), "flat": (-1.0, 1.0, "curvature 0")}


@dataclass(frozen=True)
class Params(Ranged):
    function: str = choice("three_cycle", tuple(FUNCTIONS), "Strongly convex, flat at the bottom, or without a minimum")
    method: str = choice("heavy_ball", ("gradient_descent", "heavy_ball"), "Update rule")
    learning_rate: float = number(25 / 9, 0.1, 4.0, 0.02, "Step size α times the largest curvature L", symbol="αL")
    momentum: float = number(4 / 9, 0.0, 0.999, 0.001, "Share β of the last step that is kept", symbol="β")
    start: float = number(3.3, 3.07, 3.46, 0.01, "Weight w at the start, where the ball is at rest", symbol="w")

    def idle(self) -> set[str]:
        """Plain descent remembers nothing."""
        return {"momentum"} if self.method == "gradient_descent" else set()


@dataclass(frozen=True)
class Result:
    """A walk in one dimension, and the function under it.

    Columns of `path`: step (0 is the start), w, method, in_view (|w| ≤ 20).
    Columns of `visited`: w and value (f there) of the last 12 steps, as far as the function is drawn.
    Columns of `function`: w, value, gradient. Columns of `gentle`: w, value, piece (its curvature), where it is bent
    less than elsewhere; without rows for a function whose curvature has no steps.
    Columns of `summary`: quantity, value, unit.
    """

    path: Annotated[pd.DataFrame, "step", "w", "method", "in_view"]
    visited: Annotated[pd.DataFrame, "w", "value"]
    function: Annotated[pd.DataFrame, "w", "value", "gradient"]
    gentle: Annotated[pd.DataFrame, "w", "value", "piece"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """300 updates w ← w − α f′(w) + β (w − w_before), released at rest."""
    convex = FUNCTIONS[params.function]
    alpha = params.learning_rate / convex.largest_curvature
    beta = params.momentum if params.method == "heavy_ball" else 0.0
    before = w = params.start
    path = [w]
    for _ in range(STEPS):
        before, w = w, w - alpha * convex.gradient(w) + beta * (w - before)
        path.append(w)
    walk = table(step=np.arange(STEPS + 1), w=path, method=(params.method,) * (STEPS + 1),
                 in_view=[abs(w) <= 20 for w in path])
    end = [w for w in path[-12:] if convex.low <= w <= convex.high]
    visited = table(w=end, value=[convex.value(w) for w in end])
    near = params.function != "separable" and max(map(abs, path[-12:])) <= NEAR
    curve = drawn(params.function, near)
    return Result(walk, visited, curve, gentle(params.function, curve), measures(path), sentence(params, path))


def gentle(function: str, curve: pd.DataFrame) -> pd.DataFrame:
    """The piece of the least curvature."""
    low, high, piece = GENTLE.get(function, (0.0, -1.0, ""))  # from right to left there is none
    return curve.loc[curve.w.between(low - 1e-9, high + 1e-9), ["w", "value"]].assign(piece=piece)


@lru_cache(maxsize=2 * len(FUNCTIONS))
def drawn(function: str, near: bool) -> pd.DataFrame:
    """The function and its slope, over all of its range or `near` the minimum."""
    convex = FUNCTIONS[function]
    low, high = (-NEAR, NEAR) if near else (convex.low, convex.high)
    grid = np.linspace(low, high, round(20 * (high - low)) + 1).tolist()  # kinks on it
    return table(w=grid, value=[convex.value(w) for w in grid], gradient=[convex.gradient(w) for w in grid])


def period(path: list[float]) -> int | None:
    """After how many steps the end of the walk repeats itself, to four digits; 1 when it has come to rest."""
    end = path[-48:]
    spread = max(end) - min(end)
    if spread < 1e-6:
        return 1
    cycles = (n for n in range(2, 13) if max(abs(a - b) for a, b in zip(end, end[n:], strict=False)) < 1e-4 * spread)
    return next(cycles, None)


def measures(path: list[float]) -> pd.DataFrame:
    """Where it ends, how much it still moves, and the cycle where there is one."""
    rows = [("last_w", path[-1], ""), ("last_move", abs(path[-1] - path[-2]), "")]
    rows += [("cycle_length", length, "steps")] if (length := period(path)) and length > 1 else []
    return summary(rows)


def sentence(params: Params, path: list[float]) -> str:
    """What happened, and what it is to be compared with."""
    last, length = path[-1], period(path)
    fair = (f" Compare each method at its own best step: plain descent with learning rate {plain(TUNED)} converges."
            if params.function == "three_cycle" else "")
    if params.function == "separable":
        return (f"There is no minimum to reach: after {STEPS} steps w is {plain(last)} and still moves by "
                f"{plain(abs(last - path[-2]))} per step. The loss falls towards 0 and never reaches it.")
    if max(map(abs, path[-12:])) > 100:  # the last of them may lie in the middle of a swing
        return f"It explodes: after {STEPS} steps w is {plain(last)}.{fair}"
    if length and length > 1:
        visited = ", ".join(map(plain, path[-length:]))
        return f"It never arrives: it circles the minimum for ever through the same {length} places, {visited}.{fair}"
    if params.function == "flat" and length:
        # right of 1 the rule is linear: a walk that does not cross 1 from one start does not from any
        other = "every start on this side ends there" if min(path) > 1 - 1e-9 else "another start ends elsewhere"
        return f"It comes to rest at w = {plain(last)}. The loss is minimal everywhere from −1 to 1, and {other}."
    near = "It reaches the minimum" if length == 1 else "It has not come to rest"
    return f"{near}: after {STEPS} steps w is {plain(last)}."

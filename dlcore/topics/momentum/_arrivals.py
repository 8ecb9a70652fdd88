"""When plain descent and a heavy ball arrive, each at its best, and what is drawn of that."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from dlcore.tables import table
from dlcore.topics.momentum._quadratic import best
from dlcore.topics.momentum._settle import settled_steps


def best_descent(condition_number: float) -> int:
    """Steps of plain descent with α = 2/(L + m): both weights shrink by (κ − 1)/(κ + 1), until √2 of it is 10⁻⁶."""
    factor = (condition_number - 1) / (condition_number + 1)
    return math.ceil(math.log(1e-6 / math.sqrt(2)) / math.log(factor)) if factor else 1


@lru_cache(maxsize=16)
def best_ball(condition_number: float) -> int:
    """Steps of the heavy ball at its best α and β."""
    alpha, beta = best("heavy_ball", condition_number)

    def update(w: Any, velocity: Any, gradient: Any) -> tuple[Any, Any]:
        velocity = beta * velocity + gradient
        return w - alpha * velocity, velocity

    steps = settled_steps(update, np.array([1 / condition_number, 1.0]))
    assert steps is not None  # at its best it converges
    return steps


@lru_cache(maxsize=16)
def descent(condition_number: float) -> pd.DataFrame:
    """The loss of plain descent at its best learning rate, until it has arrived; nothing for an infinite κ."""
    count = 0 if math.isinf(condition_number) else best_descent(condition_number) + 1
    curvature = np.array([1 / condition_number, 1.0])
    alpha, w, walk = best("gradient_descent", condition_number)[0], np.ones(2), np.empty((count, 2))
    for row in walk:
        row[:] = w
        w = w - alpha * curvature * w
    steps = thin(count) if count else np.arange(0)
    loss = 0.5 * (walk[steps] ** 2 @ curvature)
    shown = drawable(loss)
    return table(step=steps[shown], value=loss[shown], kind=("plain descent",) * int(shown.sum()))


def arrivals(plain: pd.DataFrame, steps: np.ndarray, loss: np.ndarray, settled: int | None) -> pd.DataFrame:
    """The last row of plain descent, and the first row of this run that is near for good."""
    here = np.flatnonzero(steps >= (math.inf if settled is None else settled))[:1]
    there = plain[plain.step > 0][-1:]  # at κ = 1 it arrives at once, where the loss is 0
    step: np.ndarray = np.append(steps[here], there.step)
    value: np.ndarray = np.append(loss[here], there.value)
    return table(step=step, value=value, kind=("measured",) * len(here) + ("plain descent",) * len(there),
                 text=tuple(f"{int(at):,} steps" for at in step))


def thin(count: int) -> np.ndarray:
    """At most 1,000 steps, by an odd stride: an even one would hide a zigzag."""
    steps = np.arange(0, count, (count // 999 + 1) | 1)
    return steps if steps[-1] == count - 1 else np.append(steps, count - 1)


def drawable(values: np.ndarray) -> np.ndarray:
    """Which values a log axis can show: no zero, and nothing that float64 cannot hold."""
    return (values > 1e-300) & (values < 1e300)

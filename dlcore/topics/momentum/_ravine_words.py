"""What happened in the ravine, in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcore.spelling import plain
from dlcore.topics.momentum._arrivals import best_ball, best_descent
from dlcore.topics.momentum._quadratic import stationary_square

EDGE = 1 - 1e-9  # a rate that rounding alone keeps from 1 does not converge
# What one weight does, and what both do.
MOTIONS = {"under-damped": ("swings (under-damped)", "both weights swing (under-damped)"),
           "over-damped": ("does not swing (over-damped)", "neither weight swings (over-damped)"),
           "critical": ("is about to swing (critically damped)", "both weights are about to swing (critically damped)"),
           "zigzagging": ("zigzags", "both weights zigzag"),
           "divergent": ("hardly comes closer", "both weights hardly come closer")}


def sentence(params: Any, rate: float, steps: np.ndarray, loss: np.ndarray, law: np.ndarray, motion: list[str],
          settled: int | None) -> str:
    """Whether it settles, and how the two directions move."""
    said = diverging(params, rate, steps, loss) if rate >= EDGE else arriving(params, steps, loss, law, settled)
    if rate < EDGE:
        (flat, both), (steep, _) = (MOTIONS[name] for name in motion)
        each = f"the flat weight w₁ {flat}, the steep one {steep}"
        said += f". Here {both if motion[0] == motion[1] else each}."
    if params.method == "ema" and params.momentum > 0:
        said += (f" (PyTorch's SGD(dampening=β) does not dampen its first step: it would be {first_step(params)} "
                 "times as long.)")
    return said


def first_step(params: Any) -> str:
    """1/(1 − β), the factor between a first step whole and one that enters an average."""
    return plain(1 / (1 - params.momentum))


def diverging(params: Any, rate: float, steps: np.ndarray, loss: np.ndarray) -> str:
    """A spectral radius of 1 or more."""
    end = f"after {steps[-1]:,} steps the loss is {plain(float(loss[-1]))}"
    if rate > 2 - EDGE:
        return (f"It explodes: {end}." if loss[-1] > loss[0] else
                f"It will explode, though slowly: {end}, and the growing direction does not dominate yet.")
    if params.gradient_noise > 0:
        return f"It wanders off: a step keeps the whole error, so the noise of all steps adds up; {end}."
    return f"It neither settles nor explodes: in one direction a step keeps the whole error; {end}."


def arriving(params: Any, steps: np.ndarray, loss: np.ndarray, law: np.ndarray, settled: int | None) -> str:
    """A spectral radius below 1, without its full stop; `law` is the mean of the loss over all runs."""
    last = f"{steps[-1]:,}"
    if params.gradient_noise > 0:
        return noisy(last, loss, law, noise_floor(params))
    if settled is None:
        return "It would take about a million steps or more to settle"
    drawn = f" ({last} steps are drawn)" * bool(settled > steps[-1])
    descent, ball = best_descent(params.condition_number), best_ball(params.condition_number)
    return (f"From step {settled:,} on w stays within 10⁻⁶ of the minimum{drawn}; plain descent at its best step needs "
            f"{descent:,}, a heavy ball at its best {ball:,}")


def noise_floor(params: Any) -> float:
    """The mean loss for ever after: ½ Σ λ E[w²]."""
    curvature = np.array([1 / params.condition_number, 1.0])
    squares = stationary_square(params.method, params.learning_rate, params.momentum, curvature)
    return 0.5 * params.gradient_noise**2 * float(squares @ curvature)


def noisy(last: str, loss: np.ndarray, law: np.ndarray, floor: float) -> str:
    """Whether the mean loss of the last half is that of the long run already."""
    late = slice(len(loss) // 2, None)
    here, mean = plain(loss[late].mean()), law[late].mean()
    if abs(mean / floor - 1) < 0.2:
        return (f"It never settles: noise holds the mean loss at {plain(floor)}; over the last half of this run it is "
                f"{here}")
    way = "still falls towards" if mean > floor else "still rises towards"
    return (f"After {last} steps the mean loss {way} {plain(floor)}, where noise will hold it; over the last half of "
            f"this run it is {here}")

"""Why does a heavy ball cross a ravine faster?

Source: Polyak 1964; Goh, "Why Momentum Really Works", Distill 2017.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import torch

from dlcore.params import number
from dlcore.seeds import generator
from dlcore.topics.momentum._quadratic import Ravine, radius, roots, spectral_radius
from dlcore.topics.momentum._settle import settled_steps

EDGE = 1 - 1e-9  # a rate that rounding alone keeps from 1 does not converge
VIEW = 20.0  # the picture of the path ends this far from the minimum


@dataclass(frozen=True)
class Params(Ravine):
    steps: int = number(300, 50, 3000, 50, "Number of updates")
    gradient_noise: float = number(0.0, 0.0, 1.0, 0.05, "Standard deviation of the noise on each gradient")
    seed: int = number(0, 0, 99, 1, "Stream of random numbers")

    def idle(self) -> set[str]:
        """Without noise nothing is random."""
        return super().idle() | ({"seed"} if self.gradient_noise == 0 else set())


@dataclass(frozen=True)
class Result:
    """What the run measured, and the law of its two directions.

    Columns of `path`: step (0 is the start), w1 (the flat direction), w2 (the steep one), in_view (near the minimum).
    Columns of `loss`: step, value (f(w), whose minimum is 0; an exact zero has no row), kind ("measured", "theory").
    Columns of `modes`: direction, curvature, real, imaginary and modulus of a root z, regime ("over-damped": two
    real roots, "critical": they meet, "under-damped": a complex pair, "divergent": |z| ≥ 1).
    Columns of `contours`: line (one piece of a level line), point (along it), level (the loss there), w1, w2.
    Columns of `summary`: quantity, value, unit.
    """

    path: pd.DataFrame
    loss: pd.DataFrame
    modes: pd.DataFrame
    contours: pd.DataFrame
    summary: pd.DataFrame
    sentence: str


def run(params: Params) -> Result:
    """Minimize f(w) = ½(w₁²/κ + w₂²) from (1, 1): the two directions never meet, each walks alone."""
    alpha, nesterov = params.learning_rate, params.method == "nesterov"
    beta = 0.0 if params.method == "gradient_descent" else params.momentum
    fresh = 1 - beta if params.method == "ema" else 1.0  # the share of the newest gradient

    def update(w: Any, velocity: Any, gradient: Any) -> tuple[Any, Any]:
        velocity = beta * velocity + fresh * gradient
        return w - alpha * (gradient + beta * velocity if nesterov else velocity), velocity

    curvature = np.array([1 / params.condition_number, 1.0])  # (2,)
    noise = torch.randn(2, params.steps, generator=generator(params.seed), dtype=torch.float64)  # (2, T)
    walks = []
    for slope, kicks in zip(curvature.tolist(), (params.gradient_noise * noise).tolist(), strict=True):
        w, velocity = 1.0, 0.0
        walk = [w]
        for kick in kicks:
            w, velocity = update(w, velocity, slope * w + kick)
            walk.append(w)
        walks.append(walk)
    settles = params.gradient_noise == 0 and rate(params) < EDGE
    return describe(params, curvature, np.array(walks).T, settled_steps(update, curvature) if settles else None)


def rate(params: Params) -> float:
    """The spectral radius at these sliders, in closed form."""
    return float(spectral_radius(params.method, params.learning_rate, params.momentum, params.condition_number))


def describe(params: Params, curvature: np.ndarray, path: np.ndarray, settled: int | None) -> Result:
    """Tables, numbers and one sentence; `path` (T + 1, 2) is cut where float64 cannot hold its loss."""
    lost = ~(np.abs(path).max(1) < 1e150)
    steps = thin(int(lost.argmax()) if lost.any() else len(path))
    summary = numbers(params, path, settled)
    path = path[steps]
    loss = 0.5 * (curvature * path**2).sum(1)
    law = theory(params, curvature, steps)
    modes = regimes(params, curvature)
    return Result(
        path=pd.DataFrame({"step": steps, "w1": path[:, 0], "w2": path[:, 1], "in_view": np.abs(path).max(1) <= VIEW}),
        loss=pd.concat([curve(steps, loss, "measured"), curve(steps, law, "theory")], ignore_index=True),
        modes=modes,
        contours=contours(params.condition_number),
        summary=pd.DataFrame(summary, columns=["quantity", "value", "unit"]),
        sentence=words(params, steps, loss, modes, settled))


def thin(count: int) -> np.ndarray:
    """At most 1,000 steps, by an odd stride: an even one would hide a zigzag."""
    return np.union1d(np.arange(0, count, (count // 999 + 1) | 1), [count - 1])


def curve(steps: np.ndarray, values: np.ndarray, kind: str) -> pd.DataFrame:
    """Rows for a log axis: no zero, and nothing that float64 cannot hold."""
    shown = (values > 1e-300) & (values < 1e300)
    return pd.DataFrame({"step": steps[shown], "value": values[shown], "kind": kind})


def theory(params: Params, curvature: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Σ ½λρ(λ)²ᵏ: each direction at its own rate, without noise and without the swing."""
    rho = radius(params.method, params.learning_rate, params.momentum, curvature)  # (2,)
    with np.errstate(over="ignore"):
        return 0.5 * (curvature * rho ** (2.0 * steps[:, None])).sum(1)


def regimes(params: Params, curvature: np.ndarray) -> pd.DataFrame:
    """Two roots for each direction, and what they make of the walk."""
    half, discriminant = roots(params.method, params.learning_rate, params.momentum, curvature)  # (2,)
    spread = np.emath.sqrt(discriminant)
    root = np.stack([half + spread, half - spread], axis=1)  # (direction, 2)
    damping = np.where(np.abs(discriminant) < 1e-12, "critical",
                       np.where(discriminant > 0, "over-damped", "under-damped"))
    regime = np.where(np.abs(root).max(1) < EDGE, damping, "divergent")
    return pd.DataFrame({"direction": np.repeat(["w1", "w2"], 2), "curvature": np.repeat(curvature, 2),
                         "real": root.real.ravel(), "imaginary": root.imag.ravel(), "modulus": np.abs(root).ravel(),
                         "regime": np.repeat(regime, 2)})


@lru_cache(maxsize=16)
def contours(condition_number: float) -> pd.DataFrame:
    """Where f is constant, within 1.5 of the minimum: an upper and a lower arc for each level."""
    arcs = []
    for height in np.arange(0.2, 1.5, 0.2):  # where the line crosses the steep axis
        width = height * math.sqrt(condition_number)
        angle = np.linspace(math.acos(min(1.0, 1.5 / width)), math.pi - math.acos(min(1.0, 1.5 / width)), 33)
        arcs += [pd.DataFrame({"line": f"{side * height:.1f}", "point": range(33), "level": height**2 / 2,
                               "w1": width * np.cos(angle), "w2": side * height * np.sin(angle)}) for side in (1, -1)]
    return pd.concat(arcs, ignore_index=True)


def numbers(params: Params, path: np.ndarray, settled: int | None) -> list[tuple[str, float, str]]:
    """The rows of the summary; what does not exist has none."""
    rho, overshoot = rate(params), -path.min()
    rows = [("spectral_radius", rho, "a step")]
    if 0 < rho < EDGE:
        rows.append(("steps_per_decade", -1 / math.log10(rho), "steps"))
    if settled is not None:
        rows.append(("settled_steps", settled, "steps"))
    if rho < EDGE and overshoot > 0:
        rows.append(("overshoot", overshoot, "× the start"))
    return rows


def words(params: Params, steps: np.ndarray, loss: np.ndarray, modes: pd.DataFrame, settled: int | None) -> str:
    """What happened."""
    rho, last = rate(params), f"{steps[-1]:,}"
    flat, steep = modes.regime[0], modes.regime[2]
    damping = f"both directions are {flat}" if flat == steep else f"the flat direction is {flat}, the steep one {steep}"
    if rho >= EDGE:
        verb = "It explodes" if rho > 2 - EDGE else "It neither settles nor explodes"
        return f"{verb}: a step multiplies the error by {rho:.3g}, and after {last} steps the loss is {loss[-1]:.2g}."
    if params.gradient_noise > 0:
        floor = loss[len(loss) // 2:].mean()
        return f"It never settles: noise holds the loss near {floor:.2g} (mean of the last half), and {damping}."
    if settled is None:
        return f"It would take about a million steps or more to settle; {damping}."
    more = f" ({last} steps are drawn)" if settled > steps[-1] else ""
    return f"From step {settled:,} on it stays within 10⁻⁶ of the minimum{more}; {damping}."

"""How much does momentum speed up gradient descent in a narrow valley?

Source: Polyak 1964; Goh, "Why Momentum Really Works", Distill 2017.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

import numpy as np
import pandas as pd
import torch

from dlcore.params import number
from dlcore.seeds import generator
from dlcore.tables import summary, table
from dlcore.topics.momentum._arrivals import arrivals, best_ball, best_descent, descent, drawable, thin
from dlcore.topics.momentum._quadratic import Ravine, expected_square, roots, spectral_radius
from dlcore.topics.momentum._ravine_words import EDGE, sentence
from dlcore.topics.momentum._settle import settled_steps

ARC = 33  # points of a level line
WIDE = 1.5  # the level lines reach so many times as far to the sides as up: a chart is wider than it is high
VIEW = 20.0  # the picture of the path ends this far from the minimum


@dataclass(frozen=True)
class Params(Ravine):
    steps: int = number(300, 50, 3000, 50, "Number of updates")
    gradient_noise: float = number(0.0, 0.0, 1.0, 0.05, "Standard deviation σ of the noise in each gradient",
                                   symbol="σ")
    seed: int = number(0, 0, 99, 1, "Random seed of the noise")

    def idle(self) -> set[str]:
        """Without noise nothing is random."""
        return super().idle() | ({"seed"} if self.gradient_noise == 0 else set())


@dataclass(frozen=True)
class Result:
    """What the run measured, and the law of its two directions.

    Columns of `path`: step (0 is the start), w1 (the flat direction), w2 (the steep one), in_view (near the minimum).
    Columns of `loss`: step, value (f(w), whose minimum is 0; an exact zero has no row), kind ("measured", "theory": the
    closed form; with noise the mean over all runs).
    Columns of `descent`: those of `loss`, for plain descent with its best learning rate, until it has arrived.
    Columns of `arrivals`: those of both, and text, where w stays within 10⁻⁶ of the minimum for good. With noise there
    are no rows.
    Columns of `last`: those of `loss`, its last measured row. Columns of `marks`: step, text ("0" where f(w) is 0).
    Columns of `modes`: direction, curvature, real, imaginary and modulus of a root z, regime ("over-damped": real
    roots, "critical": two meet, "under-damped": a complex pair, "divergent": |z| ≥ 1). Without momentum: one root.
    Columns of `contours`: line (one piece of a level line), point (along it), level (the loss there), w1, w2.
    Columns of `summary`: quantity, value, unit.
    """

    path: Annotated[pd.DataFrame, "step", "w1", "w2", "in_view"]
    loss: Annotated[pd.DataFrame, "step", "value", "kind"]
    descent: Annotated[pd.DataFrame, "step", "value", "kind"]
    arrivals: Annotated[pd.DataFrame, "step", "value", "kind", "text"]
    last: Annotated[pd.DataFrame, "step", "value", "kind"]
    marks: Annotated[pd.DataFrame, "step", "text"]
    modes: Annotated[pd.DataFrame, "direction", "curvature", "real", "imaginary", "modulus", "regime"]
    contours: Annotated[pd.DataFrame, "line", "point", "level", "w1", "w2"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
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
    rate = float(spectral_radius(params.method, alpha, beta, params.condition_number))
    settles = params.gradient_noise == 0 and rate < EDGE
    settled = settled_steps(update, curvature) if settles else None
    return describe(params, curvature, np.array(walks).T, rate, settled)


def describe(params: Params, curvature: np.ndarray, path: np.ndarray, rate: float, settled: int | None) -> Result:
    """Tables, numbers and one sentence; `path` (T + 1, 2) is cut where float64 cannot hold its loss."""
    lost = ~(np.abs(path).max(1) < 1e150)
    steps = thin(int(lost.argmax()) if lost.any() else len(path))
    overshoot = float(-path.min())
    path = path[steps]
    extent = np.abs(path).max(1)
    loss = 0.5 * (path**2 @ curvature)
    shown, law = drawable(loss), theory(params, curvature, steps)
    known = drawable(law)
    end = steps[shown][-1:], loss[shown][-1:]
    plain = descent(params.condition_number if params.gradient_noise == 0 else math.inf)
    modes, motion = regimes(params, curvature)
    return Result(
        path=table(step=steps, w1=path[:, 0], w2=path[:, 1], in_view=extent <= VIEW),
        loss=table(step=np.concatenate([steps[shown], steps[known]]), value=np.concatenate([loss[shown], law[known]]),
                   kind=("measured",) * int(shown.sum()) + ("theory",) * int(known.sum())),
        descent=plain,
        arrivals=arrivals(plain, steps[shown], loss[shown], settled),
        last=table(step=end[0], value=end[1], kind=("measured",)),
        marks=table(step=steps[loss == 0][:1], text=("0",) * bool((loss == 0).any())),
        modes=modes,
        contours=contours(params.condition_number, reach(extent[extent <= VIEW].max())),
        summary=summary(found(params, rate, overshoot if params.gradient_noise == 0 else 0.0, settled)),
        sentence=sentence(params, rate, steps, loss, law, motion, settled))


def theory(params: Params, curvature: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """E[½ Σ λw²] at each of `steps`: what the run has without noise, and the mean over all runs with it."""
    squares = expected_square(params.method, params.learning_rate, params.momentum, curvature, params.gradient_noise,
                              int(steps[-1]))  # (T, 2)
    return 0.5 * (squares[steps] @ curvature)


def regimes(params: Params, curvature: np.ndarray) -> tuple[pd.DataFrame, list[str]]:
    """The roots of each direction, what they make of the walk, and that in words."""
    half, discriminant = roots(params.method, params.learning_rate, params.momentum, curvature)  # (2,)
    spread = np.emath.sqrt(discriminant)
    root = np.stack([half + spread, half - spread], axis=1)  # (direction, 2)
    damping = np.where(np.abs(discriminant) < 1e-12, "critical",
                       np.where(discriminant > 0, "over-damped", "under-damped"))
    if params.method == "gradient_descent" or params.momentum == 0:  # no velocity, no second root: it would be 0
        root, damping = (2 * half)[:, None], np.array(["over-damped"] * 2)
    regime = np.where(np.abs(root).max(1) < EDGE, damping, "divergent").tolist()
    motion = ["zigzagging" if d > -1e-12 and h < 0 else name
              for d, h, name in zip(discriminant, half, regime, strict=True)]
    each, root = root.shape[1], root.ravel()
    return table(direction=("w1",) * each + ("w2",) * each, curvature=np.repeat(curvature, each),
                 real=root.real, imaginary=root.imag, modulus=np.abs(root),
                 regime=(regime[0],) * each + (regime[1],) * each), motion


def reach(extent: float) -> float:
    """How far from the minimum the level lines go: 1.2, doubled until the whole walk in view lies within."""
    return 1.2 * 2.0 ** max(0, math.ceil(math.log2(extent / 1.2)))


@lru_cache(maxsize=60)
def contours(condition_number: float, reach: float = 1.2) -> pd.DataFrame:
    """Where f is constant, an upper and a lower arc for each level: `reach` high, and as wide as the chart is then."""
    least = reach / 7.5
    heights, lines = [side * height for height in (least * np.arange(1, 8)).tolist() for side in (1, -1)], []
    for height in heights:  # where the line crosses the steep axis
        width = abs(height) * math.sqrt(condition_number)
        end = math.acos(min(1.0, WIDE * reach / width))
        angle = np.linspace(end, math.pi - end, ARC)
        lines.append([width * np.cos(angle), height * np.sin(angle)])
    w1, w2 = np.concatenate(lines, axis=1)
    names = tuple(f"{height:.1f}" for height in heights for _ in range(ARC))
    return table(line=names, point=np.tile(np.arange(ARC), len(heights)),
                 level=np.repeat(np.square(heights) / 2, ARC), w1=w1, w2=w2)


def found(params: Params, rate: float, overshoot: float, settled: int | None) -> list[tuple[str, float, str]]:
    """The rows of the summary; what does not exist has none."""
    rows = [("spectral_radius", rate, "per step")]
    if 0 < rate < EDGE:
        rows.append(("steps_per_decade", -1 / math.log10(rate), "steps"))
    if settled is not None:
        rows += [("settled_steps", settled, "steps"),
                 ("plain_descent_steps", best_descent(params.condition_number), "steps"),
                 ("best_ball_steps", best_ball(params.condition_number), "steps")]
    if rate < EDGE and overshoot > 0:
        rows.append(("overshoot", overshoot, "× the start"))
    return rows

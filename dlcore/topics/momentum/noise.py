"""Does momentum average out the noise of the gradients?

Source: the stationary variance of a second-order autoregression (Box & Jenkins 1970); Mandt, Hoffman & Blei,
"Stochastic Gradient Descent as Approximate Bayesian Inference", JMLR 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
import torch

from dlcore.params import Ranged, number
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.tables import summary, table

GRID = np.linspace(0, 0.99, 34).round(2).tolist()
CHAINS = 64  # walks with noise of their own for each momentum
BURN_IN, STEPS = 350, 700  # the slowest walk's variance comes within a factor e of its last in 100 steps
EVERY = 5  # steps from one look at the weights to the next: closer ones tell little more
DRAWN = 300


@dataclass(frozen=True)
class Params(Ranged):
    learning_rate: float = number(0.05, 0.005, 0.5, 0.005, "Step size α (the curvature is 1)", symbol="α")
    momentum: float = number(0.9, 0.0, 0.99, 0.01, "Share β of the last velocity that is kept", symbol="β")
    noise: float = number(1.0, 0.1, 2.0, 0.1, "Standard deviation σ of the noise added to each gradient", symbol="σ")
    seed: int = number(0, 0, 99, 1, "Random seed of the noise")


@dataclass(frozen=True)
class Result:
    """How far the noise throws a ball that has found the minimum.

    Columns of `variance`: momentum, value (mean of w² once the start is forgotten), kind ("measured", "theory"), low
    and high (two standard errors about the mean of 64 walks; all momenta hear the same noise and are off together).
    `chosen` holds the row of `variance` that was measured at the chosen momentum.
    Columns of `path`: step, value (the weight w of one walk), momentum (0, and the chosen one).
    Columns of `summary`: quantity (equal_step: plain descent with a step of α/(1 − β)), value, unit.
    """

    variance: Annotated[pd.DataFrame, "momentum", "value", "kind", "low", "high"]
    chosen: Annotated[pd.DataFrame, "momentum", "value", "kind"]
    path: Annotated[pd.DataFrame, "step", "value", "momentum"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Minimize f(w) = ½w² from noisy gradients w + noise, by a heavy ball, for every momentum at once."""
    alpha, beta = params.learning_rate, params.momentum
    kept = np.array([[kept] * CHAINS for kept in (beta, 0.0, *GRID)], dtype=np.float32)  # (M, C), as wide as w: quicker
    step_size = np.full_like(kept, alpha)  # (M, C)
    step_size[1] = min(alpha / (1 - beta), 2.0)  # row 1: plain descent with row 0's step in the long run; 2 explodes
    kicks = params.noise * torch.randn(STEPS, CHAINS, generator=generator(params.seed))  # (T, C), the same for all
    w, velocity, square, move = np.zeros((4, *kept.shape), dtype=np.float32)  # (M, C) each
    walks: np.ndarray = np.empty((STEPS, 2, CHAINS), dtype=np.float32)
    for step, kick in enumerate(kicks.numpy()):  # in place: the time goes into calls, not into numbers
        walks[step] = w[:3:2]  # the chosen momentum, and none
        if step >= BURN_IN and step % EVERY == 0:
            square += w * w
        velocity *= kept  # v ← βv + gradient
        velocity += w  # the gradient of ½w² is w
        velocity += kick
        w -= np.multiply(step_size, velocity, out=move)  # w ← w − αv
    square = square.astype(float) / len(range(BURN_IN, STEPS, EVERY))  # (M, C)
    return describe(params, square.mean(1), 2 * square.std(1, ddof=1) / CHAINS**0.5, walks.astype(float))


def theory(learning_rate: float, momentum: np.ndarray, noise: float) -> np.ndarray:
    """The stationary variance ασ²(1 + β) / ((1 − β)(2(1 + β) − α)) of the recurrence, at curvature 1."""
    shrink = (1 - momentum) * (2 * (1 + momentum) - learning_rate)
    return learning_rate * noise**2 * (1 + momentum) / shrink


def describe(params: Params, variance: np.ndarray, doubt: np.ndarray, walks: np.ndarray) -> Result:
    """Tables, numbers and one sentence; `doubt` is two standard errors of each variance."""
    momenta, rows_of = np.unique([*GRID, params.momentum], return_index=True)
    measured, doubts = (np.append(row[2:], row[0])[rows_of] for row in (variance, doubt))
    law = theory(params.learning_rate, momenta, params.noise)
    here, equal_step, plain_one = map(float, variance[:3])
    likeness, plain_likeness = correlation(walks[BURN_IN:, 0]), correlation(walks[BURN_IN:, 1])
    rows = [("variance", here, ""), ("plain_variance", plain_one, ""), ("growth", here / plain_one, "×"),
            ("update_correlation", likeness, "")]
    worth = params.learning_rate / (1 - params.momentum)
    equal = "plain descent with that step explodes"
    if worth < 2:
        rows.append(("equal_step_variance", equal_step, ""))
        equal = f"plain descent with that step has a variance of {plain(equal_step)}"
    about = f"{plain(here)} (±{plain(float(doubt[0]), 2)} from {CHAINS} walks)"
    sentence = (
        f"Momentum does not help here. It makes the updates smoother: the correlation of one with the next goes from "
        f"{plain_likeness:.2g} to {likeness:.2g}. But the weight is farther from the minimum: its variance is {about}"
        f", and without momentum {plain(plain_one)}. Momentum acts as a longer step, α/(1 − β) = {plain(worth)}: "
        f"{equal}.")
    if params.momentum == 0:
        sentence = f"Without momentum, the noise keeps the weight at a variance of {about} around the minimum."
    spread = np.concatenate([doubts, 0 * law])
    value = np.concatenate([measured, law])
    kind = ("measured",) * len(momenta) + ("theory",) * len(momenta)
    variances = table(momentum=np.tile(momenta, 2), value=value, kind=kind,
                      low=np.maximum(value - spread, value / 10), high=value + spread)
    chosen = table(momentum=[params.momentum], value=[here], kind=("measured",))
    return Result(variances, chosen, drawn(params, walks), summary(rows), sentence)


def correlation(walk: np.ndarray) -> float:
    """Of each update with the next one, over all chains; (T, C)."""
    updates = np.diff(walk, axis=0)
    return float((updates[1:] * updates[:-1]).mean() / (updates**2).mean())


def drawn(params: Params, walks: np.ndarray) -> pd.DataFrame:
    """The first steps of one walk of each kind, pushed by the same noise."""
    kinds = [(0.0, 1), (params.momentum, 0)][: 2 if params.momentum else 1]
    return table(step=np.tile(np.arange(DRAWN + 1), len(kinds)),
                 value=np.concatenate([walks[: DRAWN + 1, row, 0] for _, row in kinds]),
                 momentum=np.repeat([kept for kept, _ in kinds], DRAWN + 1))

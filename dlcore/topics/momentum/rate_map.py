"""Which learning rate and momentum converge, and which diverge?

Source: Polyak 1964; Goh, "Why Momentum Really Works", Distill 2017; Lessard, Recht & Packard 2016.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np
import pandas as pd

from dlcore.spelling import plain
from dlcore.tables import summary, table
from dlcore.topics.momentum._quadratic import CONDITION_NUMBERS, HIGHEST, METHODS, Ravine, best, spectral_radius

CELLS = 70  # along either side
MAPS = len(METHODS) * len(CONDITION_NUMBERS)  # all that there are: 5 MB
BRIGHTEST = 2.0  # colors tell rates apart up to here


@dataclass(frozen=True)
class Params(Ravine):
    """The sliders of the ravine."""


@dataclass(frozen=True)
class Result:
    """The rate that the closed form gives everywhere, and where the sliders stand.

    Columns of `map`: learning_rate, momentum (centers of the cells), rate (spectral radius; 2 stands for 2 and more).
    Columns of `lines`: line ("divergence", "critical damping" of the steep direction and, named so, of the flat one),
    learning_rate, momentum, label (a word at one of its points).
    Columns of `points`: name ("here", "best"), learning_rate, momentum (0 for plain descent), rate.
    Columns of `summary`: quantity, value, unit.
    """

    map: Annotated[pd.DataFrame, "learning_rate", "momentum", "rate"]
    lines: Annotated[pd.DataFrame, "line", "learning_rate", "momentum", "label"]
    points: Annotated[pd.DataFrame, "name", "learning_rate", "momentum", "rate"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Spectral radius of one update over the plane (α, β), the lines where its roots change, and two points."""
    method, kappa = params.method, params.condition_number
    here = params.learning_rate, 0.0 if method == "gradient_descent" else params.momentum
    optimum = best(method, kappa)
    rates = [float(spectral_radius(method, *at, kappa)) for at in (here, optimum)]
    points = table(name=("here", "best"), learning_rate=[here[0], optimum[0]], momentum=[here[1], optimum[1]],
                   rate=rates)
    sentence = (f"In the long run each step multiplies the error by {plain(rates[0])}. The best factor is "
                f"{plain(rates[1])}, at α = {plain(optimum[0])}" + (
                    "." if method == "gradient_descent" else f" and β = {plain(optimum[1])}."))
    return Result(rate_map(method, kappa), lines(method, kappa), points, summary([("best_rate", rates[1], "per step")]),
                  sentence)


@lru_cache(maxsize=MAPS)
def rate_map(method: str, condition_number: float) -> pd.DataFrame:
    """One row a cell; nothing here moves with the learning rate or the momentum, so it is made once."""
    momentum, center = (np.indices((CELLS, CELLS)) + 0.5) / CELLS
    learning_rate = HIGHEST * center  # (CELLS, CELLS)
    rate = spectral_radius(method, learning_rate, momentum, condition_number)
    return pd.DataFrame({"learning_rate": learning_rate.ravel(), "momentum": momentum.ravel(),
                         "rate": rate.clip(max=BRIGHTEST).ravel()})


@lru_cache(maxsize=MAPS)
def lines(method: str, condition_number: float) -> pd.DataFrame:
    """Where the steep direction begins to diverge, and where the two roots of a direction meet."""
    momentum, learning_rate = np.linspace(0, 1, 65), np.linspace(0, HIGHEST, 129)
    drawn = [line("divergence", "diverges", 10, divergence(method, momentum), momentum),
             line("critical damping", "above: w₂ swings", 5, learning_rate, critical(method, learning_rate))]
    if condition_number > 1:  # else the two directions are the same
        flat = critical(method, learning_rate / condition_number)
        drawn.append(line("critical damping, flat", "above: w₁ swings", 38, learning_rate, flat))
    return pd.concat(drawn, ignore_index=True)


def line(name: str, word: str, at: int, learning_rate: np.ndarray, momentum: np.ndarray) -> pd.DataFrame:
    """The part of a line that lies on the map, with its word beside point number `at`."""
    label = np.where(np.arange(len(momentum)) == at, word, "")
    on = (learning_rate <= HIGHEST) & (momentum >= 0) & (momentum <= 1)  # NaN, for "no such line", is not on it
    return pd.DataFrame({"line": name, "learning_rate": learning_rate[on], "momentum": momentum[on],
                         "label": label[on]})


def divergence(method: str, momentum: np.ndarray) -> np.ndarray:
    """The learning rate at which a root of the steep direction leaves the unit disc, through z = −1."""
    if method == "nesterov":
        return 2 * (1 + momentum) / (1 + 2 * momentum)
    if method == "gradient_descent":
        return np.full_like(momentum, 2.0)
    with np.errstate(divide="ignore"):
        return 2 * (1 + momentum) / (1 - momentum if method == "ema" else 1.0)


def critical(method: str, step: np.ndarray) -> np.ndarray:
    """The momentum at which a direction with αλ = `step` is critically damped."""
    if method == "nesterov":
        return (1 - np.sqrt(step)) / (1 + np.sqrt(step))
    if method == "ema":
        return ((1 - step) / (1 + step)) ** 2
    return (1 - np.sqrt(step)) ** 2 if method == "heavy_ball" else np.full_like(step, np.nan)

"""What does gradient clipping do at a cliff of the loss?

One recurrent unit, x_t = w σ(x_{t−1}) + b from x_0 = 0.5, is to end at σ(x_T) = 0.7; E = (σ(x_T) − 0.7)².

Source: Pascanu, Mikolov & Bengio 2013.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np
import pandas as pd

from dlcore.params import Ranged, choice, number
from dlcore.tables import summary, table
from dlcore.topics.gradients._cliff import BIASES, WEIGHTS, longest_step, sentence
from dlcore.topics.gradients._closeup import closeup, frame, seen

START, TARGET = 0.5, 0.7


@dataclass(frozen=True)
class Params(Ranged):
    weight: float = number(5.0, 0.0, 8.0, 0.05, "Recurrent weight w at the start", symbol="w")
    bias: float = number(-2.0, -4.0, 2.0, 0.05, "Bias b at the start", symbol="b")
    learning_rate: float = number(0.05, 0.001, 0.5, 0.001, "Learning rate α", symbol="α")
    momentum: float = number(0.0, 0.0, 0.99, 0.01, "Momentum β: share of the last step that is kept", symbol="β")
    clip_norm: float | str = choice(1.0, (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, "off"),
                                    "Largest norm c of a gradient; a longer one is scaled down to c",
                                    symbol="c")
    length: int = number(50, 5, 100, 1, "Number T of time steps of the recurrence", symbol="T")
    steps: int = number(200, 10, 500, 10, "Number of updates")


@dataclass(frozen=True)
class Result:
    """`map`: weight, bias, loss, gradient_norm, for this length.

    `path`: step, weight, bias, loss, gradient_norm (before clipping), kind (raw, clipped); both start at the sliders.
    `near`: weight, bias, loss: a finer map of the square around the clipped path (the raw one if clipping is off).
    `near_path`: step, weight, bias, kind: both paths up to where they leave that square.
    `frame`: line, label, weight, bias: the sides of the square.
    `limit`: step, gradient_norm, kind: the norm c from the first step to the last; no row if clipping is off.
    `marks`: step, text, where the gradient of a path is first exactly 0, which has no logarithm.
    `start`: name, weight, bias.
    `summary`: quantity, value, unit, of the clipped path if there is one; of the raw path as raw_….
    """

    map: Annotated[pd.DataFrame, "weight", "bias", "loss", "gradient_norm"]
    path: Annotated[pd.DataFrame, "step", "weight", "bias", "loss", "gradient_norm", "kind"]
    near: Annotated[pd.DataFrame, "weight", "bias", "loss"]
    near_path: Annotated[pd.DataFrame, "step", "weight", "bias", "kind"]
    frame: Annotated[pd.DataFrame, "line", "label", "weight", "bias"]
    limit: Annotated[pd.DataFrame, "step", "gradient_norm", "kind"]
    marks: Annotated[pd.DataFrame, "step", "text"]
    start: Annotated[pd.DataFrame, "name", "weight", "bias"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def loss_and_gradient(weight: float, bias: float, length: int) -> tuple[float, float, float]:
    """E, ∂E/∂w and ∂E/∂b: the derivatives of x_t are carried forward with x_t."""
    tanh, x, dx_dw, dx_db = math.tanh, START, 0.0, 0.0
    for _ in range(length):  # 20,000 times a run: one product for two uses
        h = 0.5 + 0.5 * tanh(0.5 * x)  # σ(x), which cannot overflow in this form
        pulled = weight * h
        slope = pulled * (1 - h)  # ∂x_t / ∂x_{t−1} = w σ'(x)
        x = pulled + bias
        dx_dw = h + slope * dx_dw
        dx_db = 1 + slope * dx_db
    h = 0.5 + 0.5 * tanh(0.5 * x)
    dE_dx = 2 * (h - TARGET) * h * (1 - h)
    return (h - TARGET) ** 2, dE_dx * dx_dw, dE_dx * dx_db


def descend(params: Params, clip_norm: float, aside: float = 0.0) -> np.ndarray:
    """One path, a row a step: w, b, E and the norm of its gradient; it ends where a number is no longer finite.

    It begins at the sliders, or so far aside of them.
    """
    weight, bias, step_w, step_b, path = params.weight + aside, params.bias + aside, 0.0, 0.0, []
    for _ in range(params.steps + 1):
        loss, grad_w, grad_b = loss_and_gradient(weight, bias, params.length)
        norm = math.hypot(grad_w, grad_b)
        if not math.isfinite(norm + weight + bias):
            break
        path.append((weight, bias, loss, norm))
        scale = min(1.0, clip_norm / (norm + 1e-6))  # as torch.nn.utils.clip_grad_norm_
        step_w = params.momentum * step_w + scale * grad_w
        step_b = params.momentum * step_b + scale * grad_b
        weight, bias = weight - params.learning_rate * step_w, bias - params.learning_rate * step_b
    return np.array(path)


def run(params: Params) -> Result:
    """Descend from one point twice, with the raw gradient and with the clipped one."""
    paths = {"raw": descend(params, math.inf)}
    if not isinstance(params.clip_norm, str):  # "off"
        short = paths["raw"][:, 3].max() + 1e-6 <= params.clip_norm  # nothing to clip: the same path
        paths["clipped"] = paths["raw"] if short else descend(params, params.clip_norm)
        return describe(params, paths, [])
    # At a cliff the last digits of a start decide where its raw path ends: two others tell whether they do here.
    return describe(params, paths, [descend(params, math.inf, aside) for aside in (-1e-12, 1e-12)])


def describe(params: Params, paths: dict[str, np.ndarray], beside: list[np.ndarray]) -> Result:
    """Tables, numbers and one sentence; `beside`: raw paths that began next to the one that is drawn."""
    largest = {kind: longest_step(path) for kind, path in paths.items()}
    chosen = "raw" if params.clip_norm == "off" else "clipped"
    found = {"largest_step": largest[chosen], "final_loss": float(paths[chosen][-1, 2])}
    if chosen == "clipped":
        found |= {"raw_largest_step": largest["raw"], "raw_final_loss": float(paths["raw"][-1, 2])}
    weight, bias, loss, norm = np.concatenate([*paths.values()]).T
    square = closeup(paths[chosen])
    parts = {kind: seen(path, *square) for kind, path in paths.items()}
    still = [path[:, 3].argmin() for path in paths.values() if path[:, 3].min() == 0]
    return Result(error_map(params.length),
                  table(step=np.concatenate([np.arange(len(path)) for path in paths.values()]), weight=weight,
                        bias=bias, loss=loss, gradient_norm=norm,
                        kind=kinds(paths)),
                  grid(*square, params.length).drop(columns="gradient_norm"),
                  table(step=np.concatenate([np.arange(len(part)) for part in parts.values()]),
                        weight=np.concatenate([*parts.values()])[:, 0], bias=np.concatenate([*parts.values()])[:, 1],
                        kind=kinds(parts)),
                  frame(*square), limit(params),
                  table(step=np.array(still, dtype=int), text=("0",) * len(still)),
                  table(name=("start",), weight=[params.weight], bias=[params.bias]),
                  summary((name, value, "") for name, value in found.items()),
                  sentence(params, paths, beside))


def kinds(paths: dict[str, np.ndarray]) -> tuple[str, ...]:
    """The name of the path of each row."""
    return tuple(kind for kind, path in paths.items() for _ in path)


def limit(params: Params) -> pd.DataFrame:
    """The norm c, over the whole axis."""
    ends = [] if isinstance(params.clip_norm, str) else [(0, params.clip_norm), (params.steps, params.clip_norm)]
    return pd.DataFrame([(step, float(norm), "clipped") for step, norm in ends],
                        columns=["step", "gradient_norm", "kind"])


@lru_cache(maxsize=24)  # 3 MB
def error_map(length: int) -> pd.DataFrame:
    """E and its gradient's norm on the whole map."""
    return grid(WEIGHTS, BIASES, length)


def grid(weights: np.ndarray, biases: np.ndarray, length: int) -> pd.DataFrame:
    """E and its gradient's norm on a grid, all points at once."""
    bias, weight = np.tile(biases, len(weights)), weights.repeat(len(biases))
    x, dx_dw, dx_db = np.full(weight.shape, START), np.zeros(weight.shape), np.zeros(weight.shape)
    for _ in range(length):
        h = 0.5 + 0.5 * np.tanh(x / 2)
        slope = weight * h * (1 - h)
        x, dx_dw, dx_db = weight * h + bias, h + slope * dx_dw, 1 + slope * dx_db
    h = 0.5 + 0.5 * np.tanh(x / 2)
    norm = np.abs(2 * (h - TARGET) * h * (1 - h)) * np.hypot(dx_dw, dx_db)
    return pd.DataFrame({"weight": weight, "bias": bias, "loss": (h - TARGET) ** 2, "gradient_norm": norm})

"""For which random weights does a gradient neither vanish nor explode?

In a wide plain network the pre-activations' variance settles at q* = σ_w² E φ(√q* z)² + σ_b², and the squared gradient
is multiplied by χ = σ_w² E φ'(√q* z)² in every layer. At χ = 1 it neither vanishes nor explodes.

Source: Poole et al. 2016; Schoenholz et al. 2017.
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
from dlcore.topics.gradients._mean_field import moments

WEIGHT_SCALES, BIAS_SCALES = np.linspace(0.1, 4, 40), np.linspace(0, 1, 41)  # the map
PHASES = pd.DataFrame([("below", "vanishes", 0.2, 0.9), ("above", "explodes", 2.4, 0.9)],
                      columns=["line", "label", "weight_scale", "bias_scale"])
Q = np.geomspace(1e-8, 20, 800)  # variances at which the moments are tabulated for it


@dataclass(frozen=True)
class Params(Ranged):
    weight_scale: float = number(1.0, 0.1, 4.0, 0.05, "σ_w: weights have standard deviation σ_w/√n", symbol="σ_w")
    bias_scale: float = number(0.3, 0.0, 1.0, 0.05, "σ_b: standard deviation of the biases b", symbol="σ_b")
    activation: str = choice("tanh", ("tanh", "relu"), "Activation function φ of every layer")


@dataclass(frozen=True)
class Result:
    """`map`: weight_scale, bias_scale, chi. `critical`: weight_scale, bias_scale, where χ = 1; line, label: its word.

    `phases`: line, label, weight_scale, bias_scale: a word on each side of the line, at 0.9 of the largest bias scale.
    `point`: name, weight_scale, bias_scale, of the sliders. `summary`: quantity, value, unit: chi; fixed_point q* and
    depth_scale 1/|ln χ|, the layers in which the squared gradient changes by a factor of e, where they exist: the
    depth scale is infinite where χ = 1.
    """

    map: Annotated[pd.DataFrame, "weight_scale", "bias_scale", "chi"]
    critical: Annotated[pd.DataFrame, "line", "label", "weight_scale", "bias_scale"]
    phases: Annotated[pd.DataFrame, "line", "label", "weight_scale", "bias_scale"]
    point: Annotated[pd.DataFrame, "name", "weight_scale", "bias_scale"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Find the fixed point of the variance, and what it does to a gradient."""
    weight_variance, bias_variance = params.weight_scale**2, params.bias_scale**2
    q: float | None
    if params.activation == "tanh":
        q = float(fixed_point(lambda q: moments("tanh", q)[1], weight_variance, bias_variance).round(12))
        chi = float(weight_variance * moments("tanh", q)[2])
    else:  # E φ² = q/2 and E φ'² = ½ at every q
        chi = weight_variance / 2
        q = bias_variance / (1 - chi) if chi < 1 - 1e-9 else None
    found = [("chi", chi, "per layer")]
    if q is not None:
        found.append(("fixed_point", q, ""))
    if abs(chi - 1) > 1e-9:  # otherwise it is infinite
        found.append(("depth_scale", 1 / abs(math.log(chi)), "layers"))
    return Result(chi_map(params.activation), critical_line(params.activation), PHASES,
                  table(name=("here",), weight_scale=[params.weight_scale], bias_scale=[params.bias_scale]),
                  summary(found), sentence(params, chi, q))


def fixed_point(square: Callable[[np.ndarray], np.ndarray], weight_variance: np.ndarray | float,
                bias_variance: np.ndarray | float) -> np.ndarray:
    """The largest q with q = σ_w² E φ² + σ_b², by bisection; `square` gives E φ² ≤ 1 at q."""
    low, high = np.zeros(np.shape(weight_variance)), np.asarray(weight_variance + bias_variance, dtype=float)
    for _ in range(50):
        middle = (low + high) / 2
        grows = weight_variance * square(middle) + bias_variance > middle
        low, high = np.where(grows, middle, low), np.where(grows, high, middle)
    return (low + high) / 2


@lru_cache(maxsize=2)
def chi_map(activation: str) -> pd.DataFrame:
    """χ on the grid; it depends on the activation alone."""
    bias, weight = np.tile(BIAS_SCALES, len(WEIGHT_SCALES)), WEIGHT_SCALES.repeat(len(BIAS_SCALES))
    chi = weight**2 / 2
    if activation == "tanh":
        _, square, slope = moments("tanh", Q)
        q = fixed_point(lambda q: np.interp(q, Q, square), weight**2, bias**2)
        chi = weight**2 * np.interp(q, Q, slope)
    return pd.DataFrame({"weight_scale": weight, "bias_scale": bias, "chi": chi})


@lru_cache(maxsize=2)
def critical_line(activation: str) -> pd.DataFrame:
    """χ = 1: for tanh, each q* has its σ_w² = 1 / E φ'² and σ_b² = q − σ_w² E φ²; for ReLU σ_w = √2."""
    if activation == "relu":
        return named(np.full(len(BIAS_SCALES), math.sqrt(2)), np.asarray(BIAS_SCALES, dtype=float))
    q = np.linspace(0, 4, 161)
    _, square, slope = moments("tanh", q)
    weight, bias = slope**-0.5, np.sqrt(q - square / slope)
    inside = (weight <= WEIGHT_SCALES[-1]) & (bias <= BIAS_SCALES[-1])
    return named(weight[inside], bias[inside])


def named(weight: np.ndarray, bias: np.ndarray) -> pd.DataFrame:
    """The critical line, with its word in the middle."""
    label = ["χ = 1" if i == len(weight) // 2 else "" for i in range(len(weight))]
    return pd.DataFrame({"line": "critical", "label": label, "weight_scale": weight, "bias_scale": bias})


def sentence(params: Params, chi: float, q: float | None) -> str:
    """Which side of the edge this is, and what becomes of the variance."""
    relu = params.activation == "relu"
    if abs(chi - 1) <= 1e-9:
        fate = "it neither vanishes nor explodes, and the depth scale is infinite: this is " + (
            "the critical weight scale of ReLU, √2" if relu else "the border between both")
    else:
        layers = 1 / abs(math.log(chi))
        fate = f"it {'vanishes' if chi < 1 else 'explodes'}, its square by a factor of e every {plain(layers)} layers"
        fate += " (close to χ = 1)" if layers > 100 else ""
    if q is not None:
        variance = f"settles at {plain(q)}"
    elif chi - 1 > 1e-9:
        variance = "grows without bound"
    elif params.bias_scale:
        variance = f"grows by σ_b² = {plain(params.bias_scale**2)} per layer, without bound"
    else:
        variance = "stays what it is in the first layer"
    return (f"Going back, every layer multiplies the squared gradient by {plain(chi)} (the gradient itself by "
            f"√χ = {plain(math.sqrt(chi))}): {fate}. "
            f"The variance of the pre-activations {variance}.")

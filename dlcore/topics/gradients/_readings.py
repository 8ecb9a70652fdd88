"""What the claims read from a run."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcore.topics.gradients import chain


def measured(result: Any, quantity: str) -> np.ndarray:
    """The measured values of one quantity, first layer first."""
    rows = result.layers[(result.layers.quantity == quantity) & (result.layers.kind == "measured")]
    return rows.value.to_numpy()


def decades(result: chain.Result, source: str) -> float:
    """What one source adds to the gradient's logarithm; −∞ where a factor is 0."""
    return float(result.decades.set_index("source").value.get(source, -math.inf))


def far_from_sheet(result: chain.Result) -> float:
    """Largest distance of the activations from those that the sheet prints."""
    return float(np.abs(measured(result, "activation") - [0.525, 0.513, 0.5128, 0.5128, 0.5128, 0.5128]).max())


def far_from_formula(result: chain.Result) -> float:
    """How far one unit at z = 1 is from the sigmoid's two formulas."""
    h, slope = measured(result, "activation")[0], measured(result, "delta")[0]
    return max(abs(h - 1 / (1 + math.exp(-1))), abs(slope - h * (1 - h)))

"""A curve of the reader's own: how close a family of functions can come to it, and where it bends."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from dlcore.own.curve import own_curve
from dlcore.topics.approximation._floor import GRID, least_rms, reached
from dlcore.topics.approximation._relu_nets import bends

TRAPEZOID = np.where((GRID == 0) | (GRID == 1), 0.5, 1.0) / (len(GRID) - 1)  # the weights of its rule on the grid


def own_floors(curve: Callable[[Tensor], Tensor], activation: str, bias: bool) -> dict[str, float]:
    """The least "rmse" of any width; none where every continuous function can be reached.

    As in `floors`, even and odd part are left each with what its powers do not reach.
    """
    right, left = curve(torch.from_numpy(GRID)).numpy(), curve(torch.from_numpy(-GRID)).numpy()
    parts = zip(((right + left) / 2, (right - left) / 2), reached(activation, bias), strict=True)
    rmse = math.hypot(*(least_rms(part, powers, GRID, TRAPEZOID) for part, powers in parts))
    return {"rmse": rmse} if rmse > 1e-9 else {}


def corners(text: str) -> tuple[Tensor, Tensor]:
    """Where the reader's curve begins, bends and ends, its x and its y from 0 to 1. Shapes: (P,), (P,)."""
    x, y = own_curve(text)
    y = (y - y.min()) / (y.max() - y.min()).clamp(min=1e-300)
    stays = torch.cat([torch.tensor([True]), bends(y.diff() / x.diff()), torch.tensor([True])])
    return (x[stays] + 1) / 2, y[stays]

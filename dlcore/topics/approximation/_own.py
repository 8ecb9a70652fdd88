"""A curve of the reader's own: how close a family of functions can come to it, and where it bends."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from dlcore.own.curve import own_curve
from dlcore.topics.approximation._floor import EVERYTHING, GRID, WITH_BIAS, WITHOUT_BIAS, Powers
from dlcore.topics.approximation._relu_nets import bends


def own_floors(curve: Callable[[Tensor], Tensor], activation: str, bias: bool) -> dict[str, float]:
    """The least "rmse" of any width; none where every continuous function can be reached.

    As in `floors`, even and odd part are left each with what its powers do not reach.
    """
    reached = (WITH_BIAS if bias else WITHOUT_BIAS).get(activation, (EVERYTHING, EVERYTHING))
    right, left = curve(torch.from_numpy(GRID)).numpy(), curve(torch.from_numpy(-GRID)).numpy()
    parts = zip(((right + left) / 2, (right - left) / 2), reached, strict=True)
    rmse = math.hypot(*(left_over(part, powers) for part, powers in parts))
    return {"rmse": rmse} if rmse > 1e-9 else {}


def left_over(part: np.ndarray, powers: Powers) -> float:
    """Root mean square over (0, 1) of what is left of `part` after projection on the powers."""
    if powers is EVERYTHING:
        return 0.0
    root = np.sqrt(np.where((GRID == 0) | (GRID == 1), 0.5, 1.0) / (len(GRID) - 1))  # the trapezoid rule
    basis = np.linalg.qr(root[:, None] * GRID[:, None] ** np.array(powers, dtype=float))[0]
    wanted = root * part
    return float(np.linalg.norm(wanted - basis @ (basis.T @ wanted)))


def corners(text: str) -> tuple[Tensor, Tensor]:
    """Where the reader's curve begins, bends and ends, its x and its y from 0 to 1. Shapes: (P,), (P,)."""
    x, y = own_curve(text)
    y = (y - y.min()) / (y.max() - y.min()).clamp(min=1e-300)
    stays = torch.cat([torch.tensor([True]), bends(y.diff() / x.diff()), torch.tensor([True])])
    return (x[stays] + 1) / 2, y[stays]

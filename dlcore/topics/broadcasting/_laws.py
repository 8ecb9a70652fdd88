"""Where the loss must end and how long the kernel grows on the way: closed forms, no training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor


@dataclass(frozen=True)
class Levels:
    """What either rule aims at, and the loss there."""

    weighted_mean: float  # ỹ = Σ y x² / Σ x²
    floor: float  # the lowest loss of one number for all targets
    plateau: float | None  # the loss where the sheet's rule comes to rest; for sizes it steps to and fro for ever
    median: tuple[float, float]  # of the targets: whatever lies between these two is one
    weighted_median: tuple[float, float]  # the same with weights of x²


def levels(x: Tensor, y: Tensor, loss: str, reduction: str) -> Levels:
    """Floor and plateau of the loss. Squares lead to means, sizes lead to medians. Shapes: (n, n), (n, n)."""
    ink, share = x.square(), y.numel() if reduction == "mean" else 1
    weighted_mean = (y * ink).sum() / ink.sum()
    median, weighted_median = medians(y, torch.ones_like(y)), medians(y, ink)
    if loss == "mse":
        floor = y.numel() * y.var(correction=0)
        plateau = (floor + y.numel() * (weighted_mean - y.mean()) ** 2).item() / share
    else:
        floor, plateau = (y - median[0]).abs().sum(), None
    return Levels(weighted_mean.item(), floor.item() / share, plateau, median, weighted_median)


def medians(y: Tensor, weight: Tensor) -> tuple[float, float]:
    """The lowest and the highest number with no more than half of the weight on either side."""
    order = y.flatten().argsort()
    below = weight.flatten()[order].cumsum(0)
    half = below[-1] / 2 * torch.tensor([1 - 1e-12, 1 + 1e-12], dtype=below.dtype)  # the sum is rounded
    low, high = y.flatten()[order][torch.searchsorted(below, half)].tolist()
    return low, high


def kernel_norms(kernel: Tensor, x: Tensor, y: Tensor, rule: str, learning_rate: float, bias: bool,
                 steps: int) -> np.ndarray:
    """‖W_t‖ for squared errors, t = 0 … steps, with Sₜ = Σ_{s<t} (1 − α)^s for a step size of α/curvature.

    autograd: W_t = W₀ − α Sₜ (ŷ₀ − ȳ) X / (‖X‖² + 1 with a bias), which comes to rest.
    sheet:    W_t = W₀ + α [t (y − ỹ)∘X − Sₜ (ŷ₀ − ỹ) X] / ‖X‖², which grows by α ‖(y − ỹ)∘X‖ / ‖X‖² a step for ever.
    """
    count = torch.arange(steps + 1, dtype=x.dtype)
    sums = torch.cat([torch.zeros(1, dtype=x.dtype), ((1 - learning_rate) ** count[:-1]).cumsum(0)])
    ink, first = x.square().sum(), (kernel * x).sum()
    if rule == "autograd":
        along = [(x, -learning_rate * sums * (first - y.mean()) / (ink + bias))]
    else:
        rest = (y * x.square()).sum() / ink
        along = [((y - rest) * x, learning_rate * count / ink), (x, -learning_rate * sums * (first - rest) / ink)]
    path = kernel.flatten() + sum(amount[:, None] * way.flatten() for way, amount in along)  # (T, N)
    return path.norm(dim=1).numpy()

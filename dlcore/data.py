"""Small data sets, drawn from a passed generator."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def two_moons(n_samples: int, noise: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Two interleaved half circles, centred on the origin, and the class of each point.

    Shapes: (n_samples, 2), (n_samples,).
    """
    angle = math.pi * torch.rand(n_samples, generator=generator)
    label = (torch.arange(n_samples) % 2).float()
    side = 1 - 2 * label  # +1 for the upper moon, −1 for the lower one
    x = torch.stack([side * angle.cos() + label - 0.5, side * (angle.sin() - 0.25)], dim=1)
    return x + noise * torch.randn(n_samples, 2, generator=generator), label

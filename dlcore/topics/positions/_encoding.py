"""Sines and cosines that say where a token is, added to it or turning it."""

from __future__ import annotations

import math

import torch
from torch import Tensor

BASE = 10_000.0


def frequencies(dimension: int) -> Tensor:
    """ω_i = 10000^(−2i/d), the angle that pair i turns by from one position to the next. Shape: (d/2)."""
    return torch.exp(-math.log(BASE) * torch.arange(0, dimension, 2, dtype=torch.float64) / dimension)


def sinusoidal(positions: Tensor, dimension: int) -> Tensor:
    """p = (sin ω₀t, cos ω₀t, sin ω₁t, …) for every position t. Shape: (T, d)."""
    angle = positions.double().outer(frequencies(dimension))  # (T, d/2)
    return torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)


def rotate(x: Tensor, positions: Tensor) -> Tensor:
    """Turn each pair of features of x (…, T, d) by its frequency times the position."""
    angle = positions.double().outer(frequencies(x.shape[-1]))  # (T, d/2)
    even, odd = x[..., 0::2], x[..., 1::2]
    turned = even * angle.cos() - odd * angle.sin(), even * angle.sin() + odd * angle.cos()
    return torch.stack(turned, dim=-1).flatten(-2)

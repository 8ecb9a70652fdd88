"""How well generated points cover a ring of blobs, for several seeds at once."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from dlcore.topics.adversarial._game import Ring

DIRECTIONS = 32  # of the sliced Wasserstein distance


def near(ring: Ring) -> float:
    """The distance from a center within which a point counts for its mode."""
    return max(4 * ring.spread, 0.15 * ring.radius)


def modes_covered(ring: Ring, points: Tensor) -> Tensor:
    """Modes that have a quarter of their fair share of the points (S, N, 2) near their center: (S)."""
    count = (torch.cdist(points, ring.centers().expand(len(points), -1, -1)) <= near(ring)).sum(1)  # (S, modes)
    return (count >= points.shape[1] / (4 * ring.modes)).sum(1)


def share_within(ring: Ring, points: Tensor, distance: float) -> Tensor:
    """Share of the points (S, N, 2) that lie within `distance` of some center: (S)."""
    gap = torch.cdist(points, ring.centers().expand(len(points), -1, -1)).amin(2)  # (S, N)
    return (gap <= distance).double().mean(1)


def sliced_wasserstein(real: Tensor, fake: Tensor) -> Tensor:
    """W₁ of the projections on a line, exact by sorting, averaged over directions: (S, N, 2) twice to (S)."""
    angle = torch.arange(DIRECTIONS) * (math.pi / DIRECTIONS)
    lines = torch.stack([angle.cos(), angle.sin()])  # (2, directions)
    return ((real @ lines).sort(1).values - (fake @ lines).sort(1).values).abs().mean((1, 2)).double()


def bins(values: Tensor, low: float, high: float, count: int) -> Iterator[tuple[int, float, float, int]]:
    """Equal bins over [low, high] with the number of values in each: (bin, low, high, count)."""
    inside = torch.histc(values, count, low, high).int().tolist()
    width = (high - low) / count
    return ((i, low + i * width, low + (i + 1) * width, n) for i, n in enumerate(inside))

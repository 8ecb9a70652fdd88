"""How well generated points cover a ring of blobs, for several seeds at once."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from dlcore.seeds import generator
from dlcore.topics.adversarial._game import Ring, of_ring

ANGLES = torch.arange(32) * (math.pi / 32)
LINES = torch.stack([ANGLES.cos(), ANGLES.sin()], dim=1)  # directions of the sliced Wasserstein distance, (32, 2)


@of_ring(64)
def modes_of_one_blob(ring: Ring) -> int:
    """As how many modes one blob of the data alone would count: more than one where the blobs run into one another.

    The middle of several draws, as 1,000 points of it say.
    """
    rng = generator(0)
    blob = ring.centers()[:1] + ring.spread * torch.randn(9, 1000, 2, generator=rng)
    return int(modes_covered(ring, gaps(ring, blob)).median())


def gaps(ring: Ring, points: Tensor) -> Tensor:
    """Distance of each point from each center: (S, N, 2) to (S, N, modes)."""
    return torch.cdist(points, ring.centers().expand(len(points), -1, -1))


def modes_covered(ring: Ring, gap: Tensor) -> Tensor:
    """How many modes are covered: (S, N, modes) to (S)."""
    return covered(ring, gap).sum(1)


def covered(ring: Ring, gap: Tensor) -> Tensor:
    """Which modes have a quarter of their fair share of the points near their center: (S, N, modes) to (S, modes)."""
    return (gap <= ring.reach).sum(1) >= gap.shape[1] / (4 * ring.modes)


def share_within(gap: Tensor, distance: float) -> Tensor:
    """Share of the points that lie within `distance` of some center: (S, N, modes) to (S)."""
    return (gap.amin(2) <= distance).double().mean(1)


def shadows(points: Tensor) -> np.ndarray:
    """The points' projections on every direction, in order: (S, N, 2) to (S, 32, N)."""
    return np.sort((LINES @ points.mT).numpy(), axis=2)  # numpy sorts small rows ten times faster than torch


def sliced_wasserstein(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """W₁ of the projections on a line, exact by sorting, averaged over directions: `shadows` twice to (S)."""
    return np.abs(one - other).mean((1, 2), dtype=float)

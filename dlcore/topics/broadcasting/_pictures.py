"""Images to look at and targets to hit, on a square grid, in float64."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from dlcore.own.image import own_image
from dlcore.seeds import generator

# The digit 7: two segments x₀ y₀ x₁ y₁, and half their width.
STROKES = ((0.16, 0.19, 0.84, 0.19, 0.10), (0.82, 0.19, 0.44, 0.82, 0.06))


def _digit(size: int, _: torch.Generator) -> Tensor:
    """A seven with soft edges: pixels between 0 and 1, more ink at the top."""
    at = (torch.arange(size, dtype=torch.float64) + 0.5) / size
    y, x = torch.meshgrid(at, at, indexing="ij")
    ink = [(1.6 - _distance(x, y, *ends) / half).clamp(0, 1) for *ends, half in STROKES]
    return torch.maximum(*ink)  # (n, n)


def _distance(x: Tensor, y: Tensor, x0: float, y0: float, x1: float, y1: float) -> Tensor:
    """From every point to the nearest point of a segment."""
    along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2)
    along = along.clamp(0, 1)
    return torch.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0))


def _pixel(size: int, _: torch.Generator) -> Tensor:
    image = torch.zeros(size, size, dtype=torch.float64)
    image[size // 4, size // 4] = 1
    return image


def _ramp(size: int, _: torch.Generator) -> Tensor:
    """From 0 in the top row to 1 in the bottom row."""
    return torch.linspace(0, 1, size, dtype=torch.float64)[:, None].repeat(1, size)


def _checkerboard(size: int, _: torch.Generator) -> Tensor:
    row = torch.arange(size, dtype=torch.float64)
    return (row[:, None] + row) % 2


IMAGES: dict[str, Callable[[int, torch.Generator], Tensor]] = {
    "digit": _digit,
    "noise": lambda size, rng: torch.rand(size, size, generator=rng, dtype=torch.float64),
    "ramp": _ramp,
    "pixel": _pixel,
}

# Every target has a mean of (about) 1, so that only its spread differs.
TARGETS: dict[str, Callable[[int, torch.Generator], Tensor]] = {
    "constant": lambda size, _: torch.ones(size, size, dtype=torch.float64),
    "ramp": lambda size, rng: 2 * _ramp(size, rng),
    "checkerboard": lambda size, rng: 2 * _checkerboard(size, rng),
    "noise": lambda size, rng: 1 + torch.randn(size, size, generator=rng, dtype=torch.float64),
}


def first_kernel(size: int, rng: torch.Generator) -> Tensor:
    """W₀ ~ N(0, 1/n²): the prediction starts at the size of one pixel. Shapes: (1, 1, n, n)."""
    return torch.randn(1, 1, size, size, generator=rng, dtype=torch.float64) / size


def scene(size: int, image: str, target: str, seed: int, own: str = "") -> tuple[Tensor, Tensor, Tensor]:
    """Image (1, n, n), target (n, n) and first kernel (1, 1, n, n), the kernel drawn first; `own` is an image too."""
    rng = generator(seed)
    kernel = first_kernel(size, rng)
    shown = own_image(own, size) if own else IMAGES[image](size, rng)
    return shown[None], TARGETS[target](size, rng), kernel

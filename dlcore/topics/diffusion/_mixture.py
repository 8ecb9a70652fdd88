"""Data with two modes, and a denoising network for them.

Index i of a (T,) tensor is step t = i + 1; the forward chain is that of `_chain`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor, nn

from dlcore.models import build
from dlcore.topics.diffusion._chain import Forward, forward

STEPS, WIDTH = 50, 0.15
CENTERS, WEIGHTS = torch.tensor([-1.0, 1.0]).double(), torch.tensor([0.3, 0.7]).double()
SECOND_MOMENT = 1 + WIDTH**2
GRID = torch.linspace(-6, 6, 801, dtype=torch.float64)
SPACING = (GRID[1] - GRID[0]).item()
Denoiser = Callable[[Tensor, Tensor], Tensor]  # (x_t, index of t) → the noise ε that it sees in x_t


@cache
def chain() -> Forward:
    """β from 2e-3 to 0.4 in 50 steps."""
    return forward(torch.linspace(2e-3, 0.4, STEPS, dtype=torch.float64))


@cache
def clock() -> Tensor:
    """Eight smooth features of the time, so that one network serves all steps: (T, 8)."""
    angle = torch.arange(1, STEPS + 1)[:, None] * math.pi / STEPS * torch.tensor([0.5, 1.0, 2.0, 4.0])
    return torch.cat([angle.sin(), angle.cos()], dim=1)


def network(hidden_size: int, generator: torch.Generator) -> nn.Module:
    """9-h-h-1: x_t and the eight features of t in, the noise out."""
    return build(lambda: nn.Sequential(nn.Linear(9, hidden_size), nn.SiLU(), nn.Linear(hidden_size, hidden_size),
                                       nn.SiLU(), nn.Linear(hidden_size, 1)), generator)


def predict(net: nn.Module, x: Tensor, i: Tensor) -> Tensor:
    """ε_θ(x_t, t): (N,), (N,) → (N,)."""
    return net(torch.cat([x[:, None], clock()[i]], dim=1))[:, 0]


def predict_each(nets: list[Tensor], x: Tensor, i: Tensor) -> Tensor:
    """`predict` of many networks, whose stacked parameters these are: (S, N), (S, N) → (S, N)."""
    h = torch.cat([x[..., None], clock()[i]], dim=-1)
    for layer in (0, 2, 4):
        h = torch.baddbmm(nets[layer + 1][:, None], h, nets[layer].mT)
        h = h if layer == 4 else nn.functional.silu(h)
    return h[..., 0]


def sample(n: int, generator: torch.Generator) -> Tensor:
    """Draw x₀: (N,)."""
    left = torch.rand(n, generator=generator) < WEIGHTS[0].item()
    return torch.where(left, -1.0, 1.0) + WIDTH * torch.randn(n, generator=generator)


def density(x: Tensor, left: Tensor) -> Tensor:
    """q(x_t): the two modes pulled in by √ᾱ and widened to variance ᾱ·width² + 1 − ᾱ.

    Shapes: left broadcasts against x.
    """
    return _modes(x, left).sum(-1)


def _modes(x: Tensor, left: Tensor) -> Tensor:
    left = torch.as_tensor(left, dtype=torch.float64)[..., None]
    variance = left * WIDTH**2 + 1 - left
    return WEIGHTS * normal(x[..., None] - left.sqrt() * CENTERS, variance)  # (..., 2)


def posterior(x: Tensor, left: Tensor) -> tuple[Tensor, Tensor]:
    """E[x₀|x_t] and Var(x₀|x_t): what the best denoiser says, and what it cannot know."""
    modes = _modes(x, left)
    share = modes / modes.sum(-1, keepdim=True)
    left = left[..., None]
    seen = left * WIDTH**2 + 1 - left
    center = CENTERS + left.sqrt() * WIDTH**2 / seen * (x[..., None] - left.sqrt() * CENTERS)
    mean = (share * center).sum(-1)
    within = WIDTH**2 * (1 - left[..., 0]) / seen[..., 0]
    return mean, within + (share * (center - mean[..., None]).square()).sum(-1)


def normal(difference: Tensor, variance: Tensor) -> Tensor:
    """Density of N(0, variance)."""
    return (-0.5 * difference.square() / variance).exp() / (2 * math.pi * variance).sqrt()

"""The bound of a denoising network on the two modes, term by term, and its exact density on a grid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from dlcore.topics.diffusion._mixture import (
    GRID,
    SECOND_MOMENT,
    SPACING,
    STEPS,
    Denoiser,
    chain,
    density,
    normal,
    posterior,
)
from dlcore.topics.diffusion._schedules import prior_nats

REACH = 12.6  # deviations at which a normal density is down to exp(−80)


@dataclass(frozen=True)
class Terms:
    """In nats, averaged over the data. `mass` is how much of p_θ(x₀) lies on the grid; `model` is p_θ(x₀) there."""

    prior: float
    denoising: float
    reconstruction: float
    log_likelihood: float
    mass: float
    model: Tensor  # (801,)

    @property
    def elbo(self) -> float:
        """−(prior + denoising + reconstruction)."""
        return -(self.prior + self.denoising + self.reconstruction)

    @property
    def gap(self) -> float:
        """log p_θ(x₀) − ELBO."""
        return self.log_likelihood - self.elbo


@cache
def variance() -> Tensor:
    """Reverse variances: β̃_t, and β_1 at t = 1, where β̃ is zero."""
    q = chain()
    return torch.cat([q.beta[:1], q.variance[1:]])


@cache
def points() -> tuple[tuple[Tensor, Tensor, int], ...]:
    """For each step its grid of x_t, the index of t there, and its stride.

    A wide kernel needs fewer points: every 8th, 4th or 2nd of the 801, while two of them fit into its deviation.
    """
    strides = [max(k for k in (1, 2, 4, 8) if k == 1 or 2 * k * SPACING <= s) for s in variance().sqrt().tolist()]
    return tuple((GRID[::k], torch.full_like(GRID[::k], i, dtype=torch.long), k) for i, k in enumerate(strides))


@cache
def truth() -> tuple[Tensor, Tensor, Tensor]:
    """Over all points of all steps: E[x₀|x_t], Var(x₀|x_t), and q(x_t) times the width of a cell."""
    x, i = flat()
    left = chain().alpha_bar[i]
    cell = torch.cat([torch.full_like(grid, stride * SPACING) for grid, _, stride in points()])
    return *posterior(x, left), density(x, left) * cell


@cache
def flat() -> tuple[Tensor, Tensor]:
    """The points of all steps in one row, so that the network is called once."""
    return torch.cat([grid for grid, _, _ in points()]), torch.cat([i for _, i, _ in points()])


@torch.no_grad()
def terms_of(denoiser: Denoiser) -> Terms:
    """Every term for one denoiser; its noise prediction ε gives x̂₀ = (x_t − √(1−ᾱ) ε)/√ᾱ."""
    q, v, (x, i) = chain(), variance(), flat()
    left = q.alpha_bar[i]
    guess = (x - (1 - left).sqrt() * denoiser(x.float(), i).double()) / left.sqrt()  # x̂₀
    best, unknown, weight = truth()
    error = torch.zeros(STEPS, dtype=torch.float64).index_add_(0, i, weight * ((guess - best).square() + unknown))
    per_step = 0.5 * q.data_weight.square() * error / v  # (T,): E of the squared distance of the means, over 2v
    model = march(q.data_weight[i] * guess + q.state_weight[i] * x)
    data = density(GRID, torch.ones(())) * SPACING
    seen = model > 1e-300  # where no density is left, none is asked for: the data lie well inside
    return Terms(prior_nats(q.alpha_bar[-1], SECOND_MOMENT), per_step[1:].sum().item(),
                 per_step[0].item() + 0.5 * (2 * torch.pi * v[0]).log().item(),
                 (data[seen] * model[seen].log()).sum().item(), model.sum().item() * SPACING, model)


def march(mean: Tensor) -> Tensor:
    """p_θ(x₀) on the grid: N(0, 1) sent through all steps, p(x_{t−1}) = Σ N(x_{t−1}; μ_θ(x_t), v_t) p(x_t) Δx."""
    means, deviations = mean.split([len(grid) for grid, _, _ in points()]), variance().sqrt().tolist()
    p = normal(points()[-1][0], torch.ones((), dtype=torch.float64))
    for t in range(STEPS, 0, -1):
        target, step = (points()[t - 2][0], points()[t - 2][2]) if t > 1 else (GRID, 1)
        stride, std = points()[t - 1][2], deviations[t - 1]
        sent = narrow if len(target) > 8 * REACH * std / (step * SPACING) else wide
        p = sent(p, means[t - 1], std, target) * (stride * SPACING / (std * (2 * torch.pi) ** 0.5))
    return p


def wide(p: Tensor, means: Tensor, std: float, target: Tensor) -> Tensor:
    """Σ_from exp(−½ ((to − mean)/std)²) p, from every point to every point."""
    apart = (target[:, None] - means).div_(std)  # in standard deviations, (to, from)
    kernel = apart.square_().mul_(-0.5).clamp_(min=-80).exp_()  # no underflow on the way: it is ten times slower
    return kernel @ p


def narrow(p: Tensor, means: Tensor, std: float, target: Tensor) -> Tensor:
    """The same for a small std: from every point to those alone that lie within REACH deviations of its mean."""
    spacing = (target[1] - target[0]).item()
    half = math.ceil(REACH * std / spacing)
    nearest = ((means - target[0]) / spacing).round().clamp(-half, len(target) - 1 + half)  # index in target, (from)
    band = torch.arange(-half, half + 1, dtype=torch.float64)
    apart = ((target[0] + nearest * spacing - means) / std)[:, None] + band * (spacing / std)  # (from, band)
    sent = apart.square_().mul_(-0.5).clamp_(min=-80).exp_().mul_(p[:, None])
    to = (nearest[:, None] + band).long() + 2 * half  # with room for what leaves the grid
    padded = torch.zeros(len(target) + 4 * half, dtype=torch.float64)
    return padded.index_add_(0, to.flatten(), sent.flatten())[2 * half:-2 * half]

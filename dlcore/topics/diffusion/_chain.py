"""The forward chain that adds noise and the reverse chain that removes it, in one dimension.

Every law in here is Gaussian, so that each quantity is exact. Index i of a (T,) tensor is step t = i + 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

VARIANCES = ("beta", "posterior", "optimal")


@dataclass(frozen=True)
class Forward:
    """q(x_t|x_{t−1}) = N(√(1−β) x_{t−1}, β), and q(x_{t−1}|x_t, x₀) = N(c₀ x₀ + c₁ x_t, β̃).

    Shapes: every field (T,).
    """

    beta: Tensor
    alpha_bar: Tensor  # ᾱ_t: x_t given x₀ is N(√ᾱ_t x₀, 1 − ᾱ_t)
    before: Tensor  # ᾱ_{t−1}, with ᾱ_0 = 1
    data_weight: Tensor  # c₀
    state_weight: Tensor  # c₁
    variance: Tensor  # β̃, zero at t = 1


@dataclass(frozen=True)
class Reverse:
    """p_θ(x_{t−1}|x_t) = N(slope · x_t + offset, variance), from p(x_T) = N(0, 1).

    Shapes: slope and offset (G, T) for G denoisers, variance (T,).
    """

    slope: Tensor
    offset: Tensor
    variance: Tensor


def forward(beta: Tensor) -> Forward:
    """Everything that the noise schedule alone decides."""
    left = (1 - beta).cumprod(0)
    before = torch.cat([torch.ones(1, dtype=beta.dtype), left[:-1]])
    noise = 1 - left
    return Forward(beta, left, before, data_weight=before.sqrt() * beta / noise,
                   state_weight=(1 - beta).sqrt() * (1 - before) / noise, variance=beta * (1 - before) / noise)


def reverse(q: Forward, gain: Tensor, mean: float, spread: float, reverse_variance: str) -> Reverse:
    """A denoiser x̂₀ = m + g κ_t (x_t − √ᾱ_t m) put in the place of x₀: perfect for N(m, s²) at gain g = 1.

    Shapes: gain (G,).
    """
    seen = spread**2 * q.alpha_bar + 1 - q.alpha_bar  # variance of x_t, (T,)
    pull = gain[:, None] * spread**2 * q.alpha_bar.sqrt() / seen  # g κ, (G, T)
    doubt = spread**2 * (1 - q.alpha_bar) / seen  # Var(x₀|x_t), (T,)
    variance = {"beta": q.beta, "posterior": q.variance, "optimal": q.variance + q.data_weight**2 * doubt}
    chosen = variance[reverse_variance]
    if reverse_variance != "beta":  # β̃_1 = 0 is no density: the last step takes what is unknown about x₀
        chosen = torch.cat([doubt[:1], chosen[1:]])
    return Reverse(slope=q.data_weight * pull + q.state_weight,
                   offset=q.data_weight * mean * (1 - pull * q.alpha_bar.sqrt()), variance=chosen)


def marginals(p: Reverse) -> tuple[Tensor, Tensor]:
    """Mean and variance of p_θ(x_t) for t = 0 … T: the reverse chain walked from N(0, 1).

    Each x_t is scaled by what will be left of it at x₀, the product of all slopes still to come. So scaled, a step
    only adds: its offset to the mean, its variance to the variance.

    Shapes: (G, T + 1), (G, T + 1).
    """
    scale = torch.cat([torch.ones_like(p.slope[:, :1]), p.slope.cumprod(1)], dim=1)  # (G, T + 1)
    nothing = torch.zeros_like(scale[:, :1])  # at t = T no step has been walked yet
    mean = _sum_from_the_end(torch.cat([scale[:, :-1] * p.offset, nothing], dim=1))
    variance = _sum_from_the_end(torch.cat([scale[:, :-1].square() * p.variance, scale[:, -1:].square()], dim=1))
    return mean / scale, variance / scale.square()


def _sum_from_the_end(x: Tensor) -> Tensor:
    return x.flip(1).cumsum(1).flip(1)


def kl(mean: Tensor, variance: Tensor, other_mean: Tensor, other_variance: Tensor) -> Tensor:
    """KL(N(mean, variance) ‖ N(other_mean, other_variance)) = ½ [r − 1 − ln r + (difference of means)²/v], in nats."""
    ratio = variance / other_variance
    return 0.5 * (ratio - 1 - ratio.log() + (mean - other_mean).square() / other_variance)

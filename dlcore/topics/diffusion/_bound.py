"""Every term of the variational bound for Gaussian data and a linear denoiser, exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from dlcore.topics.diffusion._chain import Forward, Reverse, kl, marginals

BOTH = torch.tensor([-1.0, 1.0], dtype=torch.float64)  # two Gauss–Hermite nodes: exact for whatever is quadratic


@dataclass(frozen=True)
class Bound:
    """The terms for G denoisers, the likelihood that they bound, and the model's p_θ(x₀) = N(mean, variance).

    Shapes: prior () since no denoiser enters it, per_step (G, T − 1) for t = 2 … T, every other field (G,).
    Units: nats, averaged over x₀ ~ N(m, s²).
    """

    prior: Tensor
    per_step: Tensor
    reconstruction: Tensor
    gap: Tensor
    log_likelihood: Tensor
    mean: Tensor
    variance: Tensor

    @property
    def denoising(self) -> Tensor:
        """Σ L_{t−1} over t = 2 … T."""
        return self.per_step.sum(-1)

    @property
    def elbo(self) -> Tensor:
        """−(prior + denoising + reconstruction)."""
        return -(self.prior + self.denoising + self.reconstruction)


def bound_of(q: Forward, p: Reverse, mean: float, spread: float) -> Bound:
    """Each term averaged over the data and the noise; the gap on its own, not as a difference."""
    x0 = (mean + spread * BOTH).view(2, 1, 1, 1)
    xt = q.alpha_bar.sqrt() * x0 + (1 - q.alpha_bar).sqrt() * BOTH.view(1, 2, 1, 1)  # (2, 2, 1, T)
    target = q.data_weight * x0 + q.state_weight * xt  # mean of q(x_{t−1}|x_t, x₀)
    guess = p.slope * xt + p.offset  # mean of p_θ(x_{t−1}|x_t), (2, 2, G, T)
    last, one = q.alpha_bar[-1], torch.ones((), dtype=torch.float64)
    means, variances = marginals(p)
    return Bound(
        prior=kl(last.sqrt() * x0, 1 - last, 0 * one, one).mean(),
        per_step=kl(target[..., 1:], q.variance[1:], guess[..., 1:], p.variance[1:]).mean((0, 1)),
        reconstruction=surprise(x0[..., 0], guess[..., 0], p.variance[0]).mean((0, 1)),
        gap=gap(q, p, x0, means, variances),
        log_likelihood=-surprise(x0[..., 0], means[:, 0], variances[:, 0]).mean((0, 1)),
        mean=means[:, 0], variance=variances[:, 0])


def gap(q: Forward, p: Reverse, x0: Tensor, means: Tensor, variances: Tensor) -> Tensor:
    """KL(q(x_1:T|x₀) ‖ p_θ(x_1:T|x₀)) = Σ_t E KL(q(x_t|x_{t−1}) ‖ p_θ(x_t|x_{t−1})).

    Bayes' rule turns the model's steps round. It needs the model's own marginals p_θ(x_t), which nobody has for a
    network: that is why the gap is called intractable.
    """
    before = q.before.sqrt() * x0 + (1 - q.before).sqrt() * BOTH.view(1, 2, 1, 1)  # x_{t−1}, (2, 2, 1, T)
    share = variances[:, 1:] / variances[:, :-1]  # (G, T)
    turned = means[:, 1:] + p.slope * share * (before - means[:, :-1])  # mean of p_θ(x_t|x_{t−1}), (2, 2, G, T)
    return kl((1 - q.beta).sqrt() * before, q.beta, turned, p.variance * share).mean((0, 1)).sum(-1)


def surprise(x: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    """−log N(x; mean, variance), in nats."""
    return 0.5 * ((2 * math.pi * variance).log() + (x - mean).square() / variance)

"""An autoencoder with one latent z and a linear decoder, so that every term of its bound is exact.

z ~ N(0, 1), p(x|z) = N(w z + b, σ²), q(z|x) = N(mean(x), spread(x)²) by a network; data x ~ N(0, 1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from dlcore.topics.diffusion._chain import kl

NOISE = 0.6  # standard deviation σ of the decoder
POINTS = 256
X = torch.special.ndtri((torch.arange(POINTS) + 0.5) / POINTS)[:, None]  # quantiles of N(0, 1), (N, 1)


class Stacked:
    """Many networks of one architecture, computed as one: each parameter has a first dimension more, the network."""

    def __init__(self, nets: Sequence[nn.Module]) -> None:
        self.nets = nets
        self.parameters = [torch.stack([p.detach() for p in same]).requires_grad_()
                           for same in zip(*(net.parameters() for net in nets), strict=True)]

    def __call__(self, x: Tensor) -> Tensor:
        """Linear layers with tanh between them: (N, in) or (S, N, in) → (S, N, out)."""
        layers = list(zip(self.parameters[::2], self.parameters[1::2], strict=True))
        for i, (weight, bias) in enumerate(layers):  # (S, out, in), (S, out)
            x = x @ weight.mT + bias[:, None]
            x = x if i == len(layers) - 1 else x.tanh()
        return x

    @torch.no_grad()
    def unstack(self) -> Sequence[nn.Module]:
        """The networks themselves, with the parameters of now."""
        for s, net in enumerate(self.nets):
            for own, stacked in zip(net.parameters(), self.parameters, strict=True):
                own.copy_(stacked[s])
        return self.nets


def encode(encoder: nn.Module | Stacked, x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of q(z|x): (N, 1), (N, 1); of many encoders, (S, N, 1) each."""
    mean, log_spread = encoder(x).split(1, dim=-1)
    return mean, log_spread.exp()


def prior(mean: Tensor, spread: Tensor) -> Tensor:
    """KL(q(z|x) ‖ N(0, 1)), averaged over the data: ()."""
    return kl(mean, spread.square(), torch.zeros(()), torch.ones(())).mean()


def truth(decoder: nn.Linear, x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and variance of the exact p(z|x) = N(w (x − b)/(w² + σ²), σ²/(w² + σ²))."""
    w, seen = decoder.weight[0, 0], decoder.weight[0, 0] ** 2 + NOISE**2
    return w * (x - decoder.bias) / seen, NOISE**2 / seen


@torch.no_grad()
def terms_of(encoder: nn.Module, decoder: nn.Linear) -> dict[str, float]:
    """Every term, the mean over z taken exactly: E (x − w z − b)² = (x − w·mean − b)² + w² spread²."""
    mean, spread = encode(encoder, X)
    error = (X - decoder(mean)).square() + (decoder.weight * spread).square()  # (N, 1)
    reconstruction = (0.5 * math.log(2 * math.pi * NOISE**2) + error / (2 * NOISE**2)).mean().item()
    cost = prior(mean, spread).item()
    return {"reconstruction": reconstruction, "prior": cost, "elbo": -reconstruction - cost,
            "gap": kl(mean, spread.square(), *truth(decoder, X)).mean().item(), "spread": spread.mean().item()}


def theory(weight: float) -> dict[str, float]:
    """Where the terms end: the best w² is λ − weight·σ² (λ: variance of the data), or 0 if that is negative.

    Then Var q(z|x) = weight·σ²/(w² + weight·σ²). At weight 0 it shrinks for ever: prior and gap have no end.
    """
    variance, noise = X.double().square().mean().item(), NOISE**2
    signal, tempered = max(0.0, variance - weight * noise), weight * noise
    slope = signal**0.5 / (signal + tempered)  # mean of q(z|x) is slope · x
    left = (1 - slope * signal**0.5) ** 2 * variance  # squared error of the means
    narrow = tempered / (signal + tempered)  # Var q(z|x)
    reconstruction = 0.5 * math.log(2 * math.pi * noise) + (left + signal * narrow) / (2 * noise)
    if weight == 0:
        return {"reconstruction": reconstruction}
    cost = 0.5 * (narrow + slope**2 * variance - 1 - math.log(narrow))
    likelihood = -0.5 * (math.log(2 * math.pi * (signal + noise)) + variance / (signal + noise))
    return {"reconstruction": reconstruction, "prior": cost, "elbo": -reconstruction - cost,
            "gap": likelihood + reconstruction + cost, "spread": narrow**0.5}

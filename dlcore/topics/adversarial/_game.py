"""Five losses for one game: a generator makes points, a critic scores them."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import softplus

from dlcore.topics.adversarial._networks import Adam, Net, forward, only, parameters, slopes, stack

WIDTH, LATENT = 64, 2
BETAS = (0.5, 0.9)  # of Adam: little momentum, as the games want it


def log_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Binary cross entropy of the discriminator D = sigmoid(score): −log D(real) − log(1 − D(fake))."""
    return softplus(-real).mean(1) + softplus(fake).mean(1)  # (S, 1)


def score_gap(real: Tensor, fake: Tensor) -> Tensor:
    """The Wasserstein critic has no sigmoid and no logarithm: it widens the gap of its mean scores."""
    return fake.mean(1) - real.mean(1)  # (S, 1)


@dataclass(frozen=True)
class Loss:
    """What the critic and the generator minimize; `penalty` is put on the critic's slopes, `clip` on its weights."""

    label: str
    critic: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor], Tensor]  # of the scores of generated points
    penalty: str = ""  # "interpolates": λ(slope − 1)² between real and generated; "real": λ/2 slope² at the data
    clip: bool = False


LOSSES = {
    "saturating": Loss("saturating GAN", log_loss, lambda fake: -softplus(fake)),  # log(1 − D)
    "non_saturating": Loss("non-saturating GAN", log_loss, lambda fake: softplus(-fake)),  # −log D
    "wgan_clip": Loss("clipped WGAN", score_gap, lambda fake: -fake, clip=True),
    "wgan_gp": Loss("WGAN-GP", score_gap, lambda fake: -fake, penalty="interpolates"),
    "r1": Loss("GAN with R1", log_loss, lambda fake: softplus(-fake), penalty="real"),
}


@dataclass(frozen=True)
class Ring:
    """Equal Gaussian blobs on a circle, or around points of the reader's own."""

    modes: int
    radius: float
    spread: float
    own: Tensor | None = field(default=None, compare=False)  # (modes, 2)
    known: dict[Any, Any] = field(default_factory=dict, compare=False)  # of the reader's own points

    @property
    def sharp(self) -> float:
        """The distance 4σ from a center within which a sample is sharp."""
        return 4 * self.spread

    @property
    def reach(self) -> float:
        """The distance from a center within which a point counts for its mode; the circles of two modes never overlap.

        Those of a reader's own points do: they may lie as close as they like.
        """
        wide = max(self.sharp, 0.15 * self.radius)
        half_way = self.radius * math.sin(math.pi / self.modes)  # to the next center
        return min(wide, half_way) if self.own is None else wide

    def centers(self) -> Tensor:
        """The blobs' centers: (modes, 2)."""
        return centers_of(self)

    def draw(self, count: int, g: torch.Generator) -> Tensor:
        """Points of the data: (count, 2)."""
        which = torch.randint(self.modes, (count,), generator=g)
        return self.centers()[which] + self.spread * torch.randn(count, 2, generator=g)


def of_ring(size: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A memory of the last `size` answers about rings; what is found of a reader's own points goes with them."""
    def remembered(call: Callable[..., Any]) -> Callable[..., Any]:
        kept = lru_cache(maxsize=size)(call)

        @wraps(call)
        def asked(ring: Ring, *more: Any) -> Any:
            if ring.own is None:
                return kept(ring, *more)
            key = (call.__name__, *more)
            if key not in ring.known:
                ring.known[key] = call(ring, *more)
            return ring.known[key]

        asked.cache_info = kept.cache_info  # type: ignore[attr-defined]
        return asked

    return remembered


@of_ring(8)
def centers_of(ring: Ring) -> Tensor:
    """The centers of its blobs: (modes, 2)."""
    if ring.own is not None:
        return ring.own
    angle = torch.arange(ring.modes) * (2 * torch.pi / ring.modes)
    return ring.radius * torch.stack([angle.cos(), angle.sin()], dim=1)


def draws(ring: Ring, batch: int, critic_steps: int,
          generators: list[torch.Generator]) -> tuple[Tensor, Tensor, Tensor]:
    """What one update of the generator needs: data, latents and mixing shares, each seed from its own stream."""
    real = torch.stack([ring.draw(critic_steps * batch, g) for g in generators])  # (S, kB, 2)
    latent = torch.stack([torch.randn(critic_steps + 1, batch, LATENT, generator=g) for g in generators], 1)
    share = torch.stack([torch.rand(critic_steps, batch, 1, generator=g) for g in generators], 1)  # (k, S, B, 1)
    return real.unflatten(1, (critic_steps, batch)).transpose(0, 1), latent, share  # (k, S, B, 2), (k + 1, S, B, 2)


class Game:
    """A generator and a critic for each seed, trained in turns."""

    def __init__(self, loss: str, hidden_layers: int, learning_rate: float, penalty: float, clip_value: float,
                 generators: list[torch.Generator]) -> None:
        hidden, self.n_seeds = [WIDTH] * hidden_layers, len(generators)
        self.loss, self.penalty, self.clip_value = LOSSES[loss], penalty, clip_value
        self.generator = stack([LATENT, *hidden, 2], generators)
        self.critic = stack([2, *hidden, 1], generators)
        self.move_generator = Adam(self.generator, learning_rate, BETAS)
        self.move_critic = Adam(self.critic, learning_rate, BETAS)

    def of(self, run: int) -> Game:
        """The networks of one seed as they are now, to be looked at."""
        alone = copy(self)
        alone.n_seeds = 1
        alone.generator, alone.critic = only(self.generator, run), only(self.critic, run)
        return alone

    def turn(self, real: Tensor, latent: Tensor, share: Tensor) -> None:
        """As many updates of the critic as there are batches of data, then one of the generator."""
        with torch.no_grad():
            fakes = forward(self.generator, torch.cat([*latent[:-1]], 1)).split(latent.shape[2], 1)  # k of (S, B, 2)
        for x, fake, mix in zip(real, fakes, share, strict=True):
            self.update_critic(x, fake, mix)
        score = forward(self.critic, forward(self.generator, latent[-1]))  # (S, B, 1)
        descend(self.move_generator, self.loss.generator(score).mean(1), self.generator)

    def update_critic(self, real: Tensor, fake: Tensor, share: Tensor) -> None:
        """One step of the critic on (S, B, 2) real and generated points."""
        scores = forward(self.critic, torch.cat([real, fake], 1))  # (S, 2B, 1)
        loss = self.loss.critic(*scores.split(real.shape[1], 1))
        if self.loss.penalty == "interpolates":
            slope = slopes(self.critic, torch.lerp(fake, real, share))
            loss = loss + self.penalty * (slope - 1).square().mean(1, keepdim=True)
        elif self.loss.penalty == "real":
            slope = slopes(self.critic, real)
            loss = loss + self.penalty / 2 * slope.square().mean(1, keepdim=True)
        descend(self.move_critic, loss, self.critic)
        if self.loss.clip:
            with torch.no_grad():
                for p in parameters(self.critic):
                    p.clamp_(-self.clip_value, self.clip_value)


def descend(optimizer: Adam, loss: Tensor, net: Net) -> None:
    """One step on the loss (S, 1) of every seed; gradients of this net alone: another's would be made for nothing."""
    optimizer.step(torch.autograd.grad(loss.sum(), parameters(net)))

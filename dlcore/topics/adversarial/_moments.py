"""What is looked at while the game is played."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from dlcore.seeds import generator
from dlcore.topics.adversarial._coverage import gaps, modes_covered, shadows, share_within, sliced_wasserstein
from dlcore.topics.adversarial._game import LATENT, Game, Ring, of_ring
from dlcore.topics.adversarial._networks import forward

SAMPLES = 1000  # on which everything is counted
SCORED = 250  # of them, for the critic's gap
METRICS = ("modes_covered", "high_quality", "near_share", "sliced_wasserstein", "critic_gap")


@dataclass(frozen=True)
class Look:
    """One loss at one step: every metric for every seed."""

    step: int
    metrics: np.ndarray  # (5, S)

    def of(self, metric: str) -> np.ndarray:
        """One metric for every seed: (S)."""
        return self.metrics[METRICS.index(metric)]

    def median(self, metric: str) -> float:
        """Its median over the seeds, the lower of the two middle values: a number of modes stays whole."""
        return float(middle(self.of(metric)))


@dataclass(frozen=True)
class Moment:
    """All that a picture of the game needs: the data, the networks as they are now, and every look so far."""

    ring: Ring
    games: dict[str, Game]
    history: list[dict[str, Look]]

    def of(self, run: int) -> Moment:
        """The game of one seed alone."""
        looks = [{loss: Look(look.step, look.metrics[:, run:run + 1]) for loss, look in then.items()}
                 for then in self.history]
        return Moment(self.ring, {loss: game.of(run) for loss, game in self.games.items()}, looks)

    @property
    def now(self) -> dict[str, Look]:
        """The last look, by loss."""
        return self.history[-1]


def middle(values: np.ndarray) -> np.ndarray:
    """The lower median along the last axis."""
    return np.sort(values, axis=-1)[..., (values.shape[-1] - 1) // 2]


@of_ring(8)
def fixed(ring: Ring) -> tuple[Tensor, Tensor]:
    """Latents and data that stay the same at every look, so that a point moves only when the generator does."""
    rng = generator(0)
    return torch.randn(1, SAMPLES, LATENT, generator=rng), ring.draw(SAMPLES, rng)[None]  # (1, N, 2) twice


@of_ring(8)
def data_shadows(ring: Ring) -> np.ndarray:
    """The data's projections: (1, 32, N)."""
    return shadows(fixed(ring)[1])


@torch.no_grad()
def generated(game: Game, ring: Ring) -> Tensor:
    """What the generators make of the fixed latents: (S, N, 2)."""
    return forward(game.generator, fixed(ring)[0].expand(game.n_seeds, -1, -1))


@torch.no_grad()
def look(step: int, game: Game, ring: Ring) -> Look:
    """Count modes and sharp samples of every seed."""
    fake, real = generated(game, ring), fixed(ring)[1].expand(game.n_seeds, -1, -1)
    gap = gaps(ring, fake)
    scores = forward(game.critic, torch.cat([real[:, :SCORED], fake[:, :SCORED]], 1)).unflatten(1, (2, SCORED))
    lead = scores.mean((2, 3)).diff(dim=1)[:, 0].neg()  # how far the critic puts the data above the samples, (S)
    found = (modes_covered(ring, gap), share_within(gap, ring.sharp), share_within(gap, ring.reach),
             sliced_wasserstein(data_shadows(ring), shadows(fake)), lead)
    return Look(step, np.stack([np.asarray(value, dtype=float) for value in found]))

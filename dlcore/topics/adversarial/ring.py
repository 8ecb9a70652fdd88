"""How many blobs of the data does a GAN cover, and what decides it?

Eight blobs on a ring, and two small networks that play against each other.

Source: Goodfellow et al. 2014; Arjovsky et al. 2017; Gulrajani et al. 2017; Mescheder et al. 2018.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import pandas as pd

from dlcore.own.points import own_cloud, wrong_cloud
from dlcore.params import Ranged, choice, number, own
from dlcore.seeds import generator
from dlcore.topics.adversarial._game import LOSSES, Game, Ring, draws
from dlcore.topics.adversarial._moments import Look, Moment, look
from dlcore.topics.adversarial._pictures import goal, histograms, maps, progress
from dlcore.topics.adversarial._words import numbers, sentence
from dlcore.training import last


@dataclass(frozen=True)
class Params(Ranged):
    loss: str = choice("non_saturating", tuple(LOSSES), "What generator and critic minimize; formulas under Why")
    against: str = choice("none", ("none", *LOSSES), "A second loss, with the same first weights and data")
    learning_rate: float = choice(0.002, (1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3), "Step size α of Adam, for both networks",
                                  symbol="α")
    critic_steps: int = number(5, 1, 10, 1, "Updates of the critic per update of the generator")
    batch: int = choice(128, (64, 128), "Points of the data per update, and as many generated ones")
    penalty: float = choice(0.1, (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0), "Weight λ of the penalty (WGAN-GP and R1)",
                            symbol="λ")
    clip_value: float = choice(0.05, (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5), "Largest weight c (clipped WGAN)",
                               symbol="c")
    hidden_layers: int = number(3, 2, 3, 1, "Hidden layers of 64 units, in both networks")
    own_points: str = own(wrong_cloud, "0,0;1,1;0,1;1,0", "Your points in place of the blobs: rows x1,x2; a class, if "
                          "there is one, is not used", "cloud")
    modes: int = number(8, 4, 12, 1, "Number of blobs on the ring")
    radius: float = number(2.0, 1.0, 3.0, 0.1, "Radius of the ring, or distance of your farthest point from their mean")
    spread: float = number(0.02, 0.01, 0.2, 0.01, "Standard deviation σ of each blob, or around each point of yours",
                           symbol="σ")
    steps: int = number(300, 100, 1000, 50, "Number of updates of the generator")
    n_seeds: int = choice(1, (1, 2, 4, 8), "Runs at once with different seeds; the maps show the first")
    seed: int = number(0, 0, 99, 1, "Random seed of the first run")

    def idle(self) -> set[str]:
        played = {LOSSES[name] for name in self.losses()}
        idle = {"penalty"} if not any(loss.penalty for loss in played) else set()
        idle |= {"modes"} if self.own_points else set()
        return idle if any(loss.clip for loss in played) else idle | {"clip_value"}

    def ring(self) -> Ring:
        """The data."""
        if self.own_points:
            points = self.radius * own_cloud(self.own_points)
            return Ring(len(points), self.radius, self.spread, points)
        return Ring(self.modes, self.radius, self.spread)

    def losses(self) -> tuple[str, ...]:
        """The losses that are played, one or two."""
        return (self.loss,) if self.against in ("none", self.loss) else (self.loss, self.against)


@dataclass(frozen=True)
class Result:
    """`samples`: x1, x2, kind (real, generated), loss, side. `field`: x1, x2, value (score less its mean), loss, side.

    `side` is "left" for the loss and "right" for what it is compared with: the second loss, or else the data. Samples
    beyond the map are drawn on its rim.
    `left`, `right`: line, label, x1, x2, covered: circles on the maps, within which a point counts for its mode, and
    whether it is covered; a heading.
    `history`: step, metric (modes_covered; near_share and high_quality: share of samples within the distance at which
    a mode counts, and within 4σ of a center; sliced_wasserstein; critic_gap), value, loss, seed.
    `progress`: step, metric, value (median over the seeds), low, high (least and most), loss, role (loss, against).
    `goal`: step, metric, value, low, high, role, loss (the color): what other samples of the data reach.
    `weights`, `slopes`: bin, low, high, count, loss, role: the critic's weights, its slopes between data and samples.
    `summary`: quantity, value, unit.
    """

    samples: Annotated[pd.DataFrame, "x1", "x2", "kind", "loss", "side"]
    field: Annotated[pd.DataFrame, "x1", "x2", "value", "loss", "side"]
    left: Annotated[pd.DataFrame, "line", "label", "x1", "x2", "covered"]
    right: Annotated[pd.DataFrame, "line", "label", "x1", "x2", "covered"]
    history: Annotated[pd.DataFrame, "step", "metric", "value", "loss", "seed"]
    progress: Annotated[pd.DataFrame, "step", "metric", "value", "low", "high", "loss", "role"]
    goal: Annotated[pd.DataFrame, "step", "metric", "value", "low", "high", "role", "loss"]
    weights: Annotated[pd.DataFrame, "bin", "low", "high", "count", "loss", "role"]
    slopes: Annotated[pd.DataFrame, "bin", "low", "high", "count", "loss", "role"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def play(params: Params, seeds: Sequence[int]) -> Iterator[Moment]:
    """Play the game with one loss or two, for all seeds at once, and look at it on the way."""
    ring = params.ring()
    games = {}
    for loss in params.losses():  # each loss starts from the same weights
        streams = [generator(seed) for seed in seeds]
        games[loss] = Game(loss, params.hidden_layers, params.learning_rate, params.penalty, params.clip_value, streams)
    every = min(10, math.ceil(params.steps * len(seeds) / 40))  # updates between two frames: many runs take longer
    history: list[dict[str, Look]] = []
    for step in range(params.steps + 1):
        if step % every == 0 or step == params.steps:
            history.append({loss: look(step, game, ring) for loss, game in games.items()})
            yield Moment(ring, games, history)
        if step < params.steps:
            drawn = draws(ring, params.batch, params.critic_steps, streams)  # and meets the same data and noise
            for game in games.values():
                game.turn(*drawn)  # Adam's steps are bounded: never inf


def moments(params: Params) -> Iterator[Moment]:
    """The game of the seeds that were asked for."""
    return play(params, range(params.seed, params.seed + params.n_seeds))


def watch(params: Params) -> Iterator[Result]:
    """The game as it is played."""
    return (describe(params, moment) for moment in moments(params))


def run(params: Params) -> Result:
    """The end of the game."""
    return describe(params, last(moments(params)))


def run_seeds(params: Params, seeds: Sequence[int]) -> list[Result]:
    """Each of these seeds alone, whatever `n_seeds` says, all played at once."""
    end = last(play(params, seeds))
    return [describe(replace(params, seed=seed, n_seeds=1), end.of(i)) for i, seed in enumerate(seeds)]


def describe(params: Params, moment: Moment) -> Result:
    """Tables up to the moment shown, its numbers and one sentence."""
    ring, history = moment.ring, moment.history
    every = math.ceil(len(history) / 50)  # at most some fifty moments are drawn
    kept = [looks for i, looks in enumerate(history) if i % every == 0 or looks is moment.now]
    return Result(**maps(moment), **progress(kept, params.seed), goal=goal(ring, params.steps, params.loss),
                  **histograms(moment), summary=numbers(moment),
                  sentence=sentence(ring, moment.now, params.steps))

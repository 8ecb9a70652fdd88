"""What is looked at while the game is played, and the tables made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from dlcore.seeds import generator
from dlcore.topics.adversarial._coverage import bins, modes_covered, near, share_within, sliced_wasserstein
from dlcore.topics.adversarial._game import LATENT, Game, Ring
from dlcore.topics.adversarial._networks import Net, forward, parameters, slopes

SAMPLES = 1000  # on which everything is counted
DRAWN = 150  # of them, on the maps
CELLS, EDGE = 16, 1.6  # of a map: cells in each direction, and where it ends, in radii
METRICS = ("modes_covered", "high_quality", "near_share", "sliced_wasserstein", "critic_gap")


@dataclass(frozen=True)
class Moment:
    """One loss at one step: every metric for every seed, and the first seed's samples."""

    step: int
    metrics: dict[str, list[float]]
    samples: Tensor  # (1000, 2)


@lru_cache(maxsize=8)
def fixed(ring: Ring) -> tuple[Tensor, Tensor]:
    """Latents and data that stay the same at every look, so that a point moves only when the generator does."""
    rng = generator(0)
    return torch.randn(1, SAMPLES, LATENT, generator=rng), ring.draw(SAMPLES, rng)[None]  # (1, N, 2) twice


@torch.no_grad()
def look(step: int, game: Game, ring: Ring) -> Moment:
    """Count modes and sharp samples of every seed."""
    latent, real = fixed(ring)
    n_seeds = len(game.generator[0][0])
    fake = forward(game.generator, latent.expand(n_seeds, -1, -1))  # (S, N, 2)
    gap = forward(game.critic, real.expand(n_seeds, -1, -1)).mean((1, 2)) - forward(game.critic, fake).mean((1, 2))
    found = (modes_covered(ring, fake), share_within(ring, fake, 4 * ring.spread), share_within(ring, fake, near(ring)),
             sliced_wasserstein(real.expand(n_seeds, -1, -1), fake), gap.double())
    return Moment(step, {name: value.tolist() for name, value in zip(METRICS, found, strict=True)}, fake[0])


def table(columns: str, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """Rows under the names of `columns`."""
    return pd.DataFrame(rows, columns=columns.split())


@torch.no_grad()
def pictures(ring: Ring, games: dict[str, Game], now: dict[str, Moment]) -> dict[str, pd.DataFrame]:
    """Two maps: the first loss on the left; on the right the second one or, without it, the data."""
    names = list(games)
    real = fixed(ring)[1][0]
    sides = {"left": (names[0], "generated", now[names[0]].samples),
             "right": (names[-1], "generated", now[names[-1]].samples) if len(names) > 1 else (names[0], "real", real)}
    places = grid(ring)
    scores = {name: forward(first(game.critic), places[None])[0, :, 0] for name, game in games.items()}
    kept = [*((side, *sides[side]) for side in sides)] + [("", "", "real", real)] * (len(names) - 1)
    return {
        "samples": table("x1 x2 kind loss side", ((*x, kind, name, side) for side, name, kind, points in kept
                                                  for x in within(ring, points).tolist())),
        "field": table("x1 x2 value loss side", (
            (*x, value, name, side) for side, (name, _, _) in sides.items() for x, value in
            zip(places.tolist(), (scores[name] - scores[name].mean()).tolist(), strict=True))),
        **{side: outlines(ring, heading(ring, kind, name, now)) for side, (name, kind, _) in sides.items()}}


def within(ring: Ring, points: Tensor) -> Tensor:
    """The points to draw, but for those beyond the map."""
    points = points[:DRAWN]
    return points[points.abs().amax(1) <= EDGE * ring.radius]


def first(net: Net) -> Net:
    """The network of the first seed."""
    return [(weight[:1].detach(), bias[:1].detach()) for weight, bias in net]


def grid(ring: Ring) -> Tensor:
    """The centers of a map's cells, with room around the ring: (CELLS², 2)."""
    line = torch.linspace(-EDGE, EDGE, CELLS) * ring.radius
    return torch.cartesian_prod(line, line)


def heading(ring: Ring, kind: str, loss: str, now: dict[str, Moment]) -> str:
    """What a map shows, in words on it."""
    covered = now[loss].metrics["modes_covered"][0]
    return "the data" if kind == "real" else f"{WORDS[loss]}: {covered} of {ring.modes} modes"


def outlines(ring: Ring, words: str) -> pd.DataFrame:
    """Circles within which a point counts for its mode, each an upper and a lower line; and the words above them."""
    x = torch.linspace(-1, 1, 13)
    arc = torch.stack([x, (1 - x.square()).sqrt()], 1)  # (13, 2)
    halves = [center + near(ring) * torch.tensor([1.0, side]) * arc for center in ring.centers() for side in (1, -1)]
    rows = [(i, "", *point) for i, half in enumerate(halves) for point in half.tolist()]
    return table("line label x1 x2", [*rows, (len(halves), words, -1.55 * ring.radius, 1.45 * ring.radius)])


WORDS = {"saturating": "saturating GAN", "non_saturating": "non-saturating GAN", "wgan_clip": "clipped WGAN",
         "wgan_gp": "WGAN-GP", "r1": "GAN with R1"}


def progress(kept: list[dict[str, Moment]], seed: int) -> dict[str, pd.DataFrame]:
    """Every metric over time: for every seed, and the median with the range over the seeds."""
    traces = [(m.step, metric, values, loss) for moments in kept for loss, m in moments.items()
              for metric, values in m.metrics.items()]
    every = ((step, metric, value, loss, seed + i) for step, metric, values, loss in traces
             for i, value in enumerate(values))
    middle = ((step, metric, median(values), min(values), max(values), loss) for step, metric, values, loss in traces)
    return {"history": table("step metric value loss seed", every),
            "progress": table("step metric value low high loss", middle)}


def median(values: list[float]) -> float:
    """The lower of the two middle values, as torch counts: a number of modes stays whole."""
    return sorted(values)[(len(values) - 1) // 2]


def histograms(ring: Ring, games: dict[str, Game], now: dict[str, Moment]) -> dict[str, pd.DataFrame]:
    """The critic's weights, of all seeds, and its slopes between data and samples, on scales that losses share."""
    share = torch.linspace(0, 1, SAMPLES)[:, None]
    weights, steep = {}, {}
    for loss, game in games.items():
        weights[loss] = torch.cat([p.detach().flatten() for p in parameters(game.critic)])
        steep[loss] = slopes(first(game.critic), torch.lerp(now[loss].samples, fixed(ring)[1][0], share)[None])[0]
    top = max(w.abs().max().item() for w in weights.values())
    steepest = max(1.5, *(s.max().item() for s in steep.values()))
    return {"weights": table("bin low high count loss", ((*b, loss) for loss, w in weights.items()
                                                         for b in bins(w, -top, top, 41))),
            "slopes": table("bin low high count loss", ((*b, loss) for loss, s in steep.items()
                                                        for b in bins(s, 0, steepest, 40)))}

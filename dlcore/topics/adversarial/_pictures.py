"""The tables that are drawn: two maps, what was counted over time, two histograms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from dlcore.seeds import generator
from dlcore.topics.adversarial._coverage import (
    covered,
    gaps,
    modes_covered,
    shadows,
    share_within,
    sliced_wasserstein,
)
from dlcore.topics.adversarial._game import LOSSES, Ring, of_ring
from dlcore.topics.adversarial._moments import METRICS, SAMPLES, Look, Moment, data_shadows, fixed, generated, middle
from dlcore.topics.adversarial._networks import forward, only, parameters, slopes
from dlcore.topics.adversarial._words import kinds

DRAWN = 150  # samples on the maps
CELLS, EDGE = 13, 1.6  # of a map: cells in each direction, and where it ends, in radii
CHARTED = ("modes_covered", "high_quality", "sliced_wasserstein")
ROLES = ("loss", "against")


@torch.no_grad()
def maps(moment: Moment) -> dict[str, pd.DataFrame]:
    """Two maps: the first loss on the left; on the right the second one or, without it, the data."""
    ring, names, real = moment.ring, list(moment.games), fixed(moment.ring)[1][0]
    points = {name: generated(game, ring)[0] for name, game in moment.games.items()}
    sides = {"left": (names[0], "generated", points[names[0]]),
             "right": (names[-1], "generated", points[names[-1]]) if len(names) > 1 else (names[0], "real", real)}
    shown = torch.cat([onto_the_map(ring, where[:DRAWN]) for _, _, where in sides.values()])
    scores = {name: forward(only(game.critic, 0), grid(ring)[None])[0, :, 0] for name, game in moment.games.items()}
    level = torch.cat([scores[name] - scores[name].mean() for name, _, _ in sides.values()])

    def table(columns: dict[str, Tensor], rows: int, **words: list[str]) -> pd.DataFrame:
        return pd.DataFrame({name: value.numpy() for name, value in columns.items()}
                            | {name: np.repeat(value, rows) for name, value in words.items()})
    who = {"loss": [name for name, _, _ in sides.values()], "side": list(sides)}
    x1, x2 = grid(ring).repeat(2, 1).T
    return {"samples": table({"x1": shown[:, 0], "x2": shown[:, 1]}, DRAWN,
                             kind=[kind for _, kind, _ in sides.values()], **who),
            "field": table({"x1": x1, "x2": x2, "value": level}, CELLS**2, **who),
            **{side: outlines(ring, heading(ring, kind, moment.now[name], name, beyond(ring, where[:DRAWN])),
                              tuple(covered(ring, gaps(ring, where[None]))[0].tolist()))
               for side, (name, kind, where) in sides.items()}}


def onto_the_map(ring: Ring, points: Tensor) -> Tensor:
    """The points; those beyond the map are put onto its rim, so that none is lost."""
    return points.clamp(-EDGE * ring.radius, EDGE * ring.radius)


def beyond(ring: Ring, points: Tensor) -> int:
    """How many of the points lie beyond the map."""
    return int((points.abs() > EDGE * ring.radius).any(1).sum())


@of_ring(8)
def grid(ring: Ring) -> Tensor:
    """The centers of a map's cells, with room around the ring: (CELLS², 2)."""
    line = torch.linspace(-EDGE, EDGE, CELLS) * ring.radius
    return torch.cartesian_prod(line, line)


def heading(ring: Ring, kind: str, look: Look, loss: str, beyond: int) -> str:
    """What a map shows, in words on it; how many of its points lie beyond it and are drawn on its rim."""
    off = f"|{beyond} beyond the map" if beyond else ""
    modes = int(look.of("modes_covered")[0])
    return "the data" if kind == "real" else f"{LOSSES[loss].label}|{modes} of {ring.modes} {kinds(ring)}{off}"


@of_ring(64)
def outlines(ring: Ring, words: str, found: tuple[bool, ...]) -> pd.DataFrame:
    """Circles within which a point counts for its mode, each an upper and a lower line; and words around them.

    `found` says of each mode whether it is covered.

    A reader's own points are small rings: their circles would cover one another, and the map.
    """
    wide, corners = (ring.reach, 13) if ring.own is None else (0.03 * ring.radius, 5)
    x = torch.linspace(-1, 1, corners)
    arc = torch.stack([x, (1 - x.square()).sqrt()], 1)  # (corners, 2)
    halves = [center + wide * torch.tensor([1.0, side]) * arc for center in ring.centers() for side in (1, -1)]
    rows = [(i, "", *point, found[i // 2]) for i, half in enumerate(halves) for point in half.tolist()]
    lines = [(f"word {at}", line, -1.55 * ring.radius, at * ring.radius, True)
             for line, at in zip(words.split("|"), (1.45, -1.45, -1.22), strict=False)]
    return pd.DataFrame([*((str(line), *row) for line, *row in rows), *lines],
                        columns=["line", "label", "x1", "x2", "covered"])


def progress(kept: list[dict[str, Look]], seed: int) -> dict[str, pd.DataFrame]:
    """Every metric over time: for every seed, and the median with the range over the seeds. New rows come last."""
    looks = [(look.step, loss, role) for now in kept for role, (loss, look) in zip(ROLES, now.items(), strict=False)]
    steps, losses, roles = (np.array(column) for column in zip(*looks, strict=True))
    values = np.stack([look.metrics for now in kept for look in now.values()])  # (K, metrics, S)
    runs = values.shape[2]
    every = {"step": np.repeat(steps, len(METRICS) * runs),
             "metric": np.tile(np.repeat(METRICS, runs), len(looks)), "value": values.ravel(),
             "loss": np.repeat(losses, len(METRICS) * runs),
             "seed": np.tile(seed + np.arange(runs), values.size // runs)}
    charted = values[:, [METRICS.index(metric) for metric in CHARTED]]  # (K, charted, S)
    summed = {"step": np.repeat(steps, len(CHARTED)), "metric": np.tile(CHARTED, len(looks)),
              "value": middle(charted).ravel(), "low": charted.min(2).ravel(), "high": charted.max(2).ravel(),
              "loss": np.repeat(losses, len(CHARTED)), "role": np.repeat(roles, len(CHARTED))}
    return {"history": pd.DataFrame(every), "progress": pd.DataFrame(summed)}


@of_ring(64)
def goal(ring: Ring, steps: int, loss: str) -> pd.DataFrame:
    """What other samples of the data themselves reach, from the first step to the last, in the color of `loss`."""
    other = ring.draw(SAMPLES, generator(1))[None]
    gap = gaps(ring, other)
    reached = (modes_covered(ring, gap), share_within(gap, ring.sharp),
               sliced_wasserstein(data_shadows(ring), shadows(other)))
    return pd.DataFrame([(step, metric, *[value.item()] * 3, ROLES[0], loss)
                         for metric, value in zip(CHARTED, reached, strict=True) for step in (0, steps)],
                        columns=["step", "metric", "value", "low", "high", "role", "loss"])


@torch.no_grad()
def histograms(moment: Moment) -> dict[str, pd.DataFrame]:
    """The critic's weights, of all seeds, and its slopes between data and samples, on scales that losses share."""
    share = torch.linspace(0, 1, SAMPLES)[:, None]
    weights, steep = {}, {}
    for loss, game in moment.games.items():
        weights[loss] = torch.cat([p.flatten() for p in parameters(game.critic)])
        between = torch.lerp(generated(game, moment.ring)[0], fixed(moment.ring)[1][0], share)
        steep[loss] = slopes(only(game.critic, 0), between[None])[0]
    top = max(w.abs().max().item() for w in weights.values())
    return {"weights": counted(weights, -top, top, 41),
            "slopes": counted(steep, 0, max(1.5, *(s.max().item() for s in steep.values())), 40)}


def counted(values: dict[str, Tensor], low: float, high: float, bins: int) -> pd.DataFrame:
    """Equal bins over [low, high] with the number of values in each, for every loss."""
    edges = np.linspace(low, high, bins + 1)
    return pd.concat([pd.DataFrame({"bin": np.arange(bins), "low": edges[:-1], "high": edges[1:],
                                    "count": torch.histc(found, bins, low, high).int().numpy(), "loss": loss,
                                    "role": role})
                      for role, (loss, found) in zip(ROLES, values.items(), strict=False)], ignore_index=True)

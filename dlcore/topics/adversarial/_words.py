"""The game in numbers and in words."""

from __future__ import annotations

import math

import pandas as pd
import torch

from dlcore.tables import summary
from dlcore.topics.adversarial._coverage import modes_of_one_blob
from dlcore.topics.adversarial._game import LOSSES, WIDTH, Game, Ring
from dlcore.topics.adversarial._moments import SAMPLES, Look, Moment
from dlcore.topics.adversarial._networks import parameters


def kinds(ring: Ring) -> str:
    """What is covered."""
    return "modes" if ring.own is None else "points of yours"


def half_or_fewer(ring: Ring, look: Look) -> int:
    """In how many runs at most half of the modes are covered; at none at all a run need not have collapsed."""
    return int((look.of("modes_covered") <= ring.modes / 2).sum())


def numbers(moment: Moment) -> pd.DataFrame:
    """The medians over the seeds; for a clipped critic also what clipping does."""
    ring, (first, *others) = moment.ring, moment.now.values()
    label = LOSSES[[*moment.now][-1]].label  # of what it is compared with
    shown = (("modes_covered", f"of {ring.modes}"), ("high_quality", ""))
    rows = [(name, first.median(name), unit) for name, unit in shown]
    rows += [(f"{name}, {label}", look.median(name), unit) for look in others for name, unit in shown]
    runs = first.metrics.shape[1]
    rows += [("half_of_the_modes_or_fewer", half_or_fewer(ring, first), f"of {runs} runs")] if runs > 1 else []
    clipped = [game for game in moment.games.values() if game.loss.clip]
    rows += [("weights_at_clip", weights_at_clip(clipped[0]), "")] if clipped else []
    rows += [("slope_limit", slope_limit(clipped[0]), "")] if clipped and not others else []
    rows += [("sliced_wasserstein", first.median("sliced_wasserstein"), "")] if len(rows) < 5 else []
    return summary(rows)


def weights_at_clip(game: Game) -> float:
    """Share of the critic's weights within one percent of ±c."""
    weights = torch.cat([p.detach().flatten() for p in parameters(game.critic)]).abs()
    return (weights > 0.99 * game.clip_value).double().mean().item()


def slope_limit(game: Game) -> float:
    """No slope can pass the product of the largest Frobenius norms: c √(n_in n_out) of every layer."""
    sizes = [2, *[WIDTH] * (len(game.critic) - 1), 1]
    return math.prod(game.clip_value * math.sqrt(a * b) for a, b in zip(sizes, sizes[1:], strict=False))


def sentence(ring: Ring, now: dict[str, Look], steps: int) -> str:
    """Covering and sharpness, both: the one is not the other."""
    said = "; ".join(told(ring, loss, look) for loss, look in now.items())
    step = next(iter(now.values())).step
    if ring.own is not None:
        return (f"After {step:,} of {steps:,} steps: {said}. A point of yours is covered if a quarter of its fair "
                f"share of 1,000 samples lies within {ring.reach:.2g} of it, be they those of its neighbors; a sample "
                f"is sharp within 4σ = {ring.sharp:.2g} of a point.")
    alone = modes_of_one_blob(ring)
    wide = (f" The blobs are so wide that they run into one another: one of them alone counts as {alone} modes."
            if alone > 1 else "")
    least = math.ceil(SAMPLES / (4 * ring.modes))
    return (f"After {step:,} of {steps:,} steps: {said}. A dashed circle may hold points, but fewer than {least} of "
            f"{SAMPLES:,}, a quarter of its fair share. A sample is sharp within 4σ = {ring.sharp:.2g} of a "
            f"center.{wide}")


def told(ring: Ring, loss: str, look: Look) -> str:
    """One loss."""
    covered: list[int] = look.of("modes_covered").astype(int).tolist()
    sharp, label = look.median("high_quality"), LOSSES[loss].label
    if len(covered) == 1:
        return (f"the {label} covers {covered[0]} of {ring.modes} {kinds(ring)}, and {100 * sharp:.0f} % of its "
                "samples are sharp")
    none = covered.count(0)
    nothing = f", none at all in {none}" if none else ""
    return (f"the {label} covers at most half of the {ring.modes} {kinds(ring)} in {half_or_fewer(ring, look)} of "
            f"{len(covered)} runs{nothing} ({kinds(ring)} covered: {', '.join(map(str, covered))}), and in the median "
            f"{100 * sharp:.0f} % of its samples are sharp")

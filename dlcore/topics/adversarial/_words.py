"""The game in numbers and in words."""

from __future__ import annotations

import math

import pandas as pd
import torch

from dlcore.topics.adversarial._coverage import near
from dlcore.topics.adversarial._game import WIDTH, Game, Ring
from dlcore.topics.adversarial._moments import WORDS, Moment, median, table
from dlcore.topics.adversarial._networks import parameters


def collapsed(ring: Ring, moment: Moment) -> int:
    """In how many runs at most half of the modes are covered."""
    return sum(covered <= ring.modes / 2 for covered in moment.metrics["modes_covered"])


def numbers(ring: Ring, games: dict[str, Game], now: dict[str, Moment]) -> pd.DataFrame:
    """The medians over the seeds; for a clipped critic also what clipping does."""
    first, *others = now.values()
    rows = [(name, median(first.metrics[name]), unit) for name, unit in (("modes_covered", f"of {ring.modes}"),
                                                                        ("high_quality", ""))]
    rows += [(f"{name}_against", median(m.metrics[name]), row[2]) for m in others
             for name, row in zip(("modes_covered", "high_quality"), rows[:2], strict=True)]
    runs = len(first.metrics["modes_covered"])
    rows += [("collapsed_runs", collapsed(ring, first), f"of {runs}")] if runs > 1 else []
    clipped = [game for game in games.values() if game.loss.clip]
    rows += [("weights_at_clip", weights_at_clip(clipped[0]), "")] if clipped else []
    rows += [("slope_limit", slope_limit(clipped[0]), "")] if clipped and not others else []
    rows += [("sliced_wasserstein", median(first.metrics["sliced_wasserstein"]), "")] if len(rows) < 5 else []
    return table("quantity value unit", rows)


def weights_at_clip(game: Game) -> float:
    """Share of the critic's weights within one percent of ±c."""
    weights = torch.cat([p.detach().flatten() for p in parameters(game.critic)]).abs()
    return (weights > 0.99 * game.clip_value).double().mean().item()


def slope_limit(game: Game) -> float:
    """No slope can pass the product of the largest Frobenius norms: c √(n_in n_out) of every layer."""
    sizes = [2, *[WIDTH] * (len(game.critic) - 1), 1]
    return math.prod(game.clip_value * math.sqrt(a * b) for a, b in zip(sizes, sizes[1:], strict=False))


def sentence(ring: Ring, now: dict[str, Moment], steps: int) -> str:
    """Covering and sharpness, both: the one is not the other."""
    said = "; ".join(told(ring, loss, moment) for loss, moment in now.items())
    step = next(iter(now.values())).step
    return (f"After {step} of {steps} steps: {said}. A mode is covered when a quarter of its fair share of 1,000 "
            f"samples lies within {near(ring):.2g} of its center (circles); sharp: within 4σ = {4 * ring.spread:.2g}. "
            "To cover is not yet to be sharp.")


def told(ring: Ring, loss: str, moment: Moment) -> str:
    """One loss."""
    covered, sharp = moment.metrics["modes_covered"], median(moment.metrics["high_quality"])
    if len(covered) == 1:
        return f"{WORDS[loss]} covers {covered[0]} of {ring.modes} modes with {sharp:.0%} of its samples sharp"
    return (f"{WORDS[loss]} collapsed to half of the {ring.modes} modes or fewer in {collapsed(ring, moment)} of "
            f"{len(covered)} runs (modes covered: {', '.join(map(str, covered))}), with a median of {sharp:.0%} sharp")

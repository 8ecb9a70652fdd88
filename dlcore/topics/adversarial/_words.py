"""The game in numbers and in words."""

from __future__ import annotations

import math

import pandas as pd
import torch

from dlcore.topics.adversarial._coverage import near
from dlcore.topics.adversarial._game import LOSSES, WIDTH, Game, Ring
from dlcore.topics.adversarial._moments import Look, Moment
from dlcore.topics.adversarial._networks import parameters


def collapsed(ring: Ring, look: Look) -> int:
    """In how many runs at most half of the modes are covered."""
    return int((look.of("modes_covered") <= ring.modes / 2).sum())


def numbers(ring: Ring, moment: Moment) -> pd.DataFrame:
    """The medians over the seeds; for a clipped critic also what clipping does."""
    first, *others = moment.now.values()
    label = LOSSES[[*moment.now][-1]].label  # of what it is compared with
    shown = (("modes_covered", f"of {ring.modes}"), ("high_quality", ""))
    rows = [(name, first.median(name), unit) for name, unit in shown]
    rows += [(f"{name}, {label}", look.median(name), unit) for look in others for name, unit in shown]
    runs = first.metrics.shape[1]
    rows += [("collapsed_runs", collapsed(ring, first), f"of {runs}")] if runs > 1 else []
    clipped = [game for game in moment.games.values() if game.loss.clip]
    rows += [("weights_at_clip", weights_at_clip(clipped[0]), "")] if clipped else []
    rows += [("slope_limit", slope_limit(clipped[0]), "")] if clipped and not others else []
    rows += [("sliced_wasserstein", first.median("sliced_wasserstein"), "")] if len(rows) < 5 else []
    return pd.DataFrame(rows, columns=["quantity", "value", "unit"])


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
    return (f"After {step} of {steps} steps: {said}. A mode is covered when a quarter of its fair share of 1,000 "
            f"samples lies within {near(ring):.2g} of its center (circles); sharp: within 4σ = {4 * ring.spread:.2g}. "
            "To cover is not yet to be sharp.")


def told(ring: Ring, loss: str, look: Look) -> str:
    """One loss."""
    covered, sharp, label = look.of("modes_covered").astype(int), look.median("high_quality"), LOSSES[loss].label
    if len(covered) == 1:
        return f"{label} covers {covered[0]} of {ring.modes} modes with {100 * sharp:.0f} % of its samples sharp"
    return (f"{label} collapsed to half of the {ring.modes} modes or fewer in {collapsed(ring, look)} of "
            f"{len(covered)} runs (modes covered: {', '.join(map(str, covered))}), with a median of "
            f"{100 * sharp:.0f} % sharp")

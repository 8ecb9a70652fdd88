"""What slope does a penalized critic end with?

One real point at `shift`, one generated point at 0. The best critic of slope 1 has the gap W₁; a penalized one may be
steeper, for a little more slope is worth more gap than its penalty costs.

Source: Gulrajani et al. 2017; the maximum of sW − λ(s − 1)² is at s = 1 + W/(2λ).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import torch

from dlcore.params import Ranged, choice, number
from dlcore.seeds import generator
from dlcore.topics.adversarial._game import BETAS, descend, score_gap
from dlcore.topics.adversarial._networks import Net, forward, parameters, slopes, stack

BATCH = 64  # interpolates a step
LEARNING_RATE = 2e-3


@dataclass(frozen=True)
class Params(Ranged):
    shift: float = number(2.0, 0.5, 4.0, 0.1, "Distance W between the real and the generated point")
    penalty: float = choice(1.0, (0.1, 0.3, 1.0, 3.0, 10.0), "Weight λ of the gradient penalty")
    steps: int = number(800, 200, 3000, 50, "Number of updates of the critic")
    seed: int = number(0, 0, 99, 1, "Stream of random numbers")


@dataclass(frozen=True)
class Result:
    """`slope`: step, value, kind (measured: mean over the segment; theory: 1 + W/(2λ); goal: 1, what λ asks for).

    `critic`: x, value (score, 0 at the generated point), kind (measured, theory: that slope, goal: slope 1).
    `summary`: quantity, value, unit.
    """

    slope: pd.DataFrame
    critic: pd.DataFrame
    summary: pd.DataFrame
    sentence: str


@dataclass(frozen=True)
class Moment:
    """The critic as it is now, and its mean slope so far: (step, slope)."""

    critic: Net
    history: list[tuple[int, float]]


def moments(params: Params) -> Iterator[Moment]:
    """Train a critic alone, between two points."""
    rng = generator(params.seed)
    critic = stack([1, 64, 64, 1], [rng])
    optimizer = torch.optim.Adam(parameters(critic), LEARNING_RATE, betas=BETAS, fused=True)
    real, fake = torch.full((1, 1, 1), params.shift), torch.zeros(1, 1, 1)
    history, every = [], math.ceil(params.steps / 50)
    for step in range(params.steps + 1):
        between = torch.lerp(fake, real, torch.rand(1, BATCH, 1, generator=rng))  # (1, B, 1)
        slope = slopes(critic, between)  # (1, B)
        if step % every == 0 or step == params.steps:
            history.append((step, slope.mean().item()))
            yield Moment(critic, history)
        if step == params.steps:
            return  # or `run` would describe a critic one update later
        loss = score_gap(forward(critic, real), forward(critic, fake)) + params.penalty * (slope - 1).square().mean()
        descend(optimizer, loss, critic)


def watch(params: Params) -> Iterator[Result]:
    """The critic while it is trained."""
    return (describe(params, moment) for moment in moments(params))


def run(params: Params) -> Result:
    """The end of the training."""
    return describe(params, deque(moments(params), maxlen=1)[0])


def describe(params: Params, moment: Moment) -> Result:
    """The slope so far, the critic now, and what it takes the distance to be."""
    best, ends = 1 + params.shift / (2 * params.penalty), torch.tensor([-0.25, 1.25]) * params.shift
    x = torch.linspace(*ends.tolist(), 61)  # (N)
    with torch.no_grad():
        score = forward(moment.critic, torch.cat([x, torch.tensor([0.0, params.shift])])[None, :, None])[0, :, 0]
    zero, end = score[-2], score[-1]
    slope = [(step, value, "measured") for step, value in moment.history]
    slope += [(step, value, kind) for kind, value in (("theory", best), ("goal", 1.0)) for step in (0, params.steps)]
    lines = {"measured": (x, score[:-2] - zero), "theory": (ends, best * ends), "goal": (ends, ends)}
    estimate, (step, steep) = (end - zero).item(), moment.history[-1]
    drawn = [pd.DataFrame({"x": at, "value": y, "kind": kind}) for kind, (at, y) in lines.items()]
    return Result(pd.DataFrame(slope, columns=["step", "value", "kind"]), pd.concat(drawn, ignore_index=True),
                  pd.DataFrame([("slope", steep, ""), ("estimate", estimate, ""), ("true_distance", params.shift, "")],
                               columns=["quantity", "value", "unit"]),
                  f"After {step} steps the critic's slope is {steep:.3g}; the penalty asks for 1, and its best "
                  f"compromise is 1 + W/(2λ) = {best:.3g}. Read as a distance, the gap says {estimate:.3g} where W₁ is "
                  f"{params.shift:.3g}.")

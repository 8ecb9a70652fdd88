"""Does the gradient penalty hold the critic's slope at 1?

One real point at `shift` = W, one generated point at 0. The best critic of slope 1 has the gap W₁ = W; a penalized one
may be steeper, for a little more slope is worth more gap than its penalty costs. A critic of slope s has the value
sW − λ(|s| − 1)². For s > 0 its derivative W − 2λ(s − 1) is 0 at s = 1 + W/(2λ), the best slope of all. For s < 0 it is
W + 2λ(|s| − 1), and 0 at s = −(1 − W/(2λ)): where λ > W/2 this is a maximum too, and a critic that begins with a
falling slope stays there, for on the way out, at s = 0, the penalty is as large as λ.

Source: Gulrajani et al. 2017, equation 3; the two maxima as derived here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch

from dlcore.params import Ranged, choice, number
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.tables import summary
from dlcore.topics.adversarial._game import BETAS, descend, score_gap
from dlcore.topics.adversarial._networks import Adam, Net, forward, gradients, only, stack
from dlcore.training import last

BATCH = 64  # interpolates a step
LEARNING_RATE = 2e-3


@dataclass(frozen=True)
class Params(Ranged):
    shift: float = number(2.0, 0.5, 4.0, 0.1, "Distance W between the real and the generated point", symbol="W")
    penalty: float = choice(1.0, (0.1, 0.3, 1.0, 3.0, 10.0), "Factor λ of the penalty λ(|slope| − 1)²", symbol="λ")
    steps: int = number(800, 200, 3000, 50, "Number of updates of the critic")
    seed: int = number(0, 0, 99, 1, "Random seed of the critic's first weights")


@dataclass(frozen=True)
class Result:
    """`slope`: step, value, kind (measured: mean over the segment; theory: 1 + W/(2λ); goal: 1, what λ asks for;
    wrong-way theory: −(1 − W/(2λ)), where λ > W/2). A slope is negative where the critic scores the generated point
    higher.
    `critic`: x, value (score, 0 at the generated point), kind (the same: lines of those slopes). `points`: x, value:
    the generated point and the real one with their scores.
    `summary`: quantity, value, unit.
    """

    slope: Annotated[pd.DataFrame, "step", "value", "kind"]
    critic: Annotated[pd.DataFrame, "x", "value", "kind"]
    points: Annotated[pd.DataFrame, "x", "value"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


@dataclass(frozen=True)
class Moment:
    """The critics as they are now, and their mean slopes so far: (step, (S))."""

    critic: Net
    history: list[tuple[int, list[float]]]

    def of(self, run: int) -> Moment:
        """The critic of one seed."""
        return Moment(only(self.critic, run), [(step, slopes_[run:run + 1]) for step, slopes_ in self.history])


def moments(params: Params, seeds: Sequence[int]) -> Iterator[Moment]:
    """Train a critic alone, between two points: one for each seed, at once."""
    streams = [generator(seed) for seed in seeds]
    critic = stack([1, 64, 64, 1], streams)
    optimizer = Adam(critic, LEARNING_RATE, BETAS)
    real, fake = torch.full((len(seeds), 1, 1), params.shift), torch.zeros(len(seeds), 1, 1)
    history, every = [], math.ceil(params.steps / 50)
    for step in range(params.steps + 1):
        share = torch.stack([torch.rand(BATCH, 1, generator=stream) for stream in streams])
        slope = gradients(critic, torch.lerp(fake, real, share))[:, :, 0]  # (S, B), signed
        if step % every == 0 or step == params.steps:
            history.append((step, slope.mean(1).tolist()))
            yield Moment(critic, history)
        if step == params.steps:
            return  # or `run` would describe a critic one update later
        penalty = params.penalty * (slope.abs() - 1).square().mean(1, keepdim=True)  # (S, 1)
        descend(optimizer, score_gap(forward(critic, real), forward(critic, fake)) + penalty, critic)


def watch(params: Params) -> Iterator[Result]:
    """The critic while it is trained."""
    return (describe(params, moment) for moment in moments(params, [params.seed]))


def run(params: Params) -> Result:
    """The end of the training."""
    return run_seeds(params, [params.seed])[0]


def run_seeds(params: Params, seeds: Sequence[int]) -> list[Result]:
    """The end of the training for many seeds at once: the seed is the batch dimension."""
    end = last(moments(params, seeds))
    return [describe(params, end.of(i)) for i in range(len(seeds))]


def optima(params: Params) -> list[float]:
    """The best slope, 1 + W/(2λ), and where λ > W/2 also that of the other maximum, −(1 − W/(2λ))."""
    gain = params.shift / (2 * params.penalty)
    return [1 + gain, gain - 1] if gain < 1 else [1 + gain]


def describe(params: Params, moment: Moment) -> Result:
    """The slope so far, the critic now, and what it takes the distance to be."""
    (best, *other), ends = optima(params), torch.tensor([-0.25, 1.25]) * params.shift
    x = torch.linspace(*ends.tolist(), 61)  # (N)
    with torch.no_grad():
        score = forward(moment.critic, torch.cat([x, torch.tensor([0.0, params.shift])])[None, :, None])[0, :, 0]
    zero, end = score[-2], score[-1]
    laws = dict(zip(("theory", "goal", "wrong-way theory"), (best, 1.0, *other), strict=False))
    slope = [(step, value, "measured") for step, (value,) in moment.history]
    slope += [(step, value, kind) for kind, value in laws.items() for step in (0, params.steps)]
    lines = {"measured": (x, score[:-2] - zero)} | {kind: (ends, value * ends) for kind, value in laws.items()}
    drawn = [pd.DataFrame({"x": at, "value": y, "kind": kind}) for kind, (at, y) in lines.items()]
    step, (steep,) = moment.history[-1]
    rows = [("slope", steep, ""), ("estimate", (end - zero).item(), ""), ("true_distance", params.shift, "")]
    return Result(pd.DataFrame(slope, columns=["step", "value", "kind"]), pd.concat(drawn, ignore_index=True),
                  pd.DataFrame({"x": [0.0, params.shift], "value": [0.0, (end - zero).item()]}),
                  summary(rows), sentence(params, step, steep, (end - zero).item()))


def sentence(params: Params, step: int, steep: float, estimate: float) -> str:
    """Where the slope is, where the law puts it, and what the gap is taken for."""
    best, *other = optima(params)
    back = (f" It went the wrong way, to the second optimum, −(1 − W/(2λ)) = {plain(other[0])}: to turn round it would "
            "have to pass slope 0, where the penalty is as large as λ." if steep < 0 and other else "")
    return (f"After {step:,} steps the critic's mean slope is {plain(steep)}. The penalty asks for 1, but the loss is "
            f"least at 1 + W/(2λ) = {plain(best)}.{back} The difference of its two scores is {plain(estimate)}, while "
            f"the distance W₁ is {plain(params.shift)}.")

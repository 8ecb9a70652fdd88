"""Which terms of the bound change while a network learns to remove noise?

Source: Ho, Jain & Abbeel 2020, "Denoising diffusion probabilistic models".
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor

from dlcore.params import Ranged, choice, number
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.tables import summary
from dlcore.topics.diffusion._mixture import (
    GRID,
    STEPS,
    chain,
    density,
    network,
    posterior,
    predict,
    predict_each,
    sample,
)
from dlcore.topics.diffusion._quadrature import Terms, terms_of
from dlcore.training import descend, last

BATCH, MOMENTS = 256, 120
SHOWN = slice(233, 568, 2)  # of the grid: 168 points between −2.5 and 2.5


@dataclass(frozen=True)
class Params(Ranged):
    steps: int = number(2400, 300, 4000, 100, "Number of updates of the network")
    hidden_size: int = number(64, 16, 128, 16, "Units in each of the two hidden layers")
    learning_rate: float = choice(0.002, (0.0005, 0.001, 0.002, 0.005), "Learning rate α of the optimizer Adam",
                                  symbol="α")
    seed: int = number(0, 0, 99, 1, "Seed of the random numbers: initial weights, data, noise")


@dataclass(frozen=True)
class Result:
    """The terms of the bound, in nats, at the moments recorded so far; all by quadrature, none from samples.

    Columns of `history`: step, term (prior, denoising, gap), value. No gap while the model's density lies off the grid.
    Columns of `now`: the rows of `history` at the last moment.
    Columns of `best`: step, term, value: what a perfect denoiser of this form reaches, from the first step to the last.
    Columns of `density`: x, value, kind (data, model), at the last moment; `data` and `model` are its parts.
    Columns of `summary`: quantity, value, unit.
    """

    history: Annotated[pd.DataFrame, "step", "term", "value"]
    now: Annotated[pd.DataFrame, "step", "term", "value"]
    best: Annotated[pd.DataFrame, "step", "term", "value"]
    density: Annotated[pd.DataFrame, "x", "value", "kind"]
    data: Annotated[pd.DataFrame, "x", "value", "kind"]
    model: Annotated[pd.DataFrame, "x", "value", "kind"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def looked_at(step: int, steps: int) -> bool:
    """Whether the terms are worked out at this step: about a hundred times, and at the end."""
    return step % max(25, math.ceil(steps / MOMENTS)) == 0 or step == steps


def drawn(rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """A batch: t, ε and x₀, (B,) each."""
    return torch.randint(STEPS, (BATCH,), generator=rng), torch.randn(BATCH, generator=rng), sample(BATCH, rng)


def moments(params: Params) -> Iterator[list[tuple[int, Terms]]]:
    """Train ε_θ(x_t, t) on two modes; now and then work out every term of the bound: (step, terms) so far."""
    rng, left = generator(params.seed), chain().alpha_bar.float()  # (T,)
    net = network(params.hidden_size, rng)
    optimizer = torch.optim.Adam(net.parameters(), params.learning_rate, fused=True)

    def loss() -> Tensor:
        t, noise, clean = drawn(rng)  # (B,)
        x = left[t].sqrt() * clean + (1 - left[t]).sqrt() * noise  # x_t
        return torch.nn.functional.mse_loss(predict(net, x, t), noise)

    records: list[tuple[int, Terms]] = []
    for state in descend(optimizer, loss, params.steps):
        if looked_at(state.step, params.steps):
            records.append((state.step, terms_of(partial(predict, net))))
            yield records


def watch(params: Params) -> Iterator[Result]:
    """The bound while the network is trained."""
    return (describe(params, records) for records in moments(params))


def run(params: Params) -> Result:
    """The last moment of the training."""
    return describe(params, last(moments(params)))


def run_seeds(params: Params, seeds: Sequence[int]) -> list[Result]:
    """`run` for many seeds: one training, in which every parameter has a first dimension more."""
    rngs, left = [generator(seed) for seed in seeds], chain().alpha_bar.float()
    nets = [network(params.hidden_size, rng) for rng in rngs]
    stacked = [torch.stack([p.detach() for p in same]).requires_grad_()
               for same in zip(*(net.parameters() for net in nets), strict=True)]
    optimizer = torch.optim.Adam(stacked, params.learning_rate, fused=True)

    def loss() -> Tensor:
        t, noise, clean = map(torch.stack, zip(*map(drawn, rngs), strict=True))  # (S, B)
        x = left[t].sqrt() * clean + (1 - left[t]).sqrt() * noise
        return (predict_each(stacked, x, t) - noise).square().mean(1).sum()  # each network has its own gradient

    records: list[list[tuple[int, Terms]]] = [[] for _ in seeds]
    for state in descend(optimizer, loss, params.steps):
        if looked_at(state.step, params.steps):
            for s, one in enumerate(records):
                own = [p.detach()[s:s + 1] for p in stacked]
                one.append((state.step, terms_of(lambda x, i, own=own: predict_each(own, x[None], i[None])[0])))
    return [describe(replace(params, seed=seed), one) for seed, one in zip(seeds, records, strict=True)]


@cache
def perfect() -> Terms:
    """The terms of the denoiser that answers with E[x₀|x_t]."""
    def noise(x: Tensor, t: Tensor) -> Tensor:
        left = chain().alpha_bar[t]
        return (x - left.sqrt() * posterior(x.double(), left)[0]) / (1 - left).sqrt()
    return terms_of(noise)


@cache
def true_density() -> pd.DataFrame:
    """p(x₀) of the data."""
    return line(density(GRID[SHOWN], torch.ones(())), "data")


def line(value: Tensor, kind: str) -> pd.DataFrame:
    """A density on the part of the grid that is shown."""
    return pd.DataFrame({"x": GRID[SHOWN].numpy(), "value": value.numpy(), "kind": kind})


@cache
def goals(steps: int) -> pd.DataFrame:
    """What a perfect denoiser reaches, over the whole axis."""
    rows = [(step, term, getattr(perfect(), term)) for term in ("denoising", "gap") for step in (0, steps)]
    return pd.DataFrame(rows, columns=["step", "term", "value"])


def describe(params: Params, records: list[tuple[int, Terms]]) -> Result:
    """Tables, numbers and one sentence."""
    history = pd.DataFrame([(step, term, getattr(terms, term)) for step, terms in records
                            for term in ("prior", "denoising", "gap")
                            if term != "gap" or on_grid(terms)], columns=["step", "term", "value"])
    step, now = records[-1]
    model = line(now.model[SHOWN], "model")
    numbers = [("prior", now.prior, "nats"), ("denoising", now.denoising, "nats"),
               ("reconstruction", now.reconstruction, "nats"), ("elbo", now.elbo, "nats")]
    numbers += [("gap", now.gap, "nats"), ("best_gap", perfect().gap, "nats")] if on_grid(now) else []
    return Result(history, history[history.step == step], goals(params.steps),
                  pd.concat([true_density(), model], ignore_index=True), true_density(), model,
                  summary(numbers), sentence(records))


def on_grid(terms: Terms) -> bool:
    """Whether p_θ(x₀) lies on the grid; an untrained network spreads it far beyond, and the gap is not known."""
    return abs(terms.mass - 1) < 1e-3


def sentence(records: list[tuple[int, Terms]]) -> str:
    """Which terms fell, and which did not."""
    step, now = records[-1]
    known = [(s, terms) for s, terms in records if on_grid(terms)]
    moved = max(terms.prior for _, terms in records) - min(terms.prior for _, terms in records)
    if not known:
        return (f"After {step:,} updates only {100 * now.mass:.1f} % of the model's density lies between −6 and 6, so "
                f"the gap cannot be computed yet. The prior term is {plain(now.prior)} nats.")
    first, start = known[0]
    stays = f"changed by {plain(moved)}" if moved else "did not change in any digit"
    return (f"From update {first:,}, the first at which it can be computed, to {step:,} the gap went from "
            f"{plain(start.gap)} to {plain(now.gap)} nats. A perfect denoiser keeps {plain(perfect().gap)}: it steps "
            f"back by one Gaussian, where two peaks would need two. The prior term is {plain(now.prior, 4)} nats "
            f"and {stays}.")

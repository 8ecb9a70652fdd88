"""What happens without the prior term if the encoder is learned?

An autoencoder with one latent z. Its q(z|x) is learned, and so KL(q(z|x) ‖ p(z)) has parameters in it.

Source: Kingma & Welling 2014, "Auto-encoding variational Bayes"; Higgins et al. 2017, "β-VAE"; Lucas et al. 2019,
"Don't blame the ELBO!".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Annotated

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from dlcore.models import build
from dlcore.params import Ranged, number
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.tables import summary
from dlcore.topics.diffusion._autoencoder import NOISE, Stacked, X, encode, prior, terms_of, theory, truth
from dlcore.training import descend, last

MOMENTS, LEARNING_RATE = 59, 0.01
TERMS = ("reconstruction", "prior", "gap", "elbo")


@dataclass(frozen=True)
class Params(Ranged):
    weight: float = number(0.0, 0.0, 4.0, 0.1, "Factor on the prior term in the loss; 1 gives the ELBO")
    steps: int = number(500, 100, 2000, 50, "Number of updates")
    seed: int = number(0, 0, 99, 1, "Seed of the random numbers: initial weights, noise")


@dataclass(frozen=True)
class Result:
    """The terms of the bound, in nats, averaged over the data; exact for the networks at that moment.

    Columns of `history`: step, term (reconstruction, prior, gap, elbo), value.
    Columns of `now`: the rows of `history` at the last moment.
    Columns of `best`: step, term, value: where each term ends in theory; none for a term that grows for ever.
    Columns of `latent`: x, mean, spread of the learned q(z|x), low and high (mean ∓ spread).
    Columns of `posterior`: the same of the exact p(z|x) of the decoder at that moment.
    Columns of `summary`: quantity, value, unit.
    """

    history: Annotated[pd.DataFrame, "step", "term", "value"]
    now: Annotated[pd.DataFrame, "step", "term", "value"]
    best: Annotated[pd.DataFrame, "step", "term", "value"]
    latent: Annotated[pd.DataFrame, "x", "mean", "spread", "low", "high"]
    posterior: Annotated[pd.DataFrame, "x", "mean", "spread", "low", "high"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


@dataclass(frozen=True)
class Moment:
    """Both networks as they are now, and every term so far: (step, terms)."""

    encoder: nn.Module
    decoder: nn.Linear
    records: list[tuple[int, dict[str, float]]]


def untrained(rng: torch.Generator) -> tuple[nn.Module, nn.Linear]:
    """Encoder, x → mean and ln spread, and decoder, z → w z + b."""
    encoder = build(lambda: nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 2)), rng)
    return encoder, build(lambda: nn.Linear(1, 1), rng)


def looked_at(step: int, steps: int) -> bool:
    """Whether the terms are worked out at this step: some sixty times, and at the end."""
    return step % max(10, 1 + steps // MOMENTS) == 0 or step == steps


def moments(params: Params) -> Iterator[Moment]:
    """Train encoder and decoder on reconstruction + weight · KL(q(z|x) ‖ N(0, 1))."""
    rng = generator(params.seed)
    encoder, decoder = untrained(rng)
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], LEARNING_RATE, fused=True)

    def loss() -> Tensor:
        mean, spread = encode(encoder, X)  # (N, 1)
        z = mean + spread * torch.randn(mean.shape, generator=rng)
        error = (X - decoder(z)).square().mean() / (2 * NOISE**2)  # −log p(x|z), but for a constant
        return error + params.weight * prior(mean, spread)

    records: list[tuple[int, dict[str, float]]] = []
    for state in descend(optimizer, loss, params.steps):
        if looked_at(state.step, params.steps):
            records.append((state.step, terms_of(encoder, decoder)))
            yield Moment(encoder, decoder, records)


def watch(params: Params) -> Iterator[Result]:
    """The bound while both networks are trained."""
    return (describe(params, moment) for moment in moments(params))


def run(params: Params) -> Result:
    """The last moment of the training."""
    return describe(params, last(moments(params)))


def run_seeds(params: Params, seeds: Sequence[int]) -> list[Result]:
    """`run` for many seeds: one training, in which every network has a first dimension more."""
    rngs = [generator(seed) for seed in seeds]
    pairs = [untrained(rng) for rng in rngs]
    encoder, decoder = (Stacked(nets) for nets in zip(*pairs, strict=True))
    optimizer = torch.optim.Adam([*encoder.parameters, *decoder.parameters], LEARNING_RATE, fused=True)

    def loss() -> Tensor:
        mean, spread = encode(encoder, X)  # (S, N, 1)
        z = mean + spread * torch.stack([torch.randn(X.shape, generator=rng) for rng in rngs])
        error = (X - decoder(z)).square().mean() / (2 * NOISE**2)
        return len(rngs) * (error + params.weight * prior(mean, spread))  # a sum: each network has its own gradient

    records: list[list[tuple[int, dict[str, float]]]] = [[] for _ in rngs]
    for state in descend(optimizer, loss, params.steps):
        if looked_at(state.step, params.steps):
            encoder.unstack()
            decoder.unstack()
            for one, pair in zip(records, pairs, strict=True):
                one.append((state.step, terms_of(*pair)))
    return [describe(replace(params, seed=seed), Moment(*pair, one))
            for seed, pair, one in zip(seeds, pairs, records, strict=True)]


@lru_cache(maxsize=32)
def goals(weight: float, steps: int) -> pd.DataFrame:
    """Where each term ends in theory, over the whole axis."""
    law = theory(weight)
    rows = [(step, term, law[term]) for term in TERMS if term in law for step in (0, steps)]
    return pd.DataFrame(rows, columns=["step", "term", "value"])


def describe(params: Params, moment: Moment) -> Result:
    """Tables, numbers and one sentence."""
    step, now = moment.records[-1]
    history = pd.DataFrame([(s, term, terms[term]) for s, terms in moment.records for term in TERMS],
                           columns=["step", "term", "value"])
    x = torch.linspace(-3, 3, 41)[:, None]
    mean, spread = (v.detach() for v in encode(moment.encoder, x))
    exact, variance = (v.detach() for v in truth(moment.decoder, x))
    learned = list(moment.encoder.parameters())
    pull = torch.cat([g.flatten() for g in torch.autograd.grad(prior(*encode(moment.encoder, X)), learned)])
    numbers = [("elbo", now["elbo"], "nats"), ("gap", now["gap"], "nats"), ("prior", now["prior"], "nats"),
               ("spread", now["spread"], ""), ("prior_gradient_norm", pull.norm().item(), "")]
    return Result(history, history[history.step == step], goals(params.weight, params.steps), tube(x, mean, spread),
                  tube(x, exact, variance.sqrt().expand(41, 1)),
                  summary(numbers), sentence(params, step, now, theory(params.weight)))


def tube(x: Tensor, mean: Tensor, spread: Tensor) -> pd.DataFrame:
    """A mean with one standard deviation to each side."""
    columns = {"x": x, "mean": mean, "spread": spread, "low": mean - spread, "high": mean + spread}
    return pd.DataFrame({name: np.asarray(v[:, 0], dtype=float) for name, v in columns.items()})


def sentence(params: Params, step: int, now: dict[str, float], law: dict[str, float]) -> str:
    """What dropping or raising the prior term has done to q(z|x)."""
    told = (f"After {step:,} updates the codes of one x have std {plain(now['spread'])}, the ELBO is "
            f"{plain(now['elbo'])} and the gap {plain(now['gap'])} nats. ")
    if params.weight == 0:
        return told + (f"Without the prior term nothing holds the band open, and it shrinks for ever: the "
                       f"narrower it is, the further from N(0, 1), so the prior is {plain(now['prior'])} nats.")
    if law["spread"] == 1:
        return told + "The prior term is so heavy that the codes become N(0, 1): z no longer says anything about x."
    return told + f"In theory the standard deviation ends at {plain(law['spread'])}: the prior term holds it open."

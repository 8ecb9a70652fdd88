"""When may the prior term not be dropped?

An autoencoder with one latent z. Its q(z|x) is learned, and so KL(q(z|x) ‖ p(z)) has parameters in it.

Source: Kingma & Welling 2014, "Auto-encoding variational Bayes"; Higgins et al. 2017, "β-VAE"; Lucas et al. 2019,
"Don't blame the ELBO!".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from dlcore.models import build
from dlcore.params import Ranged, number
from dlcore.seeds import generator
from dlcore.topics.diffusion._autoencoder import NOISE, X, encode, prior, terms_of, theory, truth
from dlcore.topics.diffusion._words import short
from dlcore.training import descend

MOMENTS, LEARNING_RATE = 59, 0.01
TERMS = ("reconstruction", "prior", "gap", "elbo")


@dataclass(frozen=True)
class Params(Ranged):
    weight: float = number(1.0, 0.0, 4.0, 0.1, "Factor on the prior term in the training loss; 1 is the true bound")
    steps: int = number(500, 100, 2000, 50, "Number of updates")
    seed: int = number(0, 0, 99, 1, "Stream of random numbers: start, noise")


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

    history: pd.DataFrame
    now: pd.DataFrame
    best: pd.DataFrame
    latent: pd.DataFrame
    posterior: pd.DataFrame
    summary: pd.DataFrame
    sentence: str


def watch(params: Params) -> Iterator[Result]:
    """Train encoder and decoder on reconstruction + weight · KL(q(z|x) ‖ N(0, 1))."""
    rng = generator(params.seed)
    encoder = build(lambda: nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 2)), rng)  # x → mean, ln spread
    decoder = build(lambda: nn.Linear(1, 1), rng)  # z → w z + b
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], LEARNING_RATE, fused=True)

    def loss() -> Tensor:
        mean, spread = encode(encoder, X)  # (N, 1)
        z = mean + spread * torch.randn(mean.shape, generator=rng)
        error = (X - decoder(z)).square().mean() / (2 * NOISE**2)  # −log p(x|z), but for a constant
        return error + params.weight * prior(mean, spread)

    moments, records = {*range(0, params.steps, max(10, 1 + params.steps // MOMENTS)), params.steps}, []
    for state in descend(optimizer, loss, params.steps):
        if state.step in moments:
            records.append((state.step, terms_of(encoder, decoder)))
            yield describe(params, records, encoder, decoder)


def run(params: Params) -> Result:
    """The last moment of the training."""
    *_, result = watch(params)
    return result


def describe(params: Params, records: list[tuple[int, dict[str, float]]], encoder: nn.Module,
             decoder: nn.Linear) -> Result:
    """Tables, numbers and one sentence."""
    step, now = records[-1]
    law = theory(params.weight)
    history = pd.DataFrame([(s, term, terms[term]) for s, terms in records for term in TERMS],
                           columns=["step", "term", "value"])
    best = [(s, term, law[term]) for term in TERMS if term in law for s in (0, step)]
    x = torch.linspace(-3, 3, 41)[:, None]
    mean, spread = (v.detach() for v in encode(encoder, x))
    exact, variance = (v.detach() for v in truth(decoder, x))
    pull = torch.cat([g.flatten() for g in torch.autograd.grad(prior(*encode(encoder, X)), list(encoder.parameters()))])
    summary = [("elbo", now["elbo"], "nats"), ("gap", now["gap"], "nats"), ("prior", now["prior"], "nats"),
               ("spread", now["spread"], ""), ("prior_gradient_norm", pull.norm().item(), "")]
    return Result(history, history[history.step == step],
                  pd.DataFrame(best, columns=["step", "term", "value"]), tube(x, mean, spread),
                  tube(x, exact, variance.sqrt().expand(41, 1)),
                  pd.DataFrame(summary, columns=["quantity", "value", "unit"]), sentence(params, step, now, law))


def tube(x: Tensor, mean: Tensor, spread: Tensor) -> pd.DataFrame:
    """A mean with one standard deviation to each side."""
    columns = {"x": x, "mean": mean, "spread": spread, "low": mean - spread, "high": mean + spread}
    return pd.DataFrame({name: np.asarray(v[:, 0], dtype=float) for name, v in columns.items()})


def sentence(params: Params, step: int, now: dict[str, float], law: dict[str, float]) -> str:
    """What dropping or raising the prior term has done to q(z|x)."""
    told = (f"After {step:,} steps q(z|x) is {short(now['spread'])} wide, the bound {short(now['elbo'])} and the gap "
            f"{short(now['gap'])} nats. ")
    if params.weight == 0:
        return told + (f"Nothing holds the width: without the prior term it shrinks for ever. The term that was "
                       f"dropped stands at {short(now['prior'])} nats.")
    if law["spread"] == 1:
        return told + "The prior term is so heavy that q(z|x) becomes p(z): z says nothing about x any more."
    return told + f"In theory the width ends at {short(law['spread'])}: the prior term holds it open."

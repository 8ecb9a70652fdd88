"""When do positions help an RNN?

Attention, RNN and GRU learn the same question from the same sequences, without positions and with sines added to
the input; then the trained networks read longer sequences.

Source: Vaswani et al. 2017; Cho et al. 2014; Morita, "Positional Encoding Helps Recurrent Neural Networks Handle a
Large Vocabulary", 2024.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import pandas as pd
import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from dlcore.params import Ranged, choice, number
from dlcore.seeds import generator
from dlcore.tables import of_rows, summary
from dlcore.topics.positions._batch import MODELS, WIDTH, Weights, draw_weights, logits
from dlcore.topics.positions._encoding import sinusoidal
from dlcore.topics.positions._questions import VOCABULARY, ceiling, classes, draw
from dlcore.training import descend

POSITIONS = ("without", "with")
LEARNING_RATE, BATCH = 1e-2, 32
FRAMES, GLANCE, TESTED = 30, 128, 256  # tests on the way, sequences in each of them, and in the last ones


@dataclass(frozen=True)
class Params(Ranged):
    task: str = choice("kth_token", ("order", "kth_token", "locate"),
                       "Does A come before B? Which token is at place L/2? Where is the marker?")
    length: int = number(8, 8, 48, 1, "Tokens L per sequence; longer ones ask for the same place L/2", symbol="L")
    steps: int = number(200, 50, 600, 10, "Number of updates, each on 32 new sequences")
    n_seeds: int = number(1, 1, 3, 1, "Networks of each kind that are averaged")
    seed: int = number(0, 0, 99, 1, "Draws new weights and sequences")


@dataclass(frozen=True)
class Result:
    """`accuracy`: step, model (attention, rnn, gru), position (without, with), value, kind (measured, chance, ceiling).

    The ceiling is that of a bag of words, which attention without positions is: it has no row with positions. Both
    laws are drawn in attention's color. It is an average: a test of some sequences may lie above it by chance. What
    nobody watches is tested at its start and its end only.
    `extrapolation`: length, model, position, value: the networks on sequences of the training length, at the end on
    longer ones too.
    The index asked for stays that of the training length L: L/2 for the token in the middle.
    `summary`: quantity, value, unit.
    """

    accuracy: Annotated[pd.DataFrame, "step", "model", "position", "value", "kind"]
    extrapolation: Annotated[pd.DataFrame, "length", "model", "position", "value"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


Scores = dict[tuple[str, str], float]  # fraction correct by model and position


@dataclass(frozen=True)
class Moment:
    """The fraction correct of all networks at one step, on sequences of one length."""

    step: int
    length: int
    scores: Scores


def moments(params: Params, seeds: Sequence[int], frames: int = FRAMES) -> Iterator[list[Moment]]:
    """Train the networks of all seeds in one run, and test them on the way; then on 2, 4 and 8 times the length."""
    n, size, (rngs, tests) = params.n_seeds, params.length, streams(seeds)
    answers = classes(params.task, size)
    nets = {model: draw_weights(model, VOCABULARY, answers, n, rngs) for model in MODELS}
    optimizer = torch.optim.Adam([w for net in nets.values() for w in net.values()], LEARNING_RATE, fused=True)
    code = sinusoidal(torch.arange(8 * size), WIDTH).float()  # (8 L, d)

    def loss() -> Tensor:
        tokens, target = questions(params, BATCH, size, rngs)  # (S, N, L), (S, N)
        errors = (F.cross_entropy(logits(model, net, tokens, code[:size]).flatten(0, 1),
                                  target.repeat(2, 1).flatten()) for model, net in nets.items())
        return 2 * len(target) * sum(errors)  # a sum over networks: none of them feels the others

    last, glance = (questions(params, count, size, tests) for count in (TESTED, GLANCE))
    every = math.ceil(params.steps / frames)
    for now in descend(optimizer, loss, params.steps):
        if now.step % every == 0 or now.step == params.steps:
            asked = last if now.step == params.steps else glance
            yield [Moment(now.step, size, found) for found in scores(nets, asked, code, n)]
    for length in (2 * size, 4 * size, 8 * size):
        asked = questions(params, TESTED // 2, length, tests)
        yield [Moment(now.step, length, found) for found in scores(nets, asked, code, n)]


def streams(seeds: Sequence[int]) -> tuple[list[Generator], list[Generator]]:
    """For each seed what training draws from, and what the tests draw from."""
    return [generator(seed) for seed in seeds], [generator(seed + 100) for seed in seeds]


def questions(params: Params, count: int, length: int, rngs: Sequence[Generator]) -> tuple[Tensor, Tensor]:
    """`count` sequences and answers for each network: (S, N, length), (S, N)."""
    drawn = [draw(params.task, (params.n_seeds, count), length, params.length, rng) for rng in rngs]
    tokens, target = zip(*drawn, strict=True)
    return torch.cat(tokens), torch.cat(target)


def watch(params: Params) -> Iterator[Result]:
    """What is known after each moment."""
    seen: list[Moment] = []
    for (moment,) in moments(params, [params.seed]):
        seen.append(moment)
        yield describe(params, seen)


def run(params: Params) -> Result:
    """The start and the end of the training, and the tests after it."""
    return run_seeds(params, [params.seed])[0]


def run_seeds(params: Params, seeds: Sequence[int]) -> list[Result]:
    """One result for each seed; the networks of all of them are trained side by side, and not tested on the way."""
    seen = zip(*moments(params, seeds, frames=1), strict=True)
    return [describe(replace(params, seed=seed), one) for seed, one in zip(seeds, seen, strict=True)]


@torch.no_grad()
def scores(nets: dict[str, Weights], asked: tuple[Tensor, Tensor], code: Tensor, n_seeds: int) -> list[Scores]:
    """The fraction correct for each seed, averaged over its networks."""
    tokens, target = asked  # (S, N, T), (S, N)
    found: list[Scores] = [{} for _ in range(len(target) // n_seeds)]
    for model, net in nets.items():
        right = logits(model, net, tokens, code[: tokens.shape[2]]).argmax(-1) == target.repeat(2, 1)  # (2S, N)
        shares = right.double().unflatten(0, (2, -1, n_seeds)).mean((2, 3))  # (2, seeds)
        for position, row in zip(POSITIONS, shares.tolist(), strict=True):
            for one, share in zip(found, row, strict=True):
                one[model, position] = share
    return found


def describe(params: Params, seen: Sequence[Moment]) -> Result:
    """Tables up to the moment shown, its numbers and one sentence."""
    trained = [moment for moment in seen if moment.length == params.length]
    now, tested = trained[-1], seen[len(trained) - 1:]
    chance, best = 1 / classes(params.task, params.length), ceiling(params.task, params.length)
    measured = [(m.step, *key, value, "measured") for m in trained for key, value in m.scores.items()]
    laws = (("without", chance, "chance"), ("with", chance, "chance"), ("without", best, "ceiling"))
    lines = [(t, "attention", *law) for law in laws for t in (0, params.steps)]
    shown = [(model, position) for model in ("gru", "rnn", "attention") for position in POSITIONS]
    return Result(
        accuracy=of_rows("step model position value kind", measured + lines),
        extrapolation=of_rows("length model position value", (
            (m.length, *key, value) for m in tested for key, value in m.scores.items())),
        summary=summary([
            (f"{model}_{position}", now.scores[model, position], "") for model, position in shown]),
        sentence=sentence(params, now, chance, best, seen[-1]))


def sentence(params: Params, now: Moment, chance: float, best: float, last: Moment) -> str:
    """Who learned it, against what is possible without the order; and what is left of it at the longest length."""
    names = {"attention": "attention", "rnn": "the RNN", "gru": "the GRU"}

    def listed(found: Scores) -> str:
        return ", ".join(f"{name} {found[model, 'without']:.2f} and {found[model, 'with']:.2f}"
                         for model, name in names.items())

    far = max(last.scores, key=lambda key: last.scores[key])
    known = (f"Chance is {chance:.2f}; counts alone give {best:.2f} on average at most."
             if best > chance else f"Chance is {chance:.2f}; counts alone give no more.")
    mean = f" Each number is an average over {params.n_seeds} networks." if params.n_seeds > 1 else ""
    text = (f"Fraction correct without and with positions, after {now.step} of {params.steps} steps: "
            f"{listed(now.scores)}. {known}{mean}")
    longer = (f" On {last.length} tokens, longer than any in training, the best is {names[far[0]]} {far[1]} positions: "
              f"{last.scores[far]:.2f}.")
    return text if last is now else text + longer

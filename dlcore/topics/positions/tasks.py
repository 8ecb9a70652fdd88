"""When does an RNN need positions?

Attention, RNN and GRU learn the same question from the same sequences, without positions and with sines added to
the input; then the trained networks read longer sequences.

Source: Vaswani et al. 2017; Cho et al. 2014; Morita, "Positional Encoding Helps Recurrent Neural Networks Handle a
Large Vocabulary", 2024.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor
from torch.nn import functional as F

from dlcore.params import Ranged, choice, number
from dlcore.seeds import generator
from dlcore.topics.positions._batch import MODELS, WIDTH, Weights, draw_weights, logits
from dlcore.topics.positions._encoding import sinusoidal
from dlcore.topics.positions._questions import VOCABULARY, ceiling, classes, draw
from dlcore.topics.positions._tables import table
from dlcore.training import descend

POSITIONS = ("without", "with")
LEARNING_RATE, BATCH = 3e-3, 64
FRAMES, GLANCE, TESTED = 50, 128, 256  # tests on the way, sequences in each of them, and in the last ones


@dataclass(frozen=True)
class Params(Ranged):
    task: str = choice("kth_token", ("order", "kth_token", "locate"),
                       "Is A before B? Which token is in the middle? Where is the marker?")
    length: int = number(16, 8, 48, 1, "Tokens L in a sequence; place L/2 is asked for, in the longer ones too")
    steps: int = number(300, 100, 600, 10, "Number of updates, each on 64 new sequences")
    n_seeds: int = number(1, 1, 3, 1, "Networks of each kind, averaged")
    seed: int = number(0, 0, 99, 1, "Stream of random numbers")


@dataclass(frozen=True)
class Result:
    """`accuracy`: step, model (attention, rnn, gru), position (without, with), value, kind (measured, chance, ceiling).

    The ceiling is that of a bag of words, which attention without positions is: it has no row with positions. Both
    laws are drawn in attention's color.
    `extrapolation`: length, model, position, value: the trained networks on longer sequences, empty until the end.
    The index asked for stays that of the training length L: L/2 for the token in the middle.
    `summary`: quantity, value, unit.
    """

    accuracy: pd.DataFrame
    extrapolation: pd.DataFrame
    summary: pd.DataFrame
    sentence: str


Scores = dict[tuple[str, str], float]  # accuracy by model and position


@dataclass(frozen=True)
class Moment:
    """The accuracy of all networks at one step, on sequences of one length."""

    step: int
    length: int
    scores: Scores


def moments(params: Params) -> Iterator[Moment]:
    """Train all networks in one run, and test them on the way; then on 2, 4 and 8 times the length."""
    rng, n, size = generator(params.seed), params.n_seeds, params.length
    answers = classes(params.task, size)
    nets = {model: draw_weights(model, VOCABULARY, answers, n, rng) for model in MODELS}
    optimizer = torch.optim.Adam([w for net in nets.values() for w in net.values()], LEARNING_RATE, fused=True)
    code = sinusoidal(torch.arange(8 * size), WIDTH).float()  # (8 L, d)

    def loss() -> Tensor:
        tokens, target = draw(params.task, (n, BATCH), size, size, rng)  # (S, N, L), (S, N)
        errors = (F.cross_entropy(logits(model, net, tokens, code[:size]).flatten(0, 1),
                                  target.repeat(2, 1).flatten()) for model, net in nets.items())
        return 2 * n * sum(errors)  # a sum over networks: none of them feels the others

    test = generator(params.seed + 100)
    last, glance = (draw(params.task, (n, count), size, size, test) for count in (TESTED, GLANCE))
    every = math.ceil(params.steps / FRAMES)
    for now in descend(optimizer, loss, params.steps):
        if now.step == params.steps:
            yield Moment(now.step, size, scores(nets, last, code))
        elif now.step % every == 0:
            yield Moment(now.step, size, scores(nets, glance, code))
    for length in (2 * size, 4 * size, 8 * size):
        count = TESTED if length <= 128 else TESTED // 2
        yield Moment(now.step, length, scores(nets, draw(params.task, (n, count), length, size, test), code))


def watch(params: Params) -> Iterator[Result]:
    """What is known after each moment."""
    seen: list[Moment] = []
    for moment in moments(params):
        seen.append(moment)
        yield describe(params, seen)


def run(params: Params) -> Result:
    """The end of the training, and the tests after it."""
    return describe(params, list(moments(params)))


@torch.no_grad()
def scores(nets: dict[str, Weights], questions: tuple[Tensor, Tensor], code: Tensor) -> Scores:
    """Share of right answers, averaged over seeds."""
    tokens, target = questions  # (S, N, T), (S, N)
    found = {}
    for model, net in nets.items():
        right = logits(model, net, tokens, code[: tokens.shape[2]]).argmax(-1) == target.repeat(2, 1)  # (2S, N)
        shares = right.unflatten(0, (2, -1)).double().mean((1, 2))
        found |= {(model, position): share for position, share in zip(POSITIONS, shares.tolist(), strict=True)}
    return found


def describe(params: Params, seen: Sequence[Moment]) -> Result:
    """Tables up to the moment shown, its numbers and one sentence."""
    trained = [moment for moment in seen if moment.length == params.length]
    tested = [] if trained == list(seen) else [trained[-1], *seen[len(trained):]]
    now = trained[-1]
    chance, best = 1 / classes(params.task, params.length), ceiling(params.task, params.length)
    measured = [(m.step, *key, value, "measured") for m in trained for key, value in m.scores.items()]
    laws = (("without", chance, "chance"), ("with", chance, "chance"), ("without", best, "ceiling"))
    lines = [(t, "attention", *law) for law in laws for t in (0, params.steps)]
    shown = [("attention", "without"), ("attention", "with"), ("gru", "without"), ("gru", "with")]
    return Result(
        accuracy=table("step model position value kind", measured + lines),
        extrapolation=table("length model position value", (
            (m.length, *key, value) for m in tested for key, value in m.scores.items())),
        summary=table("quantity value unit", [
            *((f"{model}_{position}", now.scores[model, position], "") for model, position in shown),
            ("step", now.step, "")]),
        sentence=sentence(params, now, chance, best, seen[-1]))


def sentence(params: Params, now: Moment, chance: float, best: float, last: Moment) -> str:
    """Who learned it, against what is possible without the order; and what is left of it at the longest length."""
    names = {"attention": "attention", "rnn": "the RNN", "gru": "the GRU"}

    def listed(found: Scores, position: str) -> str:
        return ", ".join(f"{name} {found[model, position]:.2f}" for model, name in names.items())

    known = (f"chance is {chance:.2f}, and the counts of the tokens alone give {best:.2f} at most" if best > chance
             else f"chance, and all that the counts alone give, is {chance:.2f}")
    text = (f"After {now.step} of {params.steps} steps, without positions: {listed(now.scores, 'without')}; with them: "
            f"{listed(now.scores, 'with')}; {known}.")
    longer = (f" At {last.length} tokens, without: {listed(last.scores, 'without')}; with: "
              f"{listed(last.scores, 'with')}.")
    return text if last is now else text + longer

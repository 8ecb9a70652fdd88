"""When does an RNN need positions?

Attention, RNN and GRU learn the same question from the same sequences, without positions and with sines added to
the input; then the trained networks read longer sequences.

Source: Vaswani et al. 2017; Cho et al. 2014; Morita, "Positional Encoding Helps Recurrent Neural Networks Handle a
Large Vocabulary", 2024.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
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
from dlcore.training import descend

POSITIONS = ("without", "with")
LEARNING_RATE, BATCH, TESTED = 3e-3, 64, 256


@dataclass(frozen=True)
class Params(Ranged):
    task: str = choice("kth_token", ("order", "kth_token", "locate"),
                       "Is A before B? Which token is in the middle? Where is the marker?")
    length: int = number(16, 8, 48, 1, "Tokens L in a sequence")
    steps: int = number(300, 100, 600, 10, "Number of updates, each on 64 new sequences")
    n_seeds: int = number(1, 1, 3, 1, "Networks of each kind, averaged")
    seed: int = number(0, 0, 99, 1, "Stream of random numbers")


@dataclass(frozen=True)
class Result:
    """`accuracy`: step, model (attention, rnn, gru), position (without, with), value, kind (measured, chance, ceiling).

    Chance and ceiling hold for a reader of the bag of words, which attention without positions is: model attention.
    `extrapolation`: length, model, position, value: the trained networks on longer sequences, at the end.
    `summary`: quantity, value, unit.
    """

    accuracy: pd.DataFrame
    extrapolation: pd.DataFrame
    summary: pd.DataFrame
    sentence: str


Scores = dict[tuple[str, str], float]  # accuracy by model and position


def watch(params: Params) -> Iterator[Result]:
    """Train all networks in one run, and test them on the way; then on 2, 4 and 8 times the length."""
    rng, n = generator(params.seed), params.n_seeds
    answers = classes(params.task, params.length)
    nets = {model: draw_weights(model, VOCABULARY, answers, n, rng) for model in MODELS}
    optimizer = torch.optim.Adam([w for net in nets.values() for w in net.values()], LEARNING_RATE, fused=True)
    code = sinusoidal(torch.arange(8 * params.length), WIDTH).float()  # (8 L, d)

    def loss() -> Tensor:
        tokens, target = draw(params.task, (n, BATCH), params.length, params.length, rng)  # (S, N, L), (S, N)
        errors = (F.cross_entropy(logits(model, net, tokens, code[: params.length]).flatten(0, 1),
                                  target.repeat(2, 1).flatten()) for model, net in nets.items())
        return 2 * n * sum(errors)  # a sum over networks: none of them feels the others

    test = generator(params.seed + 100)
    questions = draw(params.task, (n, TESTED), params.length, params.length, test)
    history: list[tuple[int, Scores]] = []
    every = math.ceil(params.steps / 40)
    for now in descend(optimizer, loss, params.steps):
        if now.step % every == 0 or now.step == params.steps:
            history.append((now.step, scores(nets, questions, code)))
            yield describe(params, history, {params.length: history[-1][1]})
    longer = {params.length: history[-1][1]}
    for times in (2, 4, 8):
        count = TESTED if times * params.length <= 128 else TESTED // 2
        questions = draw(params.task, (n, count), times * params.length, params.length, test)
        longer[times * params.length] = scores(nets, questions, code)
        yield describe(params, history, longer)


def run(params: Params) -> Result:
    """The end of the training, and the tests after it."""
    return deque(watch(params), maxlen=1)[0]


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


def describe(params: Params, history: list[tuple[int, Scores]], longer: dict[int, Scores]) -> Result:
    """Tables up to the moment shown, its numbers and one sentence."""
    step, now = history[-1]
    laws = {"chance": 1 / classes(params.task, params.length), "ceiling": ceiling(params.task, params.length)}
    measured = [(t, *key, value, "measured") for t, found in history for key, value in found.items()]
    lines = [(t, "attention", position, value, kind) for kind, value in laws.items() for position in POSITIONS
             for t in (0, params.steps)]
    shown = [("attention", "without"), ("attention", "with"), ("gru", "without"), ("gru", "with")]
    return Result(
        accuracy=pd.DataFrame(measured + lines, columns=["step", "model", "position", "value", "kind"]),
        extrapolation=pd.DataFrame([(length, *key, value) for length, found in longer.items()
                                    for key, value in found.items()],
                                   columns=["length", "model", "position", "value"]),
        summary=pd.DataFrame([*((f"{model}_{position}", now[model, position], "") for model, position in shown),
                              ("step", step, "")], columns=["quantity", "value", "unit"]),
        sentence=sentence(params, step, now, laws, longer))


def sentence(params: Params, step: int, now: Scores, laws: dict[str, float], longer: dict[int, Scores]) -> str:
    """Who learned it, against what is possible without the order; and what is left of it at the longest length."""
    names = {"attention": "attention", "rnn": "the RNN", "gru": "the GRU"}

    def listed(found: Scores, position: str) -> str:
        return ", ".join(f"{name} {found[model, position]:.2f}" for model, name in names.items())

    known = (f"chance is {laws['chance']:.2f}, and the counts of the tokens alone give {laws['ceiling']:.2f} at most"
             if laws["ceiling"] > laws["chance"] else
             f"chance, and all that the counts alone give, is {laws['chance']:.2f}")
    text = (f"After {step} of {params.steps} steps, without positions: {listed(now, 'without')}; with them: "
            f"{listed(now, 'with')}; {known}.")
    length, last = list(longer.items())[-1]
    return text if length == params.length else (
        f"{text} At {length} tokens, without: {listed(last, 'without')}; with: {listed(last, 'with')}.")

"""Does the network learn its attention map by itself, or is it built in?

Nobody shows the translator an alignment: it is trained on sentence pairs alone, and the map appears.

Source: Bahdanau, Cho & Bengio 2015; Tang, Sennrich & Nivre 2019 (the encoder "words").
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor

from dlcore.params import Ranged, choice, number
from dlcore.spelling import plain
from dlcore.tables import of_rows, summary
from dlcore.topics.attention._grammar import FIELDS, PAD, SOURCE_WORDS, TARGET_WORDS, write
from dlcore.topics.attention._model import ENCODERS
from dlcore.topics.attention._tables import edge_table, map_table
from dlcore.topics.attention._train import fit, grade

FRAMES, KEPT = 60, 10  # how often the translator is looked at, and how many steps back the map can go
SENTENCE = {"determiner": "the", "adjective_1": "european", "adjective_2": "open", "noun": "area", "verb": "want",
            "negation": True, "object_determiner": "a", "object_adjective_1": "green", "object_adjective_2": "none",
            "object_noun": "dog"}
SOURCE, TARGET, FITTING = write(torch.tensor([[options.index(SENTENCE[name]) for name, options in FIELDS.items()]]))
READ = [SOURCE_WORDS[i] for i in SOURCE[0].tolist() if i != PAD]
SAID = [TARGET_WORDS[i] for i in TARGET[0].tolist() if i != PAD]
EDGES = edge_table(SAID, READ)  # one object for all frames: what has not changed is not sent again


@dataclass(frozen=True)
class Params(Ranged):
    encoder: str = choice("words", ENCODERS, "What the vector of an English word has read: see Why")
    learning_rate: float = choice(0.004, (0.001, 0.002, 0.004, 0.01), "Largest step size of Adam: it rises and falls")
    steps: int = number(300, 50, 500, 10, "Number of updates, each on 64 new sentences")
    seed: int = number(0, 0, 99, 1, "Random seed of the sentences and of the first weights")


@dataclass(frozen=True)
class Result:
    """`loss`: step, value (cross entropy a word, in nats). `until`: step, the last one.

    `map` of one sentence, now and, once the training has ended, at ten moments on the way, evenly spaced from the
    first: step, target, source, target_position, source_position, weight; the right words are fed, so that the rows
    mean the same at every step.
    `edges`, the words around it: row, column, text, align, angle.
    `accuracy` on 200 sentences that are not in the training set: step, metric (sentences: all words right; articles;
    alignment: brightest pixel on a word that the grammar aligns with it), value. `summary`: quantity, value, unit.
    """

    loss: Annotated[pd.DataFrame, "step", "value"]
    until: Annotated[pd.DataFrame, "step"]
    map: Annotated[pd.DataFrame, "target", "source", "target_position", "source_position", "weight", "step"]
    edges: Annotated[pd.DataFrame, "row", "column", "text", "align", "angle"]
    accuracy: Annotated[pd.DataFrame, "step", "metric", "value"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


@dataclass(frozen=True)
class Moment:
    """The translator at one step: its loss, its shares of what is right, and the map of one sentence (T, S)."""

    step: int
    loss: float
    shares: dict[str, float]
    rows: Tensor


def moments(params: Params) -> Iterator[Moment]:
    """Train on sentence pairs, and look at the map and at unseen sentences on the way."""
    every = math.ceil(params.steps / FRAMES)
    for now, net, exam in fit(params.encoder, params.learning_rate, params.steps, params.seed):
        if now.step % every == 0 or now.step == params.steps:
            with torch.no_grad():
                _, rows = net(SOURCE, TARGET)  # (1, T, S)
            yield Moment(now.step, now.loss, grade(net, exam), rows[0, : len(SAID), : len(READ)])


def watch(params: Params) -> Iterator[Result]:
    """What is known after each moment."""
    seen: list[Moment] = []
    for moment in moments(params):
        seen.append(moment)
        yield describe(params, seen)


# No `run_seeds`: torch has no batching rule for its GRU, and eight trainings in turn would take eight times one.
def run(params: Params) -> Result:
    """The end of the training."""
    return describe(params, list(moments(params)))


def describe(params: Params, seen: Sequence[Moment]) -> Result:
    """Tables so far, the newest numbers and one sentence."""
    now = seen[-1]
    kept = [seen[round((len(seen) - 1) * i / KEPT)] for i in range(KEPT)] if now.step == params.steps else []
    return Result(
        loss=of_rows("step value", ((m.step, m.loss) for m in seen)),
        until=of_rows("step", [(params.steps,)]),
        map=pd.concat([map_table(SAID, READ, m.rows).assign(step=m.step) for m in (*kept, now)],
                      ignore_index=True),
        edges=EDGES,
        accuracy=of_rows("step metric value", ((m.step, *share) for m in seen for share in m.shares.items())),
        summary=summary([("step", now.step, ""), ("loss", now.loss, "nats"),
                         *((metric, 100 * share, "%") for metric, share in now.shares.items())]),
        sentence=(f"After {now.step} of {params.steps} steps {plain(100 * now.shares['sentences'])} % of 200 new "
                  f"sentences are right. In {plain(100 * now.shares['alignment'])} % of their rows the brightest pixel "
                  f"fits the grammar, though nobody showed it{misfits(now)}."))


def misfits(now: Moment) -> str:
    """The few rows of the map that are brightest on another word than those of the grammar; why, once it translates."""
    fits = FITTING[0].gather(1, now.rows.argmax(1, keepdim=True)).flatten().tolist()
    names = [f"“{word}”" for word, fit in zip(SAID, fits, strict=False) if not fit]
    if not 0 < len(names) <= 4:
        return ""
    found = " and ".join(", ".join(names).rsplit(", ", 1))
    why = ", since the loss asks for right words alone" if now.shares["sentences"] > 0.9 else ""
    return f"; {found} {'look' if len(names) > 1 else 'looks'} elsewhere{why}"

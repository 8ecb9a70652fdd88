"""Does an attention map come out of training, or is it put in?

Nobody shows the translator an alignment: it is trained on sentence pairs alone, and the map appears.

Source: Bahdanau, Cho & Bengio 2015; Tang, Sennrich & Nivre 2019 (the encoder "words").
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import torch

from dlcore.params import Ranged, choice, number
from dlcore.topics.attention._grammar import FIELDS, PAD, SOURCE_WORDS, TARGET_WORDS, write
from dlcore.topics.attention._model import ENCODERS, Translator
from dlcore.topics.attention._tables import edge_table, map_table, table
from dlcore.topics.attention._train import fit, grade

torch.set_num_threads(1)
FRAMES, GRADES = 100, 12  # how often the loss is drawn, and how often the translator is examined
SENTENCE = {"determiner": "the", "adjective_1": "european", "adjective_2": "open", "noun": "area", "verb": "want",
            "negation": True, "object_determiner": "a", "object_adjective_1": "green", "object_adjective_2": "none",
            "object_noun": "dog"}
SOURCE, TARGET, _ = write(torch.tensor([[options.index(SENTENCE[name]) for name, options in FIELDS.items()]]))
ENGLISH = [SOURCE_WORDS[i] for i in SOURCE[0].tolist() if i != PAD]
FRENCH = [TARGET_WORDS[i] for i in TARGET[0].tolist() if i != PAD]


@dataclass(frozen=True)
class Params(Ranged):
    encoder: str = choice("words", ENCODERS, "What an annotation holds: its own word; the whole sentence, read both "
                          "ways by a GRU; or the words up to its own")
    learning_rate: float = choice(0.004, (0.001, 0.002, 0.004, 0.01), "Largest step size of Adam; it rises, then falls")
    steps: int = number(300, 50, 500, 10, "Number of updates, each on 64 new sentences; 500 made the stored ones")
    seed: int = number(0, 0, 99, 1, "Stream of random numbers: sentences and first weights")


@dataclass(frozen=True)
class Result:
    """`loss`: step, value (cross entropy a word, in nats).

    `map` of one sentence at the moments recorded: step, target, source, target_position, source_position, weight,
    target_label, source_label; the right words are fed, so that the rows mean the same at every step. `edges`, the
    words around it: row, column, text, align, angle.
    `accuracy` on 200 sentences that are not in the training set: step, metric (sentences: all words right; articles;
    alignment: brightest pixel on a word that is needed), value. `summary`: quantity, value, unit.
    """

    loss: pd.DataFrame
    map: pd.DataFrame
    edges: pd.DataFrame
    accuracy: pd.DataFrame
    summary: pd.DataFrame
    sentence: str


def watch(params: Params) -> Iterator[Result]:
    """Train on sentence pairs, and look at the map and at unseen sentences on the way."""
    losses, grades, maps = [], [], pd.DataFrame()
    for now, net, exam in fit(params.encoder, params.learning_rate, params.steps, params.seed):
        last = now.step == params.steps
        if now.step % math.ceil(params.steps / GRADES) == 0 or last:
            maps = pd.concat([maps, look(now.step, net)], ignore_index=True)
            grades.append((now.step, grade(net, exam)))
        if now.step % math.ceil(params.steps / FRAMES) == 0 or last:
            losses.append((now.step, now.loss))
            yield describe(params, losses, grades, maps)


def run(params: Params) -> Result:
    """The end of the training."""
    return deque(watch(params), maxlen=1)[0]


@torch.no_grad()
def look(step: int, net: Translator) -> pd.DataFrame:
    """The map of one sentence now."""
    _, rows = net(SOURCE, TARGET)  # (1, T, S)
    return map_table(FRENCH, ENGLISH, rows[0, : len(FRENCH), : len(ENGLISH)]).assign(step=step)


def describe(params: Params, losses: list[tuple[int, float]], grades: list[tuple[int, dict[str, float]]],
             maps: pd.DataFrame) -> Result:
    """Tables so far, the newest numbers and one sentence."""
    (step, loss), (graded, now) = losses[-1], grades[-1]
    return Result(
        loss=table("step value", losses), map=maps, edges=edge_table(FRENCH, ENGLISH),
        accuracy=table("step metric value", ((at, *share) for at, shares in grades for share in shares.items())),
        summary=table("quantity value unit", [("step", step, ""), ("loss", loss, "nats"),
                                              *((metric, 100 * share, "%") for metric, share in now.items())]),
        sentence=(f"After {graded} of {params.steps} steps {100 * now['sentences']:.0f} % of 200 unseen sentences "
                  f"are translated without a mistake, and {100 * now['alignment']:.0f} % of the rows are brightest on "
                  f"a word that theirs needs, though no alignment was ever shown."))

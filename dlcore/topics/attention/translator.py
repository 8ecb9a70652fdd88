"""Which English words does a translator look at for each French word?

A trained translator from a small English into a small French. Its decoder sees the source through the rows of the
map and through nothing else: replace one row and see what the translation loses.

Source: Bahdanau, Cho & Bengio 2015; Jain & Wallace 2019; Wiegreffe & Pinter 2019; Martins & Astudillo 2016.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor
from torch.nn import functional as F

from dlcore.params import Ranged, choice, flag, number, own
from dlcore.seeds import generator
from dlcore.tables import of_rows, summary
from dlcore.topics.attention._grammar import (
    ADJECTIVE_OPTIONS,
    DETERMINERS,
    END,
    FIELDS,
    NOUN_OPTIONS,
    PAD,
    SOURCE_WORDS,
    TARGET_WORDS,
    VERB_OPTIONS,
    write,
)
from dlcore.topics.attention._model import ENCODERS, NORMALIZATIONS, load
from dlcore.topics.attention._own import OwnSentence, wrong_sentence
from dlcore.topics.attention._tables import column_table, edge_table, map_table, row_table
from dlcore.topics.attention._translator_words import Seen, sentence

PLACES = 14  # where the decoder stops if it has not said <eos>


@dataclass(frozen=True)
class Params(Ranged):
    encoder: str = choice("words", ENCODERS, "What the vector of an English word has read: see Why")
    intervention: str = choice("none", ("none", "one_hot", "uniform", "shuffled"),
                               "Replaces the framed row: all weight on one word, equal, or shuffled")
    target_position: int = number(1, 1, 14, 1, "French word, counted from 1: the framed row")
    source_position: int = number(1, 1, 12, 1, "English word that gets all the weight of a one-hot row")
    own_sentence: str = own(wrong_sentence, "this heavy cat does not see an open door",
                            "A sentence of your own, made of the words under Advanced")
    noun: str = choice("area", NOUN_OPTIONS, "Noun of the subject; area, house, car, door: feminine in French")
    adjective_1: str = choice("european", ADJECTIVE_OPTIONS, "First adjective of the subject")
    adjective_2: str = choice("open", ADJECTIVE_OPTIONS, "Second adjective of the subject")
    determiner: str = choice("the", DETERMINERS, "Article of the subject: the, a or this")
    verb: str = choice("want", VERB_OPTIONS, "Verb of the sentence")
    negation: bool = flag(True, "Makes the sentence negative: does not want → ne veut pas")
    object_determiner: str = choice("a", DETERMINERS, "Article of the object: the, a or this")
    object_adjective_1: str = choice("green", ADJECTIVE_OPTIONS, "First adjective of the object")
    object_adjective_2: str = choice("none", ADJECTIVE_OPTIONS, "Second adjective of the object")
    object_noun: str = choice("dog", NOUN_OPTIONS, "Noun of the object")
    checkpoint_seed: int = number(0, 0, 7, 1, "Which of eight trained networks; only their random seed differs")
    temperature: float = number(1.0, 0.1, 5.0, 0.1, "Temperature τ: every score is divided by it", symbol="τ")
    normalization: str = choice("softmax", tuple(NORMALIZATIONS), "How scores become weights that sum to 1")

    def idle(self) -> set[str]:
        chosen = set(FIELDS) if self.own_sentence else set()
        return chosen if self.intervention == "one_hot" else {"source_position", *chosen}


@dataclass(frozen=True)
class Result:
    """What the decoder does with the row replaced, or at another temperature or normalization, or as trained.

    `map`: target, source, target_position, source_position, weight.
    `rows`: target, row_sum, effective_words (exp of the entropy), maximum, gold_mass (weight on the words that the
    grammar aligns with the right word of this place), target_position, words. `columns`: source, column_sum,
    source_position, words. `translation`: position, token, probability, run ("as trained", "intervened"), words.
    `words` are a word and its number together.
    `edges`, the words and sums around the map: row, column, text, align, angle. `picked`, the frame of the row looked
    at: row, low, high.
    `summary`: quantity, value, unit; `right_with_other_nouns` counts this place in 64 sentences that differ in their
    nouns alone, `right_before` the same before the row was replaced, where it is.
    """

    map: Annotated[pd.DataFrame, "target", "source", "target_position", "source_position", "weight"]
    rows: Annotated[pd.DataFrame, "target", "row_sum", "effective_words", "maximum", "gold_mass", "target_position",
                    "words"]
    columns: Annotated[pd.DataFrame, "source", "column_sum", "source_position", "words"]
    translation: Annotated[pd.DataFrame, "position", "token", "probability", "run", "words"]
    edges: Annotated[pd.DataFrame, "row", "column", "text", "align", "angle"]
    picked: Annotated[pd.DataFrame, "row", "low", "high"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Translate as trained; translate again with one row replaced, this sentence and 64 with other nouns."""
    net = load(params.encoder, params.checkpoint_seed)
    source, target, gold = write(sentences(params))  # (1 + 64, 12), (1 + 64, 12), (1 + 64, 12, 12)
    trained, _ = net.translate(source[:1], PLACES)  # (1, 14, words)
    place = min(params.target_position, length(trained[0])) - 1
    change = None if params.intervention == "none" else partial(replaced, params, place)
    logits, rows = net.translate(source, PLACES, change, params.temperature, params.normalization)
    right = (logits.argmax(2)[:, : target.shape[1]] == target)[1:]  # (64, 12)
    counts = {"right_with_other_nouns": int(right[:, min(place, right.shape[1] - 1)].sum()),
              "sentences_right": int((right | (target[1:] == PAD)).all(1).sum())}
    if change:
        said, _ = net.translate(source[1:], place + 1, None, params.temperature, params.normalization)
        right = said.argmax(2)[:, : target.shape[1]] == target[1:, : place + 1]  # (64, ≤ place + 1)
        counts["right_before"] = int(right[:, -1].sum())
    return describe(params, place, source[0], gold[0], trained[0], logits[0], rows[0], counts)


def sentences(params: Params) -> Tensor:
    """The sentence chosen, then the same one with every pair of nouns. Shape: (1 + 64, 10)."""
    written = OwnSentence(params.own_sentence).choices if params.own_sentence else \
        {name: getattr(params, name) for name in FIELDS}
    chosen = torch.tensor([options.index(written[name]) for name, options in FIELDS.items()])
    names, nouns = list(FIELDS), torch.arange(len(NOUN_OPTIONS))
    family = chosen.repeat(len(nouns) ** 2, 1)
    family[:, [names.index("noun"), names.index("object_noun")]] = torch.cartesian_prod(nouns, nouns)
    return torch.cat([chosen[None], family])


def replaced(params: Params, place: int, now: int, row: Tensor, mask: Tensor) -> Tensor:
    """The row to be used at the place `now`: the model's own, but for the one looked at. Shape: (B, S)."""
    if now != place:
        return row
    words = int(mask[0].sum())  # all sentences of a family are equally long
    if params.intervention == "one_hot":
        return F.one_hot(torch.tensor([min(params.source_position, words) - 1]), row.shape[1]).float().expand_as(row)
    if params.intervention == "uniform":
        return mask / words
    order = torch.randperm(words, generator=generator(params.checkpoint_seed))
    return torch.cat([row[:, order], row[:, words:]], dim=1)


def length(logits: Tensor) -> int:
    """Number of words up to <eos>, or all."""
    said = [TARGET_WORDS[i] for i in logits.argmax(1).tolist()]
    return said.index(END) + 1 if END in said else len(said)


def describe(params: Params, place: int, source: Tensor, gold: Tensor, trained: Tensor, logits: Tensor, rows: Tensor,
             counts: dict[str, int]) -> Result:
    """Tables, numbers and the sentence."""
    words = [SOURCE_WORDS[i] for i in source.tolist() if i != PAD]
    before, after = spoken(trained), spoken(logits)
    target = [word for word, _ in after]
    at, word = min(place, len(target) - 1), before[place][0]  # the translation may end before the place
    weights = rows[: len(target), : len(words)].double()  # (T, S)
    aligned = F.pad(gold, (0, 0, 0, PLACES - len(gold)))[: len(target), : len(words)]  # (T, S)
    by_row = row_table(target, weights, aligned)
    shown = by_row.iloc[at]
    kept = float(logits[place].softmax(0)[TARGET_WORDS.index(word)])
    right = counts["right_with_other_nouns"]
    seen = Seen(place + 1, word, shown.target, kept, words, weights[at], right,
                counts.get("right_before", right), held(params, aligned[at]), len(target))
    return Result(
        map=map_table(target, words, weights), rows=by_row, columns=column_table(words, weights),
        edges=edge_table(target, words, weights),
        picked=of_rows("row low high", [(shown.target_position, 0.5, len(words) + 0.5)]),
        translation=translation_table(before, after if setting(params) or params.intervention != "none" else []),
        summary=summary([
            ("effective_words", shown.effective_words, "words"), ("weight_on_gold_words", shown.gold_mass, ""),
            ("word_probability", kept, ""), *((name, count, "of 64") for name, count in counts.items())]),
        sentence=sentence(params.encoder, params.intervention, setting(params), seen))


def held(params: Params, aligned: Tensor) -> bool:
    """Whether the annotation that a row is forced onto has read all source words that are `aligned` (S)."""
    words, forced = aligned.nonzero().flatten(), min(params.source_position, len(aligned)) - 1
    reads = {"words": words == forced, "bigru": words >= 0, "forward_gru": words <= forced}
    return bool(reads[params.encoder].all())


def setting(params: Params) -> str:
    """How the weights are made, if not as in training."""
    hot = f"at τ = {params.temperature:.2g}" if params.temperature != 1 else ""
    return " ".join(part for part in (hot, "with sparsemax" if params.normalization == "sparsemax" else "") if part)


def translation_table(before: list[tuple[str, float]], after: list[tuple[str, float]]) -> pd.DataFrame:
    """Both runs, place by place; words stand at the bar of the run that says them, on one bar of a pair."""
    rows = []
    for i, (old, new) in enumerate(zip_longest(before, after), 1):
        for said, run in ((old, "as trained"), (new, "intervened")):
            if said:
                was = f", not {old[0]}" if new and old and old[0] != new[0] else ""
                rows.append((i, *said, run, "" if new and run == "as trained" else f"{said[0]} {said[1]:.2f}{was}"))
    return of_rows("position token probability run words", rows)


def spoken(logits: Tensor) -> list[tuple[str, float]]:
    """The words said, each with its probability."""
    best = logits.softmax(1).max(1)
    pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
    return [(TARGET_WORDS[i], p) for i, p in pairs][: length(logits)]

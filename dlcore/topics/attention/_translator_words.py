"""The sentence under the translator's map: what a row says, and what becomes of its word without it."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from dlcore.spelling import plain
from dlcore.topics.attention._tables import effective

FAMILY = 64  # sentences that differ in their two nouns
SEEN = 0.05  # so much weight is told from black
ENOUGH = 60  # so many of them right: a row does
HOLDS = {"words": "holds only that word and its place",
         "bigru": "comes from a GRU that has read the whole sentence, both ways",
         "forward_gru": "comes from a GRU that has read the sentence up to that word"}


@dataclass(frozen=True)
class Seen:
    """What there is to say of one row (S), that of the place looked at, counted from 1.

    `word` was said there as trained, `now` is said there at this setting, with `probability` for `word`. `right` of
    the sentences with other nouns have this place right, and `before` had without the intervention. `held`: whether
    the annotation that a one-hot row is forced onto has read every word that the grammar aligns with this place.
    `ends`: number of words said at this setting.
    """

    place: int
    word: str
    now: str
    probability: float
    source: list[str]
    row: Tensor
    right: int
    before: int
    held: bool
    ends: int


def sentence(encoder: str, intervention: str, setting: str, seen: Seen) -> str:
    """What the row says, or what became of the word without it, and why; `setting` as in "at τ = 2"."""
    setting, brightest = f" {setting}" if setting else "", seen.source[int(seen.row.argmax())]
    if seen.place > seen.ends:
        return (f"{setting.strip().capitalize()} the translation ends after {seen.ends} words, before place "
                f"{seen.place}, where “{seen.word}” was said as trained; map and numbers show its last word.")
    fate = f"“{seen.word}” stays" if seen.now == seen.word else f"“{seen.word}” becomes “{seen.now}”"
    result = f"{fate} (probability of “{seen.word}”: {plain(seen.probability)})"
    others = f"With other nouns put in, this place is right in {seen.right} of {FAMILY} sentences"
    if intervention == "none":
        what = f"{result}. {others}" if setting else others
        return (f"The row of “{seen.now}”{setting} spreads over {effective(seen.row).item():.1f} words and is "
                f"brightest on “{brightest}” ({seen.row.max().item():.2f}){next_to_it(seen)}"
                f"{zeros(setting, seen.row)}. {what}.")
    forced = f"With all its weight on “{brightest}”" if intervention == "one_hot" else f"With a {intervention} row"
    return f"{forced}{setting}, {result}. {others}{meaning(encoder, intervention, seen)}."


def next_to_it(seen: Seen) -> str:
    """The word with the second largest weight, if it can be seen in the map."""
    weight, at = (found[-1].item() for found in seen.row.topk(min(2, len(seen.row))))
    return f", then on “{seen.source[int(at)]}” ({weight:.2f})" if weight >= SEEN else ""


def zeros(setting: str, row: Tensor) -> str:
    """How many weights are exactly 0, and why."""
    count = int((row == 0).sum())
    why = "sparsemax" if "sparsemax" in setting else "float32 underflow"
    return f"; {count} of its weights are exactly 0 ({why})" if count else ""


def meaning(encoder: str, intervention: str, seen: Seen) -> str:
    """What follows from the count: nothing, if the place was often wrong with its own row as well."""
    enough = seen.right >= ENOUGH
    if seen.before < ENOUGH:
        return f", but with its own row in only {seen.before}: this does not tell what the row is worth"
    if intervention != "one_hot":
        return ": this row is enough too" if enough else f", with its own row in {seen.before}: its weights matter"
    link = "because" if enough == seen.held else "although"
    return f": this vector is {'' if enough else 'not '}enough, {link} it {HOLDS[encoder]}"

"""What the answer sheet says about attention maps, and the runs that decide it.

What is said of trained translators rests on the eight of each encoder that are stored: they differ in the seed alone.
"""

from __future__ import annotations

from typing import Any

from dlcore.claims import Claim
from dlcore.tables import number_of
from dlcore.topics.attention import rows, translator


def eight(**chosen: Any) -> tuple[translator.Params, ...]:
    """The same setting for each of the stored trainings."""
    return tuple(translator.Params(checkpoint_seed=seed, **chosen) for seed in range(8))


def right(*results: translator.Result) -> list[float]:
    """Sentences of 64, with other nouns, in which the word looked at is right; for each training."""
    return [number_of(r, "right_with_other_nouns") for r in results]


def spread(*results: translator.Result) -> list[float]:
    """Over how many words the row looked at spreads, for each training."""
    return [number_of(r, "effective_words") for r in results]


def bright_rows(*results: translator.Result) -> list[int]:
    """Rows of the map of which more than half lies on “area”, for each training."""
    return [int((r.map.weight[r.map.source == "area"] > 0.5).sum()) for r in results]


def enough_though_spread(*results: translator.Result) -> list[bool]:
    """Whether one word is enough where the row as trained spreads over more than two: rows forced, then as trained."""
    half = len(results) // 2
    return [count >= 60 and words > 2
            for count, words in zip(right(*results[:half]), spread(*results[half:]), strict=True)]


def looked_at(*results: translator.Result) -> float:
    """Source words on which “la” is brightest in one translator or another; 0 unless all are right nearly always."""
    brightest = {r.map.loc[r.map[r.map.target_position == 1].weight.idxmax()].source for r in results}
    return len(brightest) * (min(right(*results)) >= 60)


def too_light(result: rows.Result) -> float:
    """Grey level of the brightest pixel on a scale stretched to it, less its weight."""
    brightest = result.shades.groupby("scale").value.max()
    return float(brightest[rows.SCALES[1]] - brightest[rows.SCALES[0]])


CLAIMS = (
    Claim("7a-1", "Each pixel in the attention map represents the attention score between a specific word in the "
          "source sequence and a word in the target sequence.", "true under conditions",
          "It is the weight after the softmax, so that a row sums to 1, and it belongs to the annotation of the word, "
          "which may hold the whole sentence: with a BiGRU the article forced onto “the” alone is right in 64 of 64 "
          "sentences, with an encoder of single words in 32. This happens in each of eight trainings.",
          "Bahdanau, Cho & Bengio 2015, figure 3",
          eight(encoder="bigru", intervention="one_hot"),
          "number of 64 sentences in which the article is right though its row sees “the” alone",
          right, 60, 64, "an annotation that has read the other words",
          eight(encoder="words", intervention="one_hot")),
    Claim("7a-2", "In a translation task, for example, it shows how much importance the model assigns to a particular "
          "word in the source sentence when predicting a word in the target sentence.", "true under conditions",
          "The weight is where a model looks, not yet what its word depends on. Eight BiGRU translators that differ "
          "in the seed alone are right in 64 of 64 sentences each, and for “la” four look most at “the”, three at "
          "“european”, one at “area”; forced onto “the”, all stay right. What a word is worth shows when its weight is "
          "changed.",
          "Jain & Wallace 2019; Wiegreffe & Pinter 2019",
          eight(encoder="bigru"), "number of words at which eight equally good translators look for “la”", looked_at,
          2, 8, "another seed of the training", (translator.Params(encoder="bigru"),) * 8),
    Claim("7b-1", "A row with only one non-zero pixel indicates that the model is focusing all of its attention on a "
          "single word in the source sequence when predicting the corresponding target word.", "true under conditions",
          "As a reading of what is visible it is fine. But the softmax itself never is 0: with a lead of 12 all ten "
          "pixels are above 0 while nine look black. The computer rounds it to 0 only where scores differ by about a "
          "hundred (float32 underflow); a true zero needs another normalization, such as sparsemax.",
          "Martins & Astudillo 2016", rows.Params(lead=12.0), "number of ten pixels that are not exactly zero",
          lambda r: float((r.row.weight > 0).sum()), 2, 10, "softmax",
          rows.Params(lead=12.0, normalization="sparsemax")),
    Claim("7b-2", "This suggests a strong one-to-one mapping between the source and target words for that prediction.",
          "true under conditions",
          "A row binds one target word; nothing keeps other rows from the same column, for columns need not sum to 1. "
          "With the forward GRU both “la” and “zone” are nearly white on “area” in each of eight trainings: its column "
          "sums to about 2 or more.",
          "measured here", eight(encoder="forward_gru"), "number of rows with more than half of their weight on “area”",
          bright_rows, 1.5, 12, "an annotation of “area” that has read “the”", eight()),
    Claim("7c-1", "Rows with several non-zero pixels indicate that the model is distributing its attention across "
          "multiple words in the source sequence.", "true",
          "Three scores that lead together share the row in thirds: exp of the entropy counts three words.",
          "Shannon 1948", rows.Params(lead=12.0, ties=3), "exp of the entropy of the row, in words",
          lambda r: number_of(r, "effective_words"), 2.9, 3.1, "that several scores lead", rows.Params(lead=12.0)),
    Claim("7c-2", "This happens when the model needs to attend to several words in the source sentence to predict a "
          "target word", "true under conditions",
          "It is true for “la”, which needs “the” and the gender of “area”: on one word alone it is right in at most "
          "32 of 64 sentences, in each of eight trainings. But <eos> spreads over two to seven words and needs one: "
          "“want” alone is enough in seven of the eight, and in each some two to six words are, one at a time. That is "
          "not to say that its weights do not matter: on “european” alone no sentence ends where it should.",
          "measured here",
          (*eight(intervention="one_hot", target_position=11, source_position=7), *eight(target_position=11)),
          "share of eight trainings in which a row that spreads over more than two words does with one of them",
          enough_though_spread, 0.75, 1, "a target word that needs one word of the source, whichever",
          (*eight(intervention="one_hot"), *eight()), over="share"),
    Claim("7c-3", "which is common in complex language structures or when word order differs significantly between "
          "languages.", "true under conditions",
          "Another order moves the bright pixel off the diagonal and need not spread the row: “zone” stands two places "
          "from “area”, and in seven of eight trainings its row is one bright pixel (1.2 to 1.7 words; the eighth "
          "spreads it over six). Agreement spreads a row: “la” stands opposite “the” and takes 1.9 to 2.7 words.",
          "Bahdanau, Cho & Bengio 2015, figure 3", eight(target_position=2),
          "exp of the entropy of the row of “zone”, in words", spread, 1, 1.8, "that one word is enough", eight()),
    Claim("7d-1", "Rows with only one non-zero pixel have white pixels because the attention is highly concentrated on "
          "a single word, indicating maximum attention, which is represented by a high score.", "true under conditions",
          "True if the scale of grey is fixed from 0 to 1. Where each row, or each picture, is stretched to its own "
          "maximum, ten equal weights of 0.1 are painted white as well.", "Bahdanau, Cho & Bengio 2015, figure 3",
          rows.Params(ties=10), "grey level by which a stretched scale paints the brightest pixel too light", too_light,
          0.5, 1, "a row without a white pixel of its own", rows.Params(lead=12.0)),
    Claim("7d-2", "The other rows have gray pixels because the attention is spread across multiple words, leading to "
          "lower attention scores for each word, hence the gray shading.", "true",
          "Because every row sums to 1, m equal pixels have grey level 1/m: four have 0.25.", "arithmetic",
          rows.Params(lead=12.0, ties=4), "weight of the brightest of four equal pixels",
          lambda r: number_of(r, "largest"), 0.24, 0.2501, "that four share the row", rows.Params(lead=12.0)),
)

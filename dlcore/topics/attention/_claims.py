"""What the answer sheet says about attention maps, and the runs that decide it."""

from __future__ import annotations

import pandas as pd

from dlcore.claims import Claim
from dlcore.topics.attention import rows, translator


def number(result: object, quantity: str) -> float:
    """A number of the summary."""
    return float(result.summary.set_index("quantity").value[quantity])


def bright_rows(result: translator.Result, source: str) -> int:
    """Rows of the map of which more than half lies on one source word."""
    pixels: pd.DataFrame = result.map
    return int((pixels.weight[pixels.source == source] > 0.5).sum())


def right_though_spread(forced: translator.Result, trained: translator.Result) -> float:
    """Sentences right with the row forced onto one word, where the trained row spreads over more than two."""
    return number(forced, "right_with_other_nouns") if number(trained, "effective_words") > 2 else 0.0


def looked_at(*results: translator.Result) -> float:
    """Source words on which “la” is brightest in one translator or another; 0 unless all are right every time."""
    brightest = {r.map.loc[r.map[r.map.target_position == 1].weight.idxmax()].source for r in results}
    return len(brightest) * all(number(r, "right_with_other_nouns") == 64 for r in results)


def too_light(result: rows.Result) -> float:
    """Grey level of the brightest pixel on a scale stretched to it, less its weight."""
    brightest = result.shades.groupby("scale").value.max()
    return float(brightest[rows.SCALES[1]] - brightest[rows.SCALES[0]])


CLAIMS = (
    Claim("7a-1", "Each pixel in the attention map represents the attention score between a specific word in the "
          "source sequence and a word in the target sequence.", "true under conditions",
          "It is the weight after the softmax, so that a row sums to 1, and it belongs to the annotation of the word, "
          "which may hold the whole sentence: with a BiGRU the article forced onto “the” alone is right in 64 of 64 "
          "sentences, with an encoder of single words in 32.",
          "Bahdanau, Cho & Bengio 2015, figure 3",
          translator.Params(encoder="bigru", intervention="one_hot"),
          "number of 64 sentences in which the article is right though its row sees “the” alone",
          lambda r: number(r, "right_with_other_nouns"), 60, 64, "an annotation that has read the other words",
          translator.Params(encoder="words", intervention="one_hot")),
    Claim("7a-2", "In a translation task, for example, it shows how much importance the model assigns to a particular "
          "word in the source sentence when predicting a word in the target sentence.", "true under conditions",
          "The weight is where a model looks, not yet what its word depends on. Four BiGRU translators that differ in "
          "the seed alone are right in 64 of 64 sentences each, and for “la” one looks at “area”, one at “the”, two at "
          "“european”; forced onto “the”, all four stay right. What a word is worth shows when its weight is changed.",
          "Jain & Wallace 2019; Wiegreffe & Pinter 2019",
          tuple(translator.Params(encoder="bigru", checkpoint_seed=seed) for seed in range(4)),
          "number of words at which equally good translators look for “la”", looked_at, 2, 4,
          "another seed of the training", (translator.Params(encoder="bigru"),) * 4),
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
          "With the forward GRU both “la” and “zone” are white on “area”, which sums to more than 2.",
          "measured here", translator.Params(encoder="forward_gru"),
          "number of rows with more than half of their weight on “area”",
          lambda r: float(bright_rows(r, "area")), 2, 12, "an annotation of “area” that has read “the”",
          translator.Params(encoder="words")),
    Claim("7c-1", "Rows with several non-zero pixels indicate that the model is distributing its attention across "
          "multiple words in the source sequence.", "true",
          "Three scores that lead together share the row in thirds: exp of the entropy counts three words.",
          "Shannon 1948", rows.Params(lead=12.0, ties=3), "exp of the entropy of the row, in words",
          lambda r: number(r, "effective_words"), 2.9, 3.1, "that several scores lead", rows.Params(lead=12.0)),
    Claim("7c-2", "This happens when the model needs to attend to several words in the source sentence to predict a "
          "target word", "true under conditions",
          "True of “la”, which needs “the” and the gender of “area”: on one word alone it is right in 32 of 64 "
          "sentences. But <eos> spreads over 6 words and is right in 64 of 64 when it is forced onto one: a spread row "
          "can also mean that it does not matter.", "measured here",
          (translator.Params(intervention="one_hot", target_position=11, source_position=7),
           translator.Params(target_position=11)),
          "number of 64 sentences right with a spread row forced onto one word", right_though_spread, 60, 64,
          "a target word that needs nothing of the source",
          (translator.Params(intervention="one_hot"), translator.Params())),
    Claim("7c-3", "which is common in complex language structures or when word order differs significantly between "
          "languages.", "true under conditions",
          "Another order moves the bright pixel off the diagonal and does not spread the row: “zone” stands two places "
          "from “area”, and its row is one white pixel (1.2 words). Agreement spreads a row: “la” stands opposite "
          "“the” and takes 2.4 words.", "Bahdanau, Cho & Bengio 2015, figure 3",
          translator.Params(target_position=2), "exp of the entropy of the row of “zone”, in words",
          lambda r: number(r, "effective_words"), 1, 1.6, "that one word is enough",
          translator.Params(target_position=1)),
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
          lambda r: number(r, "largest"), 0.24, 0.2501, "that four share the row", rows.Params(lead=12.0)),
)

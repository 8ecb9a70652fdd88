"""Why are scores divided by the square root of d?

A score is a sum of d products: its variance is d, a softmax of large scores is all but one-hot, and its slope (the
trace of its Jacobian, 1 − Σ aⱼ²) all but zero.

Source: Vaswani et al. 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor

from dlcore.params import Ranged, choice, number
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.tables import of_rows, summary
from dlcore.topics.attention._tables import STRIPS, entropy, strip_words

DIMENSIONS = (4, 16, 64, 256, 1024)
SYMBOLS = {"no": "q·k", "yes": "q·k / √d"}
TEXTS, QUERIES = 50, 10  # 500 queries; the ten of a text share its keys


@dataclass(frozen=True)
class Params(Ranged):
    dimension: int = choice(64, DIMENSIONS, "Length d of the vectors q (query) and k (key)", symbol="d")
    keys: int = number(16, 4, 64, 1, "Number of keys n, which share the weight of a row", symbol="n")
    seed: int = number(0, 0, 99, 1, "Random seed of the queries and keys")


@dataclass(frozen=True)
class Result:
    """`weights` of the first query: key, value, scaled ("yes": divided by √d, "no"), strip (where it is drawn).
    `edges`, the words above the strips: row, column, text, align, angle.

    `effective`: dimension, value (exp of the mean entropy over 500 queries), scaled, scores (in symbols).
    `variance` of the scores: dimension, value, scaled, scores, kind (measured, theory). `now`, `now_variance`: the
    same at the length chosen, as measured.
    `summary`: quantity, value, unit.
    """

    weights: Annotated[pd.DataFrame, "key", "value", "scaled", "strip"]
    edges: Annotated[pd.DataFrame, "row", "column", "text", "align", "angle"]
    effective: Annotated[pd.DataFrame, "dimension", "value", "scaled", "scores"]
    now: Annotated[pd.DataFrame, "dimension", "value", "scaled", "scores"]
    variance: Annotated[pd.DataFrame, "dimension", "value", "scaled", "scores", "kind"]
    now_variance: Annotated[pd.DataFrame, "dimension", "value", "scaled", "scores", "kind"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Scores of random queries and keys of every length, with and without the square root."""
    scores = all_scores(params.keys, params.seed)  # {d: (50, 10, n)}
    scaled = {d: {"no": s, "yes": s / d**0.5} for d, s in scores.items()}
    spread = {(d, word): entropy(s.softmax(-1)).mean().exp().item()
              for d, both in scaled.items() for word, s in both.items()}
    variance = {(d, word): s.square().mean().item() for d, both in scaled.items() for word, s in both.items()}
    slope = {word: trace(s.softmax(-1)).mean().item() for word, s in scaled[params.dimension].items()}
    first = {word: s[0, 0].softmax(0) for word, s in scaled[params.dimension].items()}  # (n)
    return describe(params, first, spread, variance, slope)


def trace(weights: Tensor) -> Tensor:
    """Trace of the Jacobian diag(a) − a aᵀ of a softmax: 1 − Σ aⱼ², which is 0 for a one-hot row."""
    return 1 - weights.square().sum(-1)


@lru_cache(maxsize=1)  # 1 MB
def all_scores(keys: int, seed: int) -> dict[int, Tensor]:
    """q·k for q, k ~ N(0, 1) of every length: the shorter ones are the beginnings of the longest."""
    rng = generator(seed)
    k = torch.randn(TEXTS, keys, DIMENSIONS[-1], generator=rng)  # (50, n, d)
    q = torch.randn(TEXTS, QUERIES, DIMENSIONS[-1], generator=rng)  # (50, 10, d)
    return {d: (q[..., :d] @ k[..., :d].mT).double() for d in DIMENSIONS}


def describe(params: Params, first: dict[str, Tensor], spread: dict[tuple[int, str], float],
             variance: dict[tuple[int, str], float], slope: dict[str, float]) -> Result:
    """Tables, numbers and one sentence."""
    d = params.dimension
    law = {(dim, word): float(dim) if word == "no" else 1.0 for dim in (DIMENSIONS[0], DIMENSIONS[-1])
           for word in ("no", "yes")}
    effective = of_rows("dimension value scaled scores", (
        (at, v, word, SYMBOLS[word]) for (at, word), v in spread.items()))
    drawn = of_rows("dimension value scaled scores kind", (
        (dim, v, word, SYMBOLS[word], kind) for kind, group in (("measured", variance), ("theory", law))
        for (dim, word), v in group.items()))
    return Result(
        weights=of_rows("key value scaled strip", ((key, w, word, strip) for strip, (word, weights) in
                                                   zip(STRIPS, first.items(), strict=True)
                                                   for key, w in enumerate(weights.tolist(), 1))),
        edges=strip_words([f"softmax of {symbols}" for symbols in SYMBOLS.values()], list(first.values())),
        effective=effective, now=effective[effective.dimension == d], variance=drawn,
        now_variance=drawn[(drawn.dimension == d) & (drawn.kind == "measured")],
        summary=summary([
            ("score_variance", variance[d, "no"], ""), ("scaled_variance", variance[d, "yes"], ""),
            ("effective_words_unscaled", spread[d, "no"], "keys"),
            ("effective_words_scaled", spread[d, "yes"], "keys"),
            ("slope_unscaled", slope["no"], ""), ("slope_scaled", slope["yes"], "")]),
        sentence=(f"For d = {d} the scores q·k have variance {variance[d, 'no']:,.1f}: a row spreads over "
                  f"{plain(spread[d, 'no'])} of {params.keys} keys. Divided by √d they have variance "
                  f"{plain(variance[d, 'yes'])}: a row spreads over {plain(spread[d, 'yes'])} keys. The "
                  f"gradient of the softmax is {slope['no']:.2g} and {slope['yes']:.2g}: it is 0 where one key has all "
                  "the weight, and then the scores cannot be learned."))

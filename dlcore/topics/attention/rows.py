"""What can one row of an attention map look like?

`ties` of n scores lead the others by d. A row has to share out exactly 1, and from this follow white and grey.

Source: Shannon 1948 (entropy); Martins & Astudillo 2016 (sparsemax).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor

from dlcore.params import Ranged, choice, number
from dlcore.tables import of_rows, summary
from dlcore.topics.attention._model import NORMALIZATIONS
from dlcore.topics.attention._tables import STRIPS, entropy, strip_words

LEADS = torch.linspace(0, 12, 121, dtype=torch.float64)
SCALES = ("from 0 to 1", "its own maximum")


@dataclass(frozen=True)
class Params(Ranged):
    size: int = number(10, 2, 32, 1, "Number of English words n: pixels in the row", symbol="n")
    lead: float = number(3.0, 0.0, 12.0, 0.1, "Lead d: by how much the leading scores exceed the others", symbol="d")
    ties: int = number(1, 1, 10, 1, "Number m of scores that lead; more than n count as n", symbol="m")
    temperature: float = number(1.0, 0.1, 5.0, 0.1, "Temperature τ: every score is divided by it", symbol="τ")
    normalization: str = choice("softmax", tuple(NORMALIZATIONS), "How scores become weights that sum to 1")


@dataclass(frozen=True)
class Result:
    """`row`: key, weight. `shades`: key, scale ("from 0 to 1", "its own maximum"), value (0 black, 1 white), strip
    (where it is drawn). `edges`, the words above the strips: row, column, text, align, angle.

    `entropy`: lead, value (nats), words (e to that power), kind (measured, theory). `now`, the row shown: the same.
    `summary`: quantity, value, unit.
    """

    row: Annotated[pd.DataFrame, "key", "weight"]
    shades: Annotated[pd.DataFrame, "key", "scale", "value", "strip"]
    edges: Annotated[pd.DataFrame, "row", "column", "text", "align", "angle"]
    entropy: Annotated[pd.DataFrame, "lead", "value", "words", "kind"]
    now: Annotated[pd.DataFrame, "lead", "value", "words", "kind"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Turn scores into one row of weights, and again for every lead from 0 to 12."""
    normalize, ties = NORMALIZATIONS[params.normalization], min(params.ties, params.size)
    leads = torch.cat([torch.tensor([params.lead], dtype=torch.float64), LEADS])  # (1 + 121)
    scores = torch.zeros(len(leads), params.size, dtype=torch.float64)  # (1 + 121, n)
    scores[:, :ties] = leads[:, None]
    weights = normalize(scores / params.temperature)  # (1 + 121, n)
    spread = entropy(weights)  # (1 + 121)
    law = [theory(lead / params.temperature, ties, params.size, params.normalization) for lead in LEADS.tolist()]
    return describe(params.lead, weights[0], spread, law)


def theory(lead: float, ties: int, size: int, normalization: str) -> float:
    """H of m weights w and n − m weights u; m w + (n − m) u = 1.

    Softmax: w/u = eᵈ. Sparsemax: w − u = d while u > 0, that is for d < 1/m; beyond it u = 0.
    """
    if normalization == "softmax":
        low = 1 / (ties * math.exp(lead) + size - ties)
        high = low * math.exp(lead)
    else:
        low = max(0.0, (1 - ties * lead) / size)
        high = (1 - (size - ties) * low) / ties
    return -sum(count * w * math.log(w) for count, w in ((ties, high), (size - ties, low)) if w > 0)


def describe(lead: float, weights: Tensor, spread: Tensor, law: list[float]) -> Result:
    """Tables, numbers and one sentence."""
    row, largest = weights.tolist(), weights.max().item()
    return Result(
        row=of_rows("key weight", enumerate(row, 1)),
        shades=of_rows("key scale value strip", ((key, scale, w / top, strip) for scale, top, strip in
                                                 zip(SCALES, (1, largest), STRIPS, strict=True)
                                                 for key, w in enumerate(row, 1))),
        edges=strip_words(("white is 1", f"white is the row's own maximum, {largest:.3g}"), (weights, weights)),
        entropy=of_rows("lead value words kind", ((at, h, math.exp(h), kind) for kind, values in
                                            (("measured", spread[1:].tolist()), ("theory", law))
                                            for at, h in zip(LEADS.tolist(), values, strict=True))),
        now=of_rows("lead value words kind", [(lead, spread[0].item(), spread[0].exp().item(), "measured")]),
        summary=summary([
            ("largest", largest, ""), ("entropy", spread[0].item(), "nats"),
            ("effective_words", spread[0].exp().item(), "words"), ("exact_zeros", row.count(0.0), "pixels")]),
        sentence=sentence(row, largest))


def sentence(row: list[float], largest: float) -> str:
    """Who has how much of the one that there is to share."""
    equal, least = sum(w > largest - 1e-9 for w in row), min(row)
    if equal == len(row):
        return f"All {equal} pixels are equal: each has 1/{equal} = {largest:.3g}, because a row has to sum to 1."
    best = "One pixel has" if equal == 1 else f"{equal} pixels can have 1/{equal} each at most, and have"
    others = "the other one has" if len(row) - equal == 1 else f"the other {len(row) - equal} have"
    each = "" if len(row) - equal == 1 else " each"
    scale = (f" The lower strip paints {largest:.2g} as white as 1, so read the scale of a map first."
             if largest < 0.99 else "")
    return (f"{best} {largest:.4g}{'' if equal == 1 else ' each'}; {others} {least:.2g}{each}, "
            f"{'an exact zero' if least == 0 else 'which is not zero'}.{scale}")

"""Can two different attention maps give the same output?

The output of a row α is Σ αⱼ vⱼ. Moving α along a direction that [V 1] does not see leaves the output and the sum
of the row as they were.

Source: Jain & Wallace 2019; Wiegreffe & Pinter 2019.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor

from dlcore.params import Ranged, number
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.tables import of_rows, summary
from dlcore.topics.attention._tables import STRIPS, strip_words


@dataclass(frozen=True)
class Params(Ranged):
    keys: int = number(8, 4, 16, 1, "Number of English words n: pixels in the row", symbol="n")
    value_size: int = number(4, 1, 8, 1, "Length d_v of the vectors vⱼ, and of the output", symbol="d_v")
    strength: float = number(1.0, 0.0, 1.0, 0.05, "How far the second row moves away: 0 not at all, 1 all the way")
    seed: int = number(0, 0, 99, 1, "Random seed of the scores and of the vectors")

    def idle(self) -> set[str]:
        return {"strength"} if self.keys <= self.value_size + 1 else set()


@dataclass(frozen=True)
class Result:
    """`rows`: key, value (weight), which ("attention", "alternative"), strip (where it is drawn). `edges`, the words
    above the strips: row, column, text, align, angle. `output` of both: unit, value, which, words (the
    number, once for both).

    `summary`: quantity, value, unit.
    """

    rows: Annotated[pd.DataFrame, "key", "value", "which", "strip"]
    edges: Annotated[pd.DataFrame, "row", "column", "text", "align", "angle"]
    output: Annotated[pd.DataFrame, "unit", "value", "which", "words"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Draw a row and values, and darken its brightest pixel where the output does not notice."""
    rng = generator(params.seed)
    attention = (1.5 * torch.randn(params.keys, generator=rng, dtype=torch.float64)).softmax(0)  # (n)
    values = torch.randn(params.keys, params.value_size, generator=rng, dtype=torch.float64)  # (n, d_v)
    seen = torch.cat([values, torch.ones_like(values[:, :1])], dim=1)  # (n, d_v + 1)
    free = unseen(seen).shape[1]
    alternative = attention + params.strength * (darkest(attention, seen) - attention)  # (n)
    return describe(params, free, attention, alternative, values)


def unseen(columns: Tensor) -> Tensor:
    """An orthonormal basis of the directions that are orthogonal to all columns (n, c). Shape: (n, free)."""
    left, stretch, _ = torch.linalg.svd(columns)
    return left[:, int((stretch > 1e-10 * stretch[0]).sum()):]


def darkest(attention: Tensor, seen: Tensor) -> Tensor:
    """Walk where `seen` does not see it and the brightest pixel darkens; a weight that reaches 0 stays. Shape: (n)."""
    weights, best, spent = attention, attention.argmax(), torch.zeros(len(attention), dtype=torch.bool)
    for _ in attention:
        basis = unseen(torch.cat([seen, torch.eye(len(spent), dtype=seen.dtype)[:, spent]], dim=1))
        darker = -basis @ basis[best]  # (n)
        if darker[best] > -1e-9:
            break
        room = torch.where(darker < -1e-12, weights / -darker, torch.inf)
        weights = (weights + room.min() * darker).clamp(min=0)
        spent = spent | (room <= room.min() * (1 + 1e-9))
    return weights


def describe(params: Params, free: int, attention: Tensor, alternative: Tensor, values: Tensor) -> Result:
    """Tables, numbers and one sentence."""
    both = {"attention": attention, "alternative": alternative}
    outputs = {which: weights @ values for which, weights in both.items()}  # (d_v)
    difference = torch.linalg.vector_norm(outputs["alternative"] - outputs["attention"]).item()
    moved = 0.5 * (alternative - attention).abs().sum().item()
    best = int(attention.argmax())
    count = (f"{params.keys} weights − {params.value_size} outputs − 1 sum = {free} free "
             f"direction{'s' if free > 1 else ''}, in which a row can move unnoticed")
    if free and moved == 0:
        sentence = f"At strength 0 the alternative is the attention itself. {count}."
    elif free:
        sentence = (f"{plain(100 * moved, 2)} % of the weight has moved, and the brightest pixel went from "
                    f"{attention[best]:.2f} to {alternative[best]:.2f}, yet the output changed only by rounding, "
                    f"{plain(difference)}. {count}.")
    else:
        sentence = (f"No direction is free: {params.value_size} outputs and the sum fix all {params.keys} weights, so "
                    f"no other row gives the same output.")
    return Result(
        rows=of_rows("key value which strip", ((key, w, which, strip) for strip, (which, weights) in
                                               zip(STRIPS, both.items(), strict=True)
                                               for key, w in enumerate(weights.tolist(), 1))),
        edges=strip_words(list(both), list(both.values())),
        output=of_rows("unit value which words", ((unit, v, which, plain(v) if which == "attention" else "")
                                                  for which, output in outputs.items()
                                                  for unit, v in enumerate(output.tolist(), 1))),
        summary=summary([("free_dimensions", free, ""), ("output_difference", difference, ""),
                         ("moved_weight", moved, "")]),
        sentence=sentence)

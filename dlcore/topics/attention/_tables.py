"""Tables of an attention map, its rows and its columns."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import torch
from torch import Tensor

from dlcore.tables import of_rows

STRIPS = (1, 3)  # rows at which two strips of pixels lie, words above each


def map_table(target: Sequence[str], source: Sequence[str], weights: Tensor) -> pd.DataFrame:
    """One row a pixel of `weights` (T, S); places count from 1."""
    return of_rows("target source target_position source_position weight", (
        (target[i], source[j], i + 1, j + 1, weight)
        for i, row in enumerate(weights.tolist()) for j, weight in enumerate(row)))


def row_table(target: Sequence[str], weights: Tensor, aligned: Tensor) -> pd.DataFrame:
    """What each row of `weights` (T, S) adds up to; `aligned` (T, S) marks the gold words."""
    spread = effective(weights).tolist()
    return pd.DataFrame({
        "target": list(target), "row_sum": weights.sum(1), "effective_words": spread, "maximum": weights.amax(1),
        "gold_mass": (weights * aligned).sum(1), "target_position": range(1, len(target) + 1),
        "words": [f"{word}  {over:.1f}" for word, over in zip(target, spread, strict=True)]})


def column_table(source: Sequence[str], weights: Tensor) -> pd.DataFrame:
    """What each column of `weights` (T, S) adds up to: nothing makes it 1."""
    sums = weights.sum(0).tolist()
    return pd.DataFrame({
        "source": list(source), "column_sum": sums, "source_position": range(1, len(source) + 1),
        "words": [f"{word}  {one:.1f}" for word, one in zip(source, sums, strict=True)]})


def edge_table(target: Sequence[str], source: Sequence[str], sums: Tensor | None = None) -> pd.DataFrame:
    """The words on both sides of a map and, of `sums` (T, S), the sum of each row and of each column."""
    rows: list[tuple[float, float, str, str, int]] = [(i, 0.3, word, "right", 0) for i, word in enumerate(target, 1)]
    rows += [(0.3, j, word, "left", -45) for j, word in enumerate(source, 1)]
    if sums is not None:
        right, foot = len(source) + 1.2, len(target) + 1.2
        rows += [(0.1, right, "sum", "center", 0), (foot, 0.3, "sum", "right", 0)]
        rows += [(i, right, f"{one:.2f}", "center", 0) for i, one in enumerate(sums.sum(1).tolist(), 1)]
        rows += [(foot, j, f"{one:.1f}", "center", 0) for j, one in enumerate(sums.sum(0).tolist(), 1)]
    return of_rows("row column text align angle", rows)


def strip_words(above: Sequence[str], below: Sequence[Tensor]) -> pd.DataFrame:
    """Words above the strips of pixels that lie at STRIPS and, of at most ten pixels, the weights (S) below."""
    rows = [(strip - 0.75, 0.5, text, "left", 0) for strip, text in zip(STRIPS, above, strict=True)]
    rows += [(strip + 0.7, place, f"{w:.2f}", "center", 0) for strip, weights in zip(STRIPS, below, strict=True)
             for place, w in enumerate(weights.tolist(), 1) if len(weights) <= 10]
    return of_rows("row column text align angle", rows)


def entropy(weights: Tensor) -> Tensor:
    """H = −Σ wⱼ ln wⱼ along the last dimension, with 0 ln 0 = 0, in nats."""
    return torch.special.entr(weights).sum(-1)


def effective(weights: Tensor) -> Tensor:
    """exp H: over how many words a row spreads, as if equally."""
    return entropy(weights).exp()

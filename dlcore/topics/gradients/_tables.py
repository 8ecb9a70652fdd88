"""Tables that have a row for each layer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from dlcore.tables import table


def by_layer(blocks: Sequence[tuple[str, str, np.ndarray, np.ndarray]]) -> dict[str, Any]:
    """The columns layer, quantity, value, kind of blocks (quantity, kind, layers, values)."""
    return {"layer": np.concatenate([layers for _, _, layers, _ in blocks]),
            "quantity": tuple(quantity for quantity, _, layers, _ in blocks for _ in layers),
            "value": np.concatenate([values for *_, values in blocks]),
            "kind": tuple(kind for _, kind, layers, _ in blocks for _ in layers)}


@lru_cache(maxsize=256)
def mark_table(marks: tuple[tuple[int, str, str], ...]) -> pd.DataFrame:
    """layer, quantity, text: words at the foot of a plot, for what a log axis cannot show; often there are none."""
    return table(layer=np.array([layer for layer, _, _ in marks], dtype=int),
                 quantity=tuple(quantity for _, quantity, _ in marks), text=tuple(text for *_, text in marks))

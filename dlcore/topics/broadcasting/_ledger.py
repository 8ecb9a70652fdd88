"""Every tensor with its shape, and the errors and warnings of torch while it was made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import zip_longest

import pandas as pd
from torch import Tensor
from torch.nn import functional as F

from dlcore.outcome import outcome

Row = tuple[str, str, str]  # tensor, shape, note
SILENCE = "no error, no warning"

LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "(prediction − target)**2": lambda prediction, target: ((prediction - target) ** 2).mean(),
    "poisson_nll_loss": F.poisson_nll_loss,
    "mse_loss": F.mse_loss,
    "l1_loss": F.l1_loss,
    "smooth_l1_loss": F.smooth_l1_loss,
    "huber_loss": F.huber_loss,
    "binary_cross_entropy": F.binary_cross_entropy,
    "binary_cross_entropy_with_logits": F.binary_cross_entropy_with_logits,
}


def attempt(call: Callable[[], Tensor]) -> tuple[Tensor | None, str]:
    """What `call` made, if it made anything, and what was raised or warned ("" for silence)."""
    made: list[Tensor] = []
    said = outcome(lambda: made.append(call()))
    return (made[0] if made else None), said.removesuffix("returned None").strip()


def shape(tensor: Tensor | None) -> str:
    """`[1, 32, 32]`; a tensor that could not be made has none."""
    return "none" if tensor is None else str(list(tensor.shape))


def tried(prediction: Tensor, target: Tensor) -> list[Row]:
    """Every loss function, called in earnest; those that said the same share a row."""
    heard: dict[tuple[str, str], list[str]] = {}
    for name, call in LOSSES.items():
        loss, said = attempt(partial(call, prediction, target))
        heard.setdefault((shape(loss), said or SILENCE), []).append(name)
    return [(", ".join(names), made, said) for (made, said), names in heard.items()]


def alignment(one: Sequence[int], other: Sequence[int]) -> str:
    """How broadcasting pairs the axes of two shapes."""
    missing = "(missing)"
    pairs = zip_longest(reversed(one), reversed(other))
    return "aligned from the right: " + ", ".join(f"{a or missing} ↔ {b or missing}" for a, b in pairs)


def ledger(rows: Sequence[Row]) -> pd.DataFrame:
    """The rows as a table."""
    return pd.DataFrame(rows, columns=["tensor", "shape", "note"])

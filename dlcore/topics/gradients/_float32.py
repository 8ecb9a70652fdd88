"""Where float32 ends, in words that a log axis cannot say."""

from __future__ import annotations

import numpy as np
import torch

TINY = torch.finfo(torch.float32).tiny  # 1.2e-38: below it float32 loses its digits, then everything


class flushed:
    """Within it, what falls below TINY is 0 at once, as on most graphics cards.

    A processor that keeps the last digits of such numbers takes ten times as long for every operation on them.
    """

    def __enter__(self) -> None:
        torch.set_flush_denormal(True)

    def __exit__(self, *_: object) -> None:
        torch.set_flush_denormal(False)  # a setting of the thread: numpy's float64 must not meet it


def drawable(values: np.ndarray | float) -> np.ndarray:
    """Which values float32 holds with all their digits."""
    return (values >= TINY) & (values < np.inf)


def fades(measured: dict[str, np.ndarray]) -> bool:
    """Whether something shrank to nothing; otherwise a zero is exact, every unit being off."""
    return any(((values > 0) & (values < 1e-30)).any() for values in measured.values())


def begins(lost: np.ndarray) -> np.ndarray:
    """Indices where a run of true entries begins."""
    return np.flatnonzero(lost & ~np.r_[False, lost[:-1]])


def marks(measured: dict[str, np.ndarray]) -> tuple[tuple[int, str, str], ...]:
    """Layer, quantity and a word, where a run of layers begins that a log axis cannot show."""
    small = "underflow" if fades(measured) else "0"
    return tuple((int(layer) + 1, quantity, small if np.isfinite(values[layer]) else "overflow")
                 for quantity, values in measured.items() for layer in begins(~drawable(values)))

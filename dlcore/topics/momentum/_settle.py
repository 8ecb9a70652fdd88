"""When a linear rule has settled, however many steps that takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

TOLERANCE = 1e-6
BLOCK = 1024  # steps taken at once; the longest run is its square, about a million steps


def settled_steps(update: Callable[..., Any], curvature: np.ndarray) -> int | None:
    """The first step from which |w| stays below 1e-6, started at ones; None where a million do not suffice.

    Not the first hit: a ball may fly through the minimum and out again. The rule is linear, so what it does to
    (w, v) = (1, 0) and to (0, 1) tells all: the powers of that matrix S are the first 1,024 steps, and the powers
    of S¹⁰²⁴ leap from the head of one such block to the next.
    """
    ones, zeros = np.ones_like(curvature), np.zeros_like(curvature)
    columns = update(ones, zeros, curvature), update(zeros, ones, zeros)
    step = np.array(columns).transpose(2, 1, 0)  # (direction, state after, state before)
    within = _powers(step)
    heads = _powers(within[-1] @ step)[..., 0]  # (block, direction, state), from w = 1 and v = 0
    within = within[..., 0, :]  # (step, direction, state before): only where w goes
    reach = (np.linalg.norm(within, axis=-1).max(0) * np.linalg.norm(heads, axis=-1)).sum(-1)  # no block goes farther
    if not reach[-1] < TOLERANCE:
        return None
    for block in np.flatnonzero(reach >= TOLERANCE)[::-1]:  # from the back: the last step that is still too far
        w = (within * heads[block]).sum(-1)  # (step, direction)
        far = np.flatnonzero(np.linalg.norm(w, axis=-1) >= TOLERANCE)
        if far.size:
            return int(block * BLOCK + far[-1] + 1)
    return 0


def _powers(matrix: np.ndarray) -> np.ndarray:
    """1, S, S², … S¹⁰²³, by doubling."""
    table = np.broadcast_to(np.eye(2), (1, *matrix.shape))
    while len(table) < BLOCK:
        table = np.concatenate([table, table @ (table[-1] @ matrix)])
    return table

"""Many seeds of the ring at once, for studies."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from dlcore.study.work import Batch
from dlcore.topics.adversarial.ring import moments

PER_RUN = ("modes_covered", "high_quality", "sliced_wasserstein")


def _games(many: Sequence[Any], measures: Sequence[str]) -> list[list[float | None]] | None:
    """What each game of its own seed ends with; seeds that follow each other are played side by side.

    Shapes: one row a setting, one number a measure; None for other measures, or if a setting is a median of games.
    """
    if set(measures) - set(PER_RUN) or any(params.n_seeds > 1 for params in many):
        return None
    rows: list[list[float | None]] = []
    for _, same in groupby(many, key=lambda params: replace(params, seed=0)):
        for together in _together(list(same)):
            now = deque(moments(together), maxlen=1)[0].now[together.loss]
            rows += [[float(value) for value in one] for one in zip(*map(now.of, measures), strict=True)]
    return rows


def _together(same: Sequence[Any]) -> Iterator[Any]:
    """Settings that hold 8, 4, 2 or 1 seeds in a row."""
    at = 0
    while at < len(same):
        run = next(n for n in (8, 4, 2, 1) if [p.seed for p in same[at:at + n]] == [*range(same[at].seed,
                                                                                          same[at].seed + n)])
        yield replace(same[at], n_seeds=run)
        at += run


ring = Batch(_games, together=1)

"""Many settings of the ravine at once, for studies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlcore.study.work import Batch
from dlcore.topics.momentum._quadratic import best, spectral_radius


def _rates(many: Sequence[Any], measures: Sequence[str]) -> list[list[float | None]] | None:
    """The rate here and the best one, where a rule and a condition number are one array of the closed form.

    Shapes: one row a setting, one number a measure; None if a measure is neither of the two.
    """
    if set(measures) - {"rate", "best_rate"}:
        return None
    kinds = [(p.method, p.condition_number) for p in many]
    found = {"rate": np.empty(len(many)), "best_rate": np.empty(len(many))}
    for kind in dict.fromkeys(kinds):
        at = np.array([i for i, other in enumerate(kinds) if other == kind])
        rate, momentum = np.array([(many[i].learning_rate, many[i].momentum) for i in at]).T
        found["rate"][at] = spectral_radius(kind[0], rate, momentum, kind[1])
        found["best_rate"][at] = spectral_radius(kind[0], *best(*kind), kind[1])
    return [[float(found[name][i]) for name in measures] for i in range(len(many))]


rate_map = Batch(_rates, together=2000, measures=("rate", "best_rate"))

"""Three questions about a sequence of tokens, and what can be known of the answer without the order."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

VOCABULARY = 10


def classes(task: str, places: int) -> int:
    """How many answers there are."""
    return {"order": 2, "kth_token": VOCABULARY, "locate": places}[task]


def draw(task: str, shape: tuple[int, int], length: int, places: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Random sequences and the answers; what is asked for lies in the first `places`, except for the order.

    Shapes: (S, N, length), (S, N). For the order sequences come in pairs, in which only two tokens change places.
    """
    if task == "kth_token":
        tokens = torch.randint(VOCABULARY, (*shape, length), generator=rng)
        return tokens, tokens[..., places // 2]
    if task == "locate":
        tokens = torch.randint(1, VOCABULARY, (*shape, length), generator=rng)
        marker = torch.randint(places, shape, generator=rng)
        return tokens.scatter(-1, marker[..., None], 0), marker
    half = (shape[0], shape[1] // 2)
    tokens = torch.randint(2, VOCABULARY, (*half, length), generator=rng)
    first, second = torch.rand(*half, length, generator=rng).topk(2).indices.split(1, -1)  # two places
    one = tokens.scatter(-1, first, 0).scatter(-1, second, 1)
    other = tokens.scatter(-1, first, 1).scatter(-1, second, 0)
    before = (first < second).squeeze(-1).long()  # token 0 before token 1
    return torch.cat([one, other], 1), torch.cat([before, 1 - before], 1)


@lru_cache(maxsize=64)
def ceiling(task: str, places: int) -> float:
    """Most that can be right when only the counts are known, not the order.

    The middle token is best guessed as the most frequent one: E[largest count]/L. Of L random tokens no count exceeds
    m with probability L!/V^L times the coefficient of z^L in (Σ z^j/j!)^V, j ≤ m.
    """
    if task != "kth_token":
        return 1 / classes(task, places)
    total = math.factorial(places) / VOCABULARY**places
    expected = 0.0
    for most in range(places):
        term = np.array([1 / math.factorial(j) for j in range(most + 1)])
        power = np.ones(1)
        for _ in range(VOCABULARY):
            power = np.convolve(power, term)[: places + 1]
        expected += 1 - total * (power[places] if len(power) > places else 0.0)
    return expected / places

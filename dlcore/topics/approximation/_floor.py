"""How close a family of functions can come to a target on [−1, 1]: what no width can beat.

Every target and every family here splits into an even and an odd part, and each part is spanned by powers of x
on (0, 1] (|x| is x there, and the sign of x is 1) or is everything.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

EVERYTHING = None
Powers = tuple[int, ...] | None
Part = Callable[[np.ndarray], np.ndarray]

# (even powers, odd powers) that sums of φ(wx + b) reach; activations that are not listed reach everything.
WITH_BIAS: dict[str, tuple[Powers, Powers]] = {
    "identity": ((0,), (1,)), "square": ((0, 2), (1,)), "cube": ((0, 2), (1, 3)),
}
# The same for sums of φ(wx): tanh and sine are odd, sigmoid is ½ + odd, softplus and gelu are a line + even.
WITHOUT_BIAS: dict[str, tuple[Powers, Powers]] = {
    "identity": ((), (1,)), "square": ((2,), ()), "cube": ((), (3,)),
    "relu": ((1,), (1,)), "step": ((0,), (0,)), "tanh": ((), EVERYTHING), "sine": ((), EVERYTHING),
    "sigmoid": ((0,), EVERYTHING), "softplus": (EVERYTHING, (1,)), "gelu": (EVERYTHING, (1,)),
}
# Even and odd part of each target, on (0, 1].
TARGET_PARTS: dict[str, tuple[Part, Part]] = {
    "abs": (lambda x: x, np.zeros_like),
    "cube": (np.zeros_like, lambda x: x**3),
    "sine": (np.zeros_like, lambda x: np.sin(2 * math.pi * x)),
    "jump": (lambda x: 0.5 + 0 * x, lambda x: 0.5 + 0 * x),
}
NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)
NODES, WEIGHTS = (NODES + 1) / 2, WEIGHTS / 2  # on (0, 1), the weights adding up to one
GRID = np.linspace(0, 1, 4001)  # holds the quarters, where sin 2πx peaks


@lru_cache(maxsize=128)
def floors(target: str, activation: str, bias: bool) -> dict[str, float]:
    """The least "rmse" and the least "sup" error of any width; a metric without a floor is left out."""
    pairs = list(zip(TARGET_PARTS[target], reached(activation, bias), strict=True))
    rmse = math.hypot(*(least_rms(part(NODES), powers, NODES, WEIGHTS) for part, powers in pairs))
    if target == "jump":
        sup = least_at_the_jump(activation, bias)
    else:
        sup = max(minimax(part, powers) for part, powers in pairs)  # each of these targets has one part only
    return {metric: value for metric, value in (("rmse", rmse), ("sup", sup)) if value > 1e-9}


def reached(activation: str, bias: bool) -> tuple[Powers, Powers]:
    """Which powers the even and the odd part of a sum of units can take."""
    return (WITH_BIAS if bias else WITHOUT_BIAS).get(activation, (EVERYTHING, EVERYTHING))


def least_at_the_jump(activation: str, bias: bool) -> float:
    """A continuous answer takes one value where the target takes 0 and 1; one that is 0 there misses by 1."""
    if activation == "step":
        return 0.0
    return 0.5 if bias or activation in ("sigmoid", "softplus") else 1.0


def least_rms(part: np.ndarray, powers: Powers, nodes: np.ndarray, weights: np.ndarray) -> float:
    """Root mean square over (0, 1) of what is left of `part`, given at the nodes, after projection on the powers."""
    if powers is EVERYTHING:
        return 0.0
    root = np.sqrt(weights)
    basis = np.linalg.qr(root[:, None] * nodes[:, None] ** np.array(powers, dtype=float))[0]
    left = root * part
    return float(np.linalg.norm(left - basis @ (basis.T @ left)))


def minimax(part: Part, powers: Powers) -> float:
    """Least largest error on [0, 1], by Remez' exchange: at the optimum it is reached with alternating signs."""
    if powers is EVERYTHING or least_rms(part(NODES), powers, NODES, WEIGHTS) < 1e-9:
        return 0.0
    n = len(powers) + 1
    at = np.linspace(0.1, 1, n)
    for _ in range(30):
        signs = (-1.0) ** np.arange(n)
        *weights, _ = np.linalg.solve(np.c_[at[:, None] ** np.array(powers, dtype=float), signs], part(at))
        error = part(GRID) - GRID[:, None] ** np.array(powers, dtype=float) @ np.array(weights)
        at = alternating_peaks(error, n)
    return float(np.abs(error).max())


def alternating_peaks(error: np.ndarray, n: int) -> np.ndarray:
    """The n neighbouring runs of one sign whose smallest peak is largest, each by the place of its peak."""
    runs = np.split(np.arange(len(error)), np.flatnonzero(np.diff(np.sign(error))) + 1)
    peaks = np.array([run[np.abs(error[run]).argmax()] for run in runs if error[run].any()])
    heights = np.abs(error[peaks])
    start = max(range(len(peaks) - n + 1), key=lambda i: heights[i : i + n].min())
    return GRID[peaks[start : start + n]]

"""Mean field: what a layer does to variances, by quadrature over a Gaussian pre-activation.

Forward q ← σ_w² E φ(√q x)² + σ_b², backward χ = σ_w² E φ'(√q x)², with x ~ N(0, 1).

Source: Poole et al. 2016; Schoenholz et al. 2017; Yang et al. 2019 for batch normalization.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import torch

STEP = 0.04
NODES = np.arange(-10 + STEP / 2, 10, STEP)  # midpoints: none at 0, where ReLU has its kink
WEIGHTS = STEP * np.exp(-(NODES**2) / 2) / np.sqrt(2 * np.pi)


def _logistic(z: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(z / 2))


def _phi(z: np.ndarray) -> np.ndarray:
    return torch.special.ndtr(torch.from_numpy(z)).numpy()  # the normal distribution function


# φ and φ', written out here: a law must not call what it is drawn over
FUNCTIONS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]] = {
    "relu": (lambda z: z * (z > 0), lambda z: 1.0 * (z > 0)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (_logistic, lambda z: _logistic(z) * (1 - _logistic(z))),
    "gelu": (lambda z: z * _phi(z), lambda z: _phi(z) + z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)),
    "linear": (lambda z: z, np.ones_like),
}


def moments(activation: str, q: np.ndarray | float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """E φ, E φ² and E φ'² for pre-activations of variance q, one value for each q."""
    function, slope = FUNCTIONS[activation]
    z = np.sqrt(np.asarray(q, dtype=float))[..., None] * NODES  # (..., nodes)
    value = function(z)
    return value @ WEIGHTS, value**2 @ WEIGHTS, slope(z) ** 2 @ WEIGHTS


@lru_cache(maxsize=256)
def plain_network(activation: str, weight_variance: float, bias_variance: float,
                  depth: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Activation std, activation mean square and ‖δ_l‖ / ‖∂L/∂h_N‖ of layers 1 … depth, from inputs N(0, 1).

    The mean square starts with the input's, since it is what the weight gradient of layer l sees: depth + 1 values.
    """
    q, std, square, slope = weight_variance + bias_variance, [], [1.0], []
    for _ in range(depth):
        mean, second, derivative = moments(activation, q)
        std.append(np.sqrt(max(second - mean**2, 0.0)))
        square.append(float(second))
        slope.append(derivative)
        q = weight_variance * second + bias_variance
    back = np.log(slope[::-1]) + np.log(weight_variance) * (np.arange(depth) > 0)
    return np.array(std), np.array(square), np.exp(0.5 * np.cumsum(back))[::-1]


def batch_norm_relu(depth: int, bias_variance: float) -> np.ndarray:
    """‖δ_l‖ / ‖∂L/∂h_N‖ of layers 1 … depth: δ² grows by E φ'² / E var φ a layer, π/(π−1) = 1.467 without bias."""
    bias = np.sqrt(bias_variance) * NODES
    mean = bias * _phi(bias) + np.exp(-(bias**2) / 2) / np.sqrt(2 * np.pi)  # of max(0, bias + x) over the batch
    variance = (1 + bias_variance) / 2 - mean**2 @ WEIGHTS
    return np.sqrt(0.5 * (0.5 / variance) ** np.arange(depth)[::-1])

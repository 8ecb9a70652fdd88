"""The ravine f(w) = ½(w₁²/κ + w₂²): its sliders, and the closed form of every rule on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcore.params import Ranged, choice, number

METHODS = ("gradient_descent", "heavy_ball", "nesterov", "ema")
CONDITION_NUMBERS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
HIGHEST = 4.0  # of the learning rate


@dataclass(frozen=True)
class Ravine(Ranged):
    """What decides the rate: the rule, its two numbers, and the shape of the bowl."""

    method: str = choice("heavy_ball", METHODS, "Update rule; ema steps along a running average of gradients")
    learning_rate: float = number(1.0, 0.02, HIGHEST, 0.02, "Step size α; the largest curvature L is 1", symbol="α")
    momentum: float = number(0.9, 0.0, 0.999, 0.001, "Share β of the last velocity that is kept", symbol="β")
    condition_number: float = choice(100.0, CONDITION_NUMBERS, "κ = L/m, largest curvature over the smallest",
                                     symbol="κ")

    def idle(self) -> set[str]:
        """Plain descent remembers nothing."""
        return {"momentum"} if self.method == "gradient_descent" else set()


def roots(method: str, learning_rate: Any, momentum: Any, curvature: Any) -> tuple[Any, Any]:
    """Half the trace of the step matrix and its discriminant h² − det: the roots are z = h ± √(h² − det).

    One update multiplies the error along curvature λ by these z; arrays broadcast.
    """
    step = np.multiply(learning_rate, curvature)
    if method == "gradient_descent":
        trace, determinant = 1 - step, 0.0 * np.asarray(momentum)
    elif method == "nesterov":
        trace, determinant = (1 + momentum) * (1 - step), momentum * (1 - step)
    else:  # an average of gradients is a heavy ball with a step of α(1 − β)
        step = step * (1 - momentum) if method == "ema" else step
        trace, determinant = 1 + momentum - step, momentum
    return trace / 2, trace**2 / 4 - determinant


def radius(method: str, learning_rate: Any, momentum: Any, curvature: Any) -> Any:
    """ρ = max |z|: in the long run the error shrinks by this factor a step, and grows where ρ > 1."""
    half, discriminant = roots(method, learning_rate, momentum, curvature)
    real = np.abs(half) + np.sqrt(np.maximum(discriminant, 0))
    return np.where(discriminant < 0, np.sqrt(np.maximum(half**2 - discriminant, 0)), real)


def spectral_radius(method: str, learning_rate: Any, momentum: Any, condition_number: float) -> Any:
    """The slower of the two directions decides."""
    flat = radius(method, learning_rate, momentum, 1 / condition_number)
    return np.maximum(flat, radius(method, learning_rate, momentum, 1.0))


def best(method: str, condition_number: float) -> tuple[float, float]:
    """The learning rate and momentum of the lowest spectral radius among the sliders' values.

    Source: Polyak 1964 (heavy ball); Lessard, Recht & Packard 2016 (Nesterov).
    """
    kappa = condition_number
    if method == "gradient_descent":
        return 2 / (1 + 1 / kappa), 0.0
    if method == "heavy_ball":
        return 4 / (1 + 1 / math.sqrt(kappa)) ** 2, ((math.sqrt(kappa) - 1) / (math.sqrt(kappa) + 1)) ** 2
    if method == "nesterov":
        q = math.sqrt(3 * kappa + 1)
        return 4 / (3 + 1 / kappa), (q - 2) / (q + 2)
    step = min(math.sqrt(kappa), HIGHEST)  # beyond κ = 16 the slider ends before the optimum
    return step, ((kappa - step) / (kappa + step)) ** 2


def transition(method: str, learning_rate: float, momentum: float, curvature: np.ndarray) -> tuple[np.ndarray, Any]:
    """The matrix S that takes (w, v) a step on, along each curvature (D, 2, 2), and what a unit of noise adds (2,).

    With g = λw + noise: v ← βv + g (an average: βv + (1 − β)g), then w ← w − αv; Nesterov w ← w − α(g + βv).
    """
    beta = 0.0 if method == "gradient_descent" else momentum
    fresh = 1 - beta if method == "ema" else 1.0
    ahead, kept = (1 + beta, beta**2) if method == "nesterov" else (fresh, beta)
    push = np.array([-learning_rate * ahead, fresh])
    step = np.zeros((len(curvature), 2, 2))
    step[:, :, 0] = curvature[:, None] * push
    step += [[1.0, -learning_rate * kept], [0.0, beta]]
    return step, push


def expected_square(method: str, learning_rate: float, momentum: float, curvature: np.ndarray, noise: float,
                    last: int) -> np.ndarray:
    """E[w²] after 0 … `last` steps from (w, v) = (1, 0), (T, D): powers of S, and the noise that they hand on.

    wₜ = (Sᵗ)₁₁ + Σ_{k<t} (Sᵏ · push)₁ · noise, a sum of independent terms.
    """
    step, push = transition(method, learning_rate, momentum, curvature)
    rows = np.broadcast_to([[[1.0, 0.0]]], (1, len(curvature), 2))  # e₁ᵀSᵏ, for each direction (k, D, 2)
    with np.errstate(over="ignore", invalid="ignore"):
        while len(rows) <= last:  # by doubling: the power in hand takes all rows so far as many steps on
            rows, step = np.concatenate([rows, np.einsum("kdi,dij->kdj", rows, step)]), step @ step
        heard = np.cumsum((rows @ push) ** 2, axis=0)
        return rows[: last + 1, :, 0] ** 2 + noise**2 * np.concatenate([0 * heard[:1], heard])[: last + 1]


def stationary_square(method: str, learning_rate: float, momentum: float, curvature: np.ndarray) -> np.ndarray:
    """E[w²] for ever after under unit noise (D,), where the rule converges: Σ = SΣSᵀ + push·pushᵀ, solved for Σ₁₁."""
    step, push = transition(method, learning_rate, momentum, curvature)
    both = np.einsum("dij,dkl->dikjl", step, step).reshape(-1, 4, 4)  # S ⊗ S
    return np.linalg.solve(np.eye(4) - both, np.outer(push, push).ravel()[:, None])[:, 0, 0]

"""Noise schedules: how much noise each step mixes in."""

from __future__ import annotations

import math

import torch
from torch import Tensor

SCHEDULES = ("coarse", "linear", "cosine", "scaled_linear")
START = {"coarse": 0.05, "linear": 1e-4, "scaled_linear": 0.00085}  # β_1
END = {"coarse": 0.5, "linear": 0.02, "scaled_linear": 0.012, "cosine": 0.008}  # β_T, for cosine the offset s
BIT = math.log(2)  # nats in one bit
HELP = "Noise variances β: linear as in DDPM, scaled linear as in Stable Diffusion"


def betas(schedule: str, steps: int, end: Tensor | None = None) -> Tensor:
    """Variance β_t that step t mixes in; both end points stay where they are, whatever the number of steps.

    `end` replaces the schedule's end point (β_T, or the cosine's offset), so that one can differentiate by it.

    Shapes: (T,), float64.
    """
    end = torch.tensor(END[schedule], dtype=torch.float64) if end is None else end
    if schedule == "cosine":
        return cosine(steps, end)
    share = torch.linspace(0, 1, steps, dtype=torch.float64)
    if schedule == "scaled_linear":
        first = math.sqrt(START[schedule])
        return (first + (end.sqrt() - first) * share).square()
    return START[schedule] + (end - START[schedule]) * share


def cosine(steps: int, offset: Tensor) -> Tensor:
    """β_t = 1 − f(t)/f(t−1) with f(t) = cos²((t/T + s)/(1 + s) · π/2), at most 0.999."""
    time = torch.linspace(0, 1, steps + 1, dtype=torch.float64)
    left = ((time + offset) / (1 + offset) * math.pi / 2).cos().square()
    return (1 - left[1:] / left[:-1]).clamp(max=0.999)


def alpha_bar(beta: Tensor) -> Tensor:
    """Share ᾱ_t = ∏ (1 − β_s) of the data's variance that is left after each step."""
    return (1 - beta).cumprod(0)


def prior_nats(alpha_bar_last: Tensor | float, second_moment: float) -> float:
    """L_T per dimension: ½ [ᾱ_T (E x₀² − 1) − ln(1 − ᾱ_T)], the mean of KL(q(x_T|x₀) ‖ N(0, 1))."""
    left = float(alpha_bar_last)
    return 0.5 * (left * (second_moment - 1) - math.log1p(-left))

"""Functions with kinks, as they are written, and what is asked of them: value, autograd, slope to either side."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

NEAR = 1e-6  # how far to each side the function is asked for its slope


@dataclass(frozen=True)
class Program:
    """A function as it is written, and run."""

    text: str
    run: Callable[[Tensor], Tensor]


EXPRESSIONS = {
    "relu_difference": Program("relu(x) − relu(−x)", lambda x: torch.relu(x) - torch.relu(-x)),
    "where_sqrt": Program("where(x > 0, √x, 0)", lambda x: torch.where(x > 0, torch.sqrt(x), torch.zeros_like(x))),
    "abs": Program("|x|", torch.abs),
    "sqrt": Program("√x", torch.sqrt),
    "maximum": Program("maximum(x, x)", lambda x: torch.maximum(x, x)),
}
CONVENTIONS = {**EXPRESSIONS, "relu": Program("relu(x)", torch.relu),
               "maximum_zero": Program("maximum(x, 0)", lambda x: torch.maximum(x, torch.zeros_like(x)))}


def ask(program: Callable[[Tensor], Tensor], x: Tensor) -> dict[str, Tensor]:
    """Value, autograd's derivative, and the slopes of the function to the left and to the right, each like x."""
    x = x.detach().requires_grad_()
    value = program(x)
    autograd, = torch.autograd.grad(value, x, torch.ones_like(x))  # f acts on each entry alone: ones do
    with torch.no_grad():
        return {"function": value.detach(), "autograd": autograd,
                "slope_left": one_sided(program, x, -NEAR), "slope_right": one_sided(program, x, NEAR)}


def one_sided(program: Callable[[Tensor], Tensor], x: Tensor, h: float) -> Tensor:
    """The difference quotient to one side; infinite if it grows tenfold as the step shrinks a hundredfold."""
    far, close = ((program(x + step) - program(x)) / step for step in (h, h / 100))
    return torch.where(close.abs() > 5 * far.abs() + 1, close.sign() * torch.inf, far)


def slope(left: float, right: float) -> float:
    """The derivative, if both sides agree on it; nan if there is none."""
    agree = abs(left - right) <= 1e-3 * max(1.0, abs(left))
    return (left + right) / 2 if agree else math.nan


def wrong(answer: dict[str, Tensor]) -> bool:
    """Whether the function has a derivative here and autograd does not give it."""
    found = slope(answer["slope_left"].item(), answer["slope_right"].item())
    return math.isfinite(found) and not math.isclose(found, answer["autograd"].item(), rel_tol=1e-3, abs_tol=1e-3)

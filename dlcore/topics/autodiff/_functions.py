"""Functions of one number, as torch runs them, and their derivatives by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

Exact = Callable[[np.longdouble], tuple[np.longdouble, ...]]


@dataclass(frozen=True)
class Function:
    """`text`, the function in torch (it takes complex numbers, too), and (f, f′, f″, f‴) by hand."""

    text: str
    run: Callable[[Tensor], Tensor]
    exact: Exact


def _exp_sin(x: np.longdouble) -> tuple[np.longdouble, ...]:
    s, c, e = np.sin(x), np.cos(x), np.exp(np.sin(x))
    return e, c * e, (c * c - s) * e, (c * c - 3 * s - 1) * c * e


def _product(x: np.longdouble) -> tuple[np.longdouble, ...]:
    return x * (x + 1) * (x + 2), 3 * x * x + 6 * x + 2, 6 * x + 6, 6 + 0 * x


def _norm(x: np.longdouble) -> tuple[np.longdouble, ...]:
    r = np.sqrt(x * x + 5)
    return r, x / r, 5 / r**3, -15 * x / r**5


FUNCTIONS = {
    "exp_sin": Function("exp(sin x)", lambda x: torch.exp(torch.sin(x)), _exp_sin),
    "product": Function("x (x + 1) (x + 2)", lambda x: x * (x + 1) * (x + 2), _product),
    "norm": Function("√(x² + 1² + 2²)", lambda x: torch.sqrt(x * x + 5), _norm),
}

"""Functions of one number, as torch runs them, and their derivatives by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from functools import lru_cache

import torch
from torch import Tensor

DIGITS = 50  # of the derivatives by hand: no processor's widest numbers are relied on
Exact = Callable[[Decimal], tuple[Decimal, ...]]


@dataclass(frozen=True)
class Function:
    """`text`, the function in torch (it takes complex numbers, too), and f with its first five derivatives by hand."""

    text: str
    run: Callable[[Tensor], Tensor]
    by_hand: Exact

    @lru_cache(maxsize=256)  # noqa: B019  (the functions live as long as the process)
    def exact(self, x: float) -> tuple[Decimal, ...]:
        """f and its first five derivatives at exactly this number, to 50 digits."""
        with localcontext(prec=DIGITS):
            return self.by_hand(Decimal(x))


def sine_and_cosine(x: Decimal) -> tuple[Decimal, Decimal]:
    """Their power series."""
    term, sums, n = Decimal(1), [Decimal(0), Decimal(0)], 0
    while abs(term) > Decimal(10) ** -DIGITS or n < 2:
        sums[n % 2] += -term if n % 4 > 1 else term  # 1, x, −x²/2!, −x³/3!, …
        n += 1
        term *= x / n
    return sums[1], sums[0]


def _exp_sin(x: Decimal) -> tuple[Decimal, ...]:
    s, c = sine_and_cosine(x)
    e = s.exp()
    q = c * c
    return (e, c * e, (q - s) * e, (q - 3 * s - 1) * c * e, (q * q - 6 * s * q + 3 * s * s - 4 * q + s) * e,
            (q * q - 10 * s * q + 15 * s * s - 10 * q + 15 * s + 1) * c * e)


def _product(x: Decimal) -> tuple[Decimal, ...]:
    return x * (x + 1) * (x + 2), 3 * x * x + 6 * x + 2, 6 * x + 6, Decimal(6), Decimal(0), Decimal(0)


def _norm(x: Decimal) -> tuple[Decimal, ...]:
    r = (x * x + 5).sqrt()
    return (r, x / r, 5 / r**3, -15 * x / r**5, (75 * x * x - 15 * r * r) / r**7,
            (225 * x * r * r - 525 * x**3) / r**9)


FUNCTIONS = {
    "exp_sin": Function("exp(sin x)", lambda x: torch.exp(torch.sin(x)), _exp_sin),
    "product": Function("x (x + 1) (x + 2)", lambda x: x * (x + 1) * (x + 2), _product),
    "norm": Function("√(x² + 1² + 2²)", lambda x: torch.sqrt(x * x + 5), _norm),
}

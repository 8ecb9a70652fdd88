"""How accurate is a derivative from a finite difference?

A small step h leaves the truncation small and the rounding large: the error makes a V on logarithmic axes.
Autograd has no h, and a complex step subtracts nothing.

Source: Squire & Trapp 1998; Baydin et al. 2018; PyTorch documentation of gradcheck.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Annotated

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from dlcore.params import Ranged, choice, number
from dlcore.tables import summary
from dlcore.topics.autodiff._functions import DIGITS, FUNCTIONS
from dlcore.topics.autodiff._words import short

DTYPES = {"float64": torch.float64, "float32": torch.float32}
THEORY = "theory of its size"
STEPS = torch.logspace(-16, 0, 65, dtype=torch.float64)  # four a decade


@dataclass(frozen=True)
class Params(Ranged):
    function: str = choice("exp_sin", tuple(FUNCTIONS), "Function f; norm is that of the vector (x, 1, 2)")
    x: float = number(1.3, -2.0, 2.0, 0.05, "Point x at which the derivative f′(x) is taken")
    dtype: str = choice("float64", tuple(DTYPES), "float64 has 16 significant digits, float32 has 7")


@dataclass(frozen=True)
class Result:
    """`error`: h, value (|approximation − f′(x)|), method (forward, central, complex_step, autograd), kind
    (measured; theory of its size: truncation h f″/2 or h² f‴/6 with Taylor's next terms, the rounding of f′ itself,
    ε(|f′| + |x f″|), and, but for a complex step, what the subtraction makes of a rounded f and a rounded x + h,
    ε(|f| + |x f′|)/h; rounding is about that large at most). An error of exactly 0 has no row, and no law is drawn
    for h below ε.

    `summary`: quantity, value, unit.
    """

    error: Annotated[pd.DataFrame, "h", "value", "method", "kind"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Take the derivative of f at x in four ways, with every h at once."""
    f, dtype = FUNCTIONS[params.function].run, DTYPES[params.dtype]
    x = torch.tensor(params.x, dtype=dtype).requires_grad_()  # ()
    h = STEPS.to(dtype)  # (65,)
    autograd, = torch.autograd.grad(f(x), x)
    with torch.no_grad():
        found = {"forward": (f(x + h) - f(x)) / h,  # (65,)
                 "central": (f(x + h) - f(x - h)) / (2 * h),
                 "complex_step": f(torch.complex(x.expand_as(h), h)).imag / h,  # the real part stays f(x)
                 "autograd": autograd.expand_as(h)}
    return describe(params, x.detach(), h, found)


def describe(params: Params, x: Tensor, h: Tensor, found: dict[str, Tensor]) -> Result:
    """Tables, numbers and one sentence."""
    value, *exact = FUNCTIONS[params.function].exact(x.item())  # more digits than either dtype has
    error = {method: distances(slope, exact[0]) for method, slope in found.items()}
    steps, rounding = h.double().numpy(), torch.finfo(h.dtype).eps
    theory = law(steps, rounding, abs(x.item()), *map(float, (value, *exact)))
    theory = {method: np.where(steps >= rounding, sizes, 0.0) for method, sizes in theory.items()}  # below, x + h is x
    rows = [(step, size, method, kind) for kind, curves in (("measured", error), (THEORY, theory))
            for method, sizes in curves.items()
            for step, size in zip(steps.tolist(), sizes.tolist(), strict=True) if size > 0]
    best = {method: int(np.argmin(error[method])) for method in ("forward", "central")}
    numbers = [("autograd_error", float(error["autograd"][0]), "")]
    for method, at in best.items():
        numbers += [(f"best_{method}_error", float(error[method][at]), ""),
                    (f"best_{method}_step", float(steps[at]), "")]
    return Result(pd.DataFrame(rows, columns=["h", "value", "method", "kind"]),
                  summary(numbers), sentence(params, error, steps, best, root=value == 0))


def distances(slopes: Tensor, exact: Decimal) -> np.ndarray:
    """|slope − f′(x)|, all digits of both taken into account."""
    with localcontext(prec=DIGITS):
        known = {slope: float(abs(Decimal(slope) - exact)) for slope in set(slopes.tolist())}
    return np.array([known[slope] for slope in slopes.tolist()])


def law(h: np.ndarray, rounding: float, x: float, f: float, *slopes: float) -> dict[str, np.ndarray]:
    """Truncation by Taylor's series, to the fifth derivative; rounding of the values, and of x + h, each over h."""
    first, second, third, fourth, fifth = slopes
    even, odd, last = h * second / 2 + h**3 * fourth / 24, h**2 * third / 6, h**4 * fifth / 120
    lost, always = rounding * (abs(f) + abs(x * first)) / h, rounding * (abs(first) + abs(x * second))
    return {"forward": abs(even + odd + last) + lost + always, "central": abs(odd + last) + lost + always,
            "complex_step": abs(last - odd) + always}  # (ih)³ = −ih³


def sentence(params: Params, error: dict[str, np.ndarray], steps: np.ndarray, best: dict[str, int],
             root: bool) -> str:
    """The best each method can do, and where."""
    words = [f"the {method} difference is best at h = {short(float(steps[at]), 1)} "
             f"({said(float(error[method].min()))})" for method, at in best.items()]
    smaller = "; a smaller h only adds rounding" if min(best.values()) > 0 else ""
    if root:
        smaller = ("; f and x are 0 here, so the subtraction loses no digit" if params.x == 0 else
                   "; f is 0 here, but x + h is rounded all the same, and a smaller h adds to that")
    return (f"For f(x) = {FUNCTIONS[params.function].text} at x = {short(params.x)} in {params.dtype}, {words[0]} and "
            f"{words[1]}{smaller}. Autograd has no h to choose: {said(float(error['autograd'][0]))}. A complex step "
            f"(next chart) subtracts nothing: {said(float(error['complex_step'][0]))} even at h = 10⁻¹⁶.")


def said(error: float) -> str:
    """An error in words."""
    return f"error {short(error, 2)}" if error else "no error at all"

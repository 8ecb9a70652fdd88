"""What does backward(gradient=v) compute?

For y = tanh(W x) one sweep gives vᵀJ: the rows of the Jacobian J = ∂y/∂x, weighted by v. A single number needs no
weights, so backward() may leave them out there, and only there.

Source: PyTorch documentation of torch.autograd.backward; Griewank & Walther, "Evaluating Derivatives", 2008.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor

from dlcore.params import Ranged, choice, number
from dlcore.seeds import generator
from dlcore.tables import summary
from dlcore.topics.autodiff._calls import REDUCTIONS, attempts
from dlcore.topics.autodiff._forward import jvp
from dlcore.topics.autodiff._words import short

ROOM = 8  # rows and columns of J whose numbers can be read


@dataclass(frozen=True)
class Params(Ranged):
    inputs: int = number(6, 1, 64, 1, "Number n of inputs x, the columns of the Jacobian J", symbol="n")
    outputs: int = number(4, 1, 64, 1, "Number m of outputs y, the rows of the Jacobian J", symbol="m")
    seed_vector: str = choice("one-hot", ("ones", "one-hot", "random", "weights"),
                              "Vector v: ones, one-hot, random, or weights with sum 1")
    index: int = number(1, 1, 64, 1, "Row that a one-hot v picks; after row m it starts again")
    reduction: str = choice("none", tuple(REDUCTIONS), "none: y.backward(gradient=v); else reduce v · y to a number")
    seed: int = number(0, 0, 99, 1, "Stream of random numbers")

    def idle(self) -> set[str]:
        return set() if self.seed_vector == "one-hot" and self.outputs > 1 else {"index"}


@dataclass(frozen=True)
class Result:
    """`jacobian`: row, column, value (from one sweep a row). `product`: column, value, kind (autograd: what
    backward left in x.grad; explicit: the weighted rows of diag(1 − y²) W).

    `calls`: call, outcome (what torch did), verdict (accepted, refused), each on a graph of its own.
    `picture`: row, column, value, part: J with v on its left and x.grad below; `labels`: row, column, text,
    inside (whether on a cell): its names, and its numbers as long as there is room for them.
    `summary`: quantity, value, unit.
    """

    jacobian: Annotated[pd.DataFrame, "row", "column", "value"]
    product: Annotated[pd.DataFrame, "column", "value", "kind"]
    calls: Annotated[pd.DataFrame, "call", "outcome", "verdict"]
    picture: Annotated[pd.DataFrame, "row", "column", "value", "part"]
    labels: Annotated[pd.DataFrame, "row", "column", "text", "inside"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """One sweep with v, then one sweep for every row."""
    rng = generator(params.seed)
    weight = torch.randn(params.outputs, params.inputs, generator=rng, dtype=torch.float64)  # (m, n)
    weight /= params.inputs**0.5
    x = torch.randn(params.inputs, generator=rng, dtype=torch.float64).requires_grad_()  # (n,)
    v = seed_vector(params, rng)  # (m,)
    y = torch.tanh(weight @ x)  # (m,)

    REDUCTIONS[params.reduction].call(y, v)  # y.backward(gradient=v), (v * y).sum().backward() or .mean()
    one_hot = torch.eye(params.outputs, dtype=torch.float64)  # (m, m)
    y = torch.tanh(weight @ x)  # that sweep has used its tape up
    jacobian = torch.stack([torch.autograd.grad(y, x, row, retain_graph=True)[0] for row in one_hot])  # (m, n)

    direction = torch.randn(params.inputs, generator=rng, dtype=torch.float64)  # (n,)
    tangent = jvp(lambda x: torch.tanh(weight @ x), [x.detach()], [direction])  # J u, (m,)
    return describe(params, v, x, y.detach(), weight, jacobian, tangent, direction)


def seed_vector(params: Params, rng: torch.Generator) -> Tensor:
    """The v of the setting, (m,)."""
    m = params.outputs
    drawn = {"random": torch.randn(m, generator=rng, dtype=torch.float64),
             "weights": torch.rand(m, generator=rng, dtype=torch.float64)}
    drawn["weights"] /= drawn["weights"].sum()
    drawn |= {"ones": torch.ones(m, dtype=torch.float64),
              "one-hot": torch.eye(m, dtype=torch.float64)[(params.index - 1) % m]}
    return drawn[params.seed_vector]


def describe(params: Params, v: Tensor, x: Tensor, y: Tensor, weight: Tensor, jacobian: Tensor, tangent: Tensor,
             direction: Tensor) -> Result:
    """Tables, numbers and one sentence."""
    reduction = REDUCTIONS[params.reduction]
    explicit = reduction.factor(params.outputs) * (v * (1 - y**2)) @ weight  # (n,)
    difference = (x.grad - explicit).abs().max().item()
    sides = reduction.factor(params.outputs) * v @ tangent, x.grad @ direction  # ⟨v, Ju⟩ and ⟨vᵀJ, u⟩
    numbers = [("sweeps_for_the_product", 1, ""), ("sweeps_for_the_jacobian", params.outputs, ""),
               ("largest_difference", difference, rounding(difference))]
    apart = abs(sides[0] - sides[1]).item()
    numbers.append(("forward_against_reverse", apart, rounding(apart)))
    product = [(j, value, kind) for kind, values in (("autograd", x.grad), ("explicit", explicit))
               for j, value in enumerate(values.tolist(), 1)]
    picture = [*cells(jacobian, 1, 1, "J"), *cells(v[:, None], 1, -1, "v"),
               *cells(x.grad[None], params.outputs + 2, 1, "vᵀJ")]
    labels = [(0, -1, "v", False), (0, 1, "J", False), (params.outputs + 2, -1, f"x.grad = {reduction.name}", False)]
    if params.inputs <= ROOM and params.outputs <= ROOM:
        labels += [(row, column, f"{round(value, 2) + 0.0:.2f}".replace("-", "−"), True)
                   for row, column, value, _ in picture]
    grid = ["row", "column", "value"]
    return Result(pd.DataFrame([row[:3] for row in cells(jacobian, 1, 1, "J")], columns=grid),
                  pd.DataFrame(product, columns=["column", "value", "kind"]),
                  pd.DataFrame(attempts(weight, x.detach(), v, params.reduction),
                               columns=["call", "outcome", "verdict"]),
                  pd.DataFrame(picture, columns=[*grid, "part"]),
                  pd.DataFrame(labels, columns=["row", "column", "text", "inside"]),
                  summary(numbers), sentence(params, difference))


def rounding(difference: float) -> str:
    """What is said of a number that rounding leaves."""
    return "(rounding)" if 0 < difference < 1e-9 else ""


def cells(matrix: Tensor, row: int, column: int, part: str) -> list[tuple[int, int, float, str]]:
    """The entries of a matrix whose first one lies at (row, column)."""
    return [(row + i, column + j, value, part)
            for i, values in enumerate(matrix.tolist()) for j, value in enumerate(values)]


def sentence(params: Params, difference: float) -> str:
    """What the calls showed."""
    m, call = params.outputs, REDUCTIONS[params.reduction].text
    bare = ("y is a single number, so y.backward() needs no v" if m == 1 else
            f"y has {m} elements, so PyTorch refuses y.backward() without a v")
    part = f" over {m}" if params.reduction == "mean" and m > 1 else ""
    row = f", here row {(params.index - 1) % m + 1} of J{part}" if params.seed_vector == "one-hot" and m > 1 else ""
    far = f"equal up to {short(difference, 1)} to" if difference else "exactly"
    return (f"{bare}. Given v, {call} takes one backward sweep and leaves vᵀJ{part} in x.grad{row}, {far} the sum "
            f"of the rows weighted by hand. All of J takes {m} sweep{'s' if m > 1 else ''}.")

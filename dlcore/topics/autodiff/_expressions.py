"""The expressions of the tape: what each node computes, and the rule by which each edge sends an adjoint back.

Torch computes every number; written down here are only the functions, their text and where a node is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import torch
from torch import Tensor


def whole(jacobian: Tensor) -> Tensor:
    """A local derivative that is shown as it is: of a number, or the matrix of a linear map."""
    return jacobian


def block(jacobian: Tensor) -> Tensor:
    """∂(Wx)ᵢ/∂Wⱼₖ is 0 for i ≠ j and xₖ for i = j: the one block that repeats."""
    return jacobian[0, 0]


@dataclass(frozen=True)
class Edge:
    """One argument of an operation: `rule` is the local derivative in symbols, `pull` how it acts on the adjoint g.

    `kept` takes from the local Jacobian (shape of the target, then of the source) what has to be seen.
    """

    source: str
    rule: str
    pull: str = "{g} · {d}"
    kept: Callable[[Tensor], Tensor] = whole


@dataclass(frozen=True)
class Operation:
    """`node` = `function` of the sources of its edges, drawn at height `position`."""

    node: str
    formula: str
    position: float
    function: Callable[..., Tensor]
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class Expression:
    """Leaves with their heights, then operations in the order of the forward pass; the last one gives y."""

    leaves: dict[str, float]
    operations: tuple[Operation, ...]


def product(node: str, one: str, two: str, position: float) -> Operation:
    """node = one · two: each factor is the derivative by the other."""
    return Operation(node, f"{one} · {two}", position, torch.mul, (Edge(one, two), Edge(two, one)))


def total(node: str, one: str, two: str, position: float) -> Operation:
    """node = one + two: the adjoint passes on unchanged."""
    return Operation(node, f"{one} + {two}", position, torch.add, (Edge(one, "1"), Edge(two, "1")))


def through(node: str, formula: str, function: Callable[[Tensor], Tensor], position: float, source: str,
            rule: str) -> Operation:
    """node = function(source)."""
    return Operation(node, formula, position, function, (Edge(source, rule),))


NUMBERS = {"x1": 2.0, "x2": 1.0, "x3": 0.0}

EXPRESSIONS = {
    "neuron": Expression(NUMBERS, (
        product("a", "x1", "x2", 1.5), total("b", "a", "x3", 0.8),
        through("y", "tanh(b)", torch.tanh, 0.8, "b", "(1 − y²)"))),
    "product": Expression(NUMBERS, (product("a", "x1", "x2", 1.5), product("y", "a", "x3", 0.8))),
    "softplus": Expression(NUMBERS, (
        product("a", "x1", "x2", 1.5), total("b", "a", "x3", 0.8),
        through("c", "exp(b)", torch.exp, 0.8, "b", "exp(b)"),
        through("d", "1 + c", lambda c: 1 + c, 0.8, "c", "1"),
        through("y", "log(d)", torch.log, 0.8, "d", "1/d"))),
    "shared": Expression(NUMBERS, (
        product("s", "x1", "x2", 1.5), through("c", "sin(s)", torch.sin, 2.0, "s", "cos(s)"),
        product("d", "s", "x3", 0.6), total("y", "c", "d", 1.3))),
    "matrix": Expression({"W": 2.0, "x": 0.0}, (
        Operation("z", "W x", 1.0, torch.mv, (Edge("W", "x", "{g} {d}ᵀ", block), Edge("x", "W", "{d}ᵀ {g}"))),
        Operation("a", "tanh(z)", 1.0, torch.tanh, (Edge("z", "(1 − a²)", "{g} ⊙ {d}", torch.diagonal),)),
        through("y", "sum(a)", torch.sum, 1.0, "a", "1 for each entry"))),
}

# Each as it is written, without the names of its boxes.
WRITTEN = {"neuron": "tanh(x1 · x2 + x3)", "product": "x1 · x2 · x3", "softplus": "log(1 + exp(x1 · x2 + x3))",
           "shared": "sin(x1 · x2) + x1 · x2 · x3", "matrix": "sum(tanh(W x))"}
WEIGHT = ((0.5, -1.0, 0.25), (-0.5, 1.0, 0.5))  # of the expression with tensors


def leaves(names: Collection[str], x1: float, x2: float, x3: float) -> dict[str, Tensor]:
    """The tensors that the tape begins with."""
    numbers = {"x1": x1, "x2": x2, "x3": x3}  # () each
    tensors = {"W": WEIGHT, "x": (x1, x2, x3)}  # (2, 3), (3,)
    given = {name: tensors[name] if name in tensors else numbers[name] for name in names}
    return {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in given.items()}

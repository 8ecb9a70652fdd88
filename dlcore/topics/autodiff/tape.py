"""What does backward() do, step by step?

Forward, every operation is written on a tape; backward, the tape is read from its end, and each node receives
its adjoint ∂y/∂node: the sum, over the operations that used it, of their adjoint times the local derivative.

Source: Linnainmaa 1970; Speelpenning 1980; Griewank & Walther, "Evaluating Derivatives", 2008.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor

from dlcore.params import Ranged, choice, number, own
from dlcore.tables import summary
from dlcore.topics.autodiff._expressions import EXPRESSIONS, WRITTEN, Edge, Expression, leaves
from dlcore.topics.autodiff._own import own_expression, wrong_expression
from dlcore.topics.autodiff._words import backward_words, column, exact, forward_words, row_words, shape, short, shown

Local = dict[tuple[str, str], Tensor]  # (source, target): the local derivative


@dataclass(frozen=True)
class Params(Ranged):
    own_expression: str = own(wrong_expression, "sin(x1*x2) + x3**2", "A function of your own of x1, x2, x3: numbers, "
                              "+ - * / ** and sin, cos, tan, exp, log, sqrt, tanh, sigmoid, relu, abs")
    expression: str = choice("neuron", tuple(EXPRESSIONS), "The function y of the inputs x1, x2 and x3")
    x1: float = number(1.5, -3.0, 3.0, 0.1, "Input x1, a component of x in the matrix case")
    x2: float = number(-0.5, -3.0, 3.0, 0.1, "Input x2")
    x3: float = number(2.0, -3.0, 3.0, 0.1, "Input x3")

    def idle(self) -> set[str]:
        return {"expression", *(x for x in ("x1", "x2", "x3") if x not in self.own_expression)} \
            if self.own_expression else set()


@dataclass(frozen=True)
class Result:
    """One block of rows of `nodes` a step, forward then backward, with the nodes that have a value by then: step,
    node, operation, shape, value, adjoint ("" before its step; both with all digits, as JSON), depth, position
    (where it is drawn), now (what this step computes: "value", "adjoint" or ""), and the words in its box: name,
    first (the value), second (the adjoint).

    `edges`: source, target, shape, local_derivative (JSON), above (the shape), below (the local derivative in
    words), entries and nonzero (of the local Jacobian), forward_step and backward_step (when it is used), and its
    ends: depth, position, depth_end, position_end.
    `steps`: step, phase, title, formula (symbols, then the numbers). `summary`: quantity, value, unit.
    """

    nodes: Annotated[pd.DataFrame, "step", "node", "operation", "shape", "value", "adjoint", "depth", "position",
                     "now", "name", "first", "second"]
    edges: Annotated[pd.DataFrame, "source", "target", "shape", "local_derivative", "above", "below", "entries",
                     "nonzero", "forward_step", "backward_step", "depth", "position", "depth_end", "position_end"]
    steps: Annotated[pd.DataFrame, "step", "phase", "title", "formula"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Record the expression, call backward(), and read every number from torch."""
    expression = own_expression(params.own_expression) if params.own_expression else EXPRESSIONS[params.expression]
    values = leaves(tuple(expression.leaves), params.x1, params.x2, params.x3)
    for operation in expression.operations:  # forward: torch writes the tape
        values[operation.node] = operation.function(*(values[edge.source] for edge in operation.edges))

    local: Local = {}
    for operation in expression.operations:
        sources = [values[edge.source].detach().requires_grad_() for edge in operation.edges]
        out = operation.function(*sources)  # by itself: a source may be part of another one
        seeds = torch.eye(out.numel(), dtype=out.dtype).reshape(-1, *out.shape)  # one for each entry
        for edge, source in zip(operation.edges, sources, strict=True):
            jacobian, = torch.autograd.grad(out, source, seeds, retain_graph=True, is_grads_batched=True)
            local[edge.source, operation.node] = jacobian.reshape(out.shape + source.shape)

    for tensor in values.values():
        tensor.retain_grad()  # keep the adjoints of the nodes in the middle too
    values["y"].backward()  # backward: torch reads the tape from its end
    own = " ".join(params.own_expression.replace("**", "^").replace("*", " · ").split())  # a sentence is Markdown
    return describe(expression, own or WRITTEN[params.expression], values, local)


def describe(expression: Expression, written: str, values: dict[str, Tensor], local: Local) -> Result:
    """Tables, numbers and one sentence."""
    order = [operation.node for operation in expression.operations]
    arrives = dict.fromkeys(expression.leaves, 0) | {node: step for step, node in enumerate(order, 1)}
    back = {node: step for step, node in enumerate([*reversed(order), *reversed(expression.leaves)], len(order) + 1)}
    uses = {node: used(expression, node, local) for node in values}
    place = places(expression)
    titles = [(0, "forward", "forward: the inputs", "\n".join(f"{leaf} = {shown(values[leaf])}"
                                                      for leaf in expression.leaves))]
    titles += [(arrives[operation.node], "forward", f"forward: the value of {operation.node}",
                forward_words(operation, values)) for operation in expression.operations]
    titles += [(step, "backward", f"backward: the adjoint of {node}", backward_words(node, uses[node], values))
               for node, step in back.items()]
    inputs = derivatives(expression, values)
    numbers = [("y", values["y"].item(), ""), *((f"∂y/∂{leaf}", value, "") for leaf, value in inputs.items())]
    return Result(node_table(expression, values, arrives, back, place),
                  edge_table(expression, values, local, back, place),
                  pd.DataFrame(titles, columns=["step", "phase", "title", "formula"]),
                  summary((quantity, value + 0.0, unit) for quantity, value, unit in numbers if math.isfinite(value)),
                  sentence(expression, written, values, inputs))


def derivatives(expression: Expression, values: dict[str, Tensor]) -> dict[str, float]:
    """∂y by each input: x1, x2 and x3, as far as it has them."""
    if "x" in expression.leaves:
        return dict(zip(("x1", "x2", "x3"), values["x"].grad.tolist(), strict=True))
    return {leaf: values[leaf].grad.item() for leaf in expression.leaves}


def used(expression: Expression, node: str, local: Local) -> list[tuple[str, Edge, Tensor]]:
    """Every operation that used `node`: its name, the edge, what is seen of the local derivative."""
    return [(operation.node, edge, edge.kept(local[node, operation.node]))
            for operation in expression.operations for edge in operation.edges if edge.source == node]


def places(expression: Expression) -> dict[str, tuple[int, float]]:
    """Depth (the longest way from a leaf) and height of every node."""
    place = {leaf: (0, height) for leaf, height in expression.leaves.items()}
    for operation in expression.operations:
        place[operation.node] = 1 + max(place[edge.source][0] for edge in operation.edges), operation.position
    return place


def node_table(expression: Expression, values: dict[str, Tensor], arrives: dict[str, int], back: dict[str, int],
               place: dict[str, tuple[int, float]]) -> pd.DataFrame:
    """At each step the nodes that have a value, and the adjoints that have been reached."""
    formula = dict.fromkeys(expression.leaves, "input") | {o.node: o.formula for o in expression.operations}
    rows = []
    for step in range(max(back.values()) + 1):
        for node, tensor in values.items():
            if arrives[node] <= step:
                now = "value" if step == arrives[node] else "adjoint" if step == back[node] else ""
                known = step >= back[node]
                rows.append((step, node, formula[node], shape(tensor), exact(tensor),
                             exact(tensor.grad) if known else "", *place[node], now,
                             node if node in expression.leaves else f"{node} = {formula[node]}", row_words(tensor),
                             row_words(tensor.grad) if known else ""))
    return pd.DataFrame(rows, columns=["step", "node", "operation", "shape", "value", "adjoint", "depth", "position",
                                       "now", "name", "first", "second"])


def edge_table(expression: Expression, values: dict[str, Tensor], local: Local, back: dict[str, int],
               place: dict[str, tuple[int, float]]) -> pd.DataFrame:
    """Each argument of each operation, with its local derivative."""
    rows = []
    for step, operation in enumerate(expression.operations, 1):
        for edge in operation.edges:
            jacobian = local[edge.source, operation.node]
            size = shape(values[edge.source])
            rows.append((edge.source, operation.node, size, exact(jacobian), size,
                         column(edge.kept(jacobian)), jacobian.numel(), int(jacobian.count_nonzero()), step,
                         back[edge.source], *place[edge.source], *place[operation.node]))
    return pd.DataFrame(rows, columns=["source", "target", "shape", "local_derivative", "above", "below", "entries",
                                       "nonzero", "forward_step", "backward_step", "depth", "position", "depth_end",
                                       "position_end"])


def sentence(expression: Expression, written: str, values: dict[str, Tensor], gradient: dict[str, float]) -> str:
    """What one sweep gave."""
    known = [node for node, value in values.items() if not value.isfinite().all()]
    if known:
        formula = next(operation.formula for operation in expression.operations if operation.node == known[0])
        return f"At these inputs {known[0]} = {formula} is not a finite number, so neither y nor its slope exists."
    parts = [f"{short(value)} in {leaf}" for leaf, value in gradient.items() if math.isfinite(value)]
    lost = [leaf for leaf, value in gradient.items() if not math.isfinite(value)]
    if lost:
        return f"Here y has a value, but no finite slope: backward gives no number for the slope in {listed(lost)}."
    operations, more = len(expression.operations), len(parts) > 1
    return (f"Forward, y = {written} takes {operations} operation{'s' * (operations > 1)}. One backward sweep over the "
            f"{len(values)} nodes of the tape gives {'all derivatives' if more else 'the derivative'} of y"
            f"{' at once' if more else ''}: {listed(parts)}.")


def listed(parts: list[str]) -> str:
    """one, two and three"""
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]

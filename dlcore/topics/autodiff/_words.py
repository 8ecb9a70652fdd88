"""Numbers and formulas as they are read: 4 significant digits, the numbers plugged in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torch import Tensor

from dlcore.spelling import raised
from dlcore.topics.autodiff._expressions import Edge, Operation


def short(value: float, digits: int = 4) -> str:
    """−0.1402, 162,800 or 6.144×10⁻⁶."""
    text = f"{value + 0.0:.{digits}g}"  # + 0.0 turns −0 into 0
    mantissa, e, exponent = text.partition("e")
    if e and 0 < int(exponent) < 7:
        text = f"{float(text):,.0f}"
    elif e:
        text = f"{mantissa}×10{raised(int(exponent))}".removeprefix("1×")
    return text.replace("-", "−")


def shown(tensor: Tensor) -> str:
    """2, [1 2] or [1 2; 3 4]."""
    return short(tensor.item()) if tensor.dim() == 0 else "[" + row_words(tensor).replace("\n", "; ") + "]"


def row_words(tensor: Tensor) -> str:
    """The entries, one line a row, for a node or an edge that has room for it."""
    if tensor.dim() > 1:
        return "\n".join(map(row_words, tensor))
    return " ".join(short(value) for value in tensor.reshape(-1).tolist())


def column(tensor: Tensor) -> str:
    """As `row_words`, the entries of a vector one below the other, for the narrow place on an edge."""
    return row_words(tensor).replace(" ", "\n") if tensor.dim() == 1 else row_words(tensor)


def factor(tensor: Tensor) -> str:
    """A number to be plugged into a formula: a negative one in brackets."""
    text = shown(tensor)
    return f"({text})" if text.startswith("−") else text


def shape(tensor: Tensor) -> str:
    """() for a number, (3,) for a vector, (2, 3) for a matrix."""
    return str(tuple(tensor.shape))


def exact(tensor: Tensor) -> str:
    """All digits, as JSON."""
    return str((tensor.detach() + 0.0).tolist())


def plugged(formula: str, values: Mapping[str, Tensor]) -> str:
    """The formula with a number for every node that it names."""
    names = rf"(?<![A-Za-z0-9])({'|'.join(values)})(?![A-Za-z0-9])"  # \b would take the ² of y² for a letter
    text = re.sub(names, lambda name: factor(values[name[0]]), formula)
    return re.sub(r"\((\([^()]*\))\)", r"\1", text)  # sin((−1)) is sin(−1)


def forward_words(operation: Operation, values: Mapping[str, Tensor]) -> str:
    """`a = x1 · x2` and below it the numbers."""
    numbers = f"{plugged(operation.formula, values)} = {shown(values[operation.node])}"
    return f"{operation.node} = {operation.formula}\n= {numbers}"


def backward_words(node: str, sent: list[tuple[str, Edge, Tensor]], values: Mapping[str, Tensor]) -> str:
    """The chain rule at `node`, in symbols and in numbers; `sent`: target, edge and local derivative of each path."""
    if not sent:
        return "∂y/∂y = 1\nthe seed: y is a single number, so there is nothing to choose"
    chain = " + ".join(f"∂y/∂{target} · ∂{target}/∂{node}" for target, _, _ in sent)
    rule = " + ".join(edge.pull.format(g=f"∂y/∂{target}", d=edge.rule) for target, edge, _ in sent)
    parts, numbers = [], []
    for target, edge, local in sent:
        adjoint, known = factor(values[target].grad), plugged(edge.rule, values)
        numbers.append(edge.pull.format(g=adjoint, d=factor(local)))
        parts.append(edge.pull.format(g=adjoint, d=known) if known != edge.rule else numbers[-1])
    lines = dict.fromkeys((chain, rule, " + ".join(parts), " + ".join(numbers)))  # an equal line is said once
    return f"∂y/∂{node} = " + "\n= ".join(lines) + f" = {shown(values[node].grad)}"

"""An expression of the reader's own: read by Python's parser, put together from known operations, never evaluated."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import torch
from torch import Tensor

from dlcore.spelling import raised
from dlcore.topics.autodiff._expressions import NUMBERS, Edge, Expression, Operation
from dlcore.topics.autodiff._layout import height
from dlcore.topics.autodiff._words import short

MOST = 8  # operations: the boxes of more would be too small to read
LETTERS = 200
# Functions of one number, each with its derivative: u is the argument, y the value.
KNOWN: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "sin": (torch.sin, "cos({u})"), "cos": (torch.cos, "(−sin({u}))"), "tan": (torch.tan, "(1 + {y}²)"),
    "exp": (torch.exp, "exp({u})"), "log": (torch.log, "1/{u}"), "sqrt": (torch.sqrt, "1/(2 · {y})"),
    "tanh": (torch.tanh, "(1 − {y}²)"), "sigmoid": (torch.sigmoid, "{y} · (1 − {y})"),
    "relu": (torch.relu, "[{u} > 0]"), "abs": (torch.abs, "sign({u})")}
# Operations on u and v: how they are written, the derivatives by u and by v, and the one by u where v is u.
SIGNS: dict[type[ast.operator], tuple[Callable[[Tensor, Tensor], Tensor], str, str, str, str]] = {
    ast.Add: (torch.add, "{u} + {v}", "1", "1", "2"), ast.Sub: (torch.sub, "{u} − {v}", "1", "(−1)", "0"),
    ast.Mult: (torch.mul, "{u} · {v}", "{v}", "{u}", "2 · {u}"),
    ast.Div: (torch.div, "{u} / {v}", "1/{v}", "(−{u}/{v}²)", "0")}
EXPECTED = f"expected {', '.join(NUMBERS)}, numbers, + - * / ** and {', '.join(KNOWN)}"
Part = str | float  # of an expression: the name of its box, or a number


def wrong_expression(text: str) -> str:
    """What is wrong with an expression, and what was expected; "" if nothing is."""
    if len(text) > LETTERS:
        return f"it has {len(text)} characters, and at most {LETTERS} are read"
    if "^" in text:
        return "“^” is not known: a power is written x1**2"
    if stray := re.search(r"[^A-Za-z0-9\s.+*/()-]", text):
        return f"“{stray[0]}” at place {stray.start() + 1} is not known: {EXPECTED}"
    if joined := re.search(r"(?<![A-Za-z0-9.])[0-9.]+(?!e[-+]?[0-9])[A-Za-z]\w*", text):
        return f"“{joined[0]}” is not known: a product is written 2*x1"
    tape = OwnTape(text)
    if tape.problem:
        return tape.problem
    if not tape.operations:
        return f"it computes nothing: expected an operation on {', '.join(NUMBERS)}"
    return f"it has {len(tape.operations)} operations, and the tape has room for {MOST}" * (len(tape.operations) > MOST)


def own_expression(text: str) -> Expression:
    """The expression that a text without mistakes stands for, its last operation called y."""
    tape = OwnTape(text)
    count = len(tape.operations)
    used = {edge.source for operation in tape.operations for edge in operation.edges}
    leaves = {leaf: height for leaf, height in NUMBERS.items() if leaf in used}
    letters = {f"#{i}": "y" if i == count - 1 else "abcdefgh"[i] for i in range(count)}
    places: dict[str, tuple[int, float]] = {leaf: (0, at) for leaf, at in leaves.items()}
    lines: list[tuple[str, str]] = []
    operations = []
    for operation in tape.operations:
        node = letters[operation.node]
        edges = tuple(Edge(named(edge.source, letters), named(edge.rule, letters)) for edge in operation.edges)
        sources = [edge.source for edge in edges]
        position = height(places, lines, sources)
        places[node] = 1 + max(places[source][0] for source in sources), position
        lines += [(source, node) for source in sources]
        operations.append(Operation(node, named(operation.formula, letters), position, operation.function, edges))
    return Expression(leaves, tuple(operations))


def named(text: str, letters: dict[str, str]) -> str:
    """A formula with the letters of its boxes for their numbers."""
    return re.sub(r"#\d+", lambda box: letters[box[0]], text)


class OwnTape:
    """The operations of an expression in the order in which they are computed; equal parts are one box.

    `problem` says what cannot be read; then the operations mean nothing.
    """

    def __init__(self, text: str) -> None:
        self.operations: list[Operation] = []
        self.boxes: dict[str, str] = {}  # formula -> the box that has it
        self.problem = ""
        tree = None
        with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            tree = ast.parse(text.strip(), mode="eval").body  # text becomes a tree: nothing of it is run
        if tree is None:
            self.refuse(f"it is not complete: {EXPECTED}")
        elif isinstance(self.write(tree), float):
            self.operations = []

    def refuse(self, problem: str) -> float:
        """Keep the first problem; the number stands for a part that cannot be read."""
        self.problem = self.problem or problem
        return 1.0

    def write(self, node: ast.expr) -> Part:
        """Record a part of the expression, its own parts first."""
        match node:
            case ast.Name(id=name) if name in NUMBERS:
                return name
            case ast.Constant(value=int() | float() as value) if type(value) is not bool and abs(value) <= 1e6:
                return float(value)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.write(operand)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.single(self.write(operand), torch.neg, "−{u}", "(−1)")
            case ast.BinOp(op=ast.Pow(), left=left, right=right):
                return self.power(self.write(left), self.write(right))
            case ast.BinOp(op=op, left=left, right=right) if type(op) in SIGNS:
                return self.pair(SIGNS[type(op)], self.write(left), self.write(right))
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in KNOWN:
                function, rule = KNOWN[name]
                return self.single(self.write(argument), function, f"{name}({{u}})", rule)
        return self.refuse(f"“{ast.unparse(node)[:30]}” is not known: {EXPECTED}")

    def single(self, u: Part, function: Callable[[Tensor], Tensor], formula: str, rule: str) -> Part:
        """An operation on one box; on a number it is done at once."""
        if isinstance(u, float):
            return self.finite(function(torch.tensor(u, dtype=torch.float64)).item())
        return self.box(formula.format(u=u), function, {u: rule.replace("{u}", u)})

    def pair(self, sign: tuple[Callable[[Tensor, Tensor], Tensor], str, str, str, str], u: Part, v: Part) -> Part:
        """An operation on two; a number among them belongs to the operation."""
        function, written, by_u, by_v, by_both = sign
        if isinstance(u, float) and isinstance(v, float):
            return self.finite(function(*torch.tensor([u, v], dtype=torch.float64)).item())
        terms = {"u": spelled(u), "v": spelled(v)}
        formula, by_u, by_v = (text.format(**terms) for text in (written, by_u, by_v))
        if isinstance(u, float):
            return self.box(formula, partial(function, torch.tensor(u, dtype=torch.float64)), {str(v): by_v})
        if isinstance(v, float):
            return self.box(formula, lambda t: function(t, torch.tensor(v, dtype=torch.float64)), {u: by_u})
        if u == v:
            return self.box(formula, lambda t: function(t, t), {u: by_both.format(u=u)})
        return self.box(formula, function, {u: by_u, v: by_v})

    def power(self, u: Part, n: Part) -> Part:
        """u**n for a number n."""
        if isinstance(n, str):
            return self.refuse("an exponent must be a number: x1**x2 is exp(x2*log(x1))")
        less = n - 1
        rule = "{u}" if less == 1 else "1" if less == 0 else f"{{u}}{to_the(less)}"
        return self.single(u, lambda t: t**n, f"{{u}}{to_the(n)}", rule if n == 1 else f"{spelled(n)} · {rule}")

    def finite(self, value: float) -> float:
        """A number that was worked out."""
        return value if math.isfinite(value) and abs(value) <= 1e6 else \
            self.refuse("a number in it is not finite, or beyond a million")

    def box(self, formula: str, function: Callable[..., Tensor], rules: dict[str, str]) -> str:
        """The box with this formula: a new one, unless there is one already."""
        if formula not in self.boxes:
            node = self.boxes[formula] = f"#{len(self.operations)}"
            edges = tuple(Edge(source, rule.replace("{y}", node)) for source, rule in rules.items())
            self.operations.append(Operation(node, formula, 0.0, function, edges))
        return self.boxes[formula]


def spelled(part: Part) -> str:
    """A box by its name, a number by six digits, a negative one in brackets."""
    text = part if isinstance(part, str) else short(part, 6)
    return f"({text})" if text.startswith("−") else text


def to_the(n: float) -> str:
    """², or ^0.5."""
    return raised(int(n)) if n == int(n) and abs(n) < 1000 else f"^{short(n, 6)}"

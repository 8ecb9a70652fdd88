"""The calls of backward() that are made, and what torch says to each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from dlcore.outcome import outcome


@dataclass(frozen=True)
class Reduction:
    """A way to hand v over: the call, its text, what x.grad becomes, and its factor on vᵀJ for m outputs."""

    call: Callable[[Tensor, Tensor], None]
    text: str
    name: str
    factor: Callable[[int], float]


REDUCTIONS = {
    "none": Reduction(lambda y, v: y.backward(gradient=v), "y.backward(gradient=v)", "vᵀJ", lambda m: 1.0),
    "sum": Reduction(lambda y, v: (v * y).sum().backward(), "(v * y).sum().backward()", "vᵀJ", lambda m: 1.0),
    "mean": Reduction(lambda y, v: (v * y).mean().backward(), "(v * y).mean().backward()", "vᵀJ/m", lambda m: 1 / m),
}


def attempts(weight: Tensor, x: Tensor, v: Tensor, reduction: str) -> list[tuple[str, str, str]]:
    """(call, outcome, verdict) of each call on a fresh tape of y = tanh(weight @ x)."""
    reduced = REDUCTIONS["sum" if reduction == "none" else reduction]
    calls: list[tuple[str, Callable[[Tensor, Tensor], None]]] = [
        ("y.backward()", lambda y, v: y.backward()),
        ("y.backward(gradient=v)", lambda y, v: y.backward(gradient=v)),
        (reduced.text, reduced.call),
        ("y[:1].reshape(1, 1, 1).backward()", lambda y, v: y[:1].reshape(1, 1, 1).backward()),
        ("y[:0].backward()", lambda y, v: y[:0].backward()),
        ("torch.complex(y[0], y[0]).backward()", lambda y, v: torch.complex(y[0], y[0]).backward()),
        ("y.backward(gradient=torch.cat([v, v]))", lambda y, v: y.backward(gradient=torch.cat([v, v]))),
        ("y.backward(gradient=v), twice", _twice),
        ("y.backward(v, retain_graph=True), twice", _twice_retained)]
    jacobian = (1 - torch.tanh(weight @ x) ** 2)[:, None] * weight  # (m, n)
    known = {"vᵀJ": v @ jacobian, "row 1 of J": jacobian[0]}
    return [(text, *_attempt(call, weight, x, v, known)) for text, call in calls]


def _twice(y: Tensor, v: Tensor) -> None:
    y.backward(gradient=v)
    y.backward(gradient=v)


def _twice_retained(y: Tensor, v: Tensor) -> None:
    y.backward(v, retain_graph=True)
    y.backward(v, retain_graph=True)


def _attempt(call: Callable[[Tensor, Tensor], None], weight: Tensor, x: Tensor, v: Tensor,
             known: dict[str, Tensor]) -> tuple[str, str]:
    x = x.clone().requires_grad_()
    y = torch.tanh(weight @ x)
    said = outcome(lambda: call(y, v))
    if said != "returned None":
        return said.partition(" (or directly")[0], "refused"
    times = {name: (x.grad @ expected / (expected @ expected)).item() for name, expected in known.items()}
    for name in sorted(known, key=lambda name: abs(times[name] - 1) > 1e-9):  # what it is, before a multiple of it
        if torch.allclose(x.grad, times[name] * known[name], rtol=1e-9, atol=1e-12):
            return f"x.grad = {'' if abs(times[name] - 1) < 1e-9 else f'{times[name]:.3g} × '}{name}", "accepted"
    return f"x.grad has shape {tuple(x.grad.shape)}", "accepted"

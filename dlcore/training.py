"""Gradient descent as a generator: one item a step, recorded by whoever asks."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import torch

Item = TypeVar("Item")


@dataclass(frozen=True)
class Step:
    """The state just before update number `step`: the loss, and the norm of the whole gradient."""

    step: int
    loss: float
    gradient_norm: float


def descend(optimizer: torch.optim.Optimizer, loss: Callable[[], torch.Tensor], steps: int,
            clip_norm: float | None = None) -> Iterator[Step]:
    """Yield `steps` + 1 times with every `.grad` in place; update in between; stop where it is no longer finite.

    `.grad` holds the raw gradient while the caller looks; clipping happens with the update.
    """
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    for step in range(steps + 1):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        norm = gradient_norm(parameters)
        if not torch.isfinite(value + norm):
            return
        yield Step(step, value.item(), norm.item())
        if step == steps:
            return  # or there would be one update more than was asked for
        if clip_norm is not None:
            torch.nn.utils.clip_grads_with_norm_(parameters, clip_norm, norm)
        optimizer.step()


def last(stream: Iterable[Item]) -> Item:
    """The end of a stream; of what came before nothing is kept."""
    return deque(stream, maxlen=1)[0]


def gradient_norm(parameters: list[torch.Tensor]) -> torch.Tensor:
    """Euclidean norm of all gradients taken as one vector."""
    grads = [p.grad for p in parameters if p.grad is not None]
    return torch.nn.utils.get_total_norm(grads)

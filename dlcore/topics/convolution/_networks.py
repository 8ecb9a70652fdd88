"""A small convolutional net and a dense one, and many of each run as one batch."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from statistics import fmean
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state, vmap
from torch.nn import functional as F

from dlcore.training import descend

MODELS = ("cnn", "mlp")
Exam = TypeVar("Exam")  # the name of one


class GlobalPool(nn.Module):
    """One number a map: its largest value, or its mean, wherever in the image it is."""

    def __init__(self, pooling: str) -> None:
        super().__init__()
        self.pooling = pooling

    def forward(self, x: Tensor) -> Tensor:
        flat = x.flatten(2)  # (B, maps, pixels)
        return flat.mean(2) if self.pooling == "average" else flat.max(2).values  # (B, maps)


def conv_net(channels: tuple[int, ...], kernel_size: int, padding: str, pooling: str, classes: int) -> nn.Module:
    """Convolutions with ReLU, one pool over the whole image, one linear layer."""
    layers: list[nn.Module] = []
    for before, after in pairwise((1, *channels)):
        layers += [nn.Conv2d(before, after, kernel_size, padding=kernel_size // 2, padding_mode=padding), nn.ReLU()]
    return nn.Sequential(*layers, GlobalPool(pooling), nn.Linear(channels[-1], classes))


def dense_net(inputs: int, hidden: int, classes: int) -> nn.Module:
    """Every pixel to every hidden unit, ReLU, and a linear layer."""
    return nn.Sequential(nn.Flatten(), nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, classes))


class Stack:
    """Nets of one shape side by side: net i sees batch i, and all of them run as one.

    Shapes: (nets, B, 1, side, side) -> (nets, B, classes).
    """

    def __init__(self, nets: list[nn.Module]) -> None:
        self.parameters: dict[str, Tensor] = stack_module_state(nets)[0]
        self._all = vmap(lambda weights, x: functional_call(nets[0], weights, (x,)))

    def __call__(self, x: Tensor, nets: slice = slice(None)) -> Tensor:
        return self._all({name: weights[nets] for name, weights in self.parameters.items()}, x)


def train(stacks: list[Stack], batch: Callable[[], tuple[Tensor, Tensor]], learning_rate: float, steps: int,
          moments: int) -> Iterator[int]:
    """Adam on all stacks at once; yields the step at about `moments` moments and at the last (0: there only)."""
    optimizer = torch.optim.Adam([p for s in stacks for p in s.parameters.values()], learning_rate, foreach=True)
    every = math.ceil(steps / moments) if moments else steps + 1

    def loss() -> Tensor:
        x, label = batch()  # (nets, B, 1, side, side), (nets, B)
        # A mean over images but a sum over nets: each net gets the gradient that it would get alone.
        return sum(len(x) * F.cross_entropy(s(x).flatten(0, 1), label.flatten()) for s in stacks)

    for now in descend(optimizer, loss, steps):
        if now.step == steps or moments and now.step % every == 0:
            yield now.step


@torch.no_grad()
def accuracy(stack: Stack, x: Tensor, label: Tensor) -> list[float]:
    """Share of right answers of each net on its own batch."""
    return (stack(x).argmax(-1) == label).float().mean(1).tolist()


@torch.no_grad()
def sit(stack: Stack, exams: dict[Exam, tuple[Tensor, Tensor]], nets: slice = slice(None)) -> dict[Exam, list[float]]:
    """The same for several exams, images (nets, N, 1, side, side) and labels (N) or (nets, N), in a single pass."""
    answers = stack(torch.cat([x for x, _ in exams.values()], 1), nets).argmax(-1)  # (nets, all images)
    parts = answers.split([x.shape[1] for x, _ in exams.values()], 1)
    return {exam: (part == label).float().mean(1).tolist()
            for (exam, (_, label)), part in zip(exams.items(), parts, strict=True)}


def span(values: list[float]) -> tuple[float, float, float]:
    """Mean, lowest and highest: a line and its band."""
    return fmean(values), min(values), max(values)


def size(module: Callable[[], nn.Module], side: int) -> tuple[int, int]:
    """Parameters and multiply-adds of one forward pass of one image: each weight is used once a position."""
    multiply_adds = 0
    with torch.device("meta"):
        net, x = module(), torch.empty(1, 1, side, side)
    for layer in net:
        x = layer(x)
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            multiply_adds += layer.weight.numel() * x.shape[2:].numel()
    return sum(p.numel() for p in net.parameters()), multiply_adds

"""Which remedy makes thirty layers learn?

Two moons, full batch: the same network with one part exchanged.

Source: Glorot & Bengio 2010; He et al. 2015; Ioffe & Szegedy 2015; He et al. 2016; Pascanu et al. 2013.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlcore.data import two_moons
from dlcore.models import ACTIVATIONS, INITIALIZATIONS
from dlcore.params import Ranged, choice, number
from dlcore.seeds import generator
from dlcore.topics.gradients._float32 import drawable
from dlcore.topics.gradients._layers import NORMALIZATIONS, RESIDUALS
from dlcore.topics.gradients._network import network
from dlcore.topics.gradients._tables import table
from dlcore.training import Step, descend

GRID = torch.cartesian_prod(torch.linspace(-3, 3, 20), torch.linspace(-2, 2, 20))  # (400, 2)
CLIP_NORMS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, "off")


@dataclass(frozen=True)
class Params(Ranged):
    depth: int = number(30, 2, 60, 1, "Number of hidden layers L")
    activation: str = choice("relu", tuple(ACTIVATIONS), "Function φ after every layer")
    initialization: str = choice("torch_default", tuple(INITIALIZATIONS), "How the weights are drawn")
    normalization: str = choice("none", tuple(NORMALIZATIONS), "Standardize over the batch, or over a layer's units")
    residual: str = choice("off", tuple(RESIDUALS), "Add a layer's input to its output; scaled: the output over √L")
    clip_norm: float | str = choice("off", CLIP_NORMS, "Largest norm c of the whole gradient; longer: shortened")
    optimizer: str = choice("sgd", ("sgd", "adam"), "Rule of the update")
    learning_rate: float = choice(0.05, (0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.3), "Step size α")
    momentum: float = number(0.0, 0.0, 0.99, 0.01, "β of SGD: share of the last step kept; β₁ of Adam")
    weight_scale: float = number(1.0, 0.1, 4.0, 0.05, "σ_w: scaled weights have standard deviation σ_w/√fan_in")
    width: int = choice(32, (8, 16, 32, 64, 128), "Units n in every hidden layer")
    steps: int = number(200, 50, 1000, 10, "Number of updates")
    seed: int = number(0, 0, 99, 1, "Stream of random numbers")

    def idle(self) -> set[str]:
        return set() if self.initialization == "scaled" else {"weight_scale"}


@dataclass(frozen=True)
class Result:
    """`loss`: step, value (cross entropy). `accuracy`: step, value, kind (measured, chance), on the points trained on.

    `gradients`: layer (hidden, from 1), value: ‖∂L/∂W_l‖ at the moment shown, before clipping.
    `gradient_history`: step, layer (first, middle, last), value. `boundary`: x1, x2, value (probability of class 1).
    `points`: x1, x2, label. `summary`: quantity, value, unit.
    """

    loss: pd.DataFrame
    accuracy: pd.DataFrame
    gradients: pd.DataFrame
    gradient_history: pd.DataFrame
    boundary: pd.DataFrame
    points: pd.DataFrame
    summary: pd.DataFrame
    sentence: str


@dataclass(frozen=True)
class Moment:
    """What is recorded at one step; `gradients` has a norm for each hidden layer."""

    step: int
    loss: float
    accuracy: float
    gradients: Tensor  # (L)
    boundary: Tensor  # (400)


def watch(params: Params) -> Iterator[Result]:
    """Train on two moons, and look at every layer's gradient on the way."""
    rng = generator(params.seed)
    x, label = two_moons(200, 0.1, rng)  # (N, 2), (N,)
    x /= x.std()  # the laws of initialization are for inputs of variance 1
    net = network(params, rng)
    if params.optimizer == "adam":  # fused: one kernel for all layers
        optimizer = torch.optim.Adam(net.parameters(), params.learning_rate, betas=(params.momentum, 0.999), fused=True)
    else:
        optimizer = torch.optim.SGD(net.parameters(), params.learning_rate, params.momentum, fused=True)

    def loss() -> Tensor:
        return F.binary_cross_entropy_with_logits(net(x).squeeze(1), label)

    clip_norm = None if params.clip_norm == "off" else params.clip_norm
    history, every, step = [], max(2, math.ceil(params.steps / 100)), -1  # at most a hundred frames
    for now in descend(optimizer, loss, params.steps, clip_norm):
        step = now.step
        if step % every == 0 or step == params.steps:
            history.append(look(now, net, x, label))
            yield describe(params, x, label, history)
    if step < params.steps:
        yield describe(params, x, label, history, diverged_after=step)


def run(params: Params) -> Result:
    """The end of the training."""
    return deque(watch(params), maxlen=1)[0]


def look(now: Step, net: nn.Sequential, x: Tensor, label: Tensor) -> Moment:
    """Gradient of every hidden layer, accuracy and decision on the grid, with the weights as they are."""
    gradients = [torch.linalg.vector_norm(layer.linear.weight.grad, dtype=torch.float64) for layer in net[:-1]]
    net.eval()
    with torch.no_grad():
        logits = net(torch.cat([x, GRID])).squeeze(1)  # (N + 400)
    net.train()
    right = (logits[: len(x)] > 0) == (label > 0.5)
    return Moment(now.step, now.loss, right.double().mean().item(), torch.stack(gradients), logits[len(x):].sigmoid())


def describe(params: Params, x: Tensor, label: Tensor, history: list[Moment],
             diverged_after: int | None = None) -> Result:
    """Tables up to the moment shown, its numbers and one sentence."""
    shown = history[-1:]  # empty where not even the first gradient is finite
    spots = {"first": 0, "middle": (params.depth - 1) // 2, "last": params.depth - 1}
    thinned = [m for i, m in enumerate(history) if i % 2 == 0 or m is history[-1]]
    traces = ((m.step, name, m.gradients[spot].item()) for m in thinned for name, spot in spots.items())
    chance = max(label.mean().item(), 1 - label.mean().item())  # of always naming the larger class
    return Result(
        loss=table("step value", ((m.step, m.loss) for m in history)),
        accuracy=table("step value kind", [(m.step, m.accuracy, "measured") for m in history]
                       + [(step, chance, "chance") for step in (0, params.steps)]),
        gradients=table("layer value", ((layer, norm) for m in shown for layer, norm in
                                        enumerate(m.gradients.tolist(), 1) if drawable(norm))),
        gradient_history=table("step layer value", (trace for trace in traces if drawable(trace[-1]))),
        boundary=cells(GRID, "value", shown[0].boundary) if shown else table("x1 x2 value", []),
        points=cells(x, "label", label.int()),
        summary=table("quantity value unit", numbers(shown)),
        sentence=sentence(params, shown, diverged_after))


def cells(points: Tensor, name: str, values: Tensor) -> pd.DataFrame:
    """Points of the plane (M, 2) and what is there (M)."""
    return pd.DataFrame({"x1": points[:, 0].numpy(), "x2": points[:, 1].numpy(), name: values.numpy()})


def numbers(shown: list[Moment]) -> list[tuple[str, float, str]]:
    """The moment shown, in numbers."""
    if not shown:
        return [("step", 0, "")]
    first, last = shown[0].gradients[[0, -1]].tolist()
    rows = [("accuracy", shown[0].accuracy, ""), ("loss", shown[0].loss, ""), ("step", shown[0].step, "")]
    return rows + [(name, norm, "") for name, norm in (("first_layer_gradient", first), ("last_layer_gradient", last))
                   if drawable(norm)]


def sentence(params: Params, shown: list[Moment], diverged_after: int | None) -> str:
    """Whether it learns, and what reaches the first layer."""
    if not shown:
        return "The very first gradient is not finite in float32: nothing can be learned."
    moment = shown[0]
    if diverged_after is not None:
        return (f"It diverges: after step {diverged_after} of {params.steps} the loss or its gradient is no longer "
                f"finite; shown is step {moment.step}, with accuracy {moment.accuracy:.2f}.")
    fate = "has learned" if moment.accuracy >= 0.9 else "is at chance" if moment.accuracy <= 0.6 else "learns in part"
    first, last = moment.gradients[[0, -1]].tolist()
    lost = int((~drawable(moment.gradients)).sum())
    reach = (f"{lost} of {params.depth} layers get a gradient of 0, or too small for float32" if lost else
             f"the gradient has norm {first:.2g} in layer 1 and {last:.2g} in layer {params.depth}")
    return f"After {moment.step} of {params.steps} steps it {fate}: accuracy {moment.accuracy:.2f}; {reach}."

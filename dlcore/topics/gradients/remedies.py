"""Why does a network of thirty layers not learn, and what helps?

Two moons, full batch: the same network with one part exchanged. PyTorch's default draws the biases of the hidden
layers too; every other initialization sets them to 0.

Source: Glorot & Bengio 2010; He et al. 2015; Ioffe & Szegedy 2015; He et al. 2016; Pascanu et al. 2013.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
import torch

from dlcore.models import ACTIVATIONS, INITIALIZATIONS
from dlcore.own.points import wrong_points
from dlcore.params import Ranged, choice, number, own
from dlcore.spelling import plain
from dlcore.tables import summary, table
from dlcore.topics.gradients._float32 import drawable, marks
from dlcore.topics.gradients._layers import NORMALIZATIONS, RESIDUALS
from dlcore.topics.gradients._moons import GRID_X1, GRID_X2, points_of
from dlcore.topics.gradients._network import Networks, train
from dlcore.topics.gradients._tables import mark_table
from dlcore.training import last


@dataclass(frozen=True)
class Params(Ranged):
    depth: int = number(30, 2, 60, 1, "Number N of hidden layers", symbol="N")
    activation: str = choice("relu", tuple(ACTIVATIONS), "Activation function φ of every layer")
    initialization: str = choice("torch_default", tuple(INITIALIZATIONS),
                                 "How weights are drawn; only torch default draws biases too")
    normalization: str = choice("none", tuple(NORMALIZATIONS), "Standardize z over the batch or over a layer's units")
    residual: str = choice("off", tuple(RESIDUALS), "Skip connection h + φ(z), or scaled: h + φ(z)/√N")
    clip_norm: float | str = choice("off", (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, "off"),
                                    "Largest norm c of the whole gradient; a longer one is scaled down", symbol="c")
    optimizer: str = choice("sgd", ("sgd", "adam"), "Update rule: gradient descent (sgd) or Adam")
    learning_rate: float = choice(0.01, (0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.3), "Learning rate α", symbol="α")
    momentum: float = number(0.9, 0.0, 0.99, 0.01, "Share β of the last step that SGD keeps; β₁ of Adam", symbol="β")
    weight_scale: float = number(1.0, 0.1, 4.0, 0.05, "Scaled weights have standard deviation σ_w/√n", symbol="σ_w")
    width: int = choice(32, (8, 16, 32, 64, 128), "Number n of units in every hidden layer", symbol="n")
    steps: int = number(200, 50, 1000, 10, "Number of updates")
    seed: int = number(0, 0, 99, 1, "Seed of the random numbers: points and weights")
    own_points: str = own(wrong_points, "0,0,0;1,1,0;0,1,1;1,0,1", "Your points: rows x1,x2,class (0 or 1)", "points")

    def idle(self) -> set[str]:
        return set() if self.initialization == "scaled" else {"weight_scale"}


@dataclass(frozen=True)
class Result:
    """`loss`: step, value (cross entropy). `accuracy`: step, value, kind (measured, chance); both of the points
    trained on, as in training. `now`: the last row of `loss`. `until`: step, the last one there will be.
    `gradients`: layer (hidden, from 1), value: ‖∂L/∂W_l‖ at the moment shown, before clipping; `marks`: layer,
    quantity, text where a run of layers begins whose gradient float32 cannot hold.
    `gradient_history`: step, layer (first, middle, last), value. `boundary`: x1, x2, value (probability of class 1).
    `points`: x1, x2, label. `summary`: quantity, value, unit.
    """

    loss: Annotated[pd.DataFrame, "step", "value"]
    accuracy: Annotated[pd.DataFrame, "step", "value", "kind"]
    now: Annotated[pd.DataFrame, "step", "value"]
    until: Annotated[pd.DataFrame, "step"]
    gradients: Annotated[pd.DataFrame, "layer", "value"]
    marks: Annotated[pd.DataFrame, "layer", "quantity", "text"]
    gradient_history: Annotated[pd.DataFrame, "step", "layer", "value"]
    boundary: Annotated[pd.DataFrame, "x1", "x2", "value"]
    points: Annotated[pd.DataFrame, "x1", "x2", "label"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


@dataclass(frozen=True)
class Moment:
    """What is recorded at one step; `gradients` has a norm for each hidden layer."""

    step: int
    loss: float
    accuracy: float
    gradients: np.ndarray  # (N)


@dataclass
class Training:
    """One of the networks that are trained side by side."""

    points: pd.DataFrame
    history: list[Moment]  # empty where not even the first gradient is finite
    nets: Networks | None = None  # all of them at its last moment
    ended: int | None = None  # the last step at which it was finite, once it no longer is


def moments(params: Params, seeds: Sequence[int]) -> Iterator[list[Training]]:
    """Train one network a seed on its points, all at once, and look at every layer's gradient on the way."""
    x, label, points, rngs = zip(*(points_of(params.own_points, seed) for seed in seeds), strict=True)
    x, label = torch.stack(x).mT.contiguous(), torch.stack(label)  # (S, 2, P), (S, P)
    net = Networks(params, [rng.clone_state() for rng in rngs])
    if params.optimizer == "adam":  # fused: one kernel for all layers
        optimizer = torch.optim.Adam(net.parameters(), params.learning_rate, betas=(params.momentum, 0.999), fused=True)
    else:
        optimizer = torch.optim.SGD(net.parameters(), params.learning_rate, params.momentum, fused=True)
    clip_norm = None if isinstance(params.clip_norm, str) else params.clip_norm
    every = max(2, math.ceil(params.steps / 100))  # at most a hundred frames
    trainings = [Training(p, []) for p in points]
    for step, losses, shares, finite in train(net, optimizer, x, label, params.steps, clip_norm):
        for training, is_finite in zip(trainings, finite, strict=True):
            training.ended = step - 1 if training.ended is None and not is_finite else training.ended
        alive = [i for i, training in enumerate(trainings) if training.ended is None]
        if alive and (step % every == 0 or step == params.steps):
            now, norms = deepcopy(net), net.gradient_norms().numpy()
            for i in alive:
                trainings[i].history.append(Moment(step, losses[i], shares[i], norms[i]))
                trainings[i].nets = now
        if not alive or step % every == 0 or step == params.steps:
            yield trainings
        if not alive:
            return


def watch(params: Params) -> Iterator[Result]:
    """The training as it goes."""
    return (describe(params, training, 0) for training, in moments(params, [params.seed]))


def run(params: Params) -> Result:
    """The end of the training."""
    return run_seeds(params, [params.seed])[0]


def run_seeds(params: Params, seeds: Sequence[int]) -> list[Result]:
    """The end of one training for each seed, made side by side."""
    return [describe(params, training, i) for i, training in enumerate(last(moments(params, seeds)))]


def describe(params: Params, training: Training, network: int) -> Result:
    """Tables up to the moment shown, its numbers and one sentence."""
    points, history, shown = training.points, training.history, training.history[-1:]
    steps, losses, shares = (np.array([getattr(m, name) for m in history]) for name in ("step", "loss", "accuracy"))
    chance = max(ones := points["label"].to_numpy().mean(), 1 - ones)  # of always naming the larger class
    gradients = shown[0].gradients if shown else np.empty(0)
    alive = drawable(gradients)
    return Result(
        loss=table(step=steps, value=losses),
        accuracy=table(step=np.append(steps, (0, params.steps)), value=np.append(shares, (chance, chance)),
                       kind=("measured",) * len(steps) + ("chance",) * 2),
        now=table(step=steps[-1:], value=losses[-1:]),
        until=table(step=[params.steps]),
        gradients=table(layer=np.flatnonzero(alive) + 1, value=gradients[alive]),
        marks=mark_table(marks({"gradients": gradients})),
        gradient_history=traces(history),
        boundary=table(x1=GRID_X1, x2=GRID_X2, value=training.nets.answers[network]) if training.nets else
        table(x1=GRID_X1[:0], x2=GRID_X2[:0], value=GRID_X1[:0]),
        points=points,
        summary=summary(found(shown)),
        sentence=sentence(params, shown, training.ended, chance))


def traces(history: list[Moment]) -> pd.DataFrame:
    """The gradient of three layers at every other moment, and now."""
    kept = [m for i, m in enumerate(history) if i % 2 == 0 or m is history[-1]]
    value = np.array([m.gradients[[0, (len(m.gradients) - 1) // 2, -1]] for m in kept]).ravel()
    alive = drawable(value)
    names = ("first", "middle", "last") * len(kept)
    return table(step=np.repeat([m.step for m in kept], 3)[alive],
                 layer=tuple(name for name, is_alive in zip(names, alive, strict=True) if is_alive), value=value[alive])


def found(shown: list[Moment]) -> list[tuple[str, float, str]]:
    """The moment shown, in numbers."""
    if not shown:
        return [("step", 0, "")]
    ends = zip(("first_layer_gradient", "last_layer_gradient"), shown[0].gradients[[0, -1]], strict=True)
    rows = [("accuracy", shown[0].accuracy, ""), ("loss", shown[0].loss, "nats"), ("step", shown[0].step, "")]
    return rows + [(name, norm, "") for name, norm in ends if drawable(norm)]


def sentence(params: Params, shown: list[Moment], diverged_after: int | None, chance: float) -> str:
    """Whether it learns, and what reaches the first layer."""
    if not shown:
        return "The very first gradient is not finite in float32, so nothing can be learned."
    moment = shown[0]
    if diverged_after is not None:
        return (f"It diverges: after step {diverged_after} of {params.steps} the loss or its gradient is no longer "
                f"finite. Shown is step {moment.step}, with accuracy {moment.accuracy:.2f}.")
    lead = (moment.accuracy - chance) / (1 - chance)  # 0 at chance, 1 with every point right
    fate = ("has learned" if lead >= 0.8 else "is right on some points" if lead > 0.2 else
            "is at chance" if lead >= -0.2 else "is wrong more often than chance")
    front, back = moment.gradients[[0, -1]]
    lost = int((~drawable(moment.gradients)).sum())
    before = "" if params.clip_norm == "off" else ", before clipping,"
    reach = (f"In {lost} of {params.depth} layers the gradient is 0 or too small for float32" if lost else
             f"Its gradient{before} has norm {plain(front)} in layer 1 and {plain(back)} in layer {params.depth}")
    return f"After {moment.step} of {params.steps} updates it {fate}: accuracy {moment.accuracy:.2f}. {reach}."

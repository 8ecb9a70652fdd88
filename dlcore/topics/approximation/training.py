"""Does gradient descent find the weights that universal approximation promises?

Source: Telgarsky 2015 (the construction); Hanin & Rolnick 2019 (the pieces that a trained net has); Kingma & Ba 2015.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor, nn

from dlcore.models import build
from dlcore.own.curve import straight, wrong_curve
from dlcore.params import Ranged, choice, number, own
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.tables import summary
from dlcore.topics.approximation._many_nets import answers, put_back, stacked
from dlcore.topics.approximation._own import corners
from dlcore.topics.approximation._relu_nets import count_pieces, folding_net, joining_net, relu_net, sawtooth
from dlcore.training import descend, last

FRAMES = 100
OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
X = torch.linspace(0, 1, 513)[:, None]  # (513, 1)


@dataclass(frozen=True)
class Params(Ranged):
    own_curve: str = own(wrong_curve, "0,0;1,2;2,0.5;3,1", "A function of your own in its place: points x,y joined "
                         "by lines, typed, drawn or from a CSV file; scaled to x and y in [0, 1]", "curve")
    folds: int = number(4, 1, 6, 1, "Number of folds k: the target has 2ᵏ straight pieces", symbol="k")
    width: int = number(16, 2, 64, 1, "Number n of units per hidden layer", symbol="n")
    depth: int = number(2, 1, 6, 1, "Number L of hidden layers", symbol="L")
    optimizer: str = choice("adam", tuple(OPTIMIZERS), "Optimizer: Adam, or gradient descent (sgd, here on all points)")
    learning_rate: float = choice(0.01, (0.001, 0.003, 0.01, 0.03, 0.1), "Learning rate η, the step size", symbol="η")
    steps: int = number(1000, 100, 3000, 100, "Number of updates, each on all 513 points")
    seed: int = number(0, 0, 99, 1, "Random seed of the initial weights")

    def idle(self) -> set[str]:
        return {"folds"} if self.own_curve else set()


@dataclass(frozen=True)
class Result:
    """Columns of `fit`: x, value, kind ("target", "constructed": the same net with weights set by hand, where that
    is known to be possible, "trained").

    Columns of `loss`: step, value (mean squared error), kind ("measured", "constant ½": the loss
    of that answer on these points, which a net that learns gets below).
    Columns of `summary`: quantity, value, unit.
    """

    fit: Annotated[pd.DataFrame, "x", "value", "kind"]
    loss: Annotated[pd.DataFrame, "step", "value", "kind"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


@dataclass(frozen=True)
class Moment:
    """A net in training: (step, loss) up to here, its answer (513, 1), and itself, None once it has diverged."""

    history: tuple[tuple[int, float], ...]
    answer: Tensor
    net: nn.Sequential | None


def moments(params: Params) -> Iterator[Moment]:
    """Train a ReLU net on the target, all points at every step; look at it about a hundred times."""
    target = aim(params, X)  # (513, 1)
    net = build(lambda: relu_net(params.width, params.depth), generator(params.seed))
    optimizer = OPTIMIZERS[params.optimizer](net.parameters(), params.learning_rate)
    seen, history = [target], []

    def loss() -> Tensor:
        seen[:] = [net(X)]  # (513, 1)
        return nn.functional.mse_loss(seen[0], target)

    for state in descend(optimizer, loss, params.steps):
        history.append((state.step, state.loss))
        answer = seen[0].detach()
        if state.step % max(1, params.steps // FRAMES) == 0 or state.step == params.steps:
            yield Moment(tuple(history), answer, deepcopy(net))
    if state.step < params.steps:  # it diverged: the last finite answer
        yield Moment(tuple(history), answer, None)


def watch(params: Params) -> Iterator[Result]:
    """Show every moment beside the same net with its weights set by hand."""
    for moment in moments(params):
        yield describe(params, moment)


def run(params: Params) -> Result:
    """The last moment."""
    return describe(params, last(moments(params)))


def run_seeds(params: Params, seeds: Sequence[int]) -> list[Result]:
    """The last moment of each seed, all trained at once: each loss knows only the weights of its own net."""
    target = aim(params, X)  # (513, 1)
    nets = [build(lambda: relu_net(params.width, params.depth), generator(seed)) for seed in seeds]
    layers, history = stacked(nets), []
    seen: list[Tensor] = []
    optimizer = OPTIMIZERS[params.optimizer]([p for layer in layers for p in layer], params.learning_rate,
                                             fused=True)

    def loss() -> Tensor:
        answer = answers(layers, X)  # (S, 513, 1)
        seen[:] = answer, (answer - target).square().mean(dim=(1, 2))  # (S,)
        return seen[1].sum()

    for state in descend(optimizer, loss, params.steps):
        history.append((state.step, seen[1].tolist()))
    if state.step < params.steps:  # one of them diverged and stopped all: then one after the other
        return [run(replace(params, seed=seed)) for seed in seeds]
    put_back(layers, nets)
    return [describe(replace(params, seed=seed),
                     Moment(tuple((step, values[i]) for step, values in history), seen[0][i].detach(), net))
            for i, (seed, net) in enumerate(zip(seeds, nets, strict=True))]


def aim(params: Params, x: Tensor) -> Tensor:
    """The target at x: the sawtooth, or the reader's curve."""
    return straight(*corners(params.own_curve))(x) if params.own_curve else sawtooth(x, params.folds)


def target_pieces(params: Params) -> int:
    """How many straight pieces the target has."""
    return len(corners(params.own_curve)[0]) - 1 if params.own_curve else 2**params.folds


def constant(params: Params) -> float:
    """Mean squared error of the constant ½ on these 513 points; for the sawtooth between them it is 1/12."""
    return (aim(params, X.double()) - 0.5).square().mean().item()


def by_hand(params: Params) -> list[pd.DataFrame]:
    """The target, and the net that is the target exactly, its weights set by hand, where that construction fits."""
    net = joining_net(*corners(params.own_curve), params.width, params.depth) if params.own_curve else \
        folding_net(params.folds, params.width, params.depth)
    return curves(target=aim(params, X), constructed=net and net(X.double()).detach())


@lru_cache(maxsize=32)
def known(params: Params) -> list[pd.DataFrame]:
    """The same of a sawtooth: a stream shows it again and again. Of a reader's own curve nothing is kept."""
    return by_hand(params)


def curves(**values: Tensor | None) -> list[pd.DataFrame]:
    """The rows of `fit` for each kind; none for a net that is not there."""
    return [pd.DataFrame({"x": X[:, 0].double(), "value": value[:, 0].double(), "kind": kind})
            for kind, value in values.items() if value is not None]


def describe(params: Params, moment: Moment) -> Result:
    """Tables, numbers and one sentence."""
    history, (step, loss) = moment.history, moment.history[-1]
    kept = history[:: 1 + len(history) // 900]
    past = pd.DataFrame(kept + (history[-1],) * (kept[-1] != history[-1]), columns=["step", "value"])
    law = pd.DataFrame({"step": [0, params.steps], "value": constant(params), "kind": "constant ½"})
    shape = Params(folds=params.folds, width=params.width, depth=params.depth)
    drawn = by_hand(params) if params.own_curve else known(shape)
    pieces = count_pieces(moment.net, 0, 1) if moment.net else None
    numbers = [("rms_error", math.sqrt(loss), ""), ("rms_error_of_½", math.sqrt(constant(params)), "")]
    if pieces is not None:
        numbers += [("pieces", pieces, ""), ("pieces_of_the_target", target_pieces(params), "")]
    numbers.append(("pieces_possible", (params.width + 1) ** params.depth, ""))
    return Result(pd.concat([*drawn, *curves(trained=moment.answer)], ignore_index=True),
                  pd.concat([past[past.value > 0].assign(kind="measured"), law]),
                  summary(numbers), sentence(params, step, math.sqrt(loss), pieces, exact=len(drawn) > 1))


def sentence(params: Params, step: int, rmse: float, pieces: int | None, exact: bool) -> str:
    """What happened, with the numbers."""
    text = f"After {step:,} step{'s' if step != 1 else ''} the network has an RMS error of {plain(rmse)}, "
    text += f"the constant ½ of {plain(math.sqrt(constant(params)))}"
    wanted = target_pieces(params)
    if pieces is None:
        return text + "; the next step would overflow, and the run stops."
    text += f"; it has {pieces} straight piece{'s' if pieces > 1 else ''}, the target {wanted}."
    if exact:
        return text + " The same network with its weights set by hand is exact."
    if (params.width + 1) ** params.depth < wanted:
        return text + f" A network of this size has at most {(params.width + 1) ** params.depth}: none is exact."
    return text + " The construction by hand needs more units or layers than this, so it is not drawn."

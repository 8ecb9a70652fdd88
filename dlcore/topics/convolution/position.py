"""Can a convolution tell left from right?

Source: Kayhan & van Gemert, "On translation invariance in CNNs", CVPR 2020; Islam, Jia & Bruce, "How much position
information do convolutional neural networks encode?", ICLR 2020.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor

from dlcore.models import build
from dlcore.params import Ranged, choice, number
from dlcore.seeds import generator
from dlcore.tables import summary
from dlcore.topics.convolution._images import PATTERNS, SIDE, pixels, place
from dlcore.topics.convolution._networks import MODELS, Stack, accuracy, conv_net, dense_net, train
from dlcore.training import last

BATCH, NOISE, TRAINED, MOMENTS = 64, 0.1, 512, 40
HALF = SIDE // 2
PLACES = HALF - PATTERNS.shape[-1] + 1  # columns at which a pattern fits into one half


@dataclass(frozen=True)
class Params(Ranged):
    kernel_size: int = choice(3, (1, 3, 5, 7), "Side k of the kernels, in pixels", symbol="k")
    padding: str = choice("zeros", ("circular", "zeros"), "Padding of the CNN: zeros, or the image wraps around")
    depth: int = number(1, 1, 2, 1, "Number of convolutional layers before the pooling")
    background: float = number(1.0, 0.0, 1.0, 0.05, "Brightness of the empty image (zero padding has brightness 0)")
    seed: int = number(0, 0, 99, 1, "Random seed of the data and of the initial weights")
    steps: int = number(240, 20, 480, 20, "Number of updates, each on 64 images")

    def idle(self) -> set[str]:
        return {"padding"} if self.kernel_size == 1 else set()


@dataclass(frozen=True)
class Result:
    """Which half is the pattern in? Tested on pairs: an image, and the same one rolled by half its width.

    Columns of `accuracy`: step, model (cnn, mlp), value (on the pairs), kind (measured, ceiling: the most that a
    CNN of this reach can get, on average over all places), line (cnn, mlp, ceiling).
    Columns of `pair`: image (left, right), row, column, value.
    Columns of `response`: image, row, column, value (mean map before the pool of an empty image, over its largest).
    Columns of `summary`: quantity, value, unit.
    """

    accuracy: Annotated[pd.DataFrame, "step", "model", "value", "kind", "line"]
    pair: Annotated[pd.DataFrame, "image", "row", "column", "value"]
    response: Annotated[pd.DataFrame, "image", "row", "column", "value"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def halves(column: Tensor, row: Tensor, kind: Tensor, background: float, rng: torch.Generator) -> Tensor:
    """Patterns on a lit canvas with a little noise. Shape: (N, 1, 12, 12)."""
    image = background + place(PATTERNS[kind], row, column, SIDE)
    return image + NOISE * torch.randn(image.shape, generator=rng)


def paired_test(background: float, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Every place in the left half, twice, then all of it rolled into the right half.

    Shapes: (384, 1, 12, 12), (384,).
    """
    every = torch.cartesian_prod(torch.arange(len(PATTERNS)), torch.arange(SIDE), torch.arange(PLACES))
    kind, row, column = every.repeat(2, 1).T
    left = halves(column, row, kind, background, rng)
    return torch.cat([left, left.roll(HALF, -1)]), torch.arange(2).repeat_interleave(len(left))


def told(params: Params) -> int:
    """How many columns of a half lie so near to the edge that a pattern there gives its half away."""
    reach = params.depth * (params.kernel_size // 2) if params.padding == "zeros" else 0
    return min(2 * reach if params.background else reach, PLACES)


def ceiling(params: Params) -> float:
    """The most that a net can get which sees r pixels around each place: it must see edge and pattern at once.

    A place next to the edge column sees 2r columns from the edge on; a pattern that begins there gives its half away.
    On a dark ground the dark padding is not seen, only that places are missing beyond the edge that would see the
    first column of a pattern: it must begin within r columns. Without noise; one test may lie a little above.
    """
    return 0.5 + 0.5 * told(params) / PLACES


@dataclass(frozen=True)
class Moment:
    """Both nets in training: (step, model, accuracy on the pairs) up to now, and what the CNN sees in nothing."""

    history: tuple[tuple[int, str, float], ...]
    response: Tensor  # (12, 12)
    test: Tensor  # (384, 1, 12, 12)


def draw(params: Params, rng: torch.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Images, which half holds the pattern, and the pairs of the test with theirs.

    Shapes: (N, 1, 12, 12), (N,), (384, 1, 12, 12), (384,).
    """
    right, kind = torch.randint(2, (2, TRAINED), generator=rng)  # (N,), (N,)
    column = torch.randint(PLACES, (TRAINED,), generator=rng) + HALF * right
    row = torch.randint(SIDE, (TRAINED,), generator=rng)
    return halves(column, row, kind, params.background, rng), right, *paired_test(params.background, rng)


def moments(params: Params, seeds: Sequence[int], looks: int = MOMENTS) -> Iterator[list[Moment]]:
    """Train a CNN with a global max pool and an MLP to say which half of the image holds the pattern, for each seed."""
    rngs = [generator(seed) for seed in seeds]
    image, right, test, label = (torch.stack(part) for part in zip(*(draw(params, rng) for rng in rngs), strict=True))
    cnns = [build(lambda: conv_net((16,) * params.depth, params.kernel_size, params.padding, "max", 2), rng)
            for rng in rngs]
    stacks = {"cnn": Stack(cnns), "mlp": Stack([build(lambda: dense_net(SIDE * SIDE, 64, 2), rng) for rng in rngs])}
    empty = torch.full((len(seeds), 1, 1, SIDE, SIDE), params.background)
    before_pool = Stack([cnn[:2 * params.depth] for cnn in cnns])  # the maps that the pool sums up
    net = torch.arange(len(seeds))[:, None]

    def batch() -> tuple[Tensor, Tensor]:
        picked = torch.stack([torch.randint(TRAINED, (BATCH,), generator=rng) for rng in rngs])
        return image[net, picked], right[net, picked]

    history: list[tuple[int, str, list[float]]] = []
    for step in train(list(stacks.values()), batch, 5e-3, params.steps, looks):
        history += [(step, m, accuracy(stacks[m], test, label)) for m in MODELS]
        before_pool.parameters = {name: stacks["cnn"].parameters[name] for name in before_pool.parameters}
        response = before_pool(empty).detach()[:, 0].mean(1)  # (S, 12, 12)
        yield [Moment(tuple((at, m, values[i]) for at, m, values in history), response[i], test[i])
               for i in range(len(seeds))]


def watch(params: Params) -> Iterator[Result]:
    """Show every moment."""
    for (moment,) in moments(params, [params.seed]):
        yield describe(params, moment)


def run(params: Params) -> Result:
    """The last moment."""
    return describe(params, *last(moments(params, [params.seed])))


def run_seeds(params: Params, seeds: Sequence[int]) -> list[Result]:
    """The end for many seeds, all trained at once and tested at eight moments."""
    return [describe(params, moment) for moment in last(moments(params, seeds, looks=8))]


def describe(params: Params, moment: Moment) -> Result:
    """Tables, numbers and one sentence."""
    history, first = moment.history, 2 * PLACES + 1  # the third row, the second column
    pair = {"left": moment.test[first, 0], "right": moment.test[first + len(moment.test) // 2, 0]}
    limit = ceiling(params)
    bound = [(step, "cnn", limit, "ceiling") for step in (0, params.steps)]
    measured = [(*row, "measured") for row in history]
    accuracy = pd.DataFrame(measured + bound, columns=["step", "model", "value", "kind"])
    accuracy["line"] = accuracy["model"].where(accuracy["kind"] == "measured", "ceiling")
    step, _, mlp = history[-1]
    cnn = history[-2][2]
    why = ("It can only guess, as its answer does not change when the image is rolled around" if limit == 0.5 else
           f"A pattern can begin in {PLACES} columns of its half; in {told(params)} of them the CNN sees it with the "
           f"edge, elsewhere it guesses (50 %): {100 * limit:.3g} % at most")
    return Result(accuracy, pixels(pair),
                  pixels({"empty image": moment.response / moment.response.max().clamp(min=1e-12)}),
                  summary([("CNN_accuracy", 100 * cnn, "%"), ("CNN_ceiling", 100 * limit, "%"),
                           ("MLP_accuracy", 100 * mlp, "%")]),
                  f"After {step} of {params.steps} steps the CNN names the correct half in {100 * cnn:.1f} % of the "
                  f"images, and the MLP in {100 * mlp:.1f} %. {why}.")

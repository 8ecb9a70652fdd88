"""What does a CNN know that an MLP has to learn?

Source: LeCun & Bengio 1995; Zhang et al. 2017; Li, Zhang & Arora, "Why are convolutional nets more sample-efficient
than fully-connected nets?", ICLR 2021.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor

from dlcore.models import build
from dlcore.params import Ranged, choice, flag, number
from dlcore.seeds import generator
from dlcore.topics.convolution._images import PATTERNS, SIDE, permute_pixels, pixels, place
from dlcore.topics.convolution._networks import MODELS, Stack, accuracy, conv_net, dense_net, size, train

BATCH, NOISE, TESTED, ASKED, MOMENTS = 64, 0.3, 200, 100, 40  # ASKED: training images that are asked again
ORDER = torch.randperm(SIDE * SIDE, generator=generator(0))  # where the shuffle takes each pixel from
CONDITIONS = ("in place", "shifted", "shuffled")


@dataclass(frozen=True)
class Params(Ranged):
    shuffle_pixels: bool = flag(True, "Train both nets a second time, on pixels put in another, fixed order")
    n_samples: int = number(256, 16, 1024, 16, "Number of training images n")
    jitter: int = number(2, 0, 8, 1, "Each pattern is moved by 0 to this many rows and columns, at random")
    test_shift: int = number(3, 0, 6, 1, "Rows and columns by which the shifted test images are moved")
    kernel_size: int = choice(3, (1, 3, 5, 7), "Side k of the CNN's kernel")
    padding: str = choice("circular", ("circular", "zeros"), "What the CNN sees beyond the edge")
    pooling: str = choice("max", ("max", "average"), "How the CNN sums up each map over the whole image")
    n_seeds: int = number(3, 1, 5, 1, "Number of runs: each has its own data and its own first weights")
    steps: int = number(200, 20, 400, 20, "Number of updates, on 64 images each")

    def idle(self) -> set[str]:
        return {"padding"} if self.kernel_size == 1 else set()


@dataclass(frozen=True)
class Result:
    """Two nets on two patterns, a plus and a cross of five pixels each: where they are, moved, and shuffled.

    Columns of `accuracy`: model (cnn, mlp), condition (in place, shifted, shuffled), split (train, test), seed, value.
    Columns of `learning`: step, model (cnn, mlp, chance), condition, value (mean over seeds, test images), low, high.
    Columns of `examples`: image, row, column, value.
    Columns of `cost`: model, quantity (parameters, multiply_adds), value.
    Columns of `summary`: quantity, value, unit.
    """

    accuracy: pd.DataFrame
    learning: pd.DataFrame
    examples: pd.DataFrame
    cost: pd.DataFrame
    summary: pd.DataFrame
    sentence: str


def patterns(n_samples: int, jitter: int, rng: torch.Generator) -> Tensor:
    """Plus, cross, plus, cross, …, each at its own place, with noise on every pixel, # (N, 1, 12, 12)"""
    row, column = 1 + torch.randint(jitter + 1, (2, n_samples), generator=rng)  # (N,), (N,)
    image = place(PATTERNS[torch.arange(n_samples) % 2], row, column, SIDE)
    return image + NOISE * torch.randn(image.shape, generator=rng)


def run(params: Params) -> Result:
    """The last moment of `watch`."""
    *_, last = watch(params)
    return last


def watch(params: Params) -> Iterator[Result]:
    """Train both nets on the images, and again on shuffled ones: every seed and world in one batch of nets."""
    rngs = [generator(seed) for seed in range(params.n_seeds)]
    image = torch.stack([patterns(params.n_samples, params.jitter, rng) for rng in rngs])  # (S, N, 1, 12, 12)
    test = torch.stack([patterns(TESTED, params.jitter, rng) for rng in rngs])  # (S, T, 1, 12, 12)
    worlds = [image, permute_pixels(image, ORDER)] if params.shuffle_pixels else [image]
    world, order = torch.cat(worlds), generator(params.n_seeds)  # (W·S, N, 1, 12, 12)
    plain, mixed = slice(0, params.n_seeds), slice(params.n_seeds, None)
    exams = {("in place", "train"): (plain, image[:, :ASKED]), ("in place", "test"): (plain, test),
             ("shifted", "test"): (plain, test.roll((params.test_shift, params.test_shift), (-2, -1)))}
    if params.shuffle_pixels:
        exams |= {("shuffled", "train"): (mixed, worlds[1][:, :ASKED]),
                  ("shuffled", "test"): (mixed, permute_pixels(test, ORDER))}
    shapes = {"cnn": lambda: conv_net((8,), params.kernel_size, params.padding, params.pooling, 2),
              "mlp": lambda: dense_net(SIDE * SIDE, 64, 2)}
    stacks = {m: Stack([build(shapes[m], rng) for rng in rngs] * len(worlds)) for m in MODELS}

    def batch() -> tuple[Tensor, Tensor]:
        picked = torch.randint(params.n_samples, (params.n_seeds, BATCH), generator=order).repeat(len(worlds), 1)
        return world[torch.arange(len(world))[:, None], picked], picked % 2

    history: list[tuple[int, str, str, str, int, float]] = []
    cost = {m: size(shape, SIDE) for m, shape in shapes.items()}
    for step in train(list(stacks.values()), batch, 1e-2, params.steps, MOMENTS):
        history += [(step, m, condition, split, seed, value) for m, stack in stacks.items()
                    for (condition, split), (nets, x) in exams.items()
                    for seed, value in enumerate(accuracy(stack, x, torch.arange(x.shape[1]) % 2, nets))]
        yield describe(params, history, pictures(params, test), cost)


def pictures(params: Params, test: Tensor) -> pd.DataFrame:
    """One test image of each class in each condition."""
    shown = {}
    for i, name in enumerate(("plus", "cross")):
        image = test[0, i, 0]
        shown |= {name: image, f"{name}, shifted": image.roll((params.test_shift, params.test_shift), (0, 1))}
        if params.shuffle_pixels:
            shown[f"{name}, shuffled"] = permute_pixels(image, ORDER)
    return pixels(shown)


def describe(params: Params, history: list[tuple], examples: pd.DataFrame,
             cost: dict[str, tuple[int, int]]) -> Result:
    """Tables, numbers and one sentence."""
    table = pd.DataFrame(history, columns=["step", "model", "condition", "split", "seed", "value"])
    step = table["step"].max()
    now = table[table["step"] == step].drop(columns="step").reset_index(drop=True)
    learning = (table[table["split"] == "test"].groupby(["step", "model", "condition"], sort=False)["value"]
                .agg(value="mean", low="min", high="max").reset_index())
    conditions = [c for c in CONDITIONS if c != "shuffled" or params.shuffle_pixels]
    chance = pd.DataFrame([(s, "chance", c, 0.5, 0.5, 0.5) for c in CONDITIONS for s in (0, params.steps)],
                          columns=learning.columns)
    mean = now[now["split"] == "test"].groupby(["model", "condition"])["value"].agg(["mean", "min", "max"]) * 100
    numbers = [(f"{m.upper()} {c}", mean.loc[(m, c), "mean"], "%") for c in conditions[-2:] for m in MODELS]
    words = {"in place": "in place", "shifted": f"moved by {params.test_shift} pixels",
             "shuffled": "with shuffled pixels"}
    scores = "; ".join(f"{words[c]} CNN {spread(mean.loc['cnn', c])}, MLP {spread(mean.loc['mlp', c])}"
                       for c in conditions)
    return Result(now, pd.concat([learning, chance], ignore_index=True), examples,
                  pd.DataFrame([(m, q, v) for m, pair in cost.items()
                                for q, v in zip(("parameters", "multiply_adds"), pair, strict=True)],
                               columns=["model", "quantity", "value"]),
                  pd.DataFrame(numbers, columns=["quantity", "value", "unit"]),
                  f"After {step} of {params.steps} steps, right on test images (lowest to highest of {params.n_seeds} "
                  f"seed{'s' * (params.n_seeds > 1)}): {scores}.")


def spread(row: pd.Series) -> str:
    """Mean, lowest and highest as words."""
    return f"{row['mean']:.0f} % ({row['min']:.0f} to {row['max']:.0f})"

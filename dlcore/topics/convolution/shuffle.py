"""Does a net still work when the pixels are shuffled, or when the pattern is shifted?

Source: LeCun & Bengio 1995; Zhang et al. 2017; Li, Zhang & Arora, "Why are convolutional nets more sample-efficient
than fully-connected nets?", ICLR 2021.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor, nn

from dlcore.models import build
from dlcore.params import Ranged, choice, flag, number
from dlcore.seeds import generator
from dlcore.tables import summary
from dlcore.topics.convolution._images import PATTERNS, SIDE, permute_pixels, pixels, place
from dlcore.topics.convolution._networks import MODELS, Stack, conv_net, dense_net, sit, size, span, train
from dlcore.training import last

BATCH, NOISE, TESTED, ASKED, MOMENTS = 64, 0.3, 200, 100, 40  # ASKED: training images that are asked again
ORDER = torch.randperm(SIDE * SIDE, generator=generator(0))  # where the shuffle takes each pixel from
CONDITIONS = ("in place", "shifted", "shuffled")


@dataclass(frozen=True)
class Params(Ranged):
    shuffle_pixels: bool = flag(True, "Also train both nets on shuffled pixels (one fixed order)")
    n_samples: int = number(256, 16, 1024, 16, "Number n of training images", symbol="n")
    jitter: int = number(2, 0, 8, 1, "Largest random offset of a pattern, in pixels (0: always one place)")
    test_shift: int = number(3, 0, 6, 1, "Shift of the shifted test images, in pixels down and right")
    kernel_size: int = choice(3, (1, 3, 5, 7), "Side k of the CNN's kernel, in pixels", symbol="k")
    padding: str = choice("circular", ("circular", "zeros"), "Padding of the CNN: the image wraps around, or zeros")
    pooling: str = choice("max", ("max", "average"), "Pooling of each feature map of the CNN over the whole image")
    n_seeds: int = number(3, 1, 5, 1, "Number of runs, each with its own data and initial weights")
    steps: int = number(200, 20, 400, 20, "Number of updates, each on 64 images")

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

    accuracy: Annotated[pd.DataFrame, "model", "condition", "split", "seed", "value"]
    learning: Annotated[pd.DataFrame, "step", "model", "condition", "value", "low", "high"]
    examples: Annotated[pd.DataFrame, "image", "row", "column", "value"]
    cost: Annotated[pd.DataFrame, "model", "quantity", "value"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def patterns(n_samples: int, jitter: int, rng: torch.Generator) -> Tensor:
    """Plus, cross, plus, cross, …, each at its own place, with noise on every pixel. Shape: (N, 1, 12, 12)."""
    row, column = 1 + torch.randint(jitter + 1, (2, n_samples), generator=rng)  # (N,), (N,)
    image = place(PATTERNS[torch.arange(n_samples) % 2], row, column, SIDE)
    return image + NOISE * torch.randn(image.shape, generator=rng)


@dataclass(frozen=True)
class Moment:
    """Both nets in training: the share right in every exam, at each step that was looked at up to now."""

    seeds: tuple[int, ...]
    history: tuple[tuple[int, dict[tuple[str, str, str], list[float]]], ...]  # by model, condition, split: one a seed
    test: Tensor  # (S, T, 1, 12, 12)

    def of(self, i: int) -> Moment:
        """What one seed's nets did."""
        alone = ((step, {exam: values[i:i + 1] for exam, values in scores.items()}) for step, scores in self.history)
        return Moment(self.seeds[i:i + 1], tuple(alone), self.test[i:i + 1])


def moments(params: Params, seeds: Sequence[int], looks: int = MOMENTS) -> Iterator[Moment]:
    """Train both nets on the images, and again on shuffled ones: every seed and world in one batch of nets."""
    rngs = [generator(seed) for seed in seeds]
    image = torch.stack([patterns(params.n_samples, params.jitter, rng) for rng in rngs])  # (S, N, 1, 12, 12)
    test = torch.stack([patterns(TESTED, params.jitter, rng) for rng in rngs])  # (S, T, 1, 12, 12)
    worlds = [image, permute_pixels(image, ORDER)] if params.shuffle_pixels else [image]
    world = torch.cat(worlds)  # (W·S, N, 1, 12, 12)
    moved = test.roll((params.test_shift, params.test_shift), (-2, -1))
    exams = {("in place", "train"): image[:, :ASKED], ("in place", "test"): test, ("shifted", "test"): moved}
    mixed = {("shuffled", "train"): worlds[-1][:, :ASKED], ("shuffled", "test"): permute_pixels(test, ORDER)}
    shapes = nets(params)
    stacks = {m: Stack([build(shapes[m], rng) for rng in rngs] * len(worlds)) for m in MODELS}

    def batch() -> tuple[Tensor, Tensor]:
        picked = torch.stack([torch.randint(params.n_samples, (BATCH,), generator=rng) for rng in rngs])
        picked = picked.repeat(len(worlds), 1)  # the same images in both worlds
        return world[torch.arange(len(world))[:, None], picked], picked % 2

    history: list[tuple[int, dict[tuple[str, str, str], list[float]]]] = []
    for step in train(list(stacks.values()), batch, 1e-2, params.steps, looks):
        scores: dict[tuple[str, str, str], list[float]] = {}
        for m, stack in stacks.items():
            scores |= answers(m, stack, exams, slice(0, len(seeds)))
            scores |= answers(m, stack, mixed, slice(len(seeds), None)) if params.shuffle_pixels else {}
        history.append((step, scores))
        yield Moment(tuple(seeds), tuple(history), test)


def watch(params: Params) -> Iterator[Result]:
    """Show every moment."""
    for moment in moments(params, range(params.n_seeds)):
        yield describe(params, moment)


def run(params: Params) -> Result:
    """The last moment."""
    return describe(params, last(moments(params, range(params.n_seeds))))


def run_seeds(params: Params, seeds: Sequence[int]) -> list[Result]:
    """Each of these seeds alone, whatever `n_seeds` says, all trained at once and asked at the end only."""
    end = last(moments(params, seeds, looks=0))
    return [describe(params, end.of(i)) for i in range(len(seeds))]


def nets(params: Params) -> dict[str, Callable[[], nn.Module]]:
    """The two shapes."""
    return {"cnn": lambda: conv_net((8,), params.kernel_size, params.padding, params.pooling, 2),
            "mlp": lambda: dense_net(SIDE * SIDE, 64, 2)}


def answers(model: str, stack: Stack, exams: dict[tuple[str, str], Tensor], world: slice
            ) -> dict[tuple[str, str, str], list[float]]:
    """Share of right answers of the nets of one world in each exam; plus and cross take turns."""
    papers = {(model, *exam): (x, torch.arange(x.shape[1]) % 2) for exam, x in exams.items()}
    return sit(stack, papers, world)


def pictures(params: Params, test: Tensor) -> pd.DataFrame:
    """One test image of each class in each condition."""
    shown: dict[str, Tensor] = {}
    for i, name in enumerate(("plus", "cross")):
        image = test[0, i, 0]
        shown |= {name: image, f"{name}, shifted": image.roll((params.test_shift, params.test_shift), (0, 1))}
        if params.shuffle_pixels:
            shown[f"{name}, shuffled"] = permute_pixels(image, ORDER)
    return pixels(shown)


@lru_cache(maxsize=32)
def costs(params: Params) -> pd.DataFrame:
    """What one forward pass of each net takes."""
    return pd.DataFrame([(m, quantity, value) for m, shape in nets(params).items()
                         for quantity, value in zip(("parameters", "multiply_adds"), size(shape, SIDE), strict=True)],
                        columns=["model", "quantity", "value"])


def describe(params: Params, moment: Moment) -> Result:
    """Tables, numbers and one sentence."""
    step, scores = moment.history[-1]
    learning = [(at, m, condition, *span(values)) for at, then in moment.history
                for (m, condition, split), values in then.items() if split == "test"]
    chance = [(at, "chance", c, 0.5, 0.5, 0.5) for c in CONDITIONS for at in (0, params.steps)]
    conditions = [c for c in CONDITIONS if c != "shuffled" or params.shuffle_pixels]
    numbers = [(f"{m.upper()}_{c.replace(' ', '_')}", 100 * span(scores[m, c, "test"])[0], "%")
               for c in conditions for m in MODELS]
    cnn, mlp = ({c: f"{100 * span(scores[m, c, 'test'])[0]:.0f} %" for c in conditions} for m in MODELS)
    pixels_far = f"{params.test_shift} pixel{'s' * (params.test_shift != 1)}"
    said = (f"a shift by {pixels_far} takes the CNN from {cnn['in place']} of correct answers to {cnn['shifted']} and "
            f"the MLP from {mlp['in place']} to {mlp['shifted']}.")
    if params.shuffle_pixels:
        said += f" On shuffled pixels the CNN reaches {cnn['shuffled']}, and the MLP {mlp['shuffled']}."
    return Result(pd.DataFrame([(*exam, seed, value) for exam, values in scores.items()
                                for seed, value in zip(moment.seeds, values, strict=True)],
                               columns=["model", "condition", "split", "seed", "value"]),
                  pd.DataFrame([*learning, *chance], columns=["step", "model", "condition", "value", "low", "high"]),
                  pictures(params, moment.test), costs(params),
                  summary(numbers),
                  f"After {step} of {params.steps} steps ({len(moment.seeds)} random "
                  f"start{'s' * (len(moment.seeds) > 1)}), {said}")

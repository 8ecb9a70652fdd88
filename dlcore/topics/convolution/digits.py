"""How many training images do a CNN and an MLP need to read handwritten digits?

Source: Alpaydin & Kaynak, "Optical recognition of handwritten digits", UCI Machine Learning Repository, 1998.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor

from dlcore.models import build
from dlcore.params import Ranged, number
from dlcore.seeds import generator
from dlcore.tables import summary
from dlcore.topics.convolution._images import handwritten_digits, pixels, place
from dlcore.topics.convolution._networks import MODELS, Stack, conv_net, dense_net, sit, span, train
from dlcore.training import last

BATCH, TESTED, ASKED, MOMENTS = 32, 200, 100, 8  # ASKED: training digits that are asked again
SHOWN = ("a zero", "a three", "a six", "a seven")
LADDER = (20, 50, 200)  # smaller training sets, on the way to the one asked for


@dataclass(frozen=True)
class Params(Ranged):
    n_samples: int = number(100, 20, 1000, 10, "Number n of training images in the largest training set", symbol="n")
    shift: int = number(2, 0, 4, 1, "Largest random shift of a digit in any direction, in pixels")
    n_seeds: int = number(3, 1, 5, 1, "Number of runs, each with its own digits and initial weights")
    steps: int = number(100, 20, 120, 20, "Number of updates, each on 32 images; times √(n/100) if n > 100")


@dataclass(frozen=True)
class Result:
    """A CNN and an MLP on the same digits, on digits they were trained on and on others.

    Columns of `accuracy`: n_samples, model (cnn, mlp), split (train, test), seed, value.
    Columns of `spread`: n_samples, model (cnn, mlp, chance), split, value (mean over seeds), low, high; of the sizes
    whose nets are trained to the end. Columns of `unfinished`: those of `spread`, and text, of the size in training.
    Columns of `examples`: image, row, column, value.
    Columns of `summary`: quantity, value, unit.
    """

    accuracy: Annotated[pd.DataFrame, "n_samples", "model", "split", "seed", "value"]
    spread: Annotated[pd.DataFrame, "n_samples", "model", "split", "value", "low", "high"]
    unfinished: Annotated[pd.DataFrame, "n_samples", "model", "split", "value", "low", "high", "text"]
    examples: Annotated[pd.DataFrame, "image", "row", "column", "value"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def sizes(n_samples: int) -> list[int]:
    """The training sets, from small to the one asked for; none almost as large as the last."""
    return [n for n in LADDER if 1.5 * n < n_samples] + [n_samples]


def updates(n: int, steps: int) -> int:
    """More digits take longer to learn: `steps` up to 100 of them, then √(n/100) times as many."""
    return round(steps * max(1.0, n / 100) ** 0.5)


def draw(params: Params, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Digits in random order at random places; the last `TESTED` are for the test.

    Shapes: (N + T, 1, side, side), (N + T,).
    """
    patch, label = handwritten_digits()
    picked = torch.randperm(len(patch), generator=rng)[:params.n_samples + TESTED]
    side = 12 if params.shift <= 2 else 16
    row, column = (side - 8) // 2 + torch.randint(-params.shift, params.shift + 1, (2, len(picked)), generator=rng)
    return place(patch[picked], row, column, side), label[picked]


@dataclass(frozen=True)
class Moment:
    """Both nets after `step` updates with n digits: the share right in every exam so far, and what they look at."""

    seeds: tuple[int, ...]
    step: int
    n: int
    scores: dict[tuple[int, str, str], list[float]]  # by n, model and split: one number a seed
    image: Tensor  # (S, N + T, 1, side, side)
    label: Tensor  # (S, N + T)

    def of(self, i: int) -> Moment:
        """What one seed's nets did."""
        alone = {exam: values[i:i + 1] for exam, values in self.scores.items()}
        return Moment(self.seeds[i:i + 1], self.step, self.n, alone, self.image[i:i + 1], self.label[i:i + 1])


def moments(params: Params, seeds: Sequence[int], looks: int = MOMENTS) -> Iterator[Moment]:
    """Train both nets on more and more digits; all seeds in one batch of nets."""
    drawn = [draw(params, generator(seed)) for seed in seeds]
    image, label = torch.stack([x for x, _ in drawn]), torch.stack([y for _, y in drawn])  # (S, N + T, …)
    scores: dict[tuple[int, str, str], list[float]] = {}
    for n in sizes(params.n_samples):
        rngs = [generator(seed) for seed in seeds]
        shapes = {"cnn": lambda: conv_net((16, 32), 3, "zeros", "max", 10),
                  "mlp": lambda: dense_net(image[0, 0].numel(), 64, 10)}
        stacks = {m: Stack([build(shapes[m], rng) for rng in rngs]) for m in MODELS}
        exams = {"train": (image[:, :min(n, ASKED)], label[:, :min(n, ASKED)]),
                 "test": (image[:, -TESTED:], label[:, -TESTED:])}

        def batch(n: int = n, rngs: Sequence[torch.Generator] = rngs) -> tuple[Tensor, Tensor]:
            picked = torch.stack([torch.randint(n, (BATCH,), generator=rng) for rng in rngs])
            net = torch.arange(len(rngs))[:, None]
            return image[net, picked], label[net, picked]

        for step in train(list(stacks.values()), batch, 1e-2, updates(n, params.steps), looks):
            for m, stack in stacks.items():
                scores = scores | {(n, m, split): values for split, values in sit(stack, exams).items()}
            yield Moment(tuple(seeds), step, n, scores, image, label)


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


def examples(moment: Moment, n_samples: int) -> dict[str, Tensor]:
    """The first training image of each digit that is shown; one that a small training set lacks is left out."""
    label = moment.label[0, :n_samples].tolist()
    return {name: moment.image[0, label.index(digit), 0] for name, digit in zip(SHOWN, (0, 3, 6, 7), strict=True)
            if digit in label}


def describe(params: Params, moment: Moment) -> Result:
    """Tables, numbers and one sentence."""
    step, n, scores = moment.step, moment.n, moment.scores
    trains = step < updates(n, params.steps)  # the nets of the largest size so far
    lines = [(*exam, *span(values)) for exam, values in scores.items()]
    chance = [(end, "chance", split, 0.1, 0.1, 0.1) for split in ("train", "test")
              for end in (sizes(params.n_samples)[0], params.n_samples)]

    def words(model: str) -> str:
        (mean, low, high), (known, *_) = (span(scores[n, model, split]) for split in ("test", "train"))
        return (f"{100 * mean:.0f} % of new digits ({100 * low:.0f} to {100 * high:.0f} over the starts) and "
                f"{100 * known:.0f} % of those it was trained on")

    spread = pd.DataFrame(lines + chance, columns=["n_samples", "model", "split", "value", "low", "high"])
    training = (spread.n_samples == n) & (spread.model != "chance") & trains
    return Result(pd.DataFrame([(*exam, seed, value) for exam, values in scores.items()
                                for seed, value in zip(moment.seeds, values, strict=True)],
                               columns=["n_samples", "model", "split", "seed", "value"]),
                  spread[~training].reset_index(drop=True),
                  spread[training].assign(text="still training").reset_index(drop=True),
                  pixels(examples(moment, params.n_samples)),
                  summary((f"{m.upper()}_{split}", 100 * span(scores[n, m, split])[0], "%")
                          for m in MODELS for split in ("test", "train")),
                  f"{'Still training: after' if trains else 'After'} {step} of {updates(n, params.steps)} steps with "
                  f"{n} training images the CNN reads "
                  f"{words('cnn')}; the MLP reads {words('mlp')}.")

"""Can a wide network reach 100 % accuracy on any data set?

Source: Zhang, Bengio, Hardt, Recht & Vinyals 2017; Cover 1965; Belkin et al. 2019.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch

from dlcore.params import Ranged, choice, number
from dlcore.seeds import generator
from dlcore.tables import summary

WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
INPUTS, TESTED = 10, 2000


@dataclass(frozen=True)
class Params(Ranged):
    n_samples: int = number(64, 8, 256, 8, "Number n of training points", symbol="n")
    width: int = choice(64, WIDTHS, "Number of hidden units, for the numbers above the chart")
    label_noise: float = number(0.0, 0.0, 0.5, 0.05, "Probability p that a label is flipped, in training and test",
                                symbol="p")
    conflicts: float = number(0.0, 0.0, 0.5, 0.05, "Share of training points that repeat an input with the other label")
    seed: int = number(0, 0, 99, 1, "Random seed of the points and of the hidden weights")


@dataclass(frozen=True)
class Result:
    """Columns of `accuracy`: width (hidden units), split ("train", "test"), value, kind ("measured", "ceiling").

    The ceiling is, for "train", what repeated inputs leave possible, from as many units as there are different inputs;
    for "test", 1 − p, which no rule beats on average. `chosen` holds the rows measured at the chosen width.
    Columns of `inputs`: width, text (how many different inputs there are, and so how many units they need).
    Columns of `points`: x1, x2 (two of the ten coordinates of a training input), label ("+1", "−1", "both": repeated).
    Columns of `summary`: quantity, value, unit.
    """

    accuracy: Annotated[pd.DataFrame, "width", "split", "value", "kind"]
    chosen: Annotated[pd.DataFrame, "width", "split", "value", "kind"]
    inputs: Annotated[pd.DataFrame, "width", "text"]
    points: Annotated[pd.DataFrame, "x1", "x2", "label"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Fit labels with random ReLU features, output weights by least squares, and count right answers."""
    rng, n, p = generator(params.seed), params.n_samples, params.label_noise
    repeated = min(round(params.conflicts * n), n // 2)  # none is repeated twice
    distinct = n - repeated  # different inputs; the first ones come back with the other label
    x = torch.randn(distinct + TESTED, INPUTS, generator=rng, dtype=torch.float64)  # (N, 10)
    flipped = torch.rand(len(x), generator=rng) < p
    label = torch.where((x[:, 0] > 0) != flipped, 1.0, -1.0).double()  # (N,)
    of = torch.cat([torch.arange(distinct), torch.arange(repeated)])  # (n,) the input of each training point
    y = torch.cat([label[:distinct], -label[:repeated]])  # (n,)

    w = torch.randn(INPUTS, WIDTHS[-1], generator=rng, dtype=x.dtype)
    b = torch.randn(WIDTHS[-1], generator=rng, dtype=x.dtype)
    features = torch.relu(x @ w + b)  # (N, 512): a narrow net is the first units of the wide one
    rows = []
    for width in WIDTHS:
        h = features[:, :width]
        v = torch.linalg.lstsq(h[of], y[:, None], driver="gelsd").solution  # the shortest v, if many fit
        answer = torch.where((h @ v)[:, 0] > 0, 1.0, -1.0)  # (N,)
        rows += [(width, "train", (answer[of] == y).double().mean().item(), "measured"),
                 (width, "test", (answer[distinct:] == label[distinct:]).double().mean().item(), "measured")]
    return describe(params, rows, distinct, points(x[:distinct], label[:distinct], repeated))


def points(x: torch.Tensor, label: torch.Tensor, repeated: int) -> pd.DataFrame:
    """What a picture of the training inputs shows of each."""
    names = ["both" if i < repeated else "+1" if one > 0 else "−1" for i, one in enumerate(label.tolist())]
    return pd.DataFrame({"x1": x[:, 0], "x2": x[:, 1], "label": names})


def describe(params: Params, rows: list[tuple], distinct: int, points: pd.DataFrame) -> Result:
    """Tables, numbers and one sentence."""
    ceiling = {"train": distinct / params.n_samples, "test": 1 - params.label_noise}
    law = [(width, "train", ceiling["train"], "ceiling") for width in sorted({distinct, *WIDTHS}) if width >= distinct]
    law += [(width, "test", ceiling["test"], "ceiling") for width in WIDTHS]
    reached = {split: value for width, split, value, _ in rows if width == params.width}
    numbers = [("train_accuracy", 100 * reached["train"], "%"), ("train_ceiling", 100 * ceiling["train"], "%"),
               ("test_accuracy", 100 * reached["test"], "%"), ("test_ceiling", 100 * ceiling["test"], "%")]
    accuracy = pd.DataFrame(rows + law, columns=["width", "split", "value", "kind"])
    chosen = accuracy[(accuracy.width == params.width) & (accuracy.kind == "measured")]
    inputs = pd.DataFrame([(distinct, f"↑ {distinct} points")], columns=["width", "text"])
    return Result(accuracy, chosen, inputs, points,
                  summary(numbers), sentence(params, reached, ceiling, enough(rows, ceiling["train"])))


def enough(rows: list[tuple], ceiling: float) -> int | None:
    """The width from which on the training points are answered as well as they can be; None if 512 units do not."""
    short = max((width for width, split, value, _ in rows if split == "train" and value < ceiling - 1e-9), default=0)
    return next((width for width in WIDTHS if width > short), None)


def sentence(params: Params, reached: dict[str, float], ceiling: dict[str, float], enough: int | None) -> str:
    """What happened, with the numbers."""
    units = f"{params.width} units answer" if params.width > 1 else "1 unit answers"
    text = f"{units} {100 * reached['train']:.3g} % of the {params.n_samples} training points correctly"
    if ceiling["train"] < 1:
        text += f" (at most {100 * ceiling['train']:.3g} %: of two labels for one input, one is always wrong)"
    text += f", and {100 * reached['test']:.3g} % of {TESTED:,} new ones"
    if params.label_noise > 0:
        best = f"{100 * ceiling['test']:.0f} % on average"
        text += f" (no rule does better than {best}, since labels are flipped at random)"
    if enough is None:
        return text + "."
    known = "all training points are correct" if ceiling["train"] == 1 else "no network does better on these"
    return f"{text}. From {enough} units on, {known}."

"""How much of a picture is left after t steps of noise?

Source: Ho et al. 2020 (linear); Nichol & Dhariwal 2021 (cosine); Lin et al. 2023, "Common diffusion noise schedules and
sample steps are flawed".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor

from dlcore.params import Ranged, choice, number
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.tables import summary
from dlcore.topics.diffusion._schedules import BIT, HELP, SCHEDULES, alpha_bar, betas, prior_nats

SIDE, COPIES = 16, 1024
IMAGES = {"clean": "the picture x₀", "noised": "with noise: xₜ", "stacked": "1,024 added up"}
SEEN = 0.5  # correlation from which on the eye finds the face


@dataclass(frozen=True)
class Params(Ranged):
    schedule: str = choice("scaled_linear", SCHEDULES, HELP)
    moment: int = number(100, 1, 100, 1, "Step t whose pictures are shown, in percent of T", symbol="t")
    steps: int = number(1000, 10, 1000, 10, "Number of noising steps T; first and last β stay the same", symbol="T")
    second_moment: float = number(1.0, 0.05, 4.0, 0.05, "Mean square E x₀² of the picture's pixels", symbol="E x₀²")


@dataclass(frozen=True)
class Result:
    """What survives the forward chain.

    Columns of `signal`: step, value, quantity (alpha_bar: share of the data's variance; snr: ᾱ/(1 − ᾱ)).
    Columns of `here`: the rows of `signal` at the moment shown.
    Columns of `pictures`: row, column, value, kind (clean: x₀; noised: one x_t, walked step by step; stacked: 32 times
    the mean of 1,024 pictures x_t, so that the noise has standard deviation 1 again), image (the same in words).
    Columns of `summary`: quantity, value, unit.
    """

    signal: Annotated[pd.DataFrame, "step", "value", "quantity"]
    here: Annotated[pd.DataFrame, "step", "value", "quantity"]
    pictures: Annotated[pd.DataFrame, "row", "column", "value", "kind", "image"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Noise one picture step by step to x_t, and 1,024 copies of it in one jump."""
    beta, rng = betas(params.schedule, params.steps), generator(0)
    left = alpha_bar(beta)  # (T,)
    t = max(1, round(params.moment / 100 * params.steps))  # the step shown
    picture = params.second_moment**0.5 * smile()  # (16, 16)
    x = picture
    noise = torch.randn(params.steps, SIDE, SIDE, generator=rng, dtype=torch.float64)
    for keep, step_noise in zip((1 - beta[:t]).sqrt(), beta[:t].sqrt()[:, None, None] * noise[:t], strict=True):
        x = torch.addcmul(step_noise, keep, x)  # x_t = √(1 − β) x_{t−1} + √β ε
    copies = torch.randn(COPIES, SIDE, SIDE, generator=rng, dtype=torch.float32).double()  # (1024, 16, 16)
    stacked = COPIES**0.5 * (left[t - 1].sqrt() * picture + (1 - left[t - 1]).sqrt() * copies).mean(0)
    return describe(params, left, t, {"clean": picture, "noised": x, "stacked": stacked})


def smile() -> Tensor:
    """A face of +1 and −1, so that its mean square is exactly 1.

    Shapes: (16, 16).
    """
    line = torch.linspace(-1, 1, SIDE, dtype=torch.float64)
    y, x = torch.meshgrid(line, line, indexing="ij")  # y points down
    radius = (x**2 + y**2).sqrt()
    eyes = ((x.abs() - 0.36) ** 2 + (y + 0.28) ** 2) < 0.03
    mouth = (radius > 0.45) & (radius < 0.68) & (y > 0.2)
    return torch.where((radius < 0.98) & ~eyes & ~mouth, 1.0, -1.0).double()


def describe(params: Params, left: Tensor, t: int, pictures: dict[str, Tensor]) -> Result:
    """Tables, numbers and one sentence."""
    last, nats = left[-1].item(), prior_nats(left[-1], params.second_moment)
    keep = sorted({*range(0, params.steps, 1 + params.steps // 250), params.steps - 1})
    signal, here = (pd.concat([
        pd.DataFrame({"step": [i + 1 for i in at], "value": values[at].numpy(), "quantity": name})
        for name, values in (("alpha_bar", left), ("snr", left / (1 - left)))]) for at in (keep, [t - 1]))
    cells = [(row, column, value, kind, IMAGES[kind]) for kind, picture in pictures.items()
             for row, line in enumerate(picture.tolist()) for column, value in enumerate(line)]
    one, likeness = torch.corrcoef(torch.stack([pictures[kind].flatten() for kind in IMAGES]))[0, 1:].tolist()
    numbers = [("likeness_of_one", one, ""), ("likeness_of_1024_copies", likeness, ""), ("alpha_bar_T", last, ""),
               ("prior_nats", nats, "nats"), ("prior_bits", nats / BIT, "bits")]
    eye = "the face is still visible" if one > SEEN else "the face is hidden in noise"
    seen = ("the noise is gone" if one > SEEN else "the face is back" if likeness > SEEN
            else "the face does not come back")
    sentence = (f"At step {t:,} of {params.steps:,} each pixel keeps √ᾱ = {plain(math.sqrt(left[t - 1].item()))} of "
                f"its value: {eye} (correlation {one:.2f} with x₀). In {COPIES:,} such copies, "
                f"added up, {seen} (correlation {likeness:.2f}). At the last step the prior term is {plain(nats)} nats "
                "per pixel (0: no trace).")
    return Result(signal, here, pd.DataFrame(cells, columns=["row", "column", "value", "kind", "image"]),
                  summary(numbers), sentence)

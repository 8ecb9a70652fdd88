"""Can a term that is constant in training still do harm?

Plain pictures x = b · (1, …, 1) of d pixels with brightness b ~ N(0, 1), a perfect denoiser, and sampling that starts
from N(0, I), as if nothing of the picture were left at step T.

Source: Lin et al. 2023, "Common diffusion noise schedules and sample steps are flawed".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np
import pandas as pd
import torch

from dlcore.params import Ranged, choice, number
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.tables import summary
from dlcore.topics.diffusion._chain import forward, reverse
from dlcore.topics.diffusion._schedules import BIT, HELP, SCHEDULES, alpha_bar, betas, prior_nats

DIMENSIONS = (1, 4, 16, 64, 256, 1024, 3072, 4096, 16384, 65536)
IMAGES = 2000


@dataclass(frozen=True)
class Params(Ranged):
    schedule: str = choice("scaled_linear", SCHEDULES, HELP)
    steps: int = number(1000, 10, 1000, 10, "Number of noising steps T; first and last β stay the same", symbol="T")
    dimension: int = choice(16384, DIMENSIONS, "Number d of pixel values; 3,072 is 32 × 32 in color", symbol="d")


@dataclass(frozen=True)
class Result:
    """How bright the generated pictures are.

    Columns of `spread`: dimension, value (standard deviation of the brightness; the data's is 1), schedule, kind
    (theory: every schedule and dimension; measured: the chosen ones).
    Columns of `here`: the measured row of `spread`.
    Columns of `density`: x (brightness), value, kind (data, measured, theory).
    Columns of `summary`: quantity, value, unit.
    """

    spread: Annotated[pd.DataFrame, "dimension", "value", "schedule", "kind"]
    here: Annotated[pd.DataFrame, "dimension", "value", "schedule", "kind"]
    density: Annotated[pd.DataFrame, "x", "value", "kind"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Send 2,000 pictures back through the chain, along the one direction in which the data vary.

    In the direction (1, …, 1)/√d the data are N(0, d); in every other one they are 0 and the denoiser knows it.
    """
    size = params.dimension**0.5
    q = forward(betas(params.schedule, params.steps))
    p = reverse(q, torch.ones(1, dtype=torch.float64), 0.0, size, "optimal")  # perfect mean and variance, (1, T)
    noise = drawn(params.steps)  # (T + 1, N)
    x = noise[-1]  # x_T ~ N(0, I), whatever the schedule left of the data
    for slope, fresh in zip(p.slope[0].float().flip(0), p.variance.sqrt().float()[:, None].mul(noise[:-1]).flip(0),
                            strict=True):
        x = torch.addcmul(fresh, slope, x)  # x_{t−1} = slope · x_t + √variance · ε
    return describe(params, (x / size).numpy())


@lru_cache(maxsize=1)  # 4 MB for a thousand steps
def drawn(steps: int) -> torch.Tensor:
    """The same noise at every setting, so that a slider moves nothing but the law: (T + 1, N)."""
    return torch.randn(steps + 1, IMAGES, generator=generator(0))


def spread(left: float, dimension: int) -> float:
    """Standard deviation of the brightness when the perfect posterior of x₀ is handed x_T ~ N(0, I) instead of q(x_T).

    Var = κ² + Var(x₀|x_T), κ = d √ᾱ_T/(d ᾱ_T + 1 − ᾱ_T), Var(x₀|x_T) = d (1 − ᾱ_T)/(d ᾱ_T + 1 − ᾱ_T).
    """
    seen = dimension * left + 1 - left
    return ((dimension * left / seen + 1 - left) / seen) ** 0.5


def describe(params: Params, brightness: np.ndarray) -> Result:
    """Tables, numbers and one sentence."""
    left = {name: alpha_bar(betas(name, params.steps))[-1].item() for name in SCHEDULES}
    measured, law = float(brightness.std()), spread(left[params.schedule], params.dimension)
    nats = prior_nats(left[params.schedule], 1.0)  # one pixel has E x₀² = 1
    columns = ["dimension", "value", "schedule", "kind"]
    laws = pd.DataFrame([(d, spread(left[name], d), name, "theory") for name in SCHEDULES for d in DIMENSIONS],
                        columns=columns)
    here = pd.DataFrame([(params.dimension, measured, params.schedule, "measured")], columns=columns)
    numbers = [("measured_spread", measured, ""), ("theory_spread", law, ""),
               ("prior_total", nats * params.dimension, "nats per picture"),
               ("prior_bits", nats / BIT, "bits per pixel")]
    verdict = "as in the data" if abs(law - 1) < 0.02 else "the pictures are too much alike"
    sentence = (f"The denoiser is perfect. The brightness of its {IMAGES:,} pictures has standard deviation "
                f"{measured:.3f} (in theory {law:.3f}, in the data 1): {verdict}. The prior term, "
                f"{plain(nats * params.dimension)} nats per picture, is constant in training all the same.")
    return Result(pd.concat([laws, here], ignore_index=True), here, density(brightness, law),
                  summary(numbers), sentence)


def density(brightness: np.ndarray, law: float) -> pd.DataFrame:
    """Normal curves of the data and of the theory, and the generated pictures counted in bins."""
    x, bins = np.linspace(-4, 4, 161), np.linspace(-4 * law, 4 * law, 33)
    counts, _ = np.histogram(brightness, bins)
    normal = {"data": 1.0, "theory": law}
    curves = [pd.DataFrame({"x": x, "value": np.exp(-0.5 * (x / s) ** 2) / (s * np.sqrt(2 * np.pi)), "kind": kind})
              for kind, s in normal.items()]
    share = counts / (len(brightness) * (bins[1] - bins[0]))
    return pd.concat([*curves, pd.DataFrame({"x": (bins[1:] + bins[:-1]) / 2, "value": share, "kind": "measured"})])

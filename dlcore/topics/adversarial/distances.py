r"""Which distance still has a gradient when two distributions do not overlap?

The data are a Gaussian at 0, the generated points the same Gaussian at θ. Everything is an integral, done numerically;
the generator's gradients come from autograd, through the critic that is optimal for this θ and held fixed.

Source: Goodfellow et al. 2014; Arjovsky & Bottou 2017; Arjovsky, Chintala & Bottou 2017.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor
from torch.nn.functional import softplus

from dlcore.params import Ranged, number
from dlcore.spelling import plain
from dlcore.tables import summary

Z = torch.linspace(-10, 10, 801, dtype=torch.float64)  # (N) standard deviations
WEIGHT = torch.exp(-Z.square() / 2) / math.sqrt(2 * math.pi) * (Z[1] - Z[0])  # (N) of the trapezoid rule
SHIFTS = torch.linspace(-4, 4, 161, dtype=torch.float64)
SMALLEST = 1e-12  # a gradient below this has no place on the chart


@dataclass(frozen=True)
class Params(Ranged):
    shift: float = number(2.5, -4.0, 4.0, 0.05, "Mean θ of the generated points; the data have mean 0", symbol="θ")
    spread: float = number(0.3, 0.05, 2.0, 0.05, "Standard deviation σ of both distributions", symbol="σ")


@dataclass(frozen=True)
class Result:
    """`distances`: shift, distance (js, kl, wasserstein), value; js in nats.

    `gradients`: shift, loss (saturating, non_saturating, wasserstein), value: size of the generator's gradient, with
    the critic at its optimum; below 1e-12 there is no row. `densities`: x, value, curve (data, generated). `curves`:
    x, value, curve (discriminator: the best D; critic: the best one of slope 1, with score 0 midway). `here`,
    `here_gradients`: shift, value, distance or loss, at θ. `marks`: shift, text, where a
    gradient is 0. `summary`: quantity, value, unit.
    """

    distances: Annotated[pd.DataFrame, "shift", "distance", "value"]
    gradients: Annotated[pd.DataFrame, "shift", "loss", "value"]
    densities: Annotated[pd.DataFrame, "x", "value", "curve"]
    curves: Annotated[pd.DataFrame, "x", "value", "curve"]
    here: Annotated[pd.DataFrame, "shift", "distance", "value"]
    here_gradients: Annotated[pd.DataFrame, "shift", "loss", "value"]
    marks: Annotated[pd.DataFrame, "shift", "text"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Three distances and three gradients over θ, and the two distributions at this θ."""
    along, slope = swept(params.spread)
    theta = torch.tensor([params.shift], dtype=torch.float64)
    now = {name: value.item() for name, value in distances(theta, params.spread).items()}
    push = {name: value.item() for name, value in gradients(theta, params.spread).items()}
    rows = [("js", now["js"], "nats"), ("wasserstein", now["wasserstein"], "")]
    rows += [(f"{loss}_gradient", value, "") for loss, value in push.items()]
    return Result(along, slope, *curves(params.shift, params.spread),
                  pd.DataFrame([(params.shift, *row) for row in now.items()], columns=["shift", "distance", "value"]),
                  pd.DataFrame([(params.shift, *row) for row in push.items() if row[1] >= SMALLEST],
                               columns=["shift", "loss", "value"]),
                  pd.DataFrame([(0.0, "↑ 0 at θ = 0")], columns=["shift", "text"]),
                  summary(rows), sentence(now, push))


def log_ratio(x: Tensor, theta: Tensor, spread: float) -> Tensor:
    """log p(x)/q(x) of data and generated points: what the best discriminator's score is."""
    return ((x - theta).square() - x.square()) / (2 * spread**2)


def distances(theta: Tensor, spread: float) -> dict[str, Tensor]:
    """Expectations over the data, and over the generated points: each (T)."""
    theta, noise = theta[:, None], spread * Z  # (T, 1), (N)
    at_data, at_fake = log_ratio(noise, theta, spread), log_ratio(theta + noise, theta, spread)  # (T, N)
    js = math.log(2) - (softplus(-at_data) @ WEIGHT + softplus(at_fake) @ WEIGHT) / 2
    return {"js": js.clamp(min=0), "kl": at_data @ WEIGHT, "wasserstein": (theta + noise - noise).abs() @ WEIGHT}


def gradients(theta: Tensor, spread: float) -> dict[str, Tensor]:
    """|∂loss/∂θ| of the generator x = θ + σz; the critic is best for θ and does not move with it: each (T)."""
    found = {}
    for loss in ("saturating", "non_saturating", "wasserstein"):
        moved = theta.clone().requires_grad_()
        x = moved[:, None] + spread * Z  # (T, N)
        score = log_ratio(x, theta[:, None], spread)
        value = {"saturating": -softplus(score), "non_saturating": softplus(-score),
                 "wasserstein": theta.sign()[:, None] * x}[loss]  # the best critic of slope 1 is a line
        gradient, = torch.autograd.grad((value @ WEIGHT).sum(), moved)
        found[loss] = gradient.abs()
    return found


@lru_cache(maxsize=64)
def swept(spread: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both over every θ of the axis; they do not depend on where the slider stands."""
    def tidy(found: dict[str, Tensor], column: str) -> pd.DataFrame:
        parts = [pd.DataFrame({"shift": SHIFTS, column: name, "value": value}) for name, value in found.items()]
        return pd.concat(parts, ignore_index=True)
    slopes = tidy(gradients(SHIFTS, spread), "loss")
    return tidy(distances(SHIFTS, spread), "distance"), slopes[slopes.value >= SMALLEST].reset_index(drop=True)


def curves(shift: float, spread: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The densities, and the two critics between them."""
    x = torch.linspace(-6, 6, 301, dtype=torch.float64)
    theta = torch.tensor(shift, dtype=torch.float64)
    peak = 1 / (spread * math.sqrt(2 * math.pi))
    bells = {"data": peak * torch.exp(-(x / spread).square() / 2),
             "generated": peak * torch.exp(-((x - theta) / spread).square() / 2)}
    lines = {"discriminator": torch.sigmoid(log_ratio(x, theta, spread)), "critic": theta.sign() * (theta / 2 - x)}
    densities, critics = (pd.concat([pd.DataFrame({"x": x, "value": y, "curve": name}) for name, y in drawn.items()],
                                    ignore_index=True) for drawn in (bells, lines))
    return densities, critics


def sentence(now: dict[str, float], push: dict[str, float]) -> str:
    """Which loss still pulls, and which one pulls too hard."""
    if now["wasserstein"] == 0:
        return "The two distributions are the same: every distance is 0, and so is every gradient."
    shut = now["js"] > 0.99 * math.log(2)
    flat = ("has saturated: it is flat near its maximum, ln 2 = 0.693" if shut else
            f"is {plain(now['js'])} nats")
    wide = plain(now["kl"]) + (", off the scale" if now["kl"] > 4 else "")
    pull = f"{push['saturating']:.2g}" if push["saturating"] >= SMALLEST else "less than 10⁻¹²"
    return (f"The generator's gradient is {pull} for the saturating loss, {plain(push['non_saturating'])} for the "
            f"non-saturating loss, and {plain(push['wasserstein'])} at every distance for the Wasserstein loss. "
            f"JS {flat}; KL is {wide}; W₁ is {plain(now['wasserstein'])}.")

"""Which term of the training bound does not depend on the model?

Two KL divergences are easily mixed up. The gap KL(q(x_1:T|x₀) ‖ p_θ(x_1:T|x₀)) lies outside the bound:
log p_θ(x₀) = ELBO + gap. The prior term KL(q(x_T|x₀) ‖ p(x_T)) lies inside it:
−ELBO = prior + denoising + reconstruction.

Source: Ho, Jain & Abbeel 2020, "Denoising diffusion probabilistic models"; Kingma et al. 2021, "Variational diffusion
models".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np
import pandas as pd
import torch

from dlcore.params import Ranged, choice, number
from dlcore.spelling import plain
from dlcore.tables import summary
from dlcore.topics.diffusion._bound import Bound, bound_of
from dlcore.topics.diffusion._chain import VARIANCES, Forward, forward, reverse
from dlcore.topics.diffusion._schedules import BIT, END, HELP, SCHEDULES, betas

GAINS = torch.linspace(0.3, 1.2, 37, dtype=torch.float64)
TERMS = ("prior", "denoising", "reconstruction", "gap")
REACH = 10.0  # nats below the best bound: the gains that are drawn
ROUNDING = 1e-20  # nats; below, the rounding of two means that agree would be drawn as a step under the floor
CURVES = {"elbo": "bound", "log_likelihood": "bound", **dict.fromkeys(TERMS, "term")}  # and what each is a part of


@dataclass(frozen=True)
class Params(Ranged):
    gain: float = number(0.8, 0.3, 1.2, 0.01, "Gain g, the model's only parameter; 1 is the ideal denoiser", symbol="g")
    schedule: str = choice("coarse", SCHEDULES, HELP)
    steps: int = number(10, 10, 1000, 10, "Number of noising steps T", symbol="T")
    mean: float = number(0.3, -2.0, 2.0, 0.1, "Mean m of the normally distributed data", symbol="m")
    spread: float = number(0.5, 0.1, 2.0, 0.1, "Standard deviation s of the data", symbol="s")
    reverse_variance: str = choice("posterior", VARIANCES,
                                   "Variance of a denoising step: β, that of q given x₀, or the ideal one")


@dataclass(frozen=True)
class Result:
    """What each term of the bound is, and what moves it; means over the data, in nats.

    Columns of `terms`: term (prior, denoising, reconstruction, gap), value (nats), bits, words (the value).
    Columns of `derivatives`: term, parameter (gain, schedule), value: the term's derivative by it, words (the value).
    Columns of `per_step`: step t, value (nats), kind: measured, or the floor that no denoiser can pass.
    A value at which rounding would show, below 10⁻²⁰ nats, has no row.
    Columns of `sweep`: gain, quantity (elbo, log_likelihood and all terms), part (bound, term: which of the two is
    drawn together), value (nats), near (whether the bound is within 10 nats of its best: with many steps it falls by
    hundreds).
    Columns of `between`: gain, low (ELBO), high (log p), quantity (gap), near: the gap as the room between the two.
    Columns of `here`: gain, quantity, part, value, near (yes): the sweep's curves at the chosen gain.
    Columns of `density`: x, value, kind (data, model).
    Columns of `summary`: quantity, value, unit.
    """

    terms: Annotated[pd.DataFrame, "term", "value", "bits", "words"]
    derivatives: Annotated[pd.DataFrame, "term", "parameter", "value", "words"]
    per_step: Annotated[pd.DataFrame, "step", "value", "kind"]
    sweep: Annotated[pd.DataFrame, "gain", "quantity", "part", "near", "value"]
    between: Annotated[pd.DataFrame, "gain", "low", "high", "quantity", "near"]
    here: Annotated[pd.DataFrame, "gain", "quantity", "part", "value", "near"]
    density: Annotated[pd.DataFrame, "x", "value", "kind"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Every term of the bound for Gaussian data and a linear denoiser, and its derivatives by autograd."""
    gain = torch.tensor([params.gain], dtype=torch.float64, requires_grad=True)  # the model's parameter θ
    end = torch.tensor(END[params.schedule], dtype=torch.float64, requires_grad=True)  # the schedule's end point
    q = forward(betas(params.schedule, params.steps, end))  # adds noise; every field (T,)
    p = reverse(q, gain, params.mean, params.spread, params.reverse_variance)  # takes it away again
    bound = bound_of(q, p, params.mean, params.spread)
    derivatives = []
    for term in TERMS:
        value = getattr(bound, term).sum()  # ()
        by_gain, by_end = torch.autograd.grad(value, (gain, end), retain_graph=True, materialize_grads=True)
        derivatives += [(term, "gain", by_gain.item()), (term, "schedule", by_end.item())]
    return describe(params, bound, pd.DataFrame(derivatives, columns=["term", "parameter", "value"]), floor(q, params))


def floor(q: Forward, params: Params) -> np.ndarray:
    """I(x₀; x_{t−1}|x_t) for t = 2 … T: what x_t has forgotten about x₀ since x_{t−1}. It adds up along the chain."""
    ratio = (params.spread**2 * q.alpha_bar / (1 - q.alpha_bar)).detach().numpy()  # signal to noise, (T,)
    return -np.diff(0.5 * np.log1p(ratio))


@lru_cache(maxsize=64)
def sweep(schedule: str, steps: int, mean: float, spread: float, reverse_variance: str) -> pd.DataFrame:
    """The bound, the likelihood and every term at every gain."""
    q = forward(betas(schedule, steps))
    bound = bound_of(q, reverse(q, GAINS, mean, spread, reverse_variance), mean, spread)
    near = (bound.elbo >= bound.elbo.max() - REACH).numpy()
    return pd.concat([pd.DataFrame({"gain": GAINS.numpy(), "quantity": name, "part": part, "near": near,
                                    "value": getattr(bound, name).expand(len(GAINS)).numpy()})
                      for name, part in CURVES.items()])


def between(curves: pd.DataFrame) -> pd.DataFrame:
    """From the ELBO up to log p: how wide the gap is at each gain."""
    low, high = (curves[curves.quantity == name] for name in ("elbo", "log_likelihood"))
    return pd.DataFrame({"gain": low.gain, "low": low.value, "high": high.value, "quantity": "gap", "near": low.near})


def describe(params: Params, bound: Bound, derivatives: pd.DataFrame, floor: np.ndarray) -> Result:
    """Tables, numbers and one sentence."""
    value = {name: getattr(bound, name).item() for name in (*TERMS, "elbo", "log_likelihood")}
    slope = derivatives.set_index(["term", "parameter"]).value
    curves = sweep(params.schedule, params.steps, params.mean, params.spread, params.reverse_variance)
    terms = [(t, value[t], value[t] / BIT, f"{plain(value[t])} nats") for t in TERMS]
    words = [slope_words(row.parameter, row.value) for row in derivatives.itertuples()]
    model = bound.mean.item(), bound.variance.item() ** 0.5
    residual = value["log_likelihood"] - value["elbo"] - value["gap"]
    numbers = [*((name, value[name], "nats") for name in ("prior", "gap", "elbo", "log_likelihood")),
               ("prior_gradient_gain", slope["prior", "gain"], ""),
               ("prior_gradient_schedule", slope["prior", "schedule"], ""),
               ("identity_residual", residual, "")]
    return Result(
        pd.DataFrame(terms, columns=["term", "value", "bits", "words"]), derivatives.assign(words=words),
        per_step(bound.per_step[0].detach().numpy(), floor), curves, between(curves),
        pd.DataFrame([(params.gain, name, part, value[name], True) for name, part in CURVES.items()],
                     columns=["gain", "quantity", "part", "value", "near"]),
        density(params, *model), summary(numbers), sentence(params, value, curves, model))


def slope_words(parameter: str, value: float) -> str:
    """At the best gain the other terms' slopes are zero too, but for rounding; the prior's is an exact zero."""
    rounding = parameter == "gain" and abs(value) < 1e-8
    return "0" if value == 0 else "≈ 0" if rounding else plain(value)


def per_step(measured: np.ndarray, floor: np.ndarray) -> pd.DataFrame:
    """L_{t−1} for t = 2 … T and its floor, some 250 steps of each; what is rounding alone is not drawn."""
    keep = np.unique(np.r_[np.arange(0, len(floor), 1 + len(floor) // 250), len(floor) - 1])
    rows = pd.DataFrame({"step": np.tile(keep + 2, 2), "value": np.r_[measured[keep], floor[keep]],
                         "kind": np.repeat(["measured", "floor"], len(keep))})
    return rows[rows.value > ROUNDING]


def density(params: Params, mean: float, std: float) -> pd.DataFrame:
    """p(x₀) of the data and p_θ(x₀) of the model, four standard deviations to each side."""
    reach = 4 * max(std, params.spread)
    x = np.linspace(min(mean, params.mean) - reach, max(mean, params.mean) + reach, 161)
    return pd.concat([pd.DataFrame({"x": x, "value": np.exp(-0.5 * ((x - m) / s) ** 2) / (s * np.sqrt(2 * np.pi)),
                                    "kind": kind})
                      for kind, m, s in (("data", params.mean, params.spread), ("model", mean, std))])


def sentence(params: Params, value: dict[str, float], curves: pd.DataFrame, model: tuple[float, float]) -> str:
    """What the gain does not move, where each curve has its best gain, and what the model makes."""
    table = curves.pivot(index="gain", columns="quantity", values="value")
    rises = (table.elbo.diff() * table.gap.diff() > 0).any()
    both = ", and a higher ELBO may come with a larger gap" if rises else ""
    below = (" Reconstruction is −log of a density, which may exceed 1: so it can be negative."
             if value["reconstruction"] < 0 else "")
    missed = (f" The model's samples have mean {model[0]:.2f} instead of {params.mean:.2f}."
              if abs(model[0] - params.mean) > 0.05 else "")
    return (f"The prior term is {plain(value['prior'])} nats at every gain (derivative exactly 0), so training may "
            f"leave it out. The ELBO is highest {at(table.elbo.idxmax())}, log p {at(table.log_likelihood.idxmax())}. "
            f"The gap is not constant: it is smallest {at(table.gap.idxmin())}{both}.{below}{missed}")


def at(gain: float) -> str:
    """Where a curve of the sweep is best; at an end of it the best may lie beyond."""
    beyond = {GAINS[0].item(): " or below", GAINS[-1].item(): " or above"}
    return f"at gain {gain:.2f}{beyond.get(gain, '')}"

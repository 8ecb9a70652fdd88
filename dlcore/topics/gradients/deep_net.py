"""How much of the gradient reaches the first layers of a deep network?

A fresh network, one batch forward, one gradient back; nothing is trained.
Source: Glorot & Bengio 2010; He et al. 2015; Poole et al. 2016; Schoenholz et al. 2017; Yang et al. 2019.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from dlcore.models import ACTIVATIONS, INITIALIZATIONS, WEIGHT_VARIANCE
from dlcore.params import Ranged, choice, number
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.tables import summary, table
from dlcore.topics.gradients._float32 import TINY, drawable, fades, flushed, marks
from dlcore.topics.gradients._layers import NORMALIZATIONS, RESIDUALS
from dlcore.topics.gradients._mean_field import batch_norm_relu, plain_network
from dlcore.topics.gradients._tables import by_layer, mark_table

UNITS = {"growth_per_layer": "per layer", "growth_per_layer_theory": "per layer", "first_to_last": "in ∂L/∂z",
         "weights_first_to_last": "in ∂L/∂W", "layers_without_gradient": "layers"}


@dataclass(frozen=True)
class Params(Ranged):
    depth: int = number(30, 2, 100, 1, "Number of layers N", symbol="N")
    activation: str = choice("relu", tuple(ACTIVATIONS), "Activation function φ of every layer")
    initialization: str = choice("scaled", tuple(INITIALIZATIONS), "How weights are drawn")
    weight_scale: float = number(1.0, 0.1, 4.0, 0.05, "σ_w: weights have standard deviation σ_w/√n", symbol="σ_w")
    normalization: str = choice("none", tuple(NORMALIZATIONS), "Standardize z over the batch or over a layer's units")
    residual: str = choice("off", tuple(RESIDUALS), "Skip connection h + φ(z), or scaled: h + φ(z)/√N")
    width: int = choice(64, (8, 16, 32, 64, 128, 256), "Number n of units in every layer", symbol="n")
    bias_scale: float = number(0.0, 0.0, 1.0, 0.05, "σ_b: standard deviation of the biases b", symbol="σ_b")
    batch_size: int = number(64, 8, 256, 8, "Number B of inputs in the batch", symbol="B")
    seed: int = number(0, 0, 99, 1, "Seed of the random numbers: inputs and weights")

    def idle(self) -> set[str]:
        return set() if self.initialization == "scaled" else {"weight_scale"}


@dataclass(frozen=True)
class Result:
    """One row of `layers` for each layer, counted from 1 at the input: quantity, value, kind (measured, theory).

    Quantities: activation_std, of the layer's output over batch and units; delta_norm, ‖∂L/∂z_l‖ with z_l what
    enters the activation; weight_gradient_norm, ‖∂L/∂W_l‖. L = ⟨output, fixed random matrix of norm 1⟩.
    `marks`: layer, quantity, text where a run of layers begins whose values float32 cannot hold.
    `summary`: quantity, value, unit; growth: the factor on delta_norm per layer going back; first to last: 1 over N.
    """

    layers: Annotated[pd.DataFrame, "layer", "quantity", "value", "kind"]
    marks: Annotated[pd.DataFrame, "layer", "quantity", "text"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


@lru_cache(maxsize=1)  # up to 34 MB: whoever drags another slider meets the same draws
def draws(depth: int, width: int, initialization: str, seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Inputs, output matrix, weights and biases of one seed; a deeper network begins like a shallower one.

    Shapes: (256, n), (256, n), (N, n, n), (N, n).
    """
    rng = generator(seed)
    inputs, output = torch.randn(2, 256, width, generator=rng)
    weights, biases = torch.empty(depth, width, width), torch.empty(depth, width)
    for weight, bias in zip(weights, biases, strict=True):
        INITIALIZATIONS[initialization](weight, rng)
        bias.normal_(generator=rng)
    return inputs, output, weights, biases


def run(params: Params) -> Result:
    """Send one batch forward and one gradient back."""
    activate, normalize = ACTIVATIONS[params.activation], NORMALIZATIONS[params.normalization]
    connect = RESIDUALS[params.residual]
    enough = 32 * math.ceil(params.depth / 32)  # so that most depths share their draws
    inputs, output, weights, biases = draws(enough, params.width, params.initialization, params.seed)
    scale = params.weight_scale if params.initialization == "scaled" else 1.0
    # One tensor a layer: a stack of wide layers is so large that the system hands it out anew each time, page by page.
    weights = [(scale * weight).requires_grad_() for weight in weights[: params.depth]]  # N of (n, n)
    biases = params.bias_scale * biases[: params.depth]  # (N, n)
    h, target = inputs[: params.batch_size], output[: params.batch_size]  # (B, n), (B, n)

    with flushed():
        pre_activations, outputs = [], []
        for weight, bias in zip(weights, biases.unbind(), strict=True):
            z = normalize(h @ weight.T, bias)  # (B, n)
            h = connect(h, activate(z), params.depth)  # (B, n)
            pre_activations.append(z)
            outputs.append(h)
        loss = (h * target / target.norm()).sum()
        gradients = torch.autograd.grad(loss, [*pre_activations, *weights])
    return describe(params, {"activation_std": norms(centered(h) for h in outputs) / math.sqrt(h.numel()),
                             "delta_norm": norms(gradients[: params.depth]),
                             "weight_gradient_norm": norms(gradients[params.depth :])})


def centered(h: Tensor) -> Tensor:
    """What is left of a layer's output when its mean is taken away, in float64."""
    h = h.detach().double()
    return h.sub_(h.mean())


def norms(matrices: Iterable[Tensor]) -> np.ndarray:
    """Frobenius norm of each layer's matrix, in float64: squares leave float32 long before the values do."""
    return torch.stack([torch.linalg.vector_norm(matrix, dtype=torch.float64) for matrix in matrices]).numpy()


def describe(params: Params, measured: dict[str, np.ndarray]) -> Result:
    """Tables, numbers and one sentence."""
    if not np.isfinite(measured["activation_std"][-1]):  # no output, no loss, nothing to send back
        measured |= {quantity: np.full(params.depth, np.nan) for quantity in ("delta_norm", "weight_gradient_norm")}
    law, delta, weights = theory(params), measured["delta_norm"], measured["weight_gradient_norm"]
    known = {"growth_per_layer": growth(delta),
             "growth_per_layer_theory": growth(law["delta_norm"]) if law else None,
             "first_to_last": delta[0] / delta[-1] if drawable(delta[[0, -1]]).all() else None,
             "weights_first_to_last": weights[0] / weights[-1] if drawable(weights[[0, -1]]).all() else None,
             "layers_without_gradient": int(np.count_nonzero(~drawable(delta))) or None}
    found: dict[str, float] = {name: value for name, value in known.items() if value is not None}
    layers = np.arange(1, params.depth + 1)
    seen = {quantity: drawable(values) for quantity, values in measured.items()}
    blocks = [(quantity, "measured", layers[seen[quantity]], values[seen[quantity]])
              for quantity, values in measured.items()]
    blocks += [(quantity, "theory", layers, values) for quantity, values in law.items()]
    return Result(table(**by_layer(blocks)), mark_table(marks(measured)),
                  summary((name, value, UNITS[name]) for name, value in found.items()),
                  sentence(params, measured, found))


def theory(params: Params) -> dict[str, np.ndarray]:
    """The mean-field law of each quantity; empty where none is drawn."""
    if params.residual == "off" and params.normalization == "none":
        scale = params.weight_scale if params.initialization == "scaled" else 1.0
        std, square, delta = plain_network(params.activation, scale**2 * WEIGHT_VARIANCE[params.initialization],
                                           params.bias_scale**2, params.depth)
        return {"activation_std": std, "delta_norm": delta,
                "weight_gradient_norm": delta * np.sqrt(params.width * square[:-1])}
    if params.residual == "off" and params.normalization == "batch" and params.activation == "relu":
        return {"delta_norm": batch_norm_relu(params.depth, params.bias_scale**2)}
    return {}


def growth(delta: np.ndarray) -> float | None:
    """Factor for each layer going back, from the last to the first layer whose gradient has not begun to go under."""
    # Just above TINY a norm is too small: many of its entries are below and have become 0.
    alive = np.flatnonzero(drawable(delta) & (delta > 1e4 * TINY))
    if len(alive) < 2:
        return None
    first, last = alive[0], alive[-1]
    return float(np.exp(np.log(delta[first] / delta[last]) / (last - first)))


def sentence(params: Params, measured: dict[str, np.ndarray], found: dict[str, float]) -> str:
    """What became of the gradient, in words."""
    std, depth = measured["activation_std"], params.depth
    silent: np.ndarray = np.flatnonzero(~drawable(std)) + 1
    if not np.isfinite(std[-1]):
        return (f"Going forward, the signal overflows float32 in layer {silent[0]} of {depth}: "
                "there is no loss, and no gradient comes back.")
    if not measured["delta_norm"].any():
        where = f"in layer {silent[0]} of {depth}" if len(silent) else "in every layer"
        cause = "float32 cannot hold it" if fades(measured) else "every unit is off for every input"
        return f"Going forward, the signal dies {where} ({cause}): every gradient is exactly 0."
    if "growth_per_layer" not in found:
        return f"Too few of {depth} layers get a gradient for its growth to be measured."
    ratio = found.get("first_to_last", 0.0)  # 0 if it is not known
    fate = "vanishes: it " if ratio < 1e-3 else "explodes: it " if ratio > 1e3 else "neither vanishes nor explodes: it "
    back = f"Going back, ∂L/∂z {fate if ratio else ''}is multiplied by {plain(found['growth_per_layer'])} per layer " \
           f"({expected(params, found)})"
    gets = [f"{of} is {plain(found[name])} times" for name, of in
            (("first_to_last", "∂L/∂z"), ("weights_first_to_last", "∂L/∂W")) if name in found]
    back += f". In layer 1 {' and '.join(gets)} as large as in layer {depth}" if gets else ""
    if ratio and 0.1 < found.get("weights_first_to_last", 0) < 10 and not 1e-3 < ratio < 1e3:
        back += (f": all weights get about equally {'little' if ratio < 1 else 'much'}, since the activations "
                 f"{'shrink' if ratio < 1 else 'grow'} going forward")
    out = [f"{np.count_nonzero(~drawable(values))} of {depth} {name}" for name, values in
           (("activations", std), ("gradients", measured["delta_norm"]),
            ("weight gradients", measured["weight_gradient_norm"])) if not drawable(values).all()]
    return back + "." + (f" Out of float32's range: {', '.join(out)}." if out else "")


def expected(params: Params, found: dict[str, float]) -> str:
    """What the theory says of the growth, and of which networks."""
    if "growth_per_layer_theory" not in found:
        return "theory is drawn only for plain networks and for ReLU with batch normalization"
    exact = params.activation == "relu" and params.normalization == "none" and params.initialization == "scaled"
    law = f"{'scale/√2 = ' if exact else ''}{plain(found['growth_per_layer_theory'])} in theory, for wide layers"
    if params.normalization == "batch" and params.batch_size < 32:
        return f"{law} and large batches, and more for a batch of {params.batch_size}"
    return law + (f", and these have {params.width} units" if params.width < 64 else "")

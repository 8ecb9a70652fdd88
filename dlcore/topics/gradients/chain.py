"""How small is the gradient in the exam's own example?

A chain of single units, h_l = φ(w h_{l−1} + b), by autograd, by the chain rule, and as the answer sheet has it.

Source: the chain rule; Hochreiter 1991; Bengio, Simard & Frasconi 1994.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
import torch

from dlcore.models import ACTIVATIONS
from dlcore.params import Ranged, choice, number
from dlcore.spelling import plain
from dlcore.tables import summary, table
from dlcore.topics.gradients._float32 import begins
from dlcore.topics.gradients._mean_field import FUNCTIONS
from dlcore.topics.gradients._tables import by_layer, mark_table


@dataclass(frozen=True)
class Params(Ranged):
    depth: int = number(6, 1, 60, 1, "Number N of layers, each with a single unit", symbol="N")
    weight: float = number(0.1, -6.0, 6.0, 0.1, "Weight w, the same in every layer", symbol="w")
    activation: str = choice("sigmoid", ("sigmoid", "tanh", "relu", "linear"), "Activation function φ of every layer")
    bias: str = choice("none", ("none", "centred"), "Bias b of every layer: 0, or centred: −w/2", symbol="b")
    dtype: str = choice("float64", ("float64", "float32"), "Precision of the numbers: 64 or 32 bits")
    x: float = number(1.0, 0.0, 2.0, 0.1, "Input x of the first layer")
    loss: str = choice("output", ("output", "half_square"), "Loss: the output h of the last layer, or ½h²")


@dataclass(frozen=True)
class Result:
    """`layers`: layer (from 1), quantity, value, magnitude |value|, sign (−1, 1), kind (measured, theory, sheet).

    Quantities: activation h_l, delta ∂L/∂z_l with z_l = w h_{l−1} + b, weight_gradient ∂L/∂w_l. The sheet's rows:
    0.25^k for sigmoid, and for ReLU its 5¹⁰ from layer 10 on, whatever the weight.
    `marks`: layer, quantity, text where a run of layers begins that a log axis cannot show.
    `decades`: source (weights, slopes, loss: |∂L/∂h_N|, if not 1), value: log₁₀ of its product, what it adds to the
    gradient.
    `summary`: quantity, value, unit; ratio is sheet_gradient / input_gradient.
    """

    layers: Annotated[pd.DataFrame, "layer", "quantity", "value", "kind", "magnitude", "sign"]
    marks: Annotated[pd.DataFrame, "layer", "quantity", "text"]
    decades: Annotated[pd.DataFrame, "source", "value"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Send the input forward and the gradient back, one unit a layer."""
    dtype, activate = getattr(torch, params.dtype), ACTIVATIONS[params.activation]
    x = torch.tensor(params.x, dtype=dtype, requires_grad=True)
    weights = torch.full((params.depth,), params.weight, dtype=dtype, requires_grad=True)  # (N)
    bias = -params.weight / 2 if params.bias == "centred" else 0.0

    h, pre_activations, activations = x, [], []
    for weight in weights.unbind():
        z = weight * h + bias
        h = activate(z)
        pre_activations.append(z)
        activations.append(h)

    loss = h if params.loss == "output" else h**2 / 2
    dx, dw, *deltas = torch.autograd.grad(loss, [x, weights, *pre_activations])
    z = torch.stack(pre_activations).detach().requires_grad_()  # (N)
    slopes, = torch.autograd.grad(activate(z).sum(), z)  # (N)
    measured = {"activation": torch.stack(activations), "delta": torch.stack(deltas), "weight_gradient": dw}
    return describe(params, {name: values.detach().double().numpy() for name, values in measured.items()},
                    dx.item() + 0.0, slopes.double().numpy())


def forward(params: Params) -> tuple[np.ndarray, np.ndarray]:
    """x, h_1 … h_L, and the slope of each layer, in float64."""
    function, slope = FUNCTIONS[params.activation]
    bias = -params.weight / 2 if params.bias == "centred" else 0.0
    h, slopes = [np.asarray(params.x)], []
    for _ in range(params.depth):
        z = params.weight * h[-1] + bias
        h.append(function(z))
        slopes.append(slope(z))
    return np.array(h), np.array(slopes)


def theory(params: Params) -> dict[str, np.ndarray]:
    """The chain rule in float64: δ_l = ∂L/∂h_N · w^(N−l) ∏_{k≥l} φ'(z_k), and ∂L/∂w_l = δ_l h_{l−1}."""
    h, slopes = forward(params)
    behind = np.arange(params.depth)[::-1]  # layers between this one and the output
    delta = params.weight**behind * np.cumprod(slopes[::-1])[::-1] * (1.0 if params.loss == "output" else h[-1])
    return {"activation": h[1:], "delta": delta, "weight_gradient": delta * h[:-1]}


def powers(params: Params) -> dict[str, np.ndarray]:
    """log₁₀ of the same sizes, which nothing underflows: −∞ only where a factor is 0; and of ∂L/∂x, as layer 0."""
    h, slopes = forward(params)
    with np.errstate(divide="ignore"):
        h, slopes, weight = (np.log10(np.abs(values)) for values in (h, slopes, params.weight))
    delta = np.cumsum((slopes + weight)[::-1])[::-1] + (0.0 if params.loss == "output" else h[-1])  # ∂L/∂h_{l−1}
    with_slope = np.append(delta[1:], 0.0 if params.loss == "output" else h[-1]) + slopes
    return {"activation": h[1:], "delta": with_slope, "weight_gradient": with_slope + h[:-1], "input": delta[:1]}


def sheet(params: Params) -> dict[str, dict[int, float]]:
    """The answer sheet's own numbers by quantity and layer, and as layer 0 its ∂L/∂x."""
    depth = params.depth
    if params.activation == "sigmoid":
        return {"delta": {layer: 0.25 ** (depth - max(layer, 1) + 1) for layer in range(depth + 1)}}
    if params.activation == "relu" and depth >= 10:
        return {name: {layer: 5.0**10 for layer in (0, *range(10, depth + 1))} for name in ("activation", "delta")}
    return {}


def describe(params: Params, measured: dict[str, np.ndarray], dx: float, slopes: np.ndarray) -> Result:
    """Tables, numbers and one sentence."""
    law, claimed = theory(params), sheet(params)
    layers = np.arange(1, params.depth + 1)
    blocks = [(quantity, kind, layers, values) for kind, group in (("measured", measured), ("theory", law))
              for quantity, values in group.items()]
    blocks += [(quantity, "sheet", np.array([*rows][1:]), np.array([*rows.values()][1:]))
               for quantity, rows in claimed.items()]
    blocks = [(quantity, kind, at[drawable(values)], values[drawable(values)]) for quantity, kind, at, values in blocks]
    columns = by_layer(blocks)
    columns |= {"magnitude": np.abs(columns["value"]), "sign": np.sign(columns["value"]).astype(int)}
    factors = {"weights": np.full(params.depth, params.weight), "slopes": slopes,
               "loss": measured["activation"][-1:] if params.loss == "half_square" else np.ones(1)}
    decades = {source: float(np.log10(np.abs(f)).sum()) for source, f in factors.items() if drawable(f).all()}
    sheet_dx = claimed["delta"][0] if claimed else None
    known = {"input_gradient": dx, "first_weight_gradient": measured["weight_gradient"][0].item(),
             "sheet_gradient": sheet_dx,
             "ratio": sheet_dx / dx if sheet_dx is not None and 0 < abs(dx) < np.inf else None,
             "decades": sum(decades.values()) if len(decades) == len(factors) else None}
    found = {name: value for name, value in known.items() if value is not None and 0 <= abs(value) < np.inf}
    exact, shown = powers(params), {source: v for source, v in decades.items() if source != "loss" or v}
    return Result(table(**columns), mark_table(marks(measured, exact)),
                  table(source=tuple(shown), value=np.array([*shown.values()])),
                  summary((name, value, "") for name, value in found.items()),
                  sentence(params, found, decades, float(exact["input"][0])))


def drawable(values: np.ndarray) -> np.ndarray:
    """Which values have a logarithm."""
    return (values != 0) & np.isfinite(values)


def marks(measured: dict[str, np.ndarray], exact: dict[str, np.ndarray]) -> tuple[tuple[int, str, str], ...]:
    """A word where a run of layers begins that has no logarithm: exactly 0, too small or too large for its format."""
    return tuple((int(i) + 1, name, "overflow" if values[i] else "underflow" if np.isfinite(exact[name][i]) else "0")
                 for name, values in measured.items() for i in begins(~drawable(values)))


def sentence(params: Params, found: dict[str, float], decades: dict[str, float], power: float) -> str:
    """What reaches the input, what made it so small or large, and what the sheet says; ∂L/∂x is ±10^power exactly."""
    size = plain(10**power) if abs(power) < 300 else f"10 to the power {power:.0f}"
    if "input_gradient" not in found:
        return f"∂L/∂x overflows {params.dtype}: by the chain rule its size is {size}."
    if not found["input_gradient"]:
        return "∂L/∂x is exactly 0: " + (f"its size, {size}, underflows {params.dtype}." if power > -np.inf else
                                          "one factor of the product is 0.")
    text = f"∂L/∂x = {plain(found['input_gradient'])}"
    if "first_weight_gradient" in found:
        text += f" and ∂L/∂w₁ = {plain(found['first_weight_gradient'])}"
    text += f". {shares(params, decades)}"
    if "ratio" in found:
        rule = f"0.25 to the power {params.depth}, without the weights," if params.activation == "sigmoid" else "5¹⁰"
        if params.activation == "relu" and (params.weight, params.x, params.loss) != (5.0, 1.0, "output"):
            rule += ", for w = 5, x = 1 and L = h,"
        text += (f" The answer sheet's {rule} gives {plain(found['sheet_gradient'])}, "
                 f"which is {plain(found['ratio'])} times ∂L/∂x.")
    return text


def shares(params: Params, decades: dict[str, float]) -> str:
    """Which factors make ∂L/∂x small or large, in powers of ten."""
    weights, slopes, loss = (plain(abs(decades[source])) for source in ("weights", "slopes", "loss"))
    by_loss = f" and the loss ½h² (slope h) {loss}" if params.loss == "half_square" else ""
    link, total = (", the slopes" if by_loss else " and the slopes"), sum(decades.values())
    if total < 0 and max(decades.values()) <= 0:
        return f"Of the {plain(-total)} powers of ten lost, the weights cost {weights}{link} {slopes}{by_loss}."
    if total > 0 and min(decades.values()) >= 0:
        return f"Of the {plain(total)} powers of ten gained, the weights bring {weights}{link} {slopes}{by_loss}."
    weights, slopes, loss = (plain(decades[source]) for source in ("weights", "slopes", "loss"))
    by_loss = f" and the loss ½h² (slope h) {loss}" if by_loss else ""
    return f"The weights bring {weights} powers of ten{link} {slopes}{by_loss}: in all {plain(total)}."

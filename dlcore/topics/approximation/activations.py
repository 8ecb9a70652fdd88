"""Which activation functions let one hidden layer approximate any continuous function?

Source: Cybenko 1989; Hornik 1991; Leshno, Lin, Pinkus & Schocken 1993.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any

import pandas as pd
import torch
from torch import Tensor

from dlcore.own.curve import own_curve, straight, wrong_curve
from dlcore.params import Ranged, choice, flag, number, own
from dlcore.spelling import plain
from dlcore.tables import summary
from dlcore.topics.approximation._floor import floors
from dlcore.topics.approximation._one_layer import ACTIVATIONS, hidden_layer, least_squares, nearest_parabola
from dlcore.topics.approximation._own import own_floors

WIDTHS = (1, 2, 3, 4, 8, 16, 32, 64, 128, 256, 512)
TARGETS = {
    "abs": torch.abs,
    "cube": lambda x: x**3,
    "sine": lambda x: torch.sin(2 * math.pi * x),
    "jump": lambda x: (x >= 0).to(x.dtype),
}
WORDS = {"abs": "|x|", "cube": "x³", "sine": "sin 2πx", "jump": "the jump", "own": "your curve"}
FITTED = (torch.arange(800, dtype=torch.float64) + 0.5) / 400 - 1
# The error is measured between the fitted points, where a net could cheat, and on both sides of the jump at 0.
HALF = torch.cat([torch.tensor([1e-12]), torch.arange(1, 401, dtype=torch.float64) / 400])
MEASURED = torch.cat([-HALF.flip(0), HALF])
RIDGE = 1e-4  # units may repeat each other, or differ only between two points: none may cancel the other
RIDGE_OF_SMOOTH = 1e-8  # smooth units come very close by large weights of both signs
ROUNDING = 1e-10
NAMES = {"relu": "ReLU", "gelu": "GELU"}
SUMS = {"identity": "straight lines add up to a straight line", "square": "squared lines add up to a parabola",
        "cube": "cubed lines add up to a cubic polynomial"}
UNBIASED = {"tanh": "odd", "sine": "odd", "sigmoid": "odd but for a constant",
            **dict.fromkeys(("softplus", "gelu"), "even but for a straight line"),
            "relu": "a straight line through 0 on each side", "step": "constant on each side of 0"}


@dataclass(frozen=True)
class Params(Ranged):
    own_curve: str = own(wrong_curve, "0,0;1,2;2,0.5;3,1", "A function of your own: points x,y joined by lines, typed, "
                         "drawn or from a CSV file; scaled to x in [−1, 1] and |y| up to 1", "curve")
    target: str = choice("abs", tuple(TARGETS), "Function to approximate on [−1, 1]")
    activation: str = choice("relu", tuple(ACTIVATIONS), "Activation function φ of the hidden units")
    width: int = choice(16, WIDTHS, "Number n of hidden units", symbol="n")
    weight_scale: float = number(3.0, 0.5, 6.0, 0.1, "Standard deviation of the random hidden weights")
    bias: bool = flag(True, "Give the hidden units and the output a bias")
    outside: bool = flag(False, "Show [−3, 3]; the fit still uses [−1, 1] only")
    seed: int = number(0, 0, 99, 1, "Random seed of the hidden weights and biases")

    def idle(self) -> set[str]:
        return {"target"} if self.own_curve else set()


@dataclass(frozen=True)
class Result:
    """Columns of `fit`: x, value, kind ("target", "network": as far as it stays within ±2.5, "square units": the
    parabola that comes closest to the target, beside another activation).

    Columns of `error`: width (hidden units), metric ("rmse", "sup"), value, kind ("measured", "floor": no width
    can be lower, "square units": the floor of these). `chosen` holds the rows of `error` that were measured at the
    chosen width.
    Columns of `summary`: quantity, value, unit.
    """

    fit: Annotated[pd.DataFrame, "x", "value", "kind"]
    error: Annotated[pd.DataFrame, "width", "metric", "value", "kind"]
    chosen: Annotated[pd.DataFrame, "width", "metric", "value", "kind"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Draw the hidden layer at random, solve for the output weights, and measure the error at every width.

    A small ridge keeps the weights finite; the sentence says where that, and not the units, limits the fit.
    """
    chosen = params.activation, WIDTHS[-1], params.weight_scale, params.bias, params.seed
    target = straight(*own_curve(params.own_curve)) if params.own_curve else TARGETS[params.target]
    best = output_weights(target, *chosen) if params.own_curve else known_weights(params.target, *chosen)
    h = hidden_layer(MEASURED, *chosen)  # (802, 1 + 512): a narrow net is the first units of the wide one
    y, rows = target(MEASURED), []
    for width, v in zip(WIDTHS, best, strict=True):
        error = h[:, : len(v)] @ v - y  # (802,)
        rows += [(width, "rmse", torch.trapezoid(error.square() / 2, MEASURED).sqrt().item(), "measured"),
                 (width, "sup", error.abs().max().item(), "measured")]
        if width == params.width:
            seen = torch.linspace(-3, 3, 601, dtype=h.dtype) / (1 if params.outside else 3)
            network = hidden_layer(seen, *chosen)[:, : len(v)] @ v  # (601,)
            penalty = ridge(params.activation) * v.norm().item() / math.sqrt(len(FITTED))  # beside the rms error
    lowest = own_floors(target, params.activation, params.bias) if params.own_curve else \
        floors(params.target, params.activation, params.bias)
    square = own_floors(target, "square", True) if params.own_curve else floors(params.target, "square", True)
    if params.activation != "square":  # beside the others, an activation for which there is a limit
        rows += [(width, "rmse", square["rmse"], "square units") for width in WIDTHS if "rmse" in square]
    fitted = seen[seen.abs() <= 1]
    squares = pd.DataFrame({"x": fitted, "value": nearest_parabola(target, FITTED, fitted), "kind": "square units"})
    return describe(params, rows, lowest, penalty, (seen, target(seen), network),
                    squares[:0] if params.activation == "square" else squares)


def ridge(activation: str) -> float:
    """How much large output weights cost."""
    smooth = activation in ("tanh", "sigmoid", "softplus", "gelu", "sine")
    return RIDGE_OF_SMOOTH if smooth else RIDGE


@lru_cache(maxsize=32)
def known_weights(target: str, *chosen: Any) -> list[Tensor]:
    """The best output weights for a function that every reader has; they do not depend on what is drawn."""
    return output_weights(TARGETS[target], *chosen)


def output_weights(target: Callable[[Tensor], Tensor], activation: str, widest: int, weight_scale: float, bias: bool,
                   seed: int) -> list[Tensor]:
    """The best output weights for each width."""
    h = hidden_layer(FITTED, activation, widest, weight_scale, bias, seed)  # (800, 1 + 512)
    y = target(FITTED)[:, None]
    return [v[:, 0] for v in least_squares(h, y, [width + bias for width in WIDTHS], ridge(activation))]


def describe(params: Params, rows: list[tuple], lowest: dict[str, float], penalty: float,
             drawn: tuple[Tensor, Tensor, Tensor], squares: pd.DataFrame) -> Result:
    """Tables, numbers and one sentence; an exact zero has no place on a log axis and is left out."""
    x, target, network = drawn
    floor = [(width, metric, value, "floor") for metric, value in lowest.items() for width in WIDTHS]
    error = pd.DataFrame([row for row in rows if row[2] > 0] + floor, columns=["width", "metric", "value", "kind"])
    near = in_view(network)
    fit = pd.concat([pd.DataFrame({"x": x, "value": target, "kind": "target"}),
                     pd.DataFrame({"x": x[near], "value": network[near], "kind": "network"}), squares])
    numbers = {f"{'rms' if metric == 'rmse' else 'largest'}_error": value
               for width, metric, value, kind in rows if width == params.width and kind == "measured"}
    numbers |= {f"{'rms' if metric == 'rmse' else 'largest'}_floor": value for metric, value in lowest.items()}
    if params.outside:
        numbers["error_outside"] = (network - target)[x.abs() > 1].abs().max().item()
    widest = next(value for width, metric, value, _ in rows if (width, metric) == (WIDTHS[-1], "rmse"))
    return Result(fit, error, error[(error.width == params.width) & (error.kind == "measured")],
                  summary((name, value, "") for name, value in numbers.items()),
                  sentence(params, numbers, widest, penalty))


def in_view(network: Tensor, most: float = 2.5) -> slice:
    """From the middle to both sides, as far as the values stay within ±most: farther out they would flatten the rest.
    """
    middle, beyond = len(network) // 2, network.abs() > most
    right = int(beyond[middle:].int().cumsum(0).eq(0).sum())
    left = int(beyond[:middle].flip(0).int().cumsum(0).eq(0).sum())
    return slice(middle - left, middle + right)


def sentence(params: Params, numbers: dict[str, float], widest: float, penalty: float) -> str:
    """What happened, with the numbers."""
    name, rms = NAMES.get(params.activation, params.activation), numbers["rms_error"]
    units = f"{name} unit{'s' if params.width > 1 else ''}"
    units += "" if params.bias else " without biases"
    text = f"{params.width} {units} {miss(params.width, rms, WORDS[aim(params)], ' (RMS error)')}"
    if "rms_floor" in numbers:
        text += f", and no width gets below {plain(numbers['rms_floor'])}: {reason(params)}."
    elif rms < ROUNDING:
        text += "."
    elif params.width < WIDTHS[-1]:
        text += f"; {WIDTHS[-1]} {miss(WIDTHS[-1], widest, 'it')}, and with enough units any precision is possible."
    else:
        text += ", and more units can come closer still."
    if penalty > rms / 2 and rms > ROUNDING:
        text += " The fit keeps its output weights small; with larger ones the same units may come closer still."
    if aim(params) == "jump" and "largest_floor" in numbers:
        text += f" At the jump a continuous function is off by {numbers['largest_floor']:.2g} at least."
    if params.outside:
        text += f" Outside [−1, 1] the theorem promises nothing: the error grows to {plain(numbers['error_outside'])}."
    return text


def aim(params: Params) -> str:
    """What the network is to be."""
    return "own" if params.own_curve else params.target


def miss(width: int, rms: float, target: str, unit: str = "") -> str:
    """How close so many units come."""
    if rms < ROUNDING:
        return f"equal{'' if width > 1 else 's'} {target} up to rounding"
    return f"miss{'' if width > 1 else 'es'} {target} by {rms:.2g}{unit}"


def reason(params: Params) -> str:
    """Why there is a floor."""
    if params.activation in SUMS:
        return f"{SUMS[params.activation]}, and {WORDS[aim(params)]} is not one"
    return f"without biases a sum of such units is {UNBIASED[params.activation]}, and {WORDS[aim(params)]} is not"

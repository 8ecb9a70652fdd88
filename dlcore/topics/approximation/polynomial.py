"""What does depth give a network whose activation is a polynomial?

Source: Leshno, Lin, Pinkus & Schocken 1993; Kidger & Lyons 2020; Chebyshev's equioscillation theorem.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor

from dlcore.params import Ranged, number
from dlcore.spelling import plain
from dlcore.tables import summary
from dlcore.topics.approximation._one_layer import hidden_layer, least_squares

POINTS = 960


@dataclass(frozen=True)
class Params(Ranged):
    depth: int = number(2, 1, 6, 1, "Number L of layers of the deep network; the target has degree 2ᴸ", symbol="L")
    width: int = number(64, 1, 512, 1, "Number n of hidden units of the shallow network", symbol="n")


@dataclass(frozen=True)
class Result:
    """Columns of `function`: x, value, network ("target", "deep", "shallow").

    Columns of `error`: network ("deep", "shallow"), metric ("rmse", "sup"), value, kind ("measured", "floor": the least
    error of one layer of any width), bar (its name in the chart).
    Columns of `summary`: quantity, value, unit.
    """

    function: Annotated[pd.DataFrame, "x", "value", "network"]
    error: Annotated[pd.DataFrame, "network", "metric", "value", "kind", "bar"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Approximate the Chebyshev polynomial of degree 2ᴸ with squares: L layers of one unit, or one layer of n."""
    angle = (torch.arange(POINTS, dtype=torch.float64) + 0.5) * math.pi / POINTS
    x = torch.cat([torch.tensor([1.0], dtype=angle.dtype), angle.cos(), torch.tensor([-1.0], dtype=angle.dtype)])
    target = torch.cos(2**params.depth * x.acos())  # T of degree 2ᴸ: the cosine of 2ᴸ times the angle

    deep = x
    for _ in range(params.depth):
        deep = 2 * deep.square() - 1  # one unit: square it, then weight 2 and bias −1

    h = hidden_layer(x, "square", params.width, weight_scale=1.0, bias=True, seed=0)  # (962, 1 + n)
    v = least_squares(h[1:-1], target[1:-1, None], [params.width + 1], ridge=1e-8)[0]  # the ends are not fitted
    shallow = (h @ v)[:, 0]  # (962,)
    return describe(params, x, {"target": target, "shallow": shallow, "deep": deep})


def floor(degree: int) -> list[tuple]:
    """The least error of one layer of squares, of any width: of a parabola.

    The target is −1 and 1 in turn at degree + 1 places. A parabola closer than 1 would change sign between them,
    more often than its two roots allow: 0 is a best answer. (Degree 2 is itself a parabola.)
    """
    return [] if degree == 2 else [("shallow", "rmse", math.sqrt(0.5), "floor"), ("shallow", "sup", 1.0, "floor")]


def describe(params: Params, x: Tensor, curves: dict[str, Tensor]) -> Result:
    """Tables, numbers and one sentence."""
    degree = 2**params.depth
    error = {name: curves[name] - curves["target"] for name in ("deep", "shallow")}
    rows = [(name, metric, value, "measured") for name, e in error.items()
            for metric, value in (("rmse", e[1:-1].square().mean().sqrt().item()), ("sup", e.abs().max().item()))]
    sup = {name: value for name, metric, value, _ in rows if metric == "sup"}
    function = pd.concat([pd.DataFrame({"x": x, "value": value, "network": name}) for name, value in curves.items()])
    numbers = [("degree", degree, ""), ("deep_units", params.depth, ""),
               ("deep_largest_error", sup["deep"], "(rounding)"), ("shallow_units", params.width, ""),
               ("shallow_largest_error", sup["shallow"], "(rounding)" if sup["shallow"] < 1e-6 else "")]
    error_table = pd.DataFrame(rows + floor(degree), columns=["network", "metric", "value", "kind"])
    error_table["bar"] = error_table.network.where(error_table.kind == "measured", "least of any width")
    return Result(function, error_table, summary(numbers), sentence(params, sup))


def sentence(params: Params, sup: dict[str, float]) -> str:
    """What happened, with the numbers."""
    deep = f"{params.depth} square units, one per layer, equal" if params.depth > 1 else "1 square unit equals"
    shallow = f"{params.width} square units in one layer" if params.width > 1 else "1 unit with random weights"
    text = f"{deep} the polynomial of degree {2**params.depth} up to rounding. With {shallow} "
    if params.depth == 1 and params.width > 1:
        return text + "the error is rounding too: one layer of squares makes any parabola."
    text += f"the best fit is off by {plain(sup['shallow'])}"
    return text + (", and no width gets below 1: squares add up to a parabola only." if params.depth > 1 else ".")

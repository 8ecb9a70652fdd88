"""Why does depth double the pieces where width adds one?

Source: Telgarsky 2015; Montúfar et al. 2014; Serra et al. 2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import pandas as pd
import torch
from torch import nn

from dlcore.params import Ranged, choice, number
from dlcore.tables import summary
from dlcore.topics.approximation._relu_nets import count_pieces, folding_net, one_layer, sawtooth

WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 254, 256, 512, 1024)
X = torch.arange(1025, dtype=torch.float64) / 1024


@dataclass(frozen=True)
class Params(Ranged):
    folds: int = number(4, 1, 10, 1, "Number of folds k: the target has 2ᵏ straight pieces", symbol="k")
    width: int = choice(8, WIDTHS, "Number n of hidden units of the shallow network", symbol="n")


@dataclass(frozen=True)
class Result:
    """Columns of `function`: x (j/1024), value, network ("target", "deep", "shallow").

    Columns of `size`: network ("deep", "shallow", "shallow_exact": the smallest exact one), quantity ("neurons",
    "parameters", "pieces": straight pieces on [0, 1], counted), value.
    Columns of `error`: width (units n), value (largest error of the shallow net over j/1024), kind ("measured",
    "floor": no net with one hidden layer of n units can be lower). `chosen` holds the row of `error` that was
    measured at the chosen width. Columns of `summary`: quantity, value, unit.
    """

    function: Annotated[pd.DataFrame, "x", "value", "network"]
    size: Annotated[pd.DataFrame, "network", "quantity", "value"]
    error: Annotated[pd.DataFrame, "width", "value", "kind"]
    chosen: Annotated[pd.DataFrame, "width", "value", "kind"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Fold [0, 1] k times with two units a layer, and compare with n units side by side."""
    k, target = params.folds, sawtooth(X, params.folds)
    nets = {
        "deep": folding_net(k, width=2, depth=k),  # z ← 2 relu(z) − 4 relu(z − ½), k times
        "shallow": best_shallow(k, params.width),
        "shallow_exact": folding_net(k, width=2**k, depth=1),
    }
    with torch.no_grad():
        answer = {name: net(X[:, None])[:, 0] for name, net in nets.items()}  # (1025,)
    curves = {"target": target, "deep": answer["deep"], "shallow": answer["shallow"]}
    function = pd.concat([pd.DataFrame({"x": X, "value": v, "network": name}) for name, v in curves.items()])
    size = pd.DataFrame([(name, quantity, value) for name, net in nets.items() for quantity, value in count(net)],
                        columns=["network", "quantity", "value"])

    widths = sorted({w for w in (*WIDTHS, 2**k - 2) if 0 < w <= 4 * 2**k})
    rows = [(w, largest_error(k, w), "measured") for w in widths]
    # Error below ½ everywhere means crossing ½ 2ᵏ times: 2ᵏ pieces at least, and n units make n + 1 of them.
    rows += [(w, 0.5 if w + 1 < 2**k else 0.0, "floor") for w in widths if w != 2**k - 1]
    error = pd.DataFrame(rows, columns=["width", "value", "kind"])
    peaks = slice(None, 1024, 1024 // 2**k)  # the 2ᵏ points j/2ᵏ, where the target is 0 and 1 in turn
    wrong = share_wrong(answer["shallow"][peaks], target[peaks])
    return describe(params, function, size, error, wrong)


@lru_cache(maxsize=256)  # every width for every k
def largest_error(folds: int, width: int) -> float:
    """Largest error over the points j/1024 of the best shallow net."""
    with torch.no_grad():
        return (best_shallow(folds, width)(X[:, None])[:, 0] - sawtooth(X, folds)).abs().max().item()


@lru_cache(maxsize=32)
def best_shallow(folds: int, width: int) -> nn.Sequential:
    """n units with their kinks at j/n, output weights by least squares."""
    kinks = torch.arange(width, dtype=X.dtype) / width
    h = torch.cat([torch.ones_like(X[:, None]), torch.relu(X[:, None] - kinks)], dim=1)  # (1025, 1 + n), full rank
    bias, *weights = torch.linalg.lstsq(h, sawtooth(X, folds)[:, None], driver="gels").solution[:, 0]
    return one_layer(kinks, torch.stack(weights), bias.item())


def share_wrong(answer: torch.Tensor, target: torch.Tensor) -> float:
    """Share of corners on the other side of ½; one that is ½ up to rounding is a tie, and half wrong."""
    tie = (answer - 0.5).abs() < 1e-9
    return torch.where(tie, 0.5, ((answer > 0.5) != (target > 0.5)).double()).mean().item()


def count(net: nn.Sequential) -> list[tuple[str, int]]:
    """Hidden units, weights and biases, and straight pieces on [0, 1], from the net itself."""
    units = sum(layer.out_features for layer in net if isinstance(layer, nn.Linear)) - 1
    return [("neurons", units), ("parameters", sum(p.numel() for p in net.parameters())),
            ("pieces", count_pieces(net, 0, 1))]


def describe(params: Params, function: pd.DataFrame, size: pd.DataFrame, error: pd.DataFrame, wrong: float) -> Result:
    """Numbers and one sentence."""
    k, n = params.folds, params.width
    sup = largest_error(k, n)
    of = size.set_index(["network", "quantity"]).value
    numbers = [("deep_neurons", of["deep", "neurons"], ""), ("shallow_neurons", n, ""),
               ("shallow_neurons_needed", of["shallow_exact", "neurons"], ""),
               ("shallow_largest_error", sup, ""), ("shallow_corners_wrong", 100 * wrong, "%")]
    deep = f"{of['deep', 'neurons']} neurons in {k} layer{'s' if k > 1 else ''} ({of['deep', 'parameters']} parameters)"
    one_layer = f"{of['shallow_exact', 'neurons']:,} neurons ({of['shallow_exact', 'parameters']:,} parameters)"
    text = f"{deep} equal the target; one layer needs {one_layer}. With {n:,} "
    if n + 1 < 2**k:
        text += (f"it is off by {sup:.2f}: any network with so few neurons in one layer is off by at least ½, "
                 "no better than the constant ½.")
    elif sup < 1e-6:
        text += "its kinks fall on all corners of the target, and it is exact too."
    else:
        text += f"its kinks do not fall on the corners of the target, and it is off by {sup:.2g}."
    chosen = pd.DataFrame([(n, sup, "measured")], columns=["width", "value", "kind"])
    return Result(function, size, error, chosen, summary(numbers), text)

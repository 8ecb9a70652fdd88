"""Which layers of a CNN store the parameters, and which do the work?

Source: LeCun et al. 1998 (LeNet-5); Krizhevsky, Sutskever & Hinton 2012 (AlexNet); Simonyan & Zisserman 2015 (VGG-16).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlcore.params import Ranged, choice
from dlcore.tables import summary

MEANS = {"C1": "convolution", "S2": "pooling", "C3": "convolution", "S4": "pooling"}  # of LeNet's letters
# Which maps of the layer below each map of LeNet's C3 sees: 3 neighbours, 4 neighbours, 4 apart, all 6.
C3_SEES = ([[(i + j) % 6 for j in range(3)] for i in range(6)] + [[(i + j) % 6 for j in range(4)] for i in range(6)]
           + [[0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5], list(range(6))])
BLOCKS = {f"conv{i}": f"conv{first}–{last}" for first, last in ((1, 2), (3, 4), (5, 7), (8, 10), (11, 13))
          for i in range(first, last + 1)}  # of VGG-16: between two pools
HIDDEN = 300  # units of the one hidden layer that each net is compared with
VGG = (64, 64, "pool", 128, 128, "pool", 256, 256, 256, "pool", 512, 512, 512, "pool", 512, 512, 512, "pool")


class Subsample(nn.Module):
    """LeNet's pool: the sum of each 2×2 block times one trained weight a map, plus a bias."""

    def __init__(self, maps: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.empty(maps, 1, 1, 1)), nn.Parameter(torch.empty(maps))

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight.expand(-1, 1, 2, 2), self.bias, stride=2, groups=len(self.weight))


class SparseConv(nn.Module):
    """A convolution each of whose maps sees only some of the maps below."""

    def __init__(self, sees: list[list[int]], kernel_size: int) -> None:
        super().__init__()
        self.sees, self.maps = sees, nn.ModuleList(nn.Conv2d(len(s), 1, kernel_size) for s in sees)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([conv(x[:, inputs]) for conv, inputs in zip(self.maps, self.sees, strict=True)], 1)


def lenet5() -> Iterator[tuple[str, nn.Module]]:
    """As published: the sparse table of C3, trained pools, and no trained output layer."""
    yield from {"C1": nn.Conv2d(1, 6, 5), "S2": Subsample(6), "C3": SparseConv(C3_SEES, 5), "S4": Subsample(16),
                "C5": nn.Conv2d(16, 120, 5), "flat": nn.Flatten(), "F6": nn.Linear(120, 84)}.items()


def alexnet() -> Iterator[tuple[str, nn.Module]]:
    """As published: two groups, for two graphics cards; input 227×227."""
    pool = nn.MaxPool2d(3, 2)
    yield from {"conv1": nn.Conv2d(3, 96, 11, 4), "pool1": pool, "conv2": nn.Conv2d(96, 256, 5, padding=2, groups=2),
                "pool2": pool, "conv3": nn.Conv2d(256, 384, 3, padding=1),
                "conv4": nn.Conv2d(384, 384, 3, padding=1, groups=2),
                "conv5": nn.Conv2d(384, 256, 3, padding=1, groups=2), "pool5": pool, "flat": nn.Flatten(),
                "fc6": nn.Linear(9216, 4096), "fc7": nn.Linear(4096, 4096), "fc8": nn.Linear(4096, 1000)}.items()


def vgg16() -> Iterator[tuple[str, nn.Module]]:
    """Thirteen 3×3 convolutions, five pools, three dense layers; input 224×224."""
    channels, index = 3, 0
    for item in VGG:
        if isinstance(item, str):
            yield "pool", nn.MaxPool2d(2)
        else:
            index += 1
            yield f"conv{index}", nn.Conv2d(channels, item, 3, padding=1)
            channels = item
    yield "flat", nn.Flatten()
    for index, (before, after) in enumerate(((7 * 7 * 512, 4096), (4096, 4096), (4096, 1000)), 14):
        yield f"fc{index}", nn.Linear(before, after)


NETS = {"lenet5": (lenet5, (1, 32, 32)), "alexnet": (alexnet, (3, 227, 227)), "vgg16": (vgg16, (3, 224, 224))}


@dataclass(frozen=True)
class Params(Ranged):
    architecture: str = choice("lenet5", tuple(NETS), "The published CNN whose parameters are counted")


@dataclass(frozen=True)
class Result:
    """What each layer stores and does; nothing is trained and no weight is drawn.

    Columns of `layers`: layer, quantity (parameters, multiply_adds), value, share (% of the net), part
    (convolution, dense; dense: each weight is used at one position only), block (VGG-16: layers between two pools).
    Columns of `blocks`: block, quantity, part, value, share, words.
    Columns of `summary`: quantity, value, unit.
    """

    layers: Annotated[pd.DataFrame, "layer", "quantity", "value", "part", "block", "share"]
    blocks: Annotated[pd.DataFrame, "block", "quantity", "part", "value", "share", "words"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Build the net without memory, send one image of no content through, and count layer by layer."""
    layers, shape = NETS[params.architecture]
    rows: list[tuple[str, str, int, str, str]] = []
    with torch.device("meta"):
        x = torch.empty(1, *shape)  # (1, channels, side, side)
        for name, layer in layers():
            inputs, x = x[0].numel(), layer(x)
            if own := list(layer.parameters()):
                positions = x.shape[2:].numel()  # places at which a weight is used
                weights = sum(p.numel() for p in own if p.dim() > 1)
                uses = positions * (4 if isinstance(layer, Subsample) else 1)
                part = "dense" if positions == 1 else "convolution"
                if not rows:
                    first_if_dense = (inputs + 1) * x[0].numel()
                block = BLOCKS[name] if params.architecture == "vgg16" and part == "convolution" else name
                rows += [(name, "parameters", sum(p.numel() for p in own), part, block),
                         (name, "multiply_adds", weights * uses, part, block)]
        mlp = nn.Sequential(nn.Linear(torch.Size(shape).numel(), HIDDEN), nn.Linear(HIDDEN, x[0].numel()))
    small = sum(p.numel() for p in mlp.parameters())
    return describe(pd.DataFrame(rows, columns=["layer", "quantity", "value", "part", "block"]), first_if_dense, small)


def describe(table: pd.DataFrame, first_if_dense: int, small: int) -> Result:
    """Tables, numbers and one sentence."""
    total = table.groupby("quantity")["value"].sum()
    table["share"] = 100 * table["value"] / table["quantity"].map(total)
    blocks = table.groupby(["block", "quantity", "part"], sort=False)[["value", "share"]].sum().reset_index()
    blocks["block"] = [f"{block} ({MEANS.get(block, part)})" if block in MEANS or part == "dense" else block
                       for block, part in zip(blocks["block"], blocks["part"], strict=True)]
    blocks["words"] = [f"{short(v)} ({s:.2g} %)" for v, s in zip(blocks["value"], blocks["share"], strict=True)]
    by_part = table.groupby(["quantity", "part"])["share"].sum()
    pooled = " and their pooling" if blocks["block"].str.startswith("S2").any() else ""
    dense, conv = by_part["parameters", "dense"], by_part["multiply_adds", "convolution"]
    first = table.iloc[0]
    numbers = [("parameters", total["parameters"], ""), ("multiply_adds", total["multiply_adds"], ""),
               ("in_dense_layers", dense, "%"), ("work_of_convolutions", conv, "%"),
               ("first_layer_if_dense", first_if_dense, ""), (f"MLP_of_{HIDDEN}_units", small, "")]
    return Result(table, blocks, summary(numbers),
                  f"Of {total['parameters']:,} parameters {dense:.3g} % lie in dense layers, while {conv:.3g} % of the "
                  f"multiply-adds are done by convolutions{pooled}. The first layer has {first['value']:,} parameters, "
                  f"a dense layer in its place would have {first_if_dense:,}. An MLP with {HIDDEN} hidden units for "
                  f"the same images has {small:,}.")


def short(value: int) -> str:
    """48,120 as it is, 102,764,544 as 103 million."""
    if value < 1e6:
        return f"{value:,}"
    return f"{value / 1e6:.3g} million" if value < 1e9 else f"{value / 1e9:.3g} billion"

"""ReLU nets of one variable: built by hand, and counted piece by piece."""

from __future__ import annotations

from copy import deepcopy

import torch
from torch import Tensor, nn

from dlcore.models import build
from dlcore.seeds import generator


def sawtooth(x: Tensor, folds: int) -> Tensor:
    """2ᵏ straight pieces between 0 and 1 on [0, 1]: the tent 1 − |2x − 1|, repeated 2ᵏ⁻¹ times."""
    return 1 - (2 * torch.remainder(x * 2 ** (folds - 1), 1) - 1).abs()


def relu_net(width: int, depth: int) -> nn.Sequential:
    """`depth` hidden layers of `width` ReLUs, from one number to one number."""
    layers = [nn.Linear(1, width), nn.ReLU()]
    for _ in range(depth - 1):
        layers += [nn.Linear(width, width), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(width, 1))


def one_layer(kinks: Tensor, weights: Tensor, bias: float) -> nn.Sequential:
    """bias + Σ weightⱼ relu(x − kinkⱼ)."""
    net = build(lambda: relu_net(len(kinks), 1), generator(0)).to(weights.dtype)
    with torch.no_grad():
        net[0].weight.fill_(1)
        net[0].bias.copy_(-kinks)
        net[2].weight.copy_(weights[None])
        net[2].bias.fill_(bias)
    return net


def folds_per_layer(folds: int, width: int, depth: int) -> list[int] | None:
    """How many folds each layer can do, 2ʲ units doing j of them; None if this way the net is too small."""
    most = width.bit_length() - 1
    plan: list[int] = []
    for _ in range(depth):
        plan.append(min(most, folds - sum(plan)))
    return plan if sum(plan) == folds else None


def folding_net(folds: int, width: int, depth: int) -> nn.Sequential | None:
    """A net that is the sawtooth exactly, its weights set by hand: each layer folds what the one before has folded.

    A layer that folds j times has 2ʲ units relu(z − i/2ʲ), whose sum with weights 2ʲ (1, −2, 2, −2, …) goes up
    and down 2ʲ times on [0, 1]. Spare units stay 0; a layer with nothing to fold passes z ≥ 0 on.
    """
    plan = folds_per_layer(folds, width, depth)
    if plan is None:
        return None
    net = build(lambda: relu_net(width, depth), generator(0)).double()
    with torch.no_grad():
        for p in net.parameters():
            p.zero_()
        net[0].weight[: 2 ** plan[0]] = 1  # the first layer sees x itself
        for layer, share in enumerate(plan):
            units, zigzag = 2**share, net[2 * layer + 2].weight
            net[2 * layer].bias[:units] = -torch.arange(units, dtype=zigzag.dtype) / units
            after = 2 ** plan[layer + 1] if layer + 1 < depth else 1  # all units of the next layer see the same sum
            zigzag[:after, 0] = units
            zigzag[:after, 1:units:2] = -2 * units
            zigzag[:after, 2:units:2] = 2 * units
    return net


def joining_net(x: Tensor, y: Tensor, width: int, depth: int) -> nn.Sequential | None:
    """A net that joins corners (x, y ≥ 0) by straight lines, its weights set by hand; None with too few units.

    A unit relu(x − xᵢ) a piece, with the change of the slope at xᵢ as its weight; each further layer passes the sum,
    which is never negative, on.
    """
    slope = y.diff() / x.diff()
    if len(slope) > width:
        return None
    net = build(lambda: relu_net(width, depth), generator(0)).double()
    with torch.no_grad():
        for p in net.parameters():
            p.zero_()
        net[0].weight[: len(slope)] = 1
        net[0].bias[: len(slope)] = -x[:-1]
        net[2].weight[0, : len(slope)] = torch.cat([slope[:1], slope.diff()])
        net[2].bias[0] = y[0]
        for layer in net[4::2]:
            layer.weight[0, 0] = 1
    return net


def bends(slope: Tensor) -> Tensor:
    """Whether the slope of each piece differs from that of the one before. Shapes: (P,) -> (P − 1,)."""
    return slope.diff().abs() > 1e-6 * slope.abs().max()


@torch.no_grad()
def count_pieces(net: nn.Sequential, low: float, high: float) -> int:
    """Straight pieces of the net's graph on [low, high], by following every kink through the layers.

    Between two neighbouring knots all units are straight, so each crosses zero once at most: there the next
    layer's knots are. Knots at which the output's slope stays the same are no kinks of the net.
    """
    net = deepcopy(net).double()
    knots = torch.tensor([low, high], dtype=torch.float64)
    for i, layer in enumerate(net):
        if isinstance(layer, nn.ReLU):
            knots = add_crossings(knots, net[:i](knots[:, None]))
    slope = net(knots[:, None])[:, 0].diff() / knots.diff()
    return 1 + int(bends(slope).sum())


def add_crossings(knots: Tensor, z: Tensor) -> Tensor:
    """The knots, and the points between them where a unit crosses zero.

    Shapes: (m,), (m, units) -> (m or more,)
    """
    left, right = z[:-1], z[1:]
    at = knots[:-1, None] + knots.diff()[:, None] * left / (left - right)
    return torch.cat([knots, at[left * right < 0]]).round(decimals=12).unique()

"""Many nets of one shape trained at once, the seeds as a batch dimension."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


def stacked(nets: Sequence[nn.Sequential]) -> list[tuple[Tensor, Tensor]]:
    """Weights and biases of each layer, those of all nets in one tensor.

    Shapes: (out, in), (out,) of S nets -> (S, in, out), (S, 1, out) for each layer
    """
    layers = [[layer for layer in net if isinstance(layer, nn.Linear)] for net in nets]
    return [(torch.stack([one.weight.detach().T for one in same]).requires_grad_(),
             torch.stack([one.bias.detach()[None] for one in same]).requires_grad_())
            for same in zip(*layers, strict=True)]


def answers(layers: list[tuple[Tensor, Tensor]], x: Tensor) -> Tensor:
    """What each ReLU net answers.

    Shapes: (P, 1) -> (S, P, 1)
    """
    h = x.expand(len(layers[0][0]), -1, -1)  # (S, P, 1)
    for i, (weight, bias) in enumerate(layers):
        h = torch.baddbmm(bias, torch.relu(h) if i else h, weight)  # (S, P, units)
    return h


@torch.no_grad()
def put_back(layers: list[tuple[Tensor, Tensor]], nets: Sequence[nn.Sequential]) -> None:
    """Give every net its trained weights and biases."""
    for i, net in enumerate(nets):
        own = [layer for layer in net if isinstance(layer, nn.Linear)]
        for layer, (weight, bias) in zip(own, layers, strict=True):
            layer.weight.copy_(weight[i].T)
            layer.bias.copy_(bias[i, 0])

"""Small networks for several seeds at once: the seed is the batch dimension of every product."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from dlcore.models import build

Net = list[tuple[Tensor, Tensor]]  # (S, n_in, n_out) weights and (S, 1, n_out) biases of every layer


def stack(sizes: Sequence[int], generators: Sequence[torch.Generator]) -> Net:
    """One multilayer perceptron for each generator, with PyTorch's default initialization."""
    nets = [build(lambda: nn.Sequential(*map(nn.Linear, sizes[:-1], sizes[1:])), g) for g in generators]
    return [(torch.stack([layer.weight.detach().T for layer in layers]).requires_grad_(),
             torch.stack([layer.bias.detach()[None] for layer in layers]).requires_grad_())
            for layers in zip(*nets, strict=True)]


def forward(net: Net, x: Tensor) -> Tensor:
    """ReLU between the layers, none after the last: (S, B, n_in) to (S, B, n_out)."""
    for weight, bias in net[:-1]:
        x = torch.baddbmm(bias, x, weight).relu_()
    weight, bias = net[-1]
    if weight.shape[2] == 1:  # a matrix with one column: several times faster as a product and a sum
        return (x * weight.mT).sum(2, keepdim=True) + bias
    return torch.baddbmm(bias, x, weight)


def parameters(net: Net) -> list[Tensor]:
    """All weights and biases."""
    return [p for layer in net for p in layer]


def slopes(net: Net, x: Tensor) -> Tensor:
    """Length of the gradient of a critic at each point, which its weights can be differentiated by: (S, B)."""
    return gradients(net, x).square().sum(2).add(1e-12).sqrt()  # the tiny number keeps the root's own slope finite


def gradients(net: Net, x: Tensor) -> Tensor:
    """Gradient of a critic at each point: (S, B, n_in).

    The chain rule backwards, layer by layer. Where a ReLU is open does not change with the weights, so that the
    forward pass needs no graph.
    """
    opened = []
    with torch.no_grad():
        for weight, bias in net[:-1]:
            x = torch.baddbmm(bias, x, weight).relu_()
            opened.append(x.sign())  # 1 where a ReLU is open, 0 where it is shut, (S, B, width)
    gradient = net[-1][0].mT.expand(-1, x.shape[1], -1)  # of the score by the last hidden layer, (S, B, width)
    for (weight, _), passes in zip(reversed(net[:-1]), reversed(opened), strict=True):
        gradient = (gradient * passes) @ weight.mT  # (S, B, n_in)
    return gradient

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
        x = torch.baddbmm(bias, x, weight).relu()
    weight, bias = net[-1]
    if weight.shape[2] == 1:  # a matrix with one column: several times faster as a product and a sum
        return (x * weight.mT).sum(2, keepdim=True) + bias
    return torch.baddbmm(bias, x, weight)


def parameters(net: Net) -> list[Tensor]:
    """All weights and biases."""
    return [p for layer in net for p in layer]


def slopes(net: Net, x: Tensor, create_graph: bool = False) -> Tensor:
    """Length of the gradient of a critic at each point: (S, B)."""
    x = x.detach().requires_grad_()
    gradient, = torch.autograd.grad(forward(net, x).sum(), x, create_graph=create_graph)  # (S, B, n_in)
    return gradient.square().sum(2).add(1e-12).sqrt()  # the tiny number keeps the root's own slope finite

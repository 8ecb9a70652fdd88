"""Small networks for several seeds at once: the seed is the batch dimension of every product."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

Net = list[tuple[Tensor, Tensor]]  # (S, n_in, n_out) weights and (S, 1, n_out) biases of every layer


def stack(sizes: Sequence[int], generators: Sequence[torch.Generator]) -> Net:
    """One multilayer perceptron for each generator, with PyTorch's default initialization.

    Written out, for it is made for every seed: all numbers are uniform on ±1/√n_in.
    """
    net = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
        limit = 1 / math.sqrt(n_in)
        drawn = [torch.empty(n_in + 1, n_out).uniform_(-limit, limit, generator=g) for g in generators]
        weight, bias = torch.stack(drawn).split((n_in, 1), 1)  # (S, n_in, n_out), (S, 1, n_out)
        net.append((weight.contiguous(), bias.contiguous()))
    return net


def only(net: Net, run: int) -> Net:
    """The network of one seed."""
    return [(weight[run:run + 1], bias[run:run + 1]) for weight, bias in net]


class Adam:
    """Adam (Kingma & Ba 2015) on one vector, in which all numbers of a net lie.

    PyTorch's own takes five times as long for nets as small as these: it goes through the parameters one by one.
    """

    def __init__(self, net: Net, learning_rate: float, betas: tuple[float, float]) -> None:
        self.learning_rate, self.betas, self.steps = learning_rate, betas, 0
        self.vector = torch.cat([p.detach().reshape(-1) for p in parameters(net)])  # (P)
        self.mean, self.square = torch.zeros_like(self.vector), torch.zeros_like(self.vector)  # of the gradients
        parts = iter(self.vector.split([p.numel() for p in parameters(net)]))
        net[:] = [(next(parts).view_as(weight).requires_grad_(), next(parts).view_as(bias).requires_grad_())
                  for weight, bias in net]  # the net now reads its numbers from the vector

    @torch.no_grad()
    def step(self, gradients_: Sequence[Tensor]) -> None:
        """One step down, with the gradient of every parameter of the net."""
        gradient, (short, long) = torch.cat([g.reshape(-1) for g in gradients_]), self.betas
        self.steps += 1
        self.mean.lerp_(gradient, 1 - short)
        self.square.mul_(long).addcmul_(gradient, gradient, value=1 - long)
        size = self.square.sqrt().div_(math.sqrt(1 - long**self.steps)).add_(1e-8)
        self.vector.addcdiv_(self.mean, size, value=-self.learning_rate / (1 - short**self.steps))


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

"""A deep classifier of points in the plane, with every remedy as an option."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from dlcore.models import ACTIVATIONS, INITIALIZATIONS, build
from dlcore.topics.gradients._layers import RESIDUALS


class Layer(nn.Module):
    """h ↦ φ(norm(W h + b)), with a residual connection where input and output have one size."""

    def __init__(self, n_in: int, params: Any) -> None:
        super().__init__()
        self.linear, self.params = nn.Linear(n_in, params.width), params
        norms = {"none": nn.Identity, "layer": nn.LayerNorm,
                 "batch": lambda n: nn.BatchNorm1d(n, momentum=1.0)}  # evaluate with the last (full) batch's moments
        self.norm = norms[params.normalization](params.width)

    def forward(self, h: Tensor) -> Tensor:
        y = ACTIVATIONS[self.params.activation](self.norm(self.linear(h)))
        return RESIDUALS[self.params.residual](h, y, self.params.depth) if h.shape == y.shape else y


def network(params: Any, rng: torch.Generator) -> nn.Sequential:
    """2 → width → … → width → 1; `initialization` is that of the hidden layers, the readout keeps PyTorch's own."""
    sizes = [2] + [params.width] * (params.depth - 1)
    net = build(lambda: nn.Sequential(*(Layer(n, params) for n in sizes), nn.Linear(params.width, 1)), rng)
    if params.initialization != "torch_default":
        scale = params.weight_scale if params.initialization == "scaled" else 1.0
        for layer in net[:-1]:
            INITIALIZATIONS[params.initialization](layer.linear.weight, rng).data.mul_(scale)
            nn.init.zeros_(layer.linear.bias)
    return net

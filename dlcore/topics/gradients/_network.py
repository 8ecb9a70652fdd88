"""A deep classifier of points in the plane, with every remedy as an option."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlcore.models import ACTIVATIONS, INITIALIZATIONS
from dlcore.topics.gradients._layers import RESIDUALS


class Network(nn.Module):
    """2 → width → … → width → 1, each layer h ↦ φ(norm(W h + b)), from the second on with a residual connection.

    All layers lie in one stack a kind: to build, to update or to measure thirty of them is then a single call.
    """

    def __init__(self, params: Any, rng: torch.Generator) -> None:
        super().__init__()
        depth, width, self.params = params.depth, params.width, params
        self.first, self.hidden = _empty(width, 2), _empty(depth - 1, width, width)
        self.bias, self.readout, self.offset = _empty(depth, width), _empty(1, width), _empty(1)
        if params.normalization != "none":
            self.gain, self.shift = nn.Parameter(torch.ones(depth, width)), nn.Parameter(torch.zeros(depth, width))
        self.mean, self.variance = torch.zeros(2, depth, width)  # of the last batch, which is the full one
        with torch.no_grad():
            self._draw(rng)

    def _draw(self, rng: torch.Generator) -> None:
        """PyTorch's default for all, then `initialization` for the hidden layers, whose biases it sets to 0."""
        weights = [self.first, *self.hidden]
        for weight, bias in zip([*weights, self.readout], [*self.bias, self.offset], strict=True):
            INITIALIZATIONS["torch_default"](weight, rng)
            bound = 1 / math.sqrt(weight.shape[1])
            bias.uniform_(-bound, bound, generator=rng)
        if self.params.initialization != "torch_default":
            scale = self.params.weight_scale if self.params.initialization == "scaled" else 1.0
            for weight in weights:
                INITIALIZATIONS[self.params.initialization](weight, rng).mul_(scale)
            self.bias.zero_()

    def forward(self, x: Tensor) -> Tensor:
        """The logit of class 1 for each point; (N, 2) → (N)."""
        params, h = self.params, x
        activate, connect = ACTIVATIONS[params.activation], RESIDUALS[params.residual]
        weights = [self.first, *self.hidden.unbind()]
        normalized = self._normalized()
        for layer, (weight, bias) in enumerate(zip(weights, self.bias.unbind(), strict=True)):
            y = activate(normalized(F.linear(h, weight, bias), layer))  # (N, width)
            h = connect(h, y, params.depth) if layer else y
        return F.linear(h, self.readout, self.offset).squeeze(1)

    def _normalized(self) -> Callable[[Tensor, int], Tensor]:
        """What is done to z of a layer. Stacks are taken apart once: the gradients come back in one piece."""
        if self.params.normalization == "none":
            return lambda z, layer: z
        gain, shift = self.gain.unbind(), self.shift.unbind()
        if self.params.normalization == "layer":
            return lambda z, layer: F.layer_norm(z, z.shape[1:], gain[layer], shift[layer])
        return lambda z, layer: F.batch_norm(z, self.mean[layer], self.variance[layer], gain[layer], shift[layer],
                                             self.training, momentum=1.0)

    def gradient_norms(self) -> Tensor:
        """‖∂L/∂W_l‖ of every hidden layer, (L), in float64."""
        first = torch.linalg.vector_norm(self.first.grad, dtype=torch.float64)
        others = torch.linalg.vector_norm(self.hidden.grad, dim=(1, 2), dtype=torch.float64)
        return torch.cat([first[None], others])


def _empty(*shape: int) -> nn.Parameter:
    return nn.Parameter(torch.empty(shape))

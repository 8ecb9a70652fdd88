"""Deep classifiers of points in the plane, one for each seed, with every remedy as an option."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from dlcore.models import ACTIVATIONS, INITIALIZATIONS
from dlcore.topics.gradients._float32 import flushed
from dlcore.topics.gradients._layers import RESIDUALS
from dlcore.topics.gradients._moons import GRID


class Networks(nn.Module):
    """2 → width → … → width → 1, each layer h ↦ φ(norm(W h + b)), from the second on with a residual connection.

    S networks that never meet, one for each stream of random numbers. All layers lie in one stack a kind, and every
    parameter begins with (layers, S): to build, to update or to measure thirty layers is then a single call.
    """

    def __init__(self, params: Any, rngs: Sequence[torch.Generator]) -> None:
        super().__init__()
        depth, width, nets, self.params = params.depth, params.width, len(rngs), params
        self.first, self.hidden = _empty(1, nets, width, 2), _empty(depth - 1, nets, width, width)
        self.bias, self.readout, self.offset = (_empty(depth, nets, width, 1), _empty(1, nets, 1, width),
                                                _empty(1, nets, 1, 1))
        if params.normalization != "none":
            self.gain = nn.Parameter(torch.ones(depth, nets, width, 1))
            self.shift = nn.Parameter(torch.zeros(depth, nets, width, 1))
        self.seen = 0  # points in the last batch
        self.mean, self.variance = torch.zeros(2, depth, nets * width)  # of the last batch, which is the full one
        with torch.no_grad():
            for net, rng in enumerate(rngs):
                self._draw(net, rng)

    def _draw(self, net: int, rng: torch.Generator) -> None:
        """PyTorch's default for all, then `initialization` for the hidden layers, whose biases it sets to 0."""
        weights = [self.first[0, net], *self.hidden[:, net]]
        biases = [*self.bias[:, net], self.offset[0, net]]
        for weight, bias in zip([*weights, self.readout[0, net]], biases, strict=True):
            INITIALIZATIONS["torch_default"](weight, rng)
            bound = 1 / math.sqrt(weight.shape[1])
            bias.uniform_(-bound, bound, generator=rng)
        if self.params.initialization != "torch_default":
            scale = self.params.weight_scale if self.params.initialization == "scaled" else 1.0
            for weight in weights:
                INITIALIZATIONS[self.params.initialization](weight, rng).mul_(scale)
            self.bias[:, net] = 0

    def forward(self, x: Tensor) -> Tensor:
        """The logit of class 1 for each point, a row a network; (S, 2, P) → (S, P)."""
        params, h = self.params, x
        self.seen = x.shape[2] if self.training else self.seen
        activate, connect = ACTIVATIONS[params.activation], RESIDUALS[params.residual]
        weights = [self.first[0], *self.hidden.unbind()]  # depth of (S, width, n_in)
        normalized = self._normalized()
        for layer, (weight, bias) in enumerate(zip(weights, self.bias.unbind(), strict=True)):
            y = activate(normalized(torch.baddbmm(bias, weight, h), layer))  # (S, width, P)
            h = connect(h, y, params.depth) if layer else y
        return torch.baddbmm(self.offset[0], self.readout[0], h).squeeze(1)

    def _normalized(self) -> Callable[[Tensor, int], Tensor]:
        """What is done to z of a layer. Stacks are taken apart once: the gradients come back in one piece."""
        if self.params.normalization == "none":
            return lambda z, layer: z
        gain, shift = self.gain.unbind(), self.shift.unbind()
        if self.params.normalization == "layer":
            return lambda z, layer: torch.addcmul(shift[layer], gain[layer], F.layer_norm(
                z.transpose(1, 2), z.shape[1:2]).transpose(1, 2))
        return lambda z, layer: F.batch_norm(
            z.view(1, -1, z.shape[2]), self.mean[layer], self.variance[layer], gain[layer].flatten(),
            shift[layer].flatten(), self.training, momentum=1.0).view_as(z)  # a unit of any network is a channel

    @cached_property
    def answers(self) -> np.ndarray:
        """Each network's probability of class 1 on the grid, (S, 400); of a copy that is not trained any more.

        Batch norm uses mean and variance of the points trained on, as in training: so a point's answer is the same in
        the picture as in loss and accuracy. (PyTorch's running variance is P/(P − 1) times that, as an estimate.)
        """
        self.eval()
        self.variance *= 1 - 1 / self.seen
        with torch.no_grad(), flushed():
            return self(GRID.T.expand(self.first.shape[1], -1, -1)).sigmoid().numpy()

    def gradient_norms(self) -> Tensor:
        """‖∂L/∂W_l‖ of every hidden layer, (S, depth), in float64."""
        return torch.cat([torch.linalg.vector_norm(p.grad, dim=(2, 3), dtype=torch.float64)
                          for p in (self.first, self.hidden)]).T


def train(net: Networks, optimizer: torch.optim.Optimizer, x: Tensor, label: Tensor, steps: int,
          clip_norm: float | None) -> Iterator[tuple[int, list[float], list[float], list[bool]]]:
    """Each step, just before its update: its number; of every network loss, share right, whether all is finite.

    `.grad` holds the raw gradient while the caller looks; clipping, for each network by itself, happens with the
    update. Shapes: x (S, 2, P), label (S, P).
    """
    parameters = [*net.parameters()]
    for step in range(steps + 1):
        with flushed():
            optimizer.zero_grad()
            logits = net(x)  # (S, P)
            loss = F.binary_cross_entropy_with_logits(logits, label, reduction="none").mean(1)  # (S)
            loss.sum().backward()  # the networks share nothing: each gets the gradient of its own loss
            norms = torch.stack([torch.linalg.vector_norm(p.grad, dim=(0, 2, 3)) for p in parameters])
            norm = torch.linalg.vector_norm(norms, dim=0)  # (S), of all of a network's gradients
            right = ((logits > 0) == (label > 0.5)).double().mean(1)
        yield step, loss.tolist(), right.tolist(), torch.isfinite(loss + norm).tolist()
        if step == steps:
            return  # or there would be one update more than was asked for
        with flushed(), torch.no_grad():
            if clip_norm is not None:
                share = (clip_norm / (norm + 1e-6)).clamp(max=1.0)[:, None, None]  # as clip_grad_norm_
                for p in parameters:
                    p.grad.mul_(share)
            optimizer.step()


def _empty(*shape: int) -> nn.Parameter:
    return nn.Parameter(torch.empty(shape))

"""Many deep networks at once, for studies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlcore.models import ACTIVATIONS
from dlcore.study.work import Batch
from dlcore.topics.gradients._float32 import flushed
from dlcore.topics.gradients._layers import RESIDUALS
from dlcore.topics.gradients.deep_net import drawable, draws, growth, theory

KNOWN = ("growth_per_layer", "growth_per_layer_theory", "first_to_last", "layers_without_gradient")
HELD = 12  # networks of 64 units and thirty layers whose activations stay in the processor's cache
_drawn = lru_cache(maxsize=100)(draws.__wrapped__)  # of all the seeds of a study


def _gradients(many: Sequence[Any], measures: Sequence[str]) -> list[list[float | None]] | None:
    """The numbers of `deep_net.run`, from the gradient alone: a batch of networks forward and back.

    Shapes: one row a setting, one number a measure; None for other measures or a normalization.
    """
    if set(measures) - set(KNOWN) or any(params.normalization != "none" for params in many):
        return None
    rows: list[list[float | None]] = []
    for _, same in groupby(many, key=lambda p: replace(p, seed=0, weight_scale=1.0, bias_scale=0.0)):
        rows += _rows(list(same), measures)
    return rows


def _rows(same: Sequence[Any], measures: Sequence[str]) -> list[list[float | None]]:
    laws = {} if "growth_per_layer_theory" not in measures else {
        p: _law(p) for p in {replace(p, seed=0) for p in same}}
    found = []
    for start in range(0, len(same), HELD):
        held = same[start:start + HELD]
        found += [_read(row, laws.get(replace(p, seed=0)), measures) for p, row in zip(held, deltas(held), strict=True)]
    return found


def _law(params: Any) -> float | None:
    law = theory(params)
    return growth(law["delta_norm"]) if law else None


def _read(delta: np.ndarray, law: float | None, measures: Sequence[str]) -> list[float | None]:
    alive = drawable(delta)
    known = {"growth_per_layer": growth(delta), "growth_per_layer_theory": law,
             "first_to_last": float(delta[0] / delta[-1]) if alive[[0, -1]].all() else None,
             "layers_without_gradient": float(np.count_nonzero(~alive))}
    return [known[name] for name in measures]


def deltas(same: Sequence[Any]) -> np.ndarray:
    """‖∂L/∂z_l‖ of networks of one shape (S, N), NaN where there is no loss.

    The derivative of an activation is the gradient of a sum, so autograd goes back through all networks at once.
    """
    one = same[0]
    drawn = [_drawn(one.depth, one.width, one.initialization, p.seed) for p in same]
    scale = torch.tensor([p.weight_scale if p.initialization == "scaled" else 1.0 for p in same])[:, None, None]
    bias_scale = torch.tensor([p.bias_scale for p in same])[:, None, None]
    h = torch.stack([inputs[: one.batch_size] for inputs, *_ in drawn])  # (S, B, n)
    target = torch.stack([output[: one.batch_size] for _, output, *_ in drawn])
    activate, connect = ACTIVATIONS[one.activation], RESIDUALS[one.residual]
    with flushed():
        zs: list[Tensor] = []
        for layer in range(one.depth):
            weight = torch.stack([weights[layer] for *_, weights, _ in drawn]).mul_(scale)  # (S, n, n)
            bias = torch.stack([biases[layer] for *_, biases in drawn])[:, None] * bias_scale  # (S, 1, n)
            z = torch.baddbmm(bias, h, weight.mT).requires_grad_()
            h = connect(h, activate(z), one.depth)
            zs.append(z)
        loss = (h * target / torch.linalg.vector_norm(target, dim=(1, 2), keepdim=True)).sum()
        gradients = torch.autograd.grad(loss, zs)
        norms = torch.stack([torch.linalg.vector_norm(g, dim=(1, 2), dtype=torch.float64) for g in gradients], 1)
        lost = ~h.isfinite().all(-1).all(-1)
    found = norms.numpy()
    found[lost.numpy()] = np.nan
    return found


deep_net = Batch(_gradients, together=500)

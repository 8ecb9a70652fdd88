"""One hidden layer with random hidden weights, and output weights solved for exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from dlcore.seeds import generator

BIAS_SPAN = 3.0  # hidden biases are uniform on (−3, 3)

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "gelu": torch.nn.functional.gelu,
    "softplus": torch.nn.functional.softplus,
    "sine": torch.sin,
    "step": lambda z: (z >= 0).to(z.dtype),
    "square": torch.square,
    "cube": lambda z: z**3,
    "identity": lambda z: z,
}


def hidden_layer(x: Tensor, activation: str, width: int, weight_scale: float, bias: bool, seed: int) -> Tensor:
    """φ(wx + b) for `width` random units; with biases, a first column of ones for the output's own.

    Shapes: (P,) -> (P, 1 + width), or (P, width) without biases.
    """
    rng = generator(seed)
    w = weight_scale * torch.randn(width, generator=rng, dtype=x.dtype)
    b = BIAS_SPAN * (2 * torch.rand(width, generator=rng, dtype=x.dtype) - 1)
    h = ACTIVATIONS[activation](x[:, None] * w + (b if bias else 0))  # (P, width)
    return torch.cat([torch.ones_like(h[:, :1]), h], dim=1) if bias else h


def least_squares(h: Tensor, y: Tensor, columns: Sequence[int], ridge: float) -> list[Tensor]:
    """Weights v that minimize ‖h v − y‖² + ridge² ‖v‖², if only the first n columns of `h` may be used, for each n.

    The ridge keeps v finite where units repeat each other. One triangular factorization serves all n, since a
    narrow net is the first part of a wide one.

    Shapes: (P, N), (P, T) -> (n, T) each.
    """
    units, targets = h.shape[1], y.shape[1]
    below = torch.cat([ridge * torch.eye(units, dtype=h.dtype), h.new_zeros(units, targets)], dim=1)
    r = torch.linalg.qr(torch.cat([torch.cat([h, y], dim=1), below]), mode="r").R  # its last columns are Qᵀy
    return [torch.linalg.solve_triangular(r[:n, :n], r[:n, units:], upper=True) for n in columns]


def nearest_parabola(target: Callable[[Tensor], Tensor], fitted: Tensor, x: Tensor) -> Tensor:
    """The parabola that is closest to the target on the fitted points: the most that square units can do."""
    powers = torch.arange(3)
    weights = torch.linalg.lstsq(fitted[:, None] ** powers, target(fitted)[:, None]).solution  # (3, 1)
    return (x[:, None] ** powers @ weights)[:, 0]

"""Forward mode: a tangent travels beside its value."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from threading import Lock

import torch
from torch import Tensor
from torch.autograd import forward_ad

with warnings.catch_warnings():  # at its first use, forward mode loads a part of torch that warns of torch.jit
    warnings.simplefilter("ignore", DeprecationWarning)
    with forward_ad.dual_level():
        forward_ad.make_dual(torch.zeros(1), torch.zeros(1))

_lock = Lock()  # torch has one level of forward mode for the whole process; readers run in threads


def jvp(function: Callable[..., Tensor], values: Sequence[Tensor], tangents: Sequence[Tensor]) -> Tensor:
    """J u: how the output moves when `values` move along `tangents`, in one sweep with the function itself."""
    with _lock, torch.no_grad(), forward_ad.dual_level():
        return forward_ad.unpack_dual(function(*map(forward_ad.make_dual, values, tangents))).tangent

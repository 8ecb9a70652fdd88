"""What a sweep costs: counted by torch while it runs, and by the textbook."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import linear
from torch.utils.flop_counter import FlopCounterMode

from dlcore.seeds import generator
from dlcore.topics.autodiff._forward import jvp

Network = tuple[Tensor, Tensor, Tensor, Tensor]  # W₁ (h, n), b₁ (h,), W₂ (m, h), b₂ (m,)


def counted(call: Callable[[], Any]) -> tuple[Any, int]:
    """What `call` returns, and torch's count of the FLOPs that it took."""
    counter = FlopCounterMode(display=False)
    # Its tracker would hook every nn.Module of the process, also those that other readers' threads run.
    counter.mod_tracker = SimpleNamespace(parents={"Global"}, __enter__=lambda: None, __exit__=lambda *_: None)
    with counter:
        result = call()
    return result, counter.get_total_flops()


def saved(call: Callable[[], Any], parameters: Network) -> tuple[Any, int]:
    """What `call` returns, and the bytes that its tape holds besides the parameters themselves."""
    own, kept = {p.untyped_storage().data_ptr() for p in parameters}, {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()  # a storage saved twice is held once
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        return call(), sum(kept.values())


@lru_cache(maxsize=8)
def draw(inputs: int, hidden_size: int, outputs: int, batch_size: int) -> tuple[Tensor, Network]:
    """A batch and a network; costs do not depend on the values, so one seed serves.

    Shapes: (B, n), and those of `Network`.
    """
    rng = generator(0)
    batch = torch.randn(batch_size, inputs, generator=rng)
    shapes = (hidden_size, inputs), (hidden_size,), (outputs, hidden_size), (outputs,)
    return batch, tuple(torch.randn(shape, generator=rng).requires_grad_() for shape in shapes)


def network(x: Tensor, parameters: Network) -> Tensor:
    """y = W₂ tanh(W₁x + b₁) + b₂."""
    w1, b1, w2, b2 = parameters
    return linear(torch.tanh(linear(x, w1, b1)), w2, b2)  # (B, n) -> (B, m)


@lru_cache(maxsize=16)
def input_sweeps(inputs: int, hidden_size: int, outputs: int, batch_size: int) -> tuple[int, int]:
    """FLOPs of one sweep back to the inputs and of one sweep forward from them, the forward pass not counted."""
    x, parameters = draw(inputs, hidden_size, outputs, batch_size)
    x = x.clone().requires_grad_()
    fixed = tuple(p.detach() for p in parameters)
    y, forward = counted(lambda: network(x, fixed))
    _, back = counted(lambda: torch.autograd.grad(y, x, torch.ones_like(y)))
    _, along = counted(lambda: jvp(lambda x: network(x, fixed), [x.detach()], [torch.ones_like(x)]))
    return back, along - forward

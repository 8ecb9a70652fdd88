"""Networks that are filled from a passed generator, never from the global one."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "gelu": nn.functional.gelu,
    "linear": lambda z: z,
}

# How one weight matrix (n_out, n_in) is drawn; "scaled" is the unit draw that a weight_scale multiplies.
INITIALIZATIONS: dict[str, Callable[[Tensor, torch.Generator], Tensor]] = {
    "torch_default": lambda w, g: nn.init.kaiming_uniform_(w, a=math.sqrt(5), generator=g),
    "xavier": lambda w, g: nn.init.xavier_normal_(w, generator=g),
    "he": lambda w, g: nn.init.kaiming_normal_(w, nonlinearity="relu", generator=g),
    "orthogonal": lambda w, g: nn.init.orthogonal_(w, generator=g),
    "scaled": lambda w, g: nn.init.normal_(w, std=1 / math.sqrt(w.shape[1]), generator=g),
}

# Variance of a weight of a square layer times its fan-in; PyTorch's own default gives 1/3.
WEIGHT_VARIANCE = {"torch_default": 1 / 3, "xavier": 1.0, "he": 2.0, "orthogonal": 1.0, "scaled": 1.0}


def build(module: Callable[[], nn.Module], generator: torch.Generator) -> nn.Module:
    """`module()` with PyTorch's own default initialization, drawn from `generator`.

    A module draws from the global generator while it is built, which all readers share; on the meta
    device it draws nothing, and is filled here.

    Raises: TypeError for a layer whose default is not known here.
    """
    with torch.device("meta"):
        net = module()
    net = net.to_empty(device="cpu")
    with torch.no_grad():
        for layer in net.modules():
            _fill(layer, generator)
    return net


def _fill(layer: nn.Module, generator: torch.Generator) -> None:
    if isinstance(layer, (nn.LayerNorm, nn.modules.batchnorm._NormBase, nn.GroupNorm)):
        layer.reset_parameters()  # ones and zeros, running statistics too: nothing is drawn
        return
    own = dict(layer.named_parameters(recurse=False))
    if not own:
        return
    if isinstance(layer, (nn.Linear, nn.modules.conv._ConvNd)):
        _fill_linear(layer, generator)
    elif isinstance(layer, (nn.RNNBase, nn.RNNCellBase)):
        for weight in own.values():
            bound = 1 / math.sqrt(layer.hidden_size)
            nn.init.uniform_(weight, -bound, bound, generator=generator)
    elif isinstance(layer, nn.Embedding):
        nn.init.normal_(layer.weight, generator=generator)
    else:
        raise TypeError(f"no default initialization known for {type(layer).__name__}")


def _fill_linear(layer: nn.Module, generator: torch.Generator) -> None:
    nn.init.kaiming_uniform_(layer.weight, a=math.sqrt(5), generator=generator)
    if layer.bias is not None:
        fan_in, _ = nn.init._calculate_fan_in_and_fan_out(layer.weight)
        bound = 1 / math.sqrt(fan_in)
        nn.init.uniform_(layer.bias, -bound, bound, generator=generator)

"""What may stand around a layer's activation: a normalization before it, a residual connection after it."""

from __future__ import annotations

import math
from collections.abc import Callable

from torch import Tensor
from torch.nn import functional as F

# (W h, bias) → what enters the activation; the bias is the normalization's own shift
NORMALIZATIONS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "none": lambda z, bias: z + bias,
    "batch": lambda z, bias: F.batch_norm(z, None, None, bias=bias, training=True),
    "layer": lambda z, bias: F.layer_norm(z, z.shape[1:], bias=bias),
}

# (input of the layer, its activation, depth) → output of the layer
RESIDUALS: dict[str, Callable[[Tensor, Tensor, int], Tensor]] = {
    "off": lambda h, y, depth: y,
    "on": lambda h, y, depth: h + y,
    "scaled": lambda h, y, depth: h + y / math.sqrt(depth),
}

"""When is the prediction one number, and what does broadcasting make of it?

Source: the broadcasting rules of NumPy and PyTorch: axes are matched from the right, and a 1 is stretched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor
from torch.nn import functional as F

from dlcore.params import Ranged, choice, number
from dlcore.seeds import generator
from dlcore.topics.broadcasting._ledger import SILENCE, Row, alignment, attempt, ledger, shape, tried
from dlcore.topics.broadcasting._pictures import IMAGES

AXES = {"image": "height, width", "channel": "channel, height, width", "batch": "batch, height, width",
        "batch_and_channel": "batch, channel, height, width"}


@dataclass(frozen=True)
class Params(Ranged):
    image_size: int = number(32, 2, 40, 1, "Side n of the image and of the target")
    kernel_size: int = number(32, 1, 40, 1, "Side k of the kernel")
    padding: int = number(0, 0, 2, 1, "Rings p of zeros around the image: the output has side n + 2p − k + 1")
    batch_size: int | str = choice("off", (1, 2, 4, 8, "off"), "Images B in a batch; off: one image, no batch axis")
    target: str = choice("image", tuple(AXES), "Which axes the target has: (n, n), (1, n, n), (B, n, n), (B, 1, n, n)")


@dataclass(frozen=True)
class Result:
    """`ledger`: tensor, shape, note: every shape on the way, and what torch said.

    `losses`: function, shape, outcome: what each of eight loss functions did with these two tensors.
    `summary`: quantity, value, unit: the predictions, the targets, and the pairs that a subtraction makes of them;
    pixels_per_weight is how many pixels one weight meets, at most.
    """

    ledger: Annotated[pd.DataFrame, "tensor", "shape", "note"]
    losses: Annotated[pd.DataFrame, "function", "shape", "outcome"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Convolve, subtract, reduce; write down each shape and each word that torch says."""
    n, k, batch = params.image_size, params.kernel_size, params.batch_size
    picture = IMAGES["digit"](n, generator(0))  # (n, n), between 0 and 1
    image = picture[None] if batch == "off" else picture.expand(batch, 1, n, n)
    kernel = torch.full((1, 1, k, k), 1 / k**2, dtype=picture.dtype)  # an average: the prediction stays in [0, 1]
    target = {"image": picture, "channel": picture[None], "batch": picture.expand(len(image), n, n),
              "batch_and_channel": picture.expand(len(image), 1, n, n)}[params.target]
    prediction, refused = attempt(lambda: F.conv2d(image, kernel, padding=params.padding))
    side = f"side {n} + 2·{params.padding} − {k} + 1 = {n + 2 * params.padding - k + 1}"
    rows = [("image", shape(image), AXES["channel" if batch == "off" else "batch_and_channel"]),
            ("kernel", shape(kernel), "channels out, channels in, height, width"),
            ("prediction", shape(prediction), refused or side),
            ("target", shape(target), AXES[params.target])]
    if prediction is None:
        return describe(params, rows, [], target, None, None, 0.0)
    difference, refused = attempt(lambda: prediction - target)
    rows.append(("difference", shape(difference), refused or alignment(prediction.shape, target.shape)))
    met = pixels_per_weight(n, kernel, params.padding)
    return describe(params, rows, tried(prediction, target), target, prediction, difference, met)


def pixels_per_weight(size: int, kernel: Tensor, padding: int) -> float:
    """The largest ∂(Σ prediction)/∂W on an image of ones: each pixel that a weight meets adds 1."""
    ones, weight = torch.ones(1, size, size, dtype=kernel.dtype), kernel.clone().requires_grad_()
    met, = torch.autograd.grad(F.conv2d(ones, weight, padding=padding).sum(), weight)
    return met.max().item()


def describe(params: Params, rows: list[Row], losses: list[Row], target: Tensor,
             prediction: Tensor | None, difference: Tensor | None, met: float) -> Result:
    """Tables, counts and the sentence."""
    made = {"predictions": prediction, "targets": target, "pairs": difference}
    summary = [(name, float(t.numel()), "") for name, t in made.items() if t is not None]
    if prediction is not None:
        summary += [("rank", float(prediction.dim()), "axes"), ("pixels_per_weight", met, "")]
    heard = pd.DataFrame(losses, columns=["function", "shape", "outcome"])
    return Result(ledger(rows), heard, pd.DataFrame(summary, columns=["quantity", "value", "unit"]),
                  sentence(params, prediction, target, difference, heard))


def sentence(params: Params, prediction: Tensor | None, target: Tensor, difference: Tensor | None,
             heard: pd.DataFrame) -> str:
    """Who is compared with whom, and who noticed."""
    if prediction is None:
        return "The kernel is larger than the padded image: torch refuses, and there is no prediction to compare."
    if difference is None:
        return "The shapes do not fit: an axis differs and is not 1, so torch refuses to subtract. Good: it shows."
    silent = ", ".join(heard.function[heard.outcome == SILENCE])
    if prediction.shape == target.shape:
        return f"The shapes are equal: each of {target.numel():,} predictions meets its own target."
    met = difference.numel() // target.numel()
    meeting = (f"each target is compared with {met} predictions, its own and {met - 1} of other images"
               if met > 1 and params.target == "batch" else
               f"the one target picture serves all images, so each target is compared with {met} predictions, one of "
               "each image" if met > 1 else "each target is compared with one prediction")
    return (f"{prediction.numel():,} predicted and {target.numel():,} wanted numbers become {difference.numel():,} "
            f"pairs: {meeting}. Nothing was said by {silent}.")

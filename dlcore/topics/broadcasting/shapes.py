"""What happens when the prediction and the target have different shapes?

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
from dlcore.tables import of_rows, summary
from dlcore.topics.broadcasting._ledger import LOSSES, SILENCE, Row, alignment, attempt, ledger, shape, tried
from dlcore.topics.broadcasting._pictures import IMAGES
from dlcore.topics.broadcasting._stretch import labels, stretch

AXES = {"image": "height, width", "channel": "channel, height, width", "batch": "batch, height, width",
        "batch_and_channel": "batch, channel, height, width"}


@dataclass(frozen=True)
class Params(Ranged):
    image_size: int = number(32, 2, 40, 1, "Side n of the image and of the target, in pixels", symbol="n")
    kernel_size: int = number(32, 1, 40, 1, "Side k of the kernel, in pixels", symbol="k")
    padding: int = number(0, 0, 2, 1, "Padding p: rings of zeros around the image", symbol="p")
    batch_size: int | str = choice("off", ("off", 1, 2, 4, 8), "Batch size B; off: one image and no batch axis",
                                   symbol="B")
    target: str = choice("image", tuple(AXES), "Axes of the target: image (n, n), with a channel, a batch, or both")


@dataclass(frozen=True)
class Result:
    """`ledger`: tensor, shape, note: every shape on the way, and what torch said.

    `losses`: function, shape, outcome: what each of eight loss functions did with these two tensors; `heard`: reaction
    (nothing, a warning, an error), loss_functions: the same in short.
    `stretch`: row, column, value: an axis of the prediction, the target and their difference, aligned from the right;
    value 0 as it is, −1 stretched, 1 does not fit. `labels`: row, column, text, inside: the lengths, and the names.
    `summary`: quantity, value, unit: the predictions, the targets, and the pairs that a subtraction makes of them;
    pixels_per_weight is how many pixels one weight meets, at most.
    """

    ledger: Annotated[pd.DataFrame, "tensor", "shape", "note"]
    losses: Annotated[pd.DataFrame, "function", "shape", "outcome"]
    heard: Annotated[pd.DataFrame, "reaction", "loss_functions"]
    stretch: Annotated[pd.DataFrame, "row", "column", "value"]
    labels: Annotated[pd.DataFrame, "row", "column", "text", "inside"]
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
    numbers = [(name, float(t.numel()), "") for name, t in made.items() if t is not None]
    if losses:
        numbers.append(("silent_losses", float(sum(len(who.split(", ")) for who, _, said in losses if said == SILENCE)),
                        f"of {len(LOSSES)}"))
    if prediction is not None:
        numbers += [("rank", float(prediction.dim()), "axes"), ("pixels_per_weight", met, "")]
    heard = pd.DataFrame(losses, columns=["function", "shape", "outcome"])
    shapes = {name: list(tensor.shape) for name, tensor in
              (("prediction", prediction), ("target", target), ("difference", difference)) if tensor is not None}
    return Result(ledger(rows), heard, in_short(losses), stretch(shapes), labels(shapes), summary(numbers),
                  sentence(params, prediction, target, difference, heard))


def in_short(losses: list[Row]) -> pd.DataFrame:
    """Which functions said nothing, warned, or raised an error; the first of each is named."""
    found: dict[str, list[str]] = {"nothing": [], "a warning": [], "an error": []}
    for who, _, said in losses:
        warned = "Warning" in said.partition(":")[0]
        found["nothing" if said == SILENCE else "a warning" if warned else "an error"].append(who)
    names = {how: ", ".join(who).split(", ") for how, who in found.items() if who}
    return of_rows("reaction loss_functions", (
        (how, who[0] + f" and {len(who) - 1} more" * (len(who) > 1)) for how, who in names.items()))


def sentence(params: Params, prediction: Tensor | None, target: Tensor, difference: Tensor | None,
             heard: pd.DataFrame) -> str:
    """Who is compared with whom, and who noticed."""
    if prediction is None:
        return "The kernel is larger than the padded image, so PyTorch raises an error and makes no prediction."
    if difference is None:
        return ("The shapes do not fit: one axis has two different lengths, and neither is 1. PyTorch raises an error, "
                "so the mistake is seen at once.")
    silent = ", ".join(heard.function[heard.outcome == SILENCE]).split(", ")
    if prediction.shape == target.shape:
        return f"The shapes are equal: each of the {target.numel():,} predictions is compared with its own target."
    met = difference.numel() // target.numel()
    meeting = (f"each target is compared with {met} predictions, its own and {met - 1} of other images"
               if met > 1 and params.target == "batch" else
               f"the one target picture serves all images, so each target is compared with {met} predictions, one of "
               "each image" if met > 1 else
               "all targets are compared with the same prediction" if prediction.numel() == 1 else
               "each target is compared with one prediction")
    some = f"{prediction.numel():,} prediction{'s' * (prediction.numel() > 1)}"
    return (f"{some} minus {target.numel():,} targets gives {difference.numel():,} differences: {meeting}. Of "
            f"{len(LOSSES)} loss functions {len(LOSSES) - len(silent)} warn or raise an error; {len(silent)} say "
            "nothing, and a plain subtraction is one of these.")

"""Does the answer sheet's gradient lead to the lowest loss?

Source: the chain rule over a shared number, Rumelhart, Hinton & Williams 1986; the laws are worked out in the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.nn import functional as F

from dlcore.own.image import wrong_image
from dlcore.params import Ranged, choice, flag, number, own
from dlcore.tables import summary
from dlcore.topics.broadcasting._laws import Levels, kernel_norms, levels
from dlcore.topics.broadcasting._pictures import IMAGES, TARGETS, scene
from dlcore.topics.broadcasting._words import fate, verdict

PIXEL_LOSSES = {"mse": torch.square, "l1": torch.abs}
SLOPES = {"mse": lambda error: 2 * error, "l1": torch.sign}  # of one pixel's loss, as the sheet writes it
LIMIT = 100  # of the prediction, where the targets lie around 1: a run that diverges ends here
REDUCTIONS = {"sum": torch.sum, "mean": torch.mean}


@dataclass(frozen=True)
class Params(Ranged):
    target: str = choice("ramp", tuple(TARGETS), "Target y, one wanted value per pixel; its mean is about 1")
    rule: str = choice("sheet", ("autograd", "sheet"), "Gradient followed: true (autograd) or the answer sheet's")
    reduction: str = choice("sum", tuple(REDUCTIONS), "How the N losses become one: their sum or their mean")
    learning_rate: float = number(0.1, 0.0, 2.2, 0.01, "Step size α, in units of 1/curvature (above 2 it diverges)",
                                  symbol="α")
    size: int = number(8, 2, 32, 1, "Side n of image, kernel and target: N = n² targets", symbol="n")
    own_image: str = own(wrong_image, "0z00;0z00;0z00;0zzz", "An image X of your own: from a file, or a letter a pixel "
                         "(0 black to z white), rows parted by semicolons", "image")
    image: str = choice("digit", tuple(IMAGES), "Image X, the input")
    steps: int = number(100, 0, 500, 1, "Number of updates")
    bias: bool = flag(False, "Add a trained bias b to the prediction (true gradient only)")
    loss: str = choice("mse", tuple(PIXEL_LOSSES), "Loss of one pixel: (ŷ − y)² (mse) or |ŷ − y| (l1)")
    seed: int = number(0, 0, 99, 1, "Random seed of the first kernel and of the noise")

    def idle(self) -> set[str]:
        return {name for name, is_idle in (("bias", self.rule == "sheet"), ("image", bool(self.own_image))) if is_idle}


@dataclass(frozen=True)
class Result:
    """What was seen, followed and reached.

    `images`: name (image, target, kernel, gradient, sheet_gradient), row, column, value. Both gradients are those at
    the first kernel, `kernel` is the last one.
    `loss`: step, value, kind ("measured", "floor", "sheet plateau": where the sheet's rule would end on squares).
    `norm`: step, value, the length of the kernel; `kernel_norm`: step, value, kind ("measured", "theory").
    `summary`: quantity, value, unit.
    """

    images: Annotated[pd.DataFrame, "name", "row", "column", "value"]
    loss: Annotated[pd.DataFrame, "step", "value", "kind"]
    norm: Annotated[pd.DataFrame, "step", "value"]
    kernel_norm: Annotated[pd.DataFrame, "step", "value", "kind"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


@dataclass(frozen=True)
class Moment:
    """The state before one update, with both gradients by the kernel."""

    loss: Tensor
    prediction: Tensor
    kernel: Tensor
    gradient: Tensor
    sheet_gradient: Tensor


def run(params: Params) -> Result:
    """Fit one number to N targets, along the true gradient or along the sheet's."""
    image, target, kernel = scene(params.size, params.image, params.target, params.seed, params.own_image)
    weights = [kernel, torch.zeros(1, dtype=kernel.dtype)] if trains_bias(params) else [kernel]
    learning_rate = params.learning_rate / curvature(params, image)
    moments = []
    for _ in range(params.steps + 1):
        weights = [w.detach().requires_grad_() for w in weights]
        prediction = F.conv2d(image, *weights)  # (1, n, n) with (1, 1, n, n) -> (1, 1, 1)
        error = prediction - target  # (1, 1, 1) - (n, n) -> (1, n, n): broadcast
        loss = REDUCTIONS[params.reduction](PIXEL_LOSSES[params.loss](error))  # ()
        gradients = torch.autograd.grad(loss, weights)  # by the kernel (1, 1, n, n), by the bias (1)
        sheet = SLOPES[params.loss](error.detach()) * image  # (1, n, n): each weight hears one target
        moments.append(Moment(loss.detach(), prediction.detach(), weights[0].detach(), gradients[0], sheet[None]))
        if prediction.abs() > LIMIT:
            break
        followed = gradients if params.rule == "autograd" else [sheet[None]]
        weights = [w - learning_rate * g for w, g in zip(weights, followed, strict=True)]
    return describe(params, image, target, moments)


def trains_bias(params: Params) -> bool:
    """Whether there is a bias to learn: the sheet's formula gives none a gradient."""
    return params.bias and params.rule == "autograd"


def curvature(params: Params, image: Tensor) -> float:
    """By how much the slope along the followed direction changes; for an absolute error, half of that.

    N for a sum over N targets, 1 for a mean and for the sheet's one target a weight; a bias is one more
    pixel that is always 1.
    """
    targets = params.size**2 if params.rule == "autograd" and params.reduction == "sum" else 1
    reach = image.square().sum().item() + trains_bias(params)
    return (2 if params.loss == "mse" else 1) * targets * reach


def describe(params: Params, image: Tensor, target: Tensor, moments: list[Moment]) -> Result:
    """Tables, numbers and the sentence."""
    first, last = moments[0], moments[-1]
    law = levels(image[0], target, params.loss, params.reduction)
    steps = np.arange(len(moments))
    losses = np.array([m.loss.item() for m in moments])
    norms = torch.stack([m.kernel for m in moments]).flatten(1).norm(dim=1).numpy()
    cosine, ratio = compare(first.gradient, first.sheet_gradient)
    numbers = {"prediction": last.prediction.item(), "target_mean": target.mean().item(),
               "weighted_mean": law.weighted_mean, "floor": law.floor}
    theory = kernel_norms(first.kernel.squeeze(), image[0], target, params.rule, params.learning_rate,
                          trains_bias(params), len(moments) - 1) if params.loss == "mse" else np.empty(0)
    return Result(
        images=pictures(image, target, first, last),
        loss=loss_table(steps, losses, law),
        norm=pd.DataFrame({"step": steps, "value": norms}),
        kernel_norm=pd.DataFrame({"step": np.r_[steps, steps[: len(theory)]], "value": np.r_[norms, theory],
                                  "kind": ["measured"] * len(steps) + ["theory"] * len(theory)}),
        summary=summary((k, v, "×" if k == "norm_ratio" else "") for k, v in
                        (*numbers.items(), ("cosine", cosine), ("norm_ratio", ratio)) if v is not None),
        sentence=sentence(params, moments, numbers, law, losses))


def sentence(params: Params, moments: list[Moment], numbers: dict[str, float], levels: Levels,
             losses: np.ndarray) -> str:
    """Where prediction and loss ended, and what is remarkable about the two gradients at the start."""
    law = {"mse": "Var(y)", "l1": "the loss of the median"}[params.loss]
    law = f"N·{law}" if params.loss == "mse" and params.reduction == "sum" else law
    said = fate(params.rule, params.loss, params.learning_rate, numbers, levels, losses,
                np.array([m.prediction.item() for m in moments]), law, ended=len(losses) <= params.steps)
    everywhere = params.loss == "mse" or params.target == "constant"  # else only the signs at this kernel agree
    true, sheet, n = moments[0].gradient, moments[0].sheet_gradient, params.size**2
    gap, gap_times_n = (((factor * sheet - true).abs().max() / (true.abs().max() or 1)).item() for factor in (1, n))
    return f"{said} {verdict(*compare(true, sheet), gap, gap_times_n, n, everywhere)}".rstrip()


def compare(true: Tensor, sheet: Tensor) -> tuple[float | None, float | None]:
    """Cosine of the two gradients and the ratio of their lengths; nothing where a length is zero."""
    lengths = true.norm().item(), sheet.norm().item()
    if lengths[0] == 0:
        return None, None
    cosine = (true * sheet).sum().item() / (lengths[0] * lengths[1]) if lengths[1] > 0 else None
    return cosine, lengths[1] / lengths[0]


def pictures(image: Tensor, target: Tensor, first: Moment, last: Moment) -> pd.DataFrame:
    """All five pictures, row by row."""
    values = {"image": image, "target": target, "kernel": last.kernel,
              "gradient": first.gradient, "sheet_gradient": first.sheet_gradient}
    side = target.shape[-1]
    row, column = np.divmod(np.arange(side**2), side)
    return pd.DataFrame({"name": np.repeat(list(values), side**2),
                         "row": np.tile(row, len(values)), "column": np.tile(column, len(values)),
                         "value": np.concatenate([v.numpy().ravel() for v in values.values()])})


def loss_table(steps: np.ndarray, losses: np.ndarray, law: Levels) -> pd.DataFrame:
    """The measured loss, and the levels that it may not or will not pass."""
    lines = {"floor": law.floor} | ({} if law.plateau is None else {"sheet plateau": law.plateau})
    rows = [(int(s), float(v), "measured") for s, v in zip(steps, losses, strict=True)]
    rows += [(int(s), level, kind) for kind, level in lines.items() for s in sorted({0, int(steps[-1])})]
    return pd.DataFrame(rows, columns=["step", "value", "kind"])

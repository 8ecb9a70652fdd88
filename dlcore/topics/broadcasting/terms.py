"""Which terms of the true gradient does the answer sheet's formula leave out?

Source: the chain rule; the check by central differences is as old as the calculus of finite differences.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.nn import functional as F

from dlcore.params import Ranged, choice, number
from dlcore.spelling import plain
from dlcore.tables import summary
from dlcore.topics.broadcasting._pictures import IMAGES, TARGETS, scene

NUDGE = 1e-4  # h of the central difference: a squared loss has no third derivative, so only rounding is left


@dataclass(frozen=True)
class Params(Ranged):
    size: int = number(4, 2, 8, 1, "Side n of image, kernel and target: N = n² targets and n² weights", symbol="n")
    weight: int = number(7, 1, 64, 1, "Number of the weight that is checked, row by row (1 follows the last)")
    image: str = choice("digit", tuple(IMAGES), "Image X, the input")
    target: str = choice("ramp", tuple(TARGETS), "Target y, one wanted value per pixel; its mean is about 1")
    seed: int = number(0, 0, 99, 1, "Random seed of the kernel and of the noise")


@dataclass(frozen=True)
class Result:
    """The gradient of Σ (ŷ − y)² before its terms are added up.

    `terms`: row (a pixel of the target), column (a weight), value: what autograd gives this weight for that one
    target alone; mark ("kept by the sheet", "ends of the column checked", "").
    `checks`: method, value: the gradient of the one weight, four times.
    `chain`: quantity, value, kind: what the chain rule multiplies for that weight. measured: what torch gives for
    prediction, loss, slope ∂L/∂ŷ and input_slope ∂ŷ/∂W, and the pixel and the target of the weight's own place.
    sheet: what its formulas give for the first four.
    `summary`: quantity, value, unit.
    """

    terms: Annotated[pd.DataFrame, "row", "column", "value", "mark"]
    checks: Annotated[pd.DataFrame, "method", "value"]
    chain: Annotated[pd.DataFrame, "quantity", "value", "kind"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Ask autograd for the gradient of each target's loss alone, then check one weight by nudging it."""
    image, target, kernel = scene(params.size, params.image, params.target, params.seed)
    n_weights = params.size**2
    chosen = (params.weight - 1) % n_weights

    def losses(kernel: Tensor) -> Tensor:
        return (F.conv2d(image, kernel) - target).square().flatten()  # one loss a target (N)

    kernel.requires_grad_()
    total, = torch.autograd.grad(losses(kernel).sum(), kernel)  # (1, 1, n, n)
    each = torch.eye(n_weights, dtype=kernel.dtype)
    alone, = torch.autograd.grad(losses(kernel), kernel, each, is_grads_batched=True)  # (N, 1, 1, n, n)
    alone = alone.flatten(1)  # targets by weights (N, N)
    nudge = NUDGE * each[chosen].view_as(kernel)
    with torch.no_grad():
        up, down = losses(kernel + nudge).sum(), losses(kernel - nudge).sum()
        prediction = F.conv2d(image, kernel)
    pixel = image.flatten()[chosen]
    checks = {"autograd": total.flatten()[chosen], "finite difference": (up - down) / (2 * NUDGE),
              "2N(ŷ − ȳ)X": 2 * n_weights * (prediction - target.mean()) * pixel,
              "sheet": 2 * (prediction - target.flatten()[chosen]) * pixel}
    found = {method: value.item() + 0.0 for method, value in checks.items()}  # and −0 becomes 0
    return describe(params, chosen, alone, found, pixel.item(), factors(image, target, kernel, chosen))


def factors(image: Tensor, target: Tensor, kernel: Tensor, chosen: int) -> pd.DataFrame:
    """The numbers that the chain rule multiplies: from torch, and from the sheet's formulas."""
    prediction = F.conv2d(image, kernel)  # (1, 1, 1)
    loss = F.mse_loss(prediction.expand(1, *target.shape), target[None], reduction="sum")
    slope, = torch.autograd.grad(loss, prediction, retain_graph=True)  # (1, 1, 1)
    input_slope, = torch.autograd.grad(prediction, kernel)  # (1, 1, n, n)
    pixel, wanted, own = image.flatten()[chosen], target.flatten()[chosen], (kernel * image).sum()
    measured = {"prediction": prediction, "loss": loss, "slope": slope,
                "input_slope": input_slope.flatten()[chosen], "pixel": pixel, "target": wanted}
    sheet = {"prediction": own, "loss": (own - target).square().sum(), "slope": 2 * (own - wanted),
             "input_slope": pixel}
    rows = [(quantity, value.item() + 0.0, kind) for kind, group in (("measured", measured), ("sheet", sheet))
            for quantity, value in group.items()]
    return pd.DataFrame(rows, columns=["quantity", "value", "kind"])


def describe(params: Params, chosen: int, alone: Tensor, checks: dict[str, float], pixel: float,
             chain: pd.DataFrame) -> Result:
    """Tables, numbers and the sentence."""
    size, weight = params.size, params.weight
    row, column = np.divmod(np.arange(size**4), size**2)
    ends = (column == chosen) & np.isin(row, (0, size**2 - 1))  # the cells between them stay free to be read
    mark = np.select([row == column, ends], ["kept by the sheet", "ends of the column checked"], "")
    terms = pd.DataFrame({"row": row + 1, "column": column + 1, "value": alone.numpy().ravel(),
                          "mark": mark})
    numbers = [("true_gradient", checks["autograd"], ""), ("sheet_gradient", checks["sheet"], ""),
               ("terms_added", float(size**2), ""), ("terms_kept", 1.0, "")]
    return Result(terms, pd.DataFrame({"method": checks.keys(), "value": checks.values()}), chain,
                  summary(numbers), sentence(size, weight, chosen, checks, pixel))


def sentence(size: int, weight: int, chosen: int, checks: dict[str, float], pixel: float) -> str:
    """The gradient of one weight by three ways."""
    place = f"Weight {chosen + 1} (row {chosen // size + 1}, column {chosen % size + 1})"
    if weight > size**2:
        place = f"There are {size**2} weights, so number {weight} stands for weight {chosen + 1}. {place}"
    if pixel == 0:
        return f"{place} is multiplied by a pixel that is 0. It does not change ŷ, so its gradient is 0 by every rule."
    return (f"{place} is multiplied by a pixel of {pixel:.2g}. The {size**2} terms of its column add up to "
            f"{plain(checks['autograd'])}, and a finite difference, a change of the weight by ±{NUDGE:g}, gives "
            f"{plain(checks['finite difference'])}. The sheet keeps only the diagonal term: {plain(checks['sheet'])}.")

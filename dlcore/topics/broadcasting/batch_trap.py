"""Why do all predictions become the same when one axis of the targets is missing?

Source: the broadcasting rules of NumPy and PyTorch; the same trap, (n, 1) − (n), is an issue that PyTorch's users keep
reporting.
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
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.tables import summary
from dlcore.topics.broadcasting._ledger import SILENCE, Row, alignment, attempt, ledger, shape, tried
from dlcore.topics.broadcasting._pictures import first_kernel

SIDE = 12  # of every image
RATE = 0.15  # the step size, in units of 1/curvature
MOMENTS = 60
OWN = "own target: the only pairs wanted"


@dataclass(frozen=True)
class Params(Ranged):
    batch_size: int = number(4, 2, 8, 1, "Batch size B; the targets of image b have a mean of about b − 1", symbol="B")
    target_shape: str = choice("missing_axis", ("missing_axis", "correct"),
                               "Shape of the targets: (B, n, n), or (B, 1, n, n) as it should be")
    steps: int = number(200, 20, 500, 1, "Number of updates")
    seed: int = number(0, 0, 99, 1, "Random seed of the kernel, the images and the targets")


@dataclass(frozen=True)
class Result:
    """What was compared with what, and where the predictions went.

    `ledger`: tensor, shape, note: every shape, and every warning or error that was caught.
    `predictions`: step, sample, value; `paths`: the same with their laws, step, sample, value,
    kind ("measured", "theory", "goal": the mean of what the sample's own target asks for).
    `terms`: row (prediction), column (target), value: the mean squared difference of each pair after the last step;
    mark: whether the target is the prediction's own.
    `loss`: step, value, kind ("measured", "floor", "paired floor": that of each prediction with its own target).
    `summary`: quantity, value, unit.
    """

    ledger: Annotated[pd.DataFrame, "tensor", "shape", "note"]
    predictions: Annotated[pd.DataFrame, "step", "sample", "value"]
    paths: Annotated[pd.DataFrame, "step", "sample", "value", "kind"]
    terms: Annotated[pd.DataFrame, "row", "column", "value", "mark"]
    loss: Annotated[pd.DataFrame, "step", "value", "kind"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Train one kernel on B images at once; a missing axis in the target is the only mistake."""
    kernel, images, pictures = batch(params.batch_size, params.seed)  # (1, 1, n, n), (B, 1, n, n), (B, n, n)
    target = pictures if params.target_shape == "missing_axis" else pictures[:, None]
    learning_rate = RATE / curvature(images)
    predictions, losses = [], []
    for _ in range(params.steps + 1):
        kernel = kernel.detach().requires_grad_()
        prediction = F.conv2d(images, kernel)  # (B, 1, 1, 1)
        difference = prediction - target  # (B, B, n, n), or (B, 1, n, n) as it should be
        loss = difference.square().mean()  # ()
        gradient, = torch.autograd.grad(loss, kernel)  # (1, 1, n, n)
        predictions.append(prediction.detach().flatten())
        losses.append(loss.detach())
        kernel = kernel - learning_rate * gradient
    rows = [("images", shape(images), "batch, channel, height, width"),
            ("kernel", shape(kernel), "as large as an image"),
            ("prediction", shape(prediction), "one number per image"),
            ("target", shape(target), "batch, height, width" if target.dim() == 3 else "batch, channel, height, width"),
            ("difference", shape(difference), alignment(prediction.shape, target.shape)),
            ("loss", shape(loss), "one number: the mean of all squared differences"), *tried(prediction, target),
            everyday(params.batch_size)]
    return describe(params, rows, images, pictures, difference.detach(), torch.stack(predictions), torch.stack(losses))


def everyday(batch_size: int) -> Row:
    """The same trap without pictures: a network's column of outputs minus a row of labels."""
    outputs, labels = torch.zeros(batch_size, 1), torch.zeros(batch_size)
    difference, said = attempt(lambda: outputs - labels)
    return f"outputs {shape(outputs)} − labels {shape(labels)}", shape(difference), said or SILENCE


def batch(batch_size: int, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """First kernel, noise images, and targets that lie around 0, 1, 2, …, each with noise of its own."""
    rng = generator(seed)
    kernel = first_kernel(SIDE, rng)
    images = torch.randn(batch_size, 1, SIDE, SIDE, generator=rng, dtype=kernel.dtype)
    noise = torch.randn(batch_size, SIDE, SIDE, generator=rng, dtype=kernel.dtype)
    return kernel, images, torch.arange(batch_size, dtype=kernel.dtype)[:, None, None] + 0.5 * noise


def gram(images: Tensor) -> Tensor:
    """Products of the images with each other: how far a step for one moves the prediction of another. (B, B)"""
    flat = images.flatten(1)
    return flat @ flat.T


def curvature(images: Tensor) -> float:
    """The largest curvature of the loss, the same with the trap and without."""
    return 2 / len(images) * torch.linalg.eigvalsh(gram(images))[-1].item()


def expected(images: Tensor, goal: Tensor, first: Tensor, steps: Tensor) -> Tensor:
    """ŷ_t = goal + (I − α G/λ₁)ᵗ (ŷ₀ − goal) for G the products of the images and λ₁ the largest. (T, B)"""
    spectrum, basis = torch.linalg.eigh(gram(images))
    decay = (1 - RATE * spectrum / spectrum[-1]) ** steps[:, None]  # (T, B)
    return goal + (decay * (basis.T @ (first - goal))) @ basis.T


def describe(params: Params, rows: list[Row], images: Tensor, pictures: Tensor, difference: Tensor,
             predictions: Tensor, losses: Tensor) -> Result:
    """Tables, numbers and the sentence."""
    own, common = pictures.mean((1, 2)), pictures.mean()
    trapped = params.target_shape == "missing_axis"
    goal = common.expand_as(own) if trapped else own
    moments = torch.linspace(0, params.steps, min(MOMENTS, params.steps + 1)).round().long()
    measured = long(moments, predictions[moments])
    law, ends = long(moments, expected(images, goal, predictions[0], moments)), moments[[0, -1]]
    kinds = {"measured": measured, "theory": law, "goal": long(ends, own.expand(2, -1))}
    last, floor = predictions[-1], pictures.var(correction=0) if trapped else pictures.var((1, 2), correction=0).mean()
    spread, miss = (last.max() - last.min()).item(), (last - own).abs().max().item()
    numbers = {"pairs": difference.shape[0] * difference.shape[1], "prediction_spread": spread,
               "target_mean": common.item(), "largest_miss": miss, "loss": losses[-1].item()}
    return Result(
        ledger=ledger(rows), predictions=measured,
        paths=pd.concat([table.assign(kind=kind) for kind, table in kinds.items()], ignore_index=True),
        terms=pairs(difference), loss=loss_table(losses, floor, pictures),
        summary=summary((name, value, "") for name, value in numbers.items()),
        sentence=sentence(params, rows, own, numbers, (last - goal).abs().max().item()))


def long(steps: Tensor, values: Tensor) -> pd.DataFrame:
    """A row for each step and sample; samples count from 1. (T, B)"""
    count = values.shape[1]
    return pd.DataFrame({"step": np.repeat(steps.numpy(), count),
                         "sample": np.tile(np.arange(1, count + 1), len(steps)), "value": values.numpy().ravel()})


def pairs(difference: Tensor) -> pd.DataFrame:
    """Which prediction was compared with which target, and how far apart they are; a pair never made has no row."""
    apart = difference.square().mean((2, 3))  # (B, B), or (B, 1): each prediction with its own target
    row, column = np.divmod(np.arange(apart.numel()), apart.shape[1])
    column = row if apart.shape[1] == 1 else column
    return pd.DataFrame({"row": row + 1, "column": column + 1, "value": apart.flatten().numpy(),
                         "mark": np.where(row == column, OWN, "")})


def loss_table(losses: Tensor, floor: Tensor, pictures: Tensor) -> pd.DataFrame:
    """The loss beside the variance that one number a row of pairs cannot explain."""
    last, right = len(losses) - 1, pictures.var((1, 2), correction=0).mean()
    rows = [(step, value, "measured") for step, value in enumerate(losses.tolist())]
    rows += [(step, level.item(), kind) for kind, level in (("floor", floor), ("paired floor", right))
             for step in (0, last)]
    return pd.DataFrame(rows, columns=["step", "value", "kind"])


def sentence(params: Params, rows: list[Row], own: Tensor, numbers: dict[str, float], miss: float) -> str:
    """Who was compared with whom, and what it did."""
    b, wanted = params.batch_size, ", ".join(f"{round(m, 2) + 0.0:.2f}" for m in own.tolist())
    if params.target_shape == "correct":
        return (f"Each prediction is compared with its own target, {b} pairs in all. After {params.steps} steps none "
                f"is further than {plain(miss, 2)} from the mean of its own target ({wanted}).")
    shapes = {tensor: size for tensor, size, _ in rows}
    return (f"The subtraction gave no error and no warning: {shapes['prediction']} − {shapes['target']} is "
            f"{shapes['difference']}, so every prediction is compared with every target, {b * b} pairs instead of {b}. "
            f"After {params.steps} steps all predictions lie within {plain(numbers['prediction_spread'], 2)} of each "
            f"other. All targets have the mean {plain(numbers['target_mean'])}.")

"""Is a convolution a dense layer whose weights are shared or zero?

Source: LeCun et al., "Gradient-based learning applied to document recognition", 1998; Goodfellow, Bengio &
Courville, "Deep Learning", 2016, chapter 9.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from dlcore.models import ACTIVATIONS, build
from dlcore.own.image import own_image, wrong_image
from dlcore.params import Ranged, choice, number, own
from dlcore.seeds import generator
from dlcore.tables import summary

CORNER = 64  # rows and columns of a matrix that are shown


@dataclass(frozen=True)
class Params(Ranged):
    size: int = number(8, 7, 28, 1, "Side n of the image, in pixels", symbol="n")
    kernel_size: int = choice(3, (1, 3, 5, 7), "Side k of the kernel, in pixels", symbol="k")
    padding: str = choice("circular", ("valid", "zeros", "circular"), "Beyond the edge: nothing, zeros, or a wrap")
    stride: int = number(1, 1, 2, 1, "Stride: pixels from one output to the next")
    activation: str = choice("linear", ("linear", "relu"), "Activation after both layers; the matrices stand before it")
    shift: int = number(3, 0, 6, 1, "Shift of the image in columns; what leaves on one side enters again")
    seed: int = number(0, 0, 99, 1, "Random seed of the weights, and of the image if it is not yours")
    own_image: str = own(wrong_image, "0z00;0z00;0z00;0zzz", "An image x of your own: from a file, or a letter a pixel "
                         "(0 black to z white), rows parted by semicolons", "image")

    def idle(self) -> set[str]:
        return {"padding"} if self.kernel_size == 1 else set()


@dataclass(frozen=True)
class Result:
    """What the layer is, what it costs, and whether it moves with its input.

    Columns of `matrix` and of `dense`: row (output pixel), column (input pixel), value (weight); the first 64 of each.
    Columns of `kernel`: row, column, value (weight), image ("kernel").
    Columns of `counts`: layer (dense, locally connected, convolution), quantity (parameters, nonzeros, distinct,
    multiply_adds, output_side), value; without biases; distinct counts different non-zero weights.
    Columns of `equivariance`: shift (pixels), gap (max |f(Tx) − T f(x)|), layer.
    Columns of `images`: row, column, value (divided by the largest size of both images, or of both answers), image (x,
    Tx: shifted; f(x), f(Tx): what the convolution answers).
    Columns of `summary`: quantity, value, unit; superposition_gap is max |f(x) − M x| for an image x, M the matrix.
    """

    matrix: Annotated[pd.DataFrame, "row", "column", "value"]
    dense: Annotated[pd.DataFrame, "row", "column", "value"]
    kernel: Annotated[pd.DataFrame, "row", "column", "value", "image"]
    counts: Annotated[pd.DataFrame, "layer", "quantity", "value"]
    equivariance: Annotated[pd.DataFrame, "shift", "gap", "layer"]
    images: Annotated[pd.DataFrame, "row", "column", "value", "image"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def convolution(params: Params) -> nn.Module:
    """One channel in, one out, no bias."""
    pad = 0 if params.padding == "valid" else params.kernel_size // 2
    mode = "circular" if params.padding == "circular" else "zeros"
    return nn.Conv2d(1, 1, params.kernel_size, params.stride, pad, bias=False, padding_mode=mode)


@torch.no_grad()
def run(params: Params) -> Result:
    """Write a convolution as a matrix, one input pixel at a time, beside a dense layer of the same shape."""
    rng, n, activate = generator(params.seed), params.size, ACTIVATIONS[params.activation]
    layer = build(lambda: convolution(params), rng).double()
    images = torch.eye(n * n, dtype=torch.float64).view(n * n, 1, n, n)  # image i is black but for pixel i
    answers = layer(images)  # (n², 1, m, m): answer i is column i of the matrix
    matrix = answers.flatten(1).T  # (m², n²)
    dense = torch.randn(matrix.shape, generator=rng, dtype=torch.float64) / n  # (m², n²)
    noise = torch.randn(n, n, generator=rng, dtype=torch.float64)
    image = own_image(params.own_image, n) if params.own_image else noise
    moved = torch.stack([image.roll(s, 1) for s in range(params.shift + 1)])  # (shifts, n, n)
    answered = activate(layer(moved.unsqueeze(1))).squeeze(1)  # (shifts, m, m)
    gaps = {"dense": gap(activate(moved.flatten(1) @ dense.T).view(-1, *answers.shape[2:]), params.stride),
            "convolution": gap(answered, params.stride)}
    superposition = (answered[0].flatten() - matrix @ image.flatten()).abs().max().item()
    used = int(matrix.count_nonzero())
    counts = {"dense": count(dense, dense.numel(), dense.numel()),
              "locally connected": count(matrix, used, used, shared=False),
              "convolution": count(matrix, layer.weight.numel(), layer.weight.numel() * len(matrix))}
    return describe(params, matrix, dense, layer.weight[0, 0], counts, gaps, superposition,
                    torn(answered, params.stride), pictures(moved, answered))


def gap(answers: Tensor, stride: int) -> np.ndarray:
    """max |f(Tx) − T f(x)| for each shift; at stride 2 the output moves half as far, rounded down."""
    still = torch.stack([answers[0].roll(s // stride, 1) for s in range(len(answers))])  # (shifts, m, m)
    return (answers - still).abs().amax((1, 2)).numpy()


def torn(answers: Tensor, stride: int) -> int:
    """Columns of the last answer that are not those of the first, moved: at the edge, where the image wraps around."""
    missed = (answers[-1] - answers[0].roll((len(answers) - 1) // stride, 1)).abs().amax(0)  # (m,)
    return int((missed > 1e-12).sum())


def count(matrix: Tensor, parameters: int, multiply_adds: int, shared: bool = True) -> dict[str, int]:
    """What a layer stores and does; locally connected: the zeros of a convolution, but every weight its own."""
    weights = matrix[matrix != 0]
    return {"parameters": parameters, "nonzeros": len(weights),
            "distinct": len(weights.unique()) if shared else len(weights),
            "multiply_adds": multiply_adds, "output_side": round(len(matrix) ** 0.5)}


def corner(matrix: Tensor) -> pd.DataFrame:
    """The first rows and columns as a long table."""
    shown = matrix[:CORNER, :CORNER].numpy()
    row, column = np.indices(shown.shape).reshape(2, -1)
    return pd.DataFrame({"row": row, "column": column, "value": shown.ravel()})


def pictures(moved: Tensor, answered: Tensor) -> pd.DataFrame:
    """The image and the shifted image, and the answers to both, as a long table."""
    shown = {"x": moved[0], "Tx": moved[-1], "f(x)": answered[0], "f(Tx)": answered[-1]}
    largest = {name: (answered if name.startswith("f") else moved).abs().max().clamp(min=1e-300) for name in shown}
    return pd.concat([corner(pixels / largest[name]).assign(image=name) for name, pixels in shown.items()],
                     ignore_index=True)


def describe(params: Params, matrix: Tensor, dense: Tensor, kernel: Tensor, counts: dict[str, dict[str, int]],
             gaps: dict[str, np.ndarray], superposition: float, torn: int, images: pd.DataFrame) -> Result:
    """Tables, numbers and one sentence."""
    conv, rows = counts["convolution"], range(params.shift + 1)
    side = conv["output_side"]
    share, last = 100 * conv["nonzeros"] / dense.numel(), float(gaps["convolution"][-1])
    moves = ("shifts with the image exactly" if last < 1e-12 else
             ("does not shift with it" if torn == side else
              f"shifts with it except at the edge, in {torn} of {side} columns")
             + f": the gap is {last:.2g}, against {gaps['dense'][-1]:.2g} for the dense layer")
    return Result(
        corner(matrix), corner(dense), corner(kernel).assign(image="kernel"),
        pd.DataFrame([(layer, q, v) for layer, c in counts.items() for q, v in c.items()],
                     columns=["layer", "quantity", "value"]),
        pd.concat([pd.DataFrame({"shift": rows, "gap": g, "layer": layer}) for layer, g in gaps.items()],
                  ignore_index=True),
        images,
        summary([("equivariance_gap", last, ""), ("weights", conv["parameters"], ""),
                 ("dense_weights", dense.numel(), ""), ("nonzero_share", share, "%"),
                 ("uses_of_each_weight", conv["nonzeros"] / conv["distinct"], ""),
                 ("superposition_gap", superposition, "(rounding)" if 0 < superposition < 1e-12 else "")]),
        f"The convolution is a {len(matrix)} × {matrix.shape[1]} matrix. Only {share:.3g} % of its entries are not "
        f"zero, and they hold {conv['distinct']} different weight{'s' * (conv['distinct'] != 1)}; a dense layer has "
        f"{dense.numel():,}. When the image is shifted by {params.shift} column{'s' * (params.shift != 1)}, the output "
        f"{moves}."
        + (f" With the ReLU the layer is no longer linear: it differs from the matrix by up to {superposition:.2g}."
           if superposition > 1e-12 else ""))

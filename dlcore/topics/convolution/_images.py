"""Small pictures on a wrap-around canvas: a plus or a cross, and real handwritten digits."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor

SIDE = 12  # pixels of the canvas of the two patterns
PATTERNS = torch.tensor([[[0., 1., 0.], [1., 1., 1.], [0., 1., 0.]],   # a plus, class 0
                         [[1., 0., 1.], [0., 1., 0.], [1., 0., 1.]]])  # a cross, class 1: as many bright pixels


def place(patch: Tensor, row: Tensor, column: Tensor, side: int) -> Tensor:
    """Each patch on an empty canvas, its corner at (row, column); what leaves at one edge enters at the other.

    Shapes: (N, h, w), (N,), (N,) -> (N, 1, side, side).
    """
    canvas = torch.zeros(len(patch), side, side)
    canvas[:, :patch.shape[1], :patch.shape[2]] = patch
    rows = (torch.arange(side) - row[:, None]) % side  # (N, side)
    columns = (torch.arange(side) - column[:, None]) % side  # (N, side)
    return canvas[torch.arange(len(patch))[:, None, None], rows[:, :, None], columns[:, None, :]].unsqueeze(1)


def permute_pixels(image: Tensor, order: Tensor) -> Tensor:
    """The same pixels in another order, the same one for every image."""
    return image.flatten(-2)[..., order].view(image.shape)


@lru_cache(maxsize=1)
def handwritten_digits() -> tuple[Tensor, Tensor]:
    """The UCI digits in [0, 1] and their classes; `digits_source.md` says where they are from.

    Shapes: (1797, 8, 8), (1797,).
    """
    with np.load(Path(__file__).with_name("digits.npz")) as stored:
        return torch.from_numpy(stored["images"]).float() / 16, torch.from_numpy(stored["labels"]).long()


def pixels(pictures: dict[str, Tensor]) -> pd.DataFrame:
    """Named pictures as a long table: image, row, column, value; row 0 is the top."""
    side = next(iter(pictures.values())).shape[-1]
    row, column = np.indices((side, side)).reshape(2, -1)
    return pd.DataFrame({"image": np.repeat(list(pictures), side * side), "row": np.tile(row, len(pictures)),
                         "column": np.tile(column, len(pictures)),
                         "value": torch.stack(list(pictures.values())).flatten().double().numpy()})

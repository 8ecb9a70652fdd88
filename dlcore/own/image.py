"""A small grey image of the reader's own: a letter a pixel, 0 for black to z for white, a row after the other."""

from __future__ import annotations

import string
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

LEVELS = string.digits + string.ascii_uppercase + string.ascii_lowercase
SIDES = (2, 32)  # pixels: the smallest and the largest side


def wrong_image(text: str) -> str:
    """What is wrong with the rows of an image; "" if nothing is."""
    rows = text.split(";")
    for i, row in enumerate(rows, 1):
        if stray := next((letter for letter in row if letter not in LEVELS), ""):
            return f"row {i}: expected 0 to 9, A to Z (gray) and a to z (to white), got “{stray}”"
        if len(row) != len(rows[0]):
            return f"row {i}: expected {len(rows[0])} pixels as in row 1, got {len(row)}"
    fits = len(rows) == len(rows[0]) and SIDES[0] <= len(rows) <= SIDES[1]
    return "" if fits else (f"expected a square of {SIDES[0]} to {SIDES[1]} pixels a side, got {len(rows)} rows of "
                            f"{len(rows[0])}")


def own_image(text: str, size: int) -> Tensor:
    """Its pixels from 0 to 1 at this size, each the mean of what it covers. Shape: (size, size) in float64."""
    levels = [[LEVELS.index(letter) for letter in row] for row in text.split(";")]
    pixels = torch.tensor(levels, dtype=torch.float64)[None, None] / (len(LEVELS) - 1)
    return F.interpolate(pixels, (size, size), mode="area")[0, 0]


def image_text(rows: Sequence[Sequence[float]]) -> str:
    """The text of an image with pixels from 0 to 1."""
    return ";".join("".join(LEVELS[round(value * (len(LEVELS) - 1))] for value in row) for row in rows)

"""Two shapes aligned from the right, and what becomes of each axis when one tensor is subtracted from the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from dlcore.tables import of_rows

KEPT, STRETCHED, UNFIT = 0.0, -1.0, 1.0
Shapes = Mapping[str, Sequence[int]]  # prediction, target and, if there is one, their difference


def axes(shapes: Shapes) -> Iterator[tuple[int, int, float, str]]:
    """Row, column, what becomes of the axis, and its length in words; the last column is the last axis."""
    width = max(map(len, shapes.values()))
    sides = [shapes[name] for name in ("prediction", "target") if name in shapes]
    padded = [[0] * (width - len(side)) + list(side) for side in sides]  # 0: a missing axis
    for row, (name, side) in enumerate(shapes.items()):
        for column, length in enumerate([0] * (width - len(side)) + list(side)):
            wanted = max(other[column] for other in padded)
            if name == "difference" or length == wanted:
                yield row, column, KEPT, f"{length}"
            elif length > 1:
                yield row, column, UNFIT, f"{length} ≠ {wanted}"
            else:
                yield row, column, STRETCHED, f"{length or 'none'} → {wanted}"


def stretch(shapes: Shapes) -> pd.DataFrame:
    """A box for each axis of each shape."""
    return of_rows("row column value", (found[:3] for found in axes(shapes)))


def labels(shapes: Shapes) -> pd.DataFrame:
    """The lengths in the boxes, and the names of the tensors beside them."""
    names = [(row, -1, name, False) for row, name in enumerate(shapes)]
    return of_rows("row column text inside", [*names, *((r, c, text, True) for r, c, _, text in axes(shapes))])

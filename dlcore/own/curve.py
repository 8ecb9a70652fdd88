"""A curve of the reader's own: points x,y joined by straight lines."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from dlcore.own.rows import IN_A_LINK, Rows, cells_of, joined, numbered, numbers_in, remark, wrong_rows

CURVE_COLUMNS = ("x", "y")


def wrong_curve(text: str) -> str:
    """What is wrong with the points of a curve; "" if nothing is."""
    return _wrong(numbered(text))


def _wrong(rows: Rows) -> str:
    if problem := wrong_rows(rows, CURVE_COLUMNS, least=2):
        return problem
    xs = {x for x, _ in numbers_in([cells for _, cells in rows])}
    return "" if len(xs) > 1 else "all its points have the same x: expected at least two"


def own_curve(text: str) -> tuple[Tensor, Tensor]:
    """Its corners: x from −1 to 1, y with the largest |y| as 1; of points with the same x, the mean.

    Shapes: (P,), (P,) in float64.
    """
    x, y = torch.tensor(numbers_in(cells_of(text)), dtype=torch.float64).T
    x = (2 * (x - x.min()) / (x.max() - x.min()) - 1).round(decimals=9)  # closer ones are one: no slope is infinite
    places, index, count = x.unique(return_inverse=True, return_counts=True)
    heights = torch.zeros_like(places).index_add(0, index, y) / count
    return places, heights / heights.abs().max().clamp(min=1e-300)


def straight(x: Tensor, y: Tensor) -> Callable[[Tensor], Tensor]:
    """The function that joins corners by straight lines; beyond both ends it stays as it is there."""
    slope = y.diff() / x.diff()

    def function(at: Tensor) -> Tensor:
        inside = at.to(x.dtype).clamp(x[0], x[-1])
        piece = (torch.searchsorted(x, inside, right=True) - 1).clamp(0, len(slope) - 1)
        return (y[piece] + slope[piece] * (inside - x[piece])).to(at.dtype)

    return function


def curve_from_csv(text: str) -> tuple[str, str]:
    """The text of a curve from a file, and a remark; of many points as many as a link holds, at equal distances.

    Raises: ValueError naming the row and what was expected there.
    """
    rows, count = joined(text, _wrong)
    x, y = own_curve(rows)
    said = remark(count, kept=count)
    if len(x) > IN_A_LINK:
        at = torch.linspace(-1, 1, IN_A_LINK, dtype=x.dtype)
        x, y, said = at, straight(x, y)(at), f"{said} The curve is kept at {IN_A_LINK} places."
    return ";".join(f"{a:.3f},{b:.3f}" for a, b in zip(x.tolist(), y.tolist(), strict=True)), said

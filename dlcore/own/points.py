"""Points of the reader's own in the plane: rows x1,x2,class with one of two classes, or a cloud of rows x1,x2."""

from __future__ import annotations

import torch
from torch import Tensor

from dlcore.own.rows import IN_A_LINK, Rows, cells_of, joined, numbered, numbers_in, remark, wrong_rows

POINT_COLUMNS = ("x1", "x2", "class")


def wrong_points(text: str) -> str:
    """What is wrong with labelled points; "" if nothing is."""
    return _wrong(numbered(text))


def _wrong(rows: Rows) -> str:
    if problem := wrong_rows(rows, POINT_COLUMNS, least=4):
        return problem
    for number, (_, _, label) in rows:
        if float(label) not in (0, 1):
            return f"row {number}, class: expected 0 or 1, got {label}"
    points = numbers_in([cells for _, cells in rows])
    if len({label for _, _, label in points}) < 2:
        return "all its points are of one class: expected some of class 0 and some of class 1"
    return _wrong_places(points)


def _wrong_places(points: list[list[float]]) -> str:
    return "" if len({tuple(point[:2]) for point in points}) > 1 else "all its points lie in one place"


def own_points(text: str) -> tuple[Tensor, Tensor]:
    """The points, centered and with standard deviation 1 in all, and their classes.

    Shapes: (N, 2), (N,) in float32.
    """
    rows = torch.tensor(numbers_in(cells_of(text)), dtype=torch.float64)
    x = rows[:, :2] - rows[:, :2].mean(0)
    return (x / x.std()).float(), rows[:, 2].float()


def points_from_csv(text: str) -> tuple[str, str]:
    """The text of labelled points from a file, and a remark; of many points as many as a link holds, evenly taken.

    Raises: ValueError naming the row and what was expected there.
    """
    rows, count = joined(text, _wrong)
    points, labels = own_points(rows)
    classes = (torch.nonzero(labels == label)[:, 0] for label in (0, 1))
    taken = torch.cat([evenly(index, IN_A_LINK // 2) for index in classes]).sort().values
    kept = ";".join(f"{x1:.3f},{x2:.3f},{label:.0f}" for (x1, x2), label in
                    zip(points[taken].tolist(), labels[taken].tolist(), strict=True))
    return kept, remark(count, len(taken))


def wrong_cloud(text: str) -> str:
    """What is wrong with points whose class, if they have one, is not used; "" if nothing is."""
    return _wrong_cloud(numbered(text))


def _wrong_cloud(rows: Rows) -> str:
    places = [(number, cells[:2] if len(cells) == 3 else cells) for number, cells in rows]
    if problem := wrong_rows(places, POINT_COLUMNS[:2], least=4):
        return problem
    return _wrong_places(numbers_in([cells for _, cells in places]))


def own_cloud(text: str) -> Tensor:
    """The points around their mean, the farthest at distance 1. Shapes: (N, 2) in float32."""
    x = torch.tensor([row[:2] for row in numbers_in([cells[:2] for cells in cells_of(text)])], dtype=torch.float64)
    x = x - x.mean(0)
    return (x / x.norm(dim=1).max()).float()


def cloud_from_csv(text: str) -> tuple[str, str]:
    """The text of points from a file, and a remark; of many points as many as a link holds, evenly taken.

    Raises: ValueError naming the row and what was expected there.
    """
    rows, count = joined(text, _wrong_cloud)
    kept = evenly(own_cloud(rows), IN_A_LINK)
    return ";".join(f"{x1:.3f},{x2:.3f}" for x1, x2 in kept.tolist()), remark(count, len(kept))


def evenly(items: Tensor, most: int) -> Tensor:
    """At most so many of them, at equal distances."""
    return items[:: -(-len(items) // most)]

"""Where the boxes of an expression are drawn, so that none lies on another, or on an arrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Places = Mapping[str, tuple[int, float]]  # box -> its depth and height
HEIGHTS = [step / 4 for step in range(-4, 13)]  # to choose from
BOX, ARROW = 1.0, 0.6  # how far apart the middles of two boxes, and of a box and an arrow, have to be


def height(places: Places, lines: Sequence[tuple[str, str]], sources: Sequence[str]) -> float:
    """The height of a new box that is reached from `sources`: near theirs, with the fewest collisions."""
    depth = 1 + max(places[source][0] for source in sources)
    middle = sum(places[source][1] for source in sources) / len(sources)
    arrows = [(places[one], places[two]) for one, two in lines]

    def cost(at: float) -> tuple[float, float]:
        own = [(places[source], (depth, at)) for source in sources]
        on_boxes = sum(max(0.0, BOX - abs(at - y)) for x, y in places.values() if x == depth)
        below_arrows = sum(near(arrow, (depth, at)) for arrow in arrows)
        over_boxes = sum(near(arrow, place) for arrow in own for place in places.values())
        return 3 * on_boxes + below_arrows + over_boxes + 0.2 * abs(at - middle), at

    return min(HEIGHTS, key=cost)


def near(arrow: tuple[tuple[int, float], tuple[int, float]], box: tuple[int, float]) -> float:
    """How far an arrow enters a box that lies between its ends; 0 if it does not."""
    (left, start), (right, end) = arrow
    if not left < box[0] < right:
        return 0.0
    at = start + (end - start) * (box[0] - left) / (right - left)
    return max(0.0, ARROW - abs(at - box[1]))

"""A part of the map of the loss, large enough for a path in small steps: where it lies, and what crosses it."""

from __future__ import annotations

import numpy as np
import pandas as pd

POINTS = 49  # a side
LEAST, MOST = 0.4, 2.0  # a side, in w and b


def closeup(path: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The weights and the biases of a square grid around a path (rows of w, b, …), which begins in it.

    A path that leads too far away for that is magnified at its start.
    """
    low, high = path[:, :2].min(0), path[:, :2].max(0)
    side = 1.4 * (high - low).max()
    middle = (low + high) / 2 if side <= MOST else path[0, :2]
    half = np.clip(side, LEAST, MOST) / 2
    weights, biases = (np.linspace(at - half, at + half, POINTS) for at in middle)
    return weights, biases


def frame(weights: np.ndarray, biases: np.ndarray) -> pd.DataFrame:
    """Its four sides, two points each, with a word at the lower right corner."""
    (left, right), (floor, top) = weights[[0, -1]], biases[[0, -1]]
    corners = [(left, floor), (left, top), (right, top), (right, floor), (left, floor)]
    sides = [(line, "magnified" if line == 3 and corner == corners[3] else "", *corner)
             for line in range(4) for corner in corners[line:line + 2]]
    return pd.DataFrame(sides, columns=["line", "label", "weight", "bias"])


def seen(path: np.ndarray, weights: np.ndarray, biases: np.ndarray) -> np.ndarray:
    """A path up to where it first leaves the square, its last point on the edge."""
    low, high = (np.array([weights[at], biases[at]]) for at in (0, -1))
    points = path[:, :2]
    out = ((points < low) | (points > high)).any(1)
    if not out.any():
        return points
    first = int(out.argmax())
    before, step = points[first - 1], points[first] - points[first - 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = np.fmax((low - before) / step, (high - before) / step)  # shares of the step, to both edges ahead
    return np.vstack([points[:first], before + np.nanmin(reach) * step])

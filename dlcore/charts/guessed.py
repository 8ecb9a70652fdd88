"""A reader's guess on a chart: a dashed line where the number was guessed, on the same axis."""

from __future__ import annotations

from typing import Any

from dlcore.charts.declared import Layer, OnAxis
from dlcore.charts.many import layered

GUESS = "guess"  # what its one row is called in a specification


def guessed(*quantities: str, along: str = "y", percent: bool = False) -> Layer:
    """Where a guess at one of these numbers of the summary stands: nothing is drawn until somebody has made one.

    `percent` for numbers in % on an axis from 0 to 1.
    """
    place = OnAxis(along, 0.01 if percent else 1.0)
    return Layer((), lambda x, y: [], numbers=tuple((quantity, place) for quantity in quantities))


def with_guess(spec: dict[str, Any], along: str, column: str, ink: str, ground: str) -> dict[str, Any]:
    """A Vega-Lite specification with a dashed line at the `column` of the row that is called GUESS, and two words."""
    place, across = {along: {"field": column, "type": "quantitative"}}, "y" if along == "x" else "x"
    at = f"scale('{along}', datum['{column}'])"
    line = {"type": "rule", "color": ink, "strokeWidth": 2, "strokeDash": [3, 3], "clip": True, "tooltip": False}
    words: dict[str, Any] = {"type": "text", "fontSize": 14, "fontWeight": 600, "tooltip": False}
    if along == "x":  # left of a line in the right half
        words |= {"baseline": "top", "align": {"expr": f"{at} > width / 2 ? 'right' : 'left'"},
                  "dx": {"expr": f"{at} > width / 2 ? -6 : 6"}}
    else:  # below a line at the top
        words |= {"align": "left", "dy": {"expr": f"{at} < 24 ? 12 : -10"}}
    halo = {**words, "color": ground, "stroke": ground, "strokeWidth": 4, "opacity": 0.85}
    said = {**place, across: {"value": 6}, "text": {"value": "your guess"}}
    spec = layered(spec)
    return {**spec, "layer": [*spec["layer"], *(
        {"data": {"name": GUESS}, "mark": mark, "encoding": encoding}
        for mark, encoding in ((line, place), (halo, said), ({**words, "color": ink}, said)))]}

"""Earlier runs behind a chart, pale and on the same axes: made from its specification, whatever it draws."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from dlcore.charts.many import layered

PALE = {"line": 0.35, "trail": 0.35, "point": 0.35, "circle": 0.35, "tick": 0.5, "area": 0.1, "bar": 0.8}


def ghost_of(number: int, rows: str) -> str:
    """What the rows of the pinned run of this number, from 1, are called in a specification."""
    return f"pinned {number}: {rows}"


def haunted(spec: dict[str, Any]) -> frozenset[str]:
    """The names of the rows of which a pinned run draws its own."""
    return frozenset(name for _, name in _marks(spec))


def ghosted(spec: dict[str, Any], count: int) -> dict[str, Any]:
    """A Vega-Lite specification with the marks of `count` pinned runs behind its own; bars are outlines over them.

    Colors of a map, words and what is unseen have no ghost. Where there are several, a line ends in the number of its
    run.
    """
    if not count or not haunted(spec):
        return spec
    marks = list(_marks(spec))
    apart = spec.get("resolve", {}).get("scale", {}).get("color") == "independent"
    ghosts = [_ghost(mark, ghost_of(number, name), apart) for number in range(1, count + 1) for mark, name in marks]
    ends = [end for number in range(1, count + 1) for mark, name in marks[:1] if count > 1
            for end in _end(mark, ghost_of(number, name), number)]
    below = [ghost for ghost in ghosts if ghost["mark"]["type"] != "bar"]
    above = [ghost for ghost in ghosts if ghost["mark"]["type"] == "bar"]
    spec = layered(spec)
    return {**spec, "layer": [*below, *spec["layer"], *above, *ends]}


def _marks(spec: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """What a run draws with its own rows, and their name; what is shared by layers stands above them."""
    for layer in spec.get("layer", [spec]):
        mark = layer.get("mark")
        kind = mark if isinstance(mark, str) else (mark or {}).get("type")
        name = layer.get("data", spec.get("data", {})).get("name")
        unseen = isinstance(mark, dict) and mark.get("opacity") == 0
        if name and kind in PALE and not unseen:
            yield layer, name


def _ghost(layer: dict[str, Any], name: str, apart: bool) -> dict[str, Any]:
    mark = layer["mark"] if isinstance(layer["mark"], dict) else {"type": layer["mark"]}
    kind = mark["type"]
    encoding = {key: deepcopy(value) for key, value in layer.get("encoding", {}).items()
                if key not in ("tooltip", "opacity")}
    for channel in ("color", "fill", "stroke"):
        if apart and "field" in encoding.get(channel, {}):
            encoding[channel]["legend"] = None
    outline: dict[str, Any] = {"filled": False, "strokeWidth": 2} if kind == "bar" else {}
    if isinstance(mark.get("point"), dict):
        outline = {"point": {**mark["point"], "opacity": PALE[kind]}}
    ghost = {"mark": {**mark, "opacity": PALE[kind], "tooltip": False, **outline}, "encoding": encoding,
             "data": {"name": name}}
    return {**ghost, "transform": layer["transform"]} if "transform" in layer else ghost


def _end(layer: dict[str, Any], name: str, number: int) -> list[dict[str, Any]]:
    """The number of a run at the last point of its line."""
    encoding, mark = layer.get("encoding", {}), layer["mark"]
    kind = mark if isinstance(mark, str) else mark["type"]
    along = [encoding.get(channel, {}) for channel in "xy"]
    if kind != "line" or not all(at.get("type") == "quantitative" and "field" in at for at in along):
        return []
    x, y = (at["field"] for at in along)
    last = [*layer.get("transform", []), {"aggregate": [{"op": "argmax", "field": x, "as": "last"}]},
            {"calculate": f"datum.last['{x}']", "as": x}, {"calculate": f"datum.last['{y}']", "as": y}]
    at = {channel: {"field": field, "type": "quantitative"} for channel, field in (("x", x), ("y", y))}
    word = {"type": "text", "align": "right", "dx": -4, "dy": -9, "fontSize": 14, "opacity": 0.8, "tooltip": False}
    return [{"data": {"name": name}, "transform": last, "mark": word,
             "encoding": {**at, "text": {"value": str(number)}}}]

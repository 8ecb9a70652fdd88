"""Many seeds on a chart: below each line the band of all of them and their median, made from its specification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_SPLITS = ("color", "strokeDash", "detail")


def of_seeds(rows: str) -> str:
    """What the rows of all seeds are called in a specification."""
    return f"seeds: {rows}"


def banded(spec: dict[str, Any]) -> dict[str, Any]:
    """A Vega-Lite specification with the band from the lowest to the highest seed, and the median, below each line."""
    spec = layered(spec)
    drawn = [part for line, name in _lines(spec) for part in _band(line, of_seeds(name))]
    return {**spec, "layer": [*drawn, *spec["layer"]]} if drawn else spec


def layered(spec: dict[str, Any]) -> dict[str, Any]:
    """The same specification with its one mark as a layer, so that others can stand beside it."""
    if "layer" in spec:
        return spec
    whole = {key: spec[key] for key in ("mark", "encoding", "transform") if key in spec}
    return {**{key: value for key, value in spec.items() if key not in whole}, "layer": [whole]}


def spread(spec: dict[str, Any]) -> dict[str, str]:
    """The rows of which a band is drawn, each with the column along x: the seeds must share its values."""
    return {name: line["encoding"]["x"]["field"] for line, name in _lines(spec)}


def _lines(spec: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """The lines over a number, and the name of their rows: not paths, which turn back, nor black lines on a map."""
    for layer in spec.get("layer", [spec]):
        mark, encoding = layer.get("mark"), layer.get("encoding", {})
        kind = mark.get("type") if isinstance(mark, dict) else mark
        name = layer.get("data", spec.get("data", {})).get("name")
        numbers = all(encoding.get(at, {}).get("type") == "quantitative" and "field" in encoding[at] for at in "xy")
        turns = "order" in encoding or "transform" in layer or isinstance(mark, dict) and "color" in mark
        if name and not name.startswith("pinned ") and kind == "line" and numbers and not turns:
            yield layer, name


def _band(line: dict[str, Any], name: str) -> list[dict[str, Any]]:
    encoding = line["encoding"]
    x, y = encoding["x"], encoding["y"]
    splits = {key: encoding[key] for key in _SPLITS if key in encoding}
    group = [x["field"], *(at["field"] for at in splits.values() if "field" in at)]
    ends = [{"aggregate": [{"op": op, "field": y["field"], "as": new} for op, new in
                           (("min", "lowest"), ("median", "middle"), ("max", "highest"))],
             "groupby": list(dict.fromkeys(group))}]
    high = {**y, "field": "highest"}
    area = {key: at for key, at in splits.items() if key != "strokeDash"}
    if "strokeDash" in splits and "field" in splits["strokeDash"]:
        area["detail"] = {"field": splits["strokeDash"]["field"], "type": "nominal"}
    return [
        {"data": {"name": name}, "transform": ends, "encoding": {"x": x, "y": high, "y2": {"field": "lowest"}, **area},
         "mark": {"type": "area", "opacity": 0.2, "clip": True, "tooltip": False}},
        {"data": {"name": name}, "transform": ends, "encoding": {"x": x, "y": {**y, "field": "middle"}, **splits},
         "mark": {"type": "line", "opacity": 0.4, "strokeWidth": 6, "clip": True, "tooltip": False}}]

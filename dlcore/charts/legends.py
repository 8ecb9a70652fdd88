"""Legends that name what is drawn: a kind that this run does not have has no entry, and keeps its color."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_CHANNELS = ("color", "fill", "stroke", "strokeDash", "shape")


def only_drawn(spec: dict[str, Any]) -> dict[str, Any]:
    """The specification, in which the browser leaves out of each legend the words that no row of the chart has.

    The scales keep all words, so that each has the same color and dashes in every run. The names of the rows must be
    those that are sent: of pinned runs too, if they are drawn.
    """
    legends: dict[tuple[str, tuple[str, ...]], tuple[list[dict[str, Any]], dict[str, None]]] = {}
    for at, name in _told_apart(spec):
        found, rows = legends.setdefault((at["field"], tuple(at["scale"]["domain"])), ([], {}))
        found.append(at)
        rows[name] = None
    for (field, words), (found, rows) in legends.items():
        drawn = _occurring(field, words, rows)
        for at in found:  # one without an entry has no finite size for Vega
            legend = at["legend"]
            legend["values"] = {"expr": f"length({drawn}) > 0 ? {drawn} : {json.dumps(words, ensure_ascii=False)}"}
        if solid := _solid(found):  # where nothing is dashed it would explain a black line that nobody sees
            hidden = f"length({drawn}) == 1 && indexof({json.dumps(solid, ensure_ascii=False)}, ({drawn})[0]) >= 0"
            for at in found:
                at["legend"].update(dict.fromkeys(("symbolOpacity", "labelOpacity"), {"expr": f"{hidden} ? 0 : 1"}))
    return spec


def _solid(found: list[dict[str, Any]]) -> list[str]:
    """The words that are solid, of a legend that tells dashes apart and no colors."""
    if any(len(at["legend"].get("symbolStrokeColor", "")) == 0 for at in found):
        return []
    return [word for at in found[:1] for word, dash in zip(at["scale"]["domain"], at["scale"]["range"], strict=True)
            if dash == [1, 0]]


def _told_apart(spec: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """What a legend explains, with the name of the rows: not a column that is made in the browser."""
    for layer in spec.get("layer", [spec]):
        name = layer.get("data", spec.get("data", {})).get("name")
        made = set(re.findall(r'"as": "(\w+)"', json.dumps(layer.get("transform", []))))
        for channel in _CHANNELS:
            at = layer.get("encoding", {}).get(channel, {})
            if name and at.get("legend") and at.get("scale", {}).get("domain") and at.get("type") == "nominal":
                yield from [(at, name)] if at["field"] not in made else []


def _occurring(field: str, words: tuple[str, ...], rows: Iterable[str]) -> str:
    """A Vega expression: those of `words` that a row has, in their order. Vega has no filter, but it has split."""
    columns = [f"pluck(data({json.dumps(name)}), {json.dumps(field)})" for name in rows]
    found = (" && ".join(f"indexof({column}, {json.dumps(word, ensure_ascii=False)}) < 0" for column in columns)
             + f" ? '' : {json.dumps('|' + word, ensure_ascii=False)}" for word in words)
    return f"slice(split({' + '.join(f'({one})' for one in found)}, '|'), 1)"

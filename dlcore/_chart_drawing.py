"""A chart that is declared now and built when it is first seen: Altair takes 5 to 40 ms for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from inspect import signature
from typing import Any


@dataclass(frozen=True)
class Drawing:
    """A chart by the function that draws it and what that was told."""

    draw: Callable[..., str]
    told: tuple[Any, ...]
    named: tuple[tuple[str, Any], ...]

    @property
    def title(self) -> str:
        """The words above it."""
        return dict(self.named)["title"]

    @property
    def spec(self) -> str:
        """Its Vega-Lite specification as JSON: built once a process."""
        return _spec(self)


@cache
def _spec(chart: Drawing) -> str:
    return chart.draw(*chart.told, **dict(chart.named))


def drawing(draw: Callable[..., str]) -> Callable[..., Drawing]:
    """Let a function that returns a specification return a `Drawing` instead.

    Raises: TypeError, when the chart is declared, for something that the function does not know.
    """
    known = signature(draw)

    @wraps(draw)
    def declare(*told: Any, **named: Any) -> Drawing:
        known.bind(*told, **named)
        return Drawing(draw, tuple(map(_fixed, told)), tuple((name, _fixed(value)) for name, value in named.items()))

    return declare


def _fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value

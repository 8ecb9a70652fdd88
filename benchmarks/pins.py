"""What a pinned run costs a drag, and the verdict on a guess a redraw."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator

from benchmarks.client import Reader, serve, visit
from benchmarks.dragging import rates

GUESSED = "lesson=momentum&step=2&guess=2:falls"


def figures() -> Iterator[str]:
    """All of them."""
    yield from guessing()
    yield from dragging()


def dragging() -> Iterator[str]:
    """Redraws a second while `depth` is dragged on its page, without and with a pinned run, in turn."""
    with serve() as (address, _):
        bare, pinned = rates(*(f"http://{address}/Vanishing_gradients{query}" for query in ("", "?pin=depth:10")))
    yield f"redraws a second while dragging: {bare:.1f}; with a pinned run {pinned:.1f}: {pinned / bare:.2f} ×"


def guessing(times: int = 120) -> Iterator[str]:
    """Server time of a redraw once a guess has been made, and of the same view where nothing is asked, in turn."""
    with serve() as (address, _):
        spent = asyncio.run(_in_turn(address, times))
    bare, asked = (1e3 * statistics.median(one) for one in zip(*spent[times // 4:], strict=True))
    yield f"a redraw: {bare:.1f} ms; with the verdict on a guess {asked:.1f} ms: {asked / bare:.2f} ×"


async def _in_turn(address: str, times: int) -> list[list[float]]:
    readers = [await visit(address, "Momentum", query) for query in ("view=Ravine", GUESSED)]
    return [[await reader.move(_steps(reader), 700 + 50 * (i % 2)) for reader in readers] for i in range(times)]


def _steps(reader: Reader):
    return next(slider for slider in reader.sliders.values() if slider.id.endswith("ravine.steps"))

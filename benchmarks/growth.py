"""How the cost of a redraw grows: with readers, with the depth of a network, with rows drawn, with charts.

Seconds are seen from the WebSocket of a reader without a browser. Every redraw is of a setting that is new.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator

from benchmarks.client import Reader, serve, visit
from benchmarks.server import _crowd

READERS, DEPTHS, ROWS, CHARTS = (25, 50, 100, 200), (10, 25, 50, 100), (50, 150, 450, 950), (0, 1, 2, 3)


def figures() -> Iterator[str]:
    """One line a curve."""
    crowds = []
    for count in READERS:
        with serve() as (address, _):
            took = asyncio.run(_crowd(address, "Momentum", count, every=5.0, duration=20.0))[0]
        p95 = statistics.quantiles(took, n=20)[-1]
        crowds.append(f"{count}: {1e3 * statistics.median(took):.0f} ({1e3 * p95:.0f})")
    yield f"readers of Momentum, a slider each every 5 s, one process, median (p95) in ms: {', '.join(crowds)}"
    with serve() as (address, _):
        yield asyncio.run(_settings(address, "Vanishing_gradients", "depth", DEPTHS))
        yield asyncio.run(_settings(address, "Momentum", "steps", ROWS))
    with serve("benchmarks/one_view.py") as (address, _):
        yield asyncio.run(_charts(address))


async def _settings(address: str, page: str, name: str, values: tuple[int, ...]) -> str:
    reader, told = await visit(address, page), []
    slider = next(s for s in reader.sliders.values() if s.id.endswith(f".{name}"))
    for value in values:
        await reader.move(slider, value)
        told.append(f"{value}: {await _redraws(reader):.1f}")
    return f"{name} on {page}, ms a redraw: {', '.join(told)}"


async def _charts(address: str) -> str:
    told = [f"{count}: {await _redraws(await visit(address, query=f'charts={count}')):.1f}" for count in CHARTS]
    return f"charts of Deep net, ms a redraw: {', '.join(told)}"


async def _redraws(reader: Reader, times: int = 60) -> float:
    """The median, in ms, of redraws with settings that nobody had."""
    slider = next(s for s in reader.sliders.values() if s.id.endswith((".weight_scale", "ravine.learning_rate")))
    spent = [await reader.move(slider, slider.low + slider.step * (1 + i)) for i in range(times)]
    return 1e3 * statistics.median(spent[times // 6:])

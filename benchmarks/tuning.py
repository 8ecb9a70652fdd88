"""What each change of `ui/tuning` brings: a redraw of the page *Momentum* with all of them, and with all but one."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Iterator

from benchmarks.client import serve, visit
from ui.tuning import CHANGES

WITHOUT = "import ui.tuning as t; t.CHANGES = tuple(c for c in t.CHANGES if c.__name__ != '{}')"


def figures(rounds: int = 3) -> Iterator[str]:
    """The median of a redraw with all changes, and what it takes more when one is left out; in turn, a few times."""
    took: dict[str, list[float]] = {"": [], **{change.__name__: [] for change in CHANGES}}
    for _ in range(rounds):
        for name, found in took.items():
            with serve(before=WITHOUT.format(name)) as (address, _):
                found.append(asyncio.run(_redraw(address)))
    whole = statistics.median(took.pop(""))
    yield f"a redraw of Momentum, seen from its WebSocket: {1e3 * whole:.1f} ms"
    for name, found in took.items():
        yield f"without {name}: {1e3 * (statistics.median(found) - whole):+.1f} ms"


async def _redraw(address: str, times: int = 80) -> float:
    reader = await visit(address, "Momentum")
    await asyncio.sleep(8)  # until what is loaded later is there
    slider = next(s for s in reader.sliders.values() if s.id.endswith("ravine.momentum"))
    spent = [await reader.move(slider, 0.8 + 0.1 * (i % 2)) for i in range(times)]
    return statistics.median(spent[times // 4:])

"""Figures that need no browser: `run` itself, a redraw on the server, many readers, memory."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import dlcore  # noqa: F401  (one torch thread, as in the app)
from benchmarks.client import ROOT, Reader, serve, visit
from dlcore.params import Choice, specs
from dlcore.topic import read

PAGES = ("Vanishing_gradients", "Momentum")


def runs() -> Iterator[str]:
    """`run` at its defaults and at the costliest corner found by moving each field to its costlier end."""
    for path in sorted((ROOT / "dlcore/topics").glob("*/[!_]*.py")):
        experiment = import_module(f"dlcore.topics.{path.parent.name}.{path.stem}")
        if not hasattr(experiment, "watch"):
            start, corner = experiment.Params(), costliest(experiment)
            yield (f"{path.parent.name}.{path.stem}: defaults {1e3 * seconds(experiment, start):.1f} ms, "
                   f"costliest corner {1e3 * seconds(experiment, corner):.0f} ms ({corner})")


def seconds(experiment, params, times: int = 3) -> float:
    """Best processor time of a few runs: other work on the machine does not count."""
    spent = []
    for _ in range(times):
        start = time.thread_time()
        experiment.run(params)
        spent.append(time.thread_time() - start)
    return min(spent)


def costliest(experiment):
    """From the defaults, take for each field in turn the value that costs most."""
    params = experiment.Params()
    for name, spec in specs(experiment.Params).items():
        ends = spec.options if isinstance(spec, Choice) else spec.ends()
        params = max((replace(params, **{name: end}) for end in ends), key=lambda p: seconds(experiment, p, 1))
    return params


def redraw() -> Iterator[str]:
    """Server time a redraw outside `run`: deep_net (ten controls) between two settings that are kept."""
    script = "benchmarks/one_view.py"
    with serve(script) as (address, _):
        whole = asyncio.run(_between_two(address, "only=Deep+net"))
        bare = asyncio.run(_between_two(address, "only=Deep+net&charts=0"))
    yield f"a redraw outside run: {1e3 * whole:.1f} ms, without its three charts {1e3 * bare:.1f} ms"
    yield f"a chart: {1e3 * (whole - bare) / 3:.2f} ms"


async def _between_two(address: str, query: str, times: int = 120) -> float:
    reader = await visit(address, query=query)
    depth = next(s for s in reader.sliders.values() if s.id.endswith("deep_net.depth"))
    spent = [await reader.move(depth, 40 + i % 2) for i in range(times)]
    return statistics.median(spent[times // 4:])


def readers(count: int = 150, every: float = 5.0, duration: float = 60.0) -> Iterator[str]:
    """Many readers on one page, each moving a random slider every 5 s; one process."""
    for page in PAGES:
        with serve() as (address, process):
            took, exceptions, dropped = asyncio.run(_crowd(address, page, count, every, duration))
            process.terminate()
            tracebacks = process.stderr.read().count(b"Traceback")
        p95 = statistics.quantiles(took, n=20)[-1]
        yield (f"{count} readers on {page}: {len(took)} redraws, median {1e3 * statistics.median(took):.0f} ms, "
               f"p95 {1e3 * p95:.0f} ms, {exceptions} exceptions, {tracebacks} tracebacks, {dropped} dropped")


async def _crowd(address: str, page: str, count: int, every: float, duration: float) -> tuple[list[float], int, int]:
    crowd = [await visit(address, page) for _ in range(count)]
    took: list[float] = []
    ended = await asyncio.gather(*(_wander(r, i, every, duration, took) for i, r in enumerate(crowd)),
                                 return_exceptions=True)
    return took, sum(r.exceptions for r in crowd), sum(isinstance(e, Exception) for e in ended)


async def _wander(reader: Reader, number: int, every: float, duration: float, took: list[float]) -> None:
    rng = random.Random(number)
    end = time.perf_counter() + duration
    await asyncio.sleep(rng.uniform(0, every))
    while time.perf_counter() < end:
        start = time.perf_counter()
        slider = rng.choice(list(reader.sliders.values()))
        took.append(await reader.move(slider, slider.anywhere(rng)))
        await asyncio.sleep(max(0.0, every - (time.perf_counter() - start)))


def memory(first: int = 500, last: int = 5000) -> Iterator[str]:
    """Resident memory of the open app, and after many redraws of random settings."""
    with serve() as (address, process):
        sizes = asyncio.run(_redraws(address, process.pid, first, last))
    yield (f"one page open {sizes[0]:.0f} MB; after {first} redraws {sizes[1]:.0f} MB, after {last:,} "
           f"{sizes[3]:.0f} MB: {sizes[3] / sizes[1]:.2f} ×; three seconds later {sizes[2]:.0f} and {sizes[4]:.0f} MB: "
           f"{sizes[4] / sizes[2]:.2f} ×")


async def _redraws(address: str, pid: int, first: int, last: int) -> list[float]:
    reader, rng = await visit(address, PAGES[0]), random.Random(0)
    sliders = [s for s in reader.sliders.values() if s.id.rpartition(".")[0].endswith("deep_net")]
    sizes = [_megabytes(pid)]
    for i in range(1, last + 1):
        slider = rng.choice(sliders)
        await reader.move(slider, slider.anywhere(rng))
        if i in (first, last):
            sizes.append(_megabytes(pid))
            await asyncio.sleep(3)  # the last nets were wide or narrow: what they leave goes back within a second
            sizes.append(_megabytes(pid))
    return sizes


def pages(readers: int = 4, minutes: float = float(os.environ.get("MINUTES", 10))) -> Iterator[str]:
    """Resident memory once some readers have gone through every view of every page, moved sliders and let it play.

    Each stays in one tab. Of a tab that is closed Streamlit keeps the session for two minutes: one tab a view is more.
    """
    views = [(path.stem.partition("_")[2], view.name) for path in sorted((ROOT / "pages").glob("[0-9]*.py"))
             for view in read(path).views]
    with serve() as (address, process):
        seen = asyncio.run(_go_through(address, views, readers, 60 * minutes))
        time.sleep(2)  # what the last trainings leave goes back
        used = _megabytes(process.pid)
    yield f"{readers} readers, {minutes:g} minutes, {seen} openings of {len(views)} views, played: {used:.0f} MB"


async def _go_through(address: str, views: Sequence[tuple[str, str]], readers: int, duration: float) -> int:
    """How many views were opened."""
    end = time.perf_counter() + duration

    async def one(number: int) -> int:
        rng, seen, reader = random.Random(number), 0, await visit(address)
        while time.perf_counter() < end:
            page, view = views[(seen + number * len(views) // readers) % len(views)]
            await reader.turn_to(page, f"view={view}")
            for slider in rng.sample(list(reader.sliders.values()), min(3, len(reader.sliders))):
                await reader.move(slider, slider.anywhere(rng))
            for _ in range(30):
                if reader.plays:
                    await reader.beat()
            seen += 1
        await reader.socket.close()
        return seen

    return sum(await asyncio.gather(*map(one, range(readers))))


def _megabytes(pid: int) -> float:
    line = next(x for x in Path(f"/proc/{pid}/status").read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024

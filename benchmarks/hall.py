"""A whole lecture hall before `make hall`: many readers, streaming readers, idle ones, and the loss of a replica."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import websockets

from benchmarks.client import Reader, visit
from benchmarks.server import _megabytes, memory
from deploy.hall import Hall, hall

PAGES = ("Momentum", "Vanishing_gradients", "Broadcasting")
REMEDIES = ("Vanishing_gradients", "view=Remedies&gradients.remedies.steps=500")
SIZE = float(os.environ.get("HALL_SIZE", 1.0))  # a share of the readers, for a machine that is busy
EVERY, PORT = 5.0, 8790


@dataclass
class Told:
    """What a crowd has seen."""

    took: list[float] = field(default_factory=list)  # seconds a redraw
    opened: list[float] = field(default_factory=list)  # seconds until a page was there
    gaps: list[float] = field(default_factory=list)  # seconds without a view, of those who were cut off
    frames: list[float] = field(default_factory=list)  # frames a second, of those who stream
    dropped: int = 0
    exceptions: int = 0

    def __str__(self) -> str:
        p95 = statistics.quantiles(self.took, n=20)[-1] if len(self.took) > 1 else float("nan")
        return (f"{len(self.took)} redraws, median {statistics.median(self.took):.2f} s, p95 {p95:.2f} s, "
                f"{self.exceptions} exceptions, {self.dropped} dropped")


def figures() -> Iterator[str]:
    """The table of a lecture hall, one line each."""
    replicas = os.cpu_count() or 1
    for part in (_crowd_line, _streams_line, _idle_line):
        with hall(replicas, PORT) as running:
            yield f"{replicas} replicas: " + asyncio.run(part(running))
    with hall(3, PORT) as running:
        yield "3 replicas: " + asyncio.run(_loss_line(running))
    yield from memory(2000, 20_000)


def _size(count: int) -> int:
    return max(2, round(SIZE * count))


async def _open(address: str, place: tuple[str, str], told: Told) -> Reader:
    """Open a page; nginx chooses the replica."""
    start = time.perf_counter()
    reader = await visit(address, *place)
    told.opened.append(time.perf_counter() - start)
    return reader


async def _crowd_line(running: Hall, count: int = 300, duration: float = 60.0) -> str:
    told, address = Told(), running.address.removeprefix("http://")
    start = time.perf_counter()
    readers = await asyncio.gather(*(_open(address, (PAGES[i % 3], ""), told) for i in range(_size(count))))
    opened = time.perf_counter() - start
    await asyncio.gather(*(_wander(reader, i, told, duration) for i, reader in enumerate(readers)))
    return f"{len(readers)} readers at once: all open after {opened:.1f} s; then {_ended(told, readers)}"


async def _wander(reader: Reader, number: int, told: Told, duration: float) -> None:
    """Move a random slider every five seconds."""
    rng, end = random.Random(number), time.perf_counter() + duration
    await asyncio.sleep(rng.uniform(0, EVERY))
    while time.perf_counter() < end:
        slider = rng.choice(list(reader.sliders.values()))
        try:
            spent = await reader.move(slider, slider.anywhere(rng))
        except (OSError, websockets.ConnectionClosed):
            told.dropped += 1
            return
        told.took.append(spent)
        await asyncio.sleep(max(0.0, EVERY - spent))


def _ended(told: Told, readers: list[Reader]) -> Told:
    told.exceptions = sum(reader.exceptions for reader in readers)
    return told


async def _streams_line(running: Hall, streaming: int = 40, others: int = 40, duration: float = 30.0) -> str:
    told, address = Told(), running.address.removeprefix("http://")
    who = await asyncio.gather(*(_open(address, REMEDIES, told) for _ in range(_size(streaming))))
    rest = await asyncio.gather(*(_open(address, (PAGES[0], ""), told) for _ in range(_size(others))))
    await asyncio.gather(*(_stream(reader, told, duration) for reader in who),
                         *(_wander(reader, i, told, duration) for i, reader in enumerate(rest)))
    return (f"{len(who)} readers who stream a training: {min(told.frames):.1f} frames/s the slowest, median "
            f"{statistics.median(told.frames):.1f}; the sliders of {len(rest)} others: {_ended(told, [*who, *rest])}")


async def _stream(reader: Reader, told: Told, duration: float) -> None:
    """Ask for the next frame as soon as the last one is there, at most ten times a second, until the training ends."""
    start, frames = time.perf_counter(), 0
    while reader.plays and time.perf_counter() < start + duration:
        begun = time.perf_counter()
        await reader.beat()
        frames += 1
        await asyncio.sleep(max(0.0, 0.1 - (time.perf_counter() - begun)))
    told.frames.append(frames / (time.perf_counter() - start))


async def _idle_line(running: Hall, count: int = 1000) -> str:
    told, address = Told(), running.address.removeprefix("http://")
    readers = []
    for _ in range(_size(count) // 10):
        readers += await asyncio.gather(*(_open(address, (PAGES[0], ""), told) for _ in range(10)))
    await asyncio.sleep(5)
    used = sum(_megabytes(replica.process.pid) for replica in running.replicas)
    return f"{len(readers)} idle readers: {used:.0f} MB in all processes of the app"


async def _loss_line(running: Hall, count: int = 150, duration: float = 30.0) -> str:
    """Kill a third of the hall under load: whoever is cut off comes back with the values they had."""
    told, address = Told(), running.address.removeprefix("http://")
    readers = await asyncio.gather(*(_open(address, (PAGES[0], ""), told) for _ in range(_size(count))))
    work = [asyncio.create_task(_returning(r, i, told, duration, address)) for i, r in enumerate(readers)]
    await asyncio.sleep(duration / 3)
    running.replicas[0].process.kill()
    await asyncio.gather(*work)
    return (f"one is killed before {len(readers)} readers: {len(told.gaps)} cut off, back after "
            f"{statistics.median(told.gaps):.1f} s, the last after {max(told.gaps):.1f} s; {_ended(told, readers)}")


async def _returning(reader: Reader, number: int, told: Told, duration: float, address: str) -> None:
    """A reader who connects anew when cut off, as a browser does: at first after half a second."""
    rng, end = random.Random(number), time.perf_counter() + duration
    watch = asyncio.create_task(reader.socket.wait_closed())
    while time.perf_counter() < end:
        slider = rng.choice(list(reader.sliders.values()))
        try:
            told.took.append(await reader.move(slider, slider.anywhere(rng)))
        except (OSError, websockets.ConnectionClosed):
            pass
        await asyncio.wait([watch], timeout=EVERY)
        if watch.done():
            cut = time.perf_counter()
            await asyncio.sleep(0.5)
            reader = await visit(address, PAGES[0])
            told.gaps.append(time.perf_counter() - cut)
            watch = asyncio.create_task(reader.socket.wait_closed())

"""What a reader waits for what is taken home: a script, a notebook, pictures of a view, the hand-out of a topic."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator

from benchmarks.client import ROOT, Reader, serve, visit
from dlcore.params import values
from dlcore.topic import View, read
from ui.export import FORMS, made, pictured
from ui.handout import handed_out
from ui.painting import FIRST, paint
from ui.session import OnScreen, Session

PAGE = "http://localhost/page"


def figures() -> Iterator[str]:
    """The median and the longest, over all views or topics, at the defaults; a training at its first moment."""
    topics = [read(path) for path in sorted((ROOT / "pages").glob("[0-9]*.py"))]
    views = [(topic, view, _screen(view)) for topic in topics for view in topic.views if isinstance(view, View)]
    paint("chart", FIRST)  # the process that paints is started when a reader opens the list
    for form in FORMS:
        yield _told(form, [_seconds(lambda t=topic, v=view, r=reader, f=form: made(f, v, t.about(v), r.values))
                           for topic, view, reader in views])
    for form in ("svg", "pdf", "png"):
        yield _told(f"a whole view as {form}", [
            _seconds(lambda v=view, r=reader, f=form: pictured(f, v.rows, v, r, PAGE)) for _, view, reader in views])
    yield _told("hand-out", [
        _seconds(lambda t=topic: handed_out(t, Session(), PAGE)) for topic in topics if topic.views])
    with serve() as (address, _):
        yield from asyncio.run(_meanwhile(address))


async def _meanwhile(address: str) -> list[str]:
    """How much later than without a download others see their slider's redraw: median and p95 of the difference."""
    home, other = await visit(address, "Momentum"), await visit(address, "Vanishing_gradients")
    await home.open("Take it home")
    depth, told = next(s for s in other.sliders.values() if s.id.endswith("deep_net.depth")), []
    kinds = {"scripts and notebooks": [f"home-{form}-momentum-ravine" for form in FORMS],
             "a whole view as a picture": [f"{form}-momentum-ravine" for form in ("svg", "pdf", "png")],
             "the hand-out": ["handout-momentum"]}
    await _again(home, sum(kinds.values(), []), 0.0)  # the process that paints is awake, the sources are read
    for label, names in kinds.items():
        alone, beside = [await other.move(depth, 20 + i % 2) for i in range(150)], []
        until = asyncio.create_task(_again(home, names, 5.0))
        while not until.done():
            beside.append(await other.move(depth, 20 + len(beside) % 2))
        a, b = (statistics.quantiles(took, n=20) for took in (alone, beside))
        told.append(f"while another reader takes {label} home, a slider is answered {1e3 * (b[9] - a[9]):.0f} ms "
                    f"later in the median and {1e3 * (b[18] - a[18]):.0f} ms at p95 ({len(beside)} redraws)")
    return told


async def _again(reader: Reader, names: list[str], seconds: float) -> None:
    """Take each home once, and then again until the time is up."""
    until = time.perf_counter() + seconds
    while True:
        for name in names:
            await reader.download(name)
        if time.perf_counter() > until:
            return


def _screen(view: View) -> Session:
    """A reader who has a view open."""
    settings = [cls() for cls in view.classes]
    results = [next(e.watch(p)) if hasattr(e, "watch") else e.run(p)
               for e, p in zip(view.experiments, settings, strict=True)]
    return Session(shown=OnScreen(view.anchor, settings, results),
                   values={view.anchor: {name: value for p in settings for name, value in values(p).items()}})


def _seconds(make: Callable[[], bytes]) -> float:
    start = time.perf_counter()
    make()
    return time.perf_counter() - start


def _told(what: str, took: list[float]) -> str:
    return f"{what}: median {statistics.median(took):.2f} s, longest {max(took):.2f} s of {len(took)}"

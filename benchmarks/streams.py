"""Figures of what trains on the page: its cost alone, the first frame, and frames a second as they are seen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from playwright.sync_api import Page

import dlcore  # noqa: F401  (one torch thread, as in the app)
from benchmarks.browser import with_browser
from benchmarks.client import ROOT, serve
from benchmarks.dragging import COUNT
from dlcore.topic import View, read
from dlcore.topics.adversarial import ring


def streams() -> list[ModuleType]:
    """Every experiment that plays."""
    found = [import_module(f"dlcore.topics.{p.parent.name}.{p.stem}")
             for p in sorted((ROOT / "dlcore/topics").glob("*/[!_]*.py"))]
    return [experiment for experiment in found if hasattr(experiment, "watch")]


def compute() -> Iterator[str]:
    """Processor time of a whole training at its defaults and of its first frame, without a page."""
    for experiment in streams():
        start = time.thread_time()
        frames = experiment.watch(experiment.Params())
        next(frames)
        first = time.thread_time() - start
        count = 1 + sum(1 for _ in frames)
        whole = time.thread_time() - start
        yield f"{_name(experiment)}: {count} frames in {whole:.1f} s, the first after {1e3 * first:.0f} ms"


def modes() -> Iterator[str]:
    """Processor time of `ring` until the plain GAN has collapsed and until WGAN-GP covers all; many seeds at once."""
    for loss, wanted in (("non_saturating", lambda covered: covered <= 4), ("wgan_gp", lambda covered: covered >= 8)):
        took, covered = _until(ring.Params(loss=loss), wanted)
        yield f"ring, {loss}: {covered:.0f} modes after {took:.1f} s"
    for loss in ("non_saturating", "wgan_gp"):
        one, eight = (_spent(ring.Params(loss=loss, steps=100, n_seeds=n)) for n in (1, 8))
        yield f"ring, {loss}: eight seeds cost {eight / one:.2f} × one"


def _until(params, wanted) -> tuple[float, float]:
    """Processor time until `wanted`, but not before step 50: a net that has not begun covers nothing either."""
    start = time.thread_time()
    for result in ring.watch(params):
        covered = result.summary.set_index("quantity").value["modes_covered"]
        if result.progress.step.max() >= 50 and wanted(covered):
            break
    return time.thread_time() - start, covered


def _spent(params) -> float:
    start = time.thread_time()
    ring.run(params)
    return time.thread_time() - start


def playing() -> Iterator[str]:
    """Frames a second and the first frame after a press on Start over, each on its whole page."""
    yield from with_browser(_all_pages)


def _all_pages(page) -> Iterator[str]:
    with serve() as (address, _):
        for path in sorted((ROOT / "pages").glob("[0-9]*.py")):
            for view in read(path).views:
                if isinstance(view, View) and hasattr(view.experiments[0], "watch"):
                    url = f"http://{address}/{path.stem.partition('_')[2]}?view={view.name}"
                    rate, first = _play(page(url, 1), view.anchor)
                    yield f"{view.anchor}: {rate:.1f} frames/s, the first after {first:.0f} ms"


def _play(page: Page, view: str, seconds: float = 4.0) -> tuple[float, float]:
    page.locator(f".st-key-play-{view}").wait_for(timeout=60_000)
    page.locator(f".st-key-play-{view}").evaluate("e => e.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(1500)
    pause = page.locator(f".st-key-toggle-{view} button", has_text="Pause")
    if pause.is_enabled():  # or a frame of the run before would be taken for the first of the new one
        pause.click()
        page.wait_for_timeout(1500)
    page.evaluate(COUNT, f".st-key-charts-{view} [data-testid=stText]")
    pressed = page.evaluate("performance.now()")
    page.locator(f".st-key-over-{view} button").click()
    page.wait_for_function("() => first > 0", timeout=20_000)
    first = page.evaluate("first") - pressed
    before = page.evaluate("changes")
    page.wait_for_timeout(1e3 * seconds)
    rate = (page.evaluate("changes") - before) / seconds
    page.close()
    return rate, first


def _name(experiment: ModuleType) -> str:
    return ".".join(experiment.__name__.split(".")[-2:])

"""Figures of the page as it is seen: Chromium with software rendering, on the cores that the server has too."""

from __future__ import annotations

import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from playwright.sync_api import Browser, Error, Page, sync_playwright

from benchmarks import dragging
from benchmarks.client import ROOT, serve
from benchmarks.dragging import DEPTH

sys.path.insert(0, str(ROOT / "tests"))
import chromium  # noqa: E402  (the tests' own search for a browser)

CHART = "[data-testid=stVegaLiteChart]"
NUMBER = ".numbers dd, [data-testid=stMetricValue]"  # ours, and the plain way's
SEEN = f"{CHART}, {NUMBER}, [data-testid=stText]"
# Time stamps of whatever changes in charts, numbers and sentence (our charts are drawn on canvas, the plain way's are
# SVG, and may be mounted anew).
WATCH = """selector => {
  window.stamps = [];
  window.pressed = 0;
  if (window.watched) return;
  window.watched = true;
  const note = () => { const now = performance.now(); if (now - (stamps.at(-1) || 0) > 4) stamps.push(now); };
  const inside = node => (node.nodeType === 1 ? node : node.parentElement)?.closest(selector);
  const holds = node => node.nodeType === 1 && (node.matches(selector) || node.querySelector(selector));
  new MutationObserver(all => all.forEach(change => {
    if (inside(change.target) || [...change.addedNodes].some(holds)) note();
  })).observe(document.body,
    {subtree: true, attributes: true, attributeFilter: ['d'], characterData: true, childList: true});
  addEventListener('keydown', () => { window.pressed = performance.now(); window.stamps = []; }, true);
  const draw = CanvasRenderingContext2D.prototype.stroke;
  CanvasRenderingContext2D.prototype.stroke = function (...path) { note(); return draw.apply(this, path); };
}"""


def all_figures() -> Iterator[str]:
    """Everything that one browser can measure in turn."""
    yield from with_browser(key_press, held, playing)
    yield from dragging.figures()


def with_browser(*figures) -> Iterator[str]:
    """Each of `figures` with a function that opens a page and waits for its first charts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)

        def page(address: str, charts: int) -> Page:
            new = browser.new_page(viewport={"width": 1280, "height": 900})
            new.goto(address)
            new.locator(NUMBER).first.wait_for(timeout=60_000)
            if charts:
                new.locator(CHART).nth(charts - 1).locator("svg, canvas").first.wait_for(timeout=60_000)
            new.wait_for_timeout(2500)
            return new

        for figure in figures:
            yield from figure(page)
        browser.close()


def key_press(page) -> Iterator[str]:
    """A key press on `depth` until the last change on the screen: the page that people open, the same view alone,
    and the plain way with the same widgets, numbers and charts, in turn."""
    with serve() as (ours, _), serve("benchmarks/one_view.py") as (alone, _), \
            serve("app.py", ROOT / "benchmarks/plain") as (plain, _):
        pages = [page(f"http://{address}", 3) for address in (f"{ours}/Vanishing_gradients", alone, plain)]
        for each in pages:
            each.evaluate(WATCH, SEEN)
        took = [[_press(each, i) for each in pages] for i in range(18)][3:]
        for each in pages:
            each.close()
    ours, alone, plain = (statistics.median(times) for times in zip(*took, strict=True))
    yield (f"key press to last change on Vanishing gradients: {ours:.0f} ms; the view alone {alone:.0f} ms: "
           f"{ours / alone:.2f} ×; the plain way {plain:.0f} ms: {ours / plain:.2f} ×")


def _press(page: Page, i: int) -> float:
    page.locator(f".st-key-{DEPTH} input[type=range]").focus()
    page.keyboard.press("ArrowRight" if i % 2 == 0 else "ArrowLeft")
    page.wait_for_timeout(1500)
    return page.evaluate("stamps.at(-1) - pressed")


def held(page) -> Iterator[str]:
    """When the last value is on the screen, the mouse at rest and its button down."""
    with serve() as (address, _):
        late = statistics.median(_late(page(f"http://{address}/Vanishing_gradients", 3)))
    yield f"the last value of a drag on screen after {late:.0f} ms"


def _move(page: Page, share: float) -> None:
    box = page.locator(f".st-key-{DEPTH} [role=group] > div").bounding_box()
    page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)


def _late(page: Page) -> list[float]:
    """How long after the mouse has come to rest, button down, the last chart moves."""
    _move(page, 0.3)
    page.mouse.down()
    late = []
    for share in (0.2, 0.6, 0.35, 0.75, 0.5):
        page.evaluate(WATCH, SEEN)
        _move(page, share)
        begun = page.evaluate("performance.now()")
        page.wait_for_timeout(1200)
        late.append((page.evaluate("stamps.at(-1) || 0")) - begun)
    page.mouse.up()
    return late


def playing(page) -> Iterator[str]:
    """Frames a second of `remedies` on its page; a slider move until the first new frame."""
    with serve() as (address, _):
        whole = page(f"http://{address}/Vanishing_gradients?view=Remedies", 4)
        rate, again = _frames(whole), _start_over(whole)
    yield f"remedies playing on its page: {rate:.1f} frames/s; from a slider to a new frame {again:.0f} ms"


def _over(page: Page) -> None:
    """Start the stream over, with its charts in view: it plays only while it is seen."""
    page.locator(".st-key-over-gradients-remedies button").click()
    page.locator(".st-key-play-gradients-remedies").evaluate("e => e.scrollIntoView({block: 'start'})")


def _frames(page: Page, seconds: float = 6.0) -> float:
    _over(page)
    page.wait_for_timeout(1500)
    before = _step(page)
    start = time.perf_counter()
    page.wait_for_timeout(seconds * 1000)
    frames = (_step(page) - before) / 2  # two of 200 steps a frame
    return frames / (time.perf_counter() - start)


def _step(page: Page) -> int:
    text = page.inner_text(".st-key-charts-gradients-remedies [data-testid=stText]")
    return int(re.search(r"\d+", text.replace(",", "")).group())


# When the sentence of a stream says that it stands at one of its first steps.
FIRST_STEPS = """() => {
  window.seen = 0;
  const words = document.querySelector('.st-key-charts-gradients-remedies [data-testid=stText]');
  new MutationObserver(() => {
    if (pressed && !seen && Number(words.innerText.match(/[0-9]+/)[0]) < 10) window.seen = performance.now();
  }).observe(words, {subtree: true, characterData: true, childList: true});
}"""


def _start_over(page: Page, times: int = 5) -> float:
    took = []
    for i in range(times):
        _over(page)
        page.wait_for_timeout(2500)
        page.evaluate(WATCH, SEEN)
        page.evaluate(FIRST_STEPS)
        page.locator(".st-key-gradients-remedies-depth input[type=range]").focus()
        page.keyboard.press("ArrowLeft" if i % 2 else "ArrowRight")
        page.wait_for_function("() => seen > 0", timeout=20_000)
        took.append(page.evaluate("seen - pressed"))
    page.close()
    return statistics.median(took)


def start() -> Iterator[str]:
    """From `make app` on a ready environment to the first chart in the browser; then the page in a new tab."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        page = browser.new_page()
        begun = time.perf_counter()
        process = subprocess.Popen(["make", "app"], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env={**os.environ, "STREAMLIT_SERVER_PORT": str(port)}, start_new_session=True)
        try:
            _knock(page, f"http://127.0.0.1:{port}/Vanishing_gradients")
            page.locator(f"{CHART} canvas").first.wait_for(timeout=60_000)
            took = time.perf_counter() - begun
            page.wait_for_timeout(8000)  # all charts are there, and what the server loads in the background
            again = _in_a_new_tab(browser, page.url, page.locator(f"{CHART} canvas").count())
        finally:
            browser.close()
            os.killpg(process.pid, 15)
    yield f"make app to the first chart: {took:.1f} s"
    yield f"the page in a new tab: its first chart after {again[0]:.1f} s, its last after {again[1]:.1f} s"


def _in_a_new_tab(browser: Browser, address: str, charts: int) -> list[float]:
    """Seconds to the first of so many charts, and to the last."""
    page = browser.new_page()
    begun, took = time.perf_counter(), []
    page.goto(address)
    for chart in (0, charts - 1):
        page.locator(f"{CHART} canvas").nth(chart).wait_for(state="attached", timeout=60_000)
        took.append(time.perf_counter() - begun)
    return took


def _knock(page: Page, address: str) -> None:
    """Open a page of a server that is still starting."""
    while True:
        try:
            page.goto(address)
            return
        except Error:  # it is not up yet
            time.sleep(0.05)

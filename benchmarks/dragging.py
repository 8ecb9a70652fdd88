"""Redraws a second while a slider is dragged.

The mouse moves every 16 ms whether or not the page has answered, as a hand does. (A test's mouse waits for the page
after each move: it would come too late with every value, and measure that.)
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Iterator

from playwright.async_api import Browser, Page, async_playwright

from benchmarks.client import ROOT, serve

sys.path.insert(0, str(ROOT / "tests"))
import chromium  # noqa: E402  (the tests' own search for a browser)

DEPTH = "gradients-deep_net-depth"
SENTENCE = "[data-testid=stText]"
# Counts how often the sentence below the charts changes, as it does with each redraw; `first` is when it first did so
# after the press.
COUNT = """selector => {
  window.changes = 0; window.first = 0;
  const words = document.querySelector(selector);
  let said = words.innerText;
  window.counter?.disconnect();
  window.counter = new MutationObserver(() => {
    if (words.innerText === said) return;
    said = words.innerText; changes += 1; first = first || performance.now();
  });
  counter.observe(words, {subtree: true, characterData: true, childList: true});
}"""


def figures() -> Iterator[str]:
    """*Vanishing gradients* as people open it, and the same view without charts."""
    with serve() as (ours, _), serve("benchmarks/one_view.py") as (alone, _):
        charts, bare = rates(f"http://{ours}/Vanishing_gradients", f"http://{alone}/?charts=0")
    yield f"redraws a second while dragging: {charts:.1f}; without charts {bare:.1f}: {charts / bare:.2f} ×"


def rates(*addresses: str) -> list[float]:
    """Redraws a second while `depth` is dragged on each page, in turn: the median of five drags of four seconds."""
    return asyncio.run(_rates(addresses))


async def _rates(addresses: tuple[str, ...], rounds: int = 6) -> list[float]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        pages = [await _page(browser, address) for address in addresses]
        told = [[await _drag(page) for page in pages] for _ in range(rounds)][1:]  # the first one warms up
        await browser.close()
    return [statistics.median(rate) for rate in zip(*told, strict=True)]


async def _page(browser: Browser, address: str) -> Page:
    page = await browser.new_page(viewport={"width": 1280, "height": 900})
    await page.goto(address)
    await page.locator(SENTENCE).first.wait_for(timeout=60_000)
    await page.wait_for_timeout(4000)  # the charts are there, and what is loaded in the background
    return page


async def _drag(page: Page, seconds: float = 4.0) -> float:
    """To and fro over half of the slider, a second each way: nearly every frame asks for another depth."""
    await page.bring_to_front()  # a page in the background draws nothing
    box = await page.locator(f".st-key-{DEPTH} [role=group] > div").bounding_box()
    assert box is not None
    left, high = box["x"] + 0.3 * box["width"], box["y"] + box["height"] / 2

    def move(passed: float):
        return page.mouse.move(left + 0.5 * box["width"] * abs(passed % 2 - 1), high)

    await move(0)
    await page.mouse.down()
    await page.evaluate(COUNT, SENTENCE)
    start, moves = time.perf_counter(), []
    while (passed := time.perf_counter() - start) < seconds:
        moves.append(asyncio.ensure_future(move(passed)))
        await asyncio.sleep(0.016)
    redraws = await page.evaluate("changes") / (time.perf_counter() - start)
    await asyncio.gather(*moves)
    await page.mouse.up()
    await page.wait_for_timeout(500)
    return redraws

"""How long the answer sheet takes to open, from the home page: its frame, all its measurements, and both again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from playwright.sync_api import Page, sync_playwright

from benchmarks.browser import CHART, chromium
from benchmarks.client import serve

FRAME = "() => document.querySelector('[class*=st-key-open-]')"  # the first claim and its button
DONE = """() => document.body.innerText.includes('Measured now') && !document.body.innerText.includes('Being measured')
  && !document.querySelector('[data-testid=stProgress]')
  && document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"""


LINK = "() => document.querySelector('[class*=st-key-card-11] a').click()"


def opening() -> Iterator[str]:
    """By its card on the home page, once that is drawn; and in a new tab, which must load Streamlit itself first."""
    with serve() as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        for when in ("first opened", "opened again"):
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(f"http://{address}/")
            page.locator(CHART).nth(9).locator("svg, canvas").first.wait_for(timeout=60_000)
            page.wait_for_timeout(8000)  # what the server loads in the background is there
            yield f"answer sheet {when}: {_seen(page, lambda page: page.evaluate(LINK))}"
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        yield f"answer sheet in a new tab: {_seen(page, lambda page: page.goto(f'http://{address}/Answer_sheet'))}"
        browser.close()


def _seen(page: Page, open_it: Callable[[Page], object]) -> str:
    start = time.perf_counter()
    open_it(page)
    page.wait_for_function(FRAME, timeout=60_000)
    frame = time.perf_counter() - start
    page.wait_for_function(DONE, timeout=120_000)
    whole = time.perf_counter() - start
    page.close()
    return f"its frame after {frame:.1f} s, every claim measured after {whole:.1f} s"

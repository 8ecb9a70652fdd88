"""How long the answer sheet takes to open: its frame, all its measurements, and both again for a second reader."""

from __future__ import annotations

import time
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

from benchmarks.browser import CHART, chromium
from benchmarks.client import serve

FRAME = "() => document.querySelector('[class*=st-key-open-]')"  # the first claim and its button
DONE = """() => document.body.innerText.includes('Measured now') && !document.body.innerText.includes('Being measured')
  && !document.querySelector('[data-testid=stProgress]')
  && document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"""


def opening() -> Iterator[str]:
    """On a server that has drawn another page, so that torch is loaded; then once more."""
    with serve() as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.ARGUMENTS)
        other = browser.new_page()
        other.goto(f"http://{address}/Momentum")
        other.locator(CHART).first.locator("svg, canvas").first.wait_for(timeout=60_000)
        other.close()
        time.sleep(8)  # what the server loads in the background is there
        for when in ("first opened", "opened again"):
            frame, whole = _open(browser, f"http://{address}/Answer_sheet")
            yield f"answer sheet {when}: its frame after {frame:.1f} s, every claim measured after {whole:.1f} s"
        browser.close()


def _open(browser: Browser, address: str) -> tuple[float, float]:
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_function(FRAME, timeout=60_000)
    frame = time.perf_counter() - start
    page.wait_for_function(DONE, timeout=120_000)
    whole = time.perf_counter() - start
    page.close()
    return frame, whole

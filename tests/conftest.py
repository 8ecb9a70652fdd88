"""A real server and a real browser, one of each a worker."""

import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from functools import cache

import chromium
import perturbed
import pytest
from browsing import CHART, LISTEN, settle
from playwright.sync_api import sync_playwright
from streamlit.components.v2 import manifest_scanner
from walk import ROOT

# Streamlit's test runner opens a shop of its own for each app, and reads the metadata of every installed package for
# it: four fifths of the time that a page takes.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@contextmanager
def serve(*options, under=()):
    """The dashboard on a free port of this machine; `under`: what starts the command."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = options[options.index("--server.baseUrlPath") + 1] + "/" if "--server.baseUrlPath" in options else ""
    command = [*under, sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port),
               "--server.address", "127.0.0.1", *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/{base}_stcore/health").close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="session")
def server():
    with serve() as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    path = chromium.find()
    if not path:
        pytest.fail(chromium.REMEDY, pytrace=False)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def profile(browser):
    """A browser's profile for some options. Its pages share it: Streamlit's scripts are fetched and compiled once."""
    contexts = {}

    def one(**options):
        key = tuple(sorted(options.items()))
        if key not in contexts:
            contexts[key] = browser.new_context(**options)
        return contexts[key]

    yield one
    for context in contexts.values():
        context.close()


@pytest.fixture
def visit(profile, server):
    """Open a page and wait until its first chart is drawn; console errors are collected."""
    pages = []

    def open_page(place, width=1280, height=900, theme="light", script="", at="", **options):
        page = profile(**options).new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        page.add_init_script(LISTEN + script)
        page.said = []
        page.on("console", lambda m: page.said.append(f"{m.text} {m.location}") if m.type == "error" else None)
        page.on("pageerror", lambda e: page.said.append(str(e)))
        page.asked = []
        page.on("request", lambda r: page.asked.append(r.url))
        page.goto((at or server) + place)
        page.locator(CHART).first.locator("canvas").first.wait_for(timeout=60_000)
        settle(page)
        return page

    yield open_page
    for page in pages:
        page.close()


@pytest.fixture(autouse=True, scope="session")
def moved_data():
    """Under `make perturbed`: every drawn number is moved by a relative 10⁻⁷."""
    with perturbed.moved_data():
        yield

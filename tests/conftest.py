"""A real server and a real browser, one of each a worker."""

import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import chromium
import perturbed
import pytest
from playwright.sync_api import sync_playwright
from walk import ROOT


@contextmanager
def serve(*options):
    """The dashboard on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port),
               "--server.address", "127.0.0.1", *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health").close()
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


@pytest.fixture(autouse=True, scope="session")
def moved_data():
    """Under `make perturbed`: every drawn number is moved by a relative 10⁻⁷."""
    with perturbed.moved_data():
        yield

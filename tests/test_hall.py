"""Three processes of the app behind a real nginx: cookies, sockets, headers, and the loss of one of them."""

import asyncio
import os
import signal
import time
import urllib.error
import urllib.request

import pytest
import websockets
from walk import awaited

from benchmarks.client import visit
from deploy import front
from deploy.hall import MISSING, hall, nginx_command

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.fault]
DEPTH = "gradients-deep_net-depth"
SENTENCE = ".st-key-charts-gradients-deep_net [data-testid=stText]"
READY = "[data-testid=stApp][data-test-connection-state=CONNECTED][data-test-script-state=notRunning]"


@pytest.fixture(scope="module")
def running():
    if not nginx_command():
        pytest.fail(MISSING, pytrace=False)
    with hall(3, 8701) as one:
        yield one


@pytest.fixture
def page(browser, running):
    """A page behind nginx, and what its console says."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.said = []
    page.on("console", lambda m: page.said.append(f"{m.text} {m.location}") if m.type == "error" else None)
    page.on("pageerror", lambda e: page.said.append(str(e)))
    yield page
    context.close()


def get(address, **headers):
    """Status, headers and body; an error is an answer too."""
    try:
        answer = urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers, answer.read()


def replica(headers):
    """Which replica the cookies of an answer name, if they name one."""
    named = [c for c in headers.get_all("Set-Cookie", []) if c.startswith("replica=")]
    return named[0].split(";")[0].removeprefix("replica=") if named else None


def test_a_new_reader_gets_a_replica_and_stays_with_it(running):
    given = [replica(get(running.address)[1]) for _ in range(6)]
    assert set(given) == {"1", "2", "3"}
    for number in given[:3]:
        answers = [get(f"{running.address}/_stcore/health", Cookie=f"replica={number}") for _ in range(4)]
        assert all(status == 200 and replica(headers) is None for status, headers, _ in answers)


def test_a_cookie_that_names_no_replica_is_replaced(running):
    for strange in ("9", "x", "1.2", "127.0.0.1", "any"):
        status, headers, _ = get(running.address, Cookie=f"replica={strange}")
        assert status == 200 and replica(headers) in {"1", "2", "3"}


def test_headers_are_there_on_pages_files_and_errors(running):
    for path in ("/", "/Momentum", "/static/js/none.js", "/_stcore/metrics"):
        _, headers, _ = get(running.address + path)
        policy = headers["Content-Security-Policy"]
        assert "unsafe-eval" not in policy and "default-src 'self'" in policy
        assert "script-src 'self' blob: 'sha256-" in policy
        assert "unsafe-inline" not in policy.partition("style-src")[0]
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "same-origin"
        assert "nginx/" not in headers["Server"]


def test_streamlits_files_come_packed_and_without_the_app(running):
    script = next((front.streamlit_files() / "static/js").glob("index.*.js"))
    status, headers, body = get(f"{running.address}/static/js/{script.name}", **{"Accept-Encoding": "gzip"})
    assert status == 200 and headers["Content-Encoding"] == "gzip" and len(body) < script.stat().st_size / 2
    assert headers["Content-Type"] == "text/javascript" and replica(headers) is None


def test_what_is_too_large_or_foreign_is_refused(running):
    address = running.address.removeprefix("http://")
    big = urllib.request.Request(f"{running.address}/_stcore/upload_file/a/b", data=bytes(7_000_000), method="PUT")
    with pytest.raises((urllib.error.HTTPError, ConnectionError, urllib.error.URLError)) as refused:
        urllib.request.urlopen(big)
    assert getattr(refused.value, "code", 413) == 413
    assert get(f"{running.address}/_stcore/metrics")[0] == 404

    async def socket(origin):
        async with websockets.connect(f"ws://{address}/_stcore/stream", subprotocols=["streamlit"],
                                      additional_headers={"Origin": origin}):
            return 101

    assert awaited(socket(running.address)) == 101
    with pytest.raises(websockets.InvalidStatus) as refused:
        awaited(socket("http://evil.example"))
    assert refused.value.response.status_code == 403


def test_a_hall_behind_one_address_passes(running):
    """All at once, and each is answered."""
    address = running.address.removeprefix("http://")

    async def crowd():
        readers = await asyncio.gather(*(visit(address, "Momentum") for _ in range(60)))
        heard = [len(reader.sliders) > 0 and reader.exceptions == 0 for reader in readers]
        for reader in readers:
            await reader.socket.close()
        return heard

    assert all(awaited(crowd()))


def test_the_pages_draw_under_the_policy(page, running):
    for place in ("/", "/Momentum", "/Vanishing_gradients?view=Remedies"):
        page.goto(running.address + place)
        page.locator("[data-testid=stVegaLiteChart] canvas").first.wait_for(timeout=60_000)
        page.locator(READY).wait_for(timeout=60_000, state="attached")
    told = [words for words in page.said if "Content Security Policy" in words or "404" not in words]
    assert not told


def test_who_loses_a_replica_has_the_view_back_with_its_values(page, running):
    page.goto(running.address + "/Vanishing_gradients")
    page.locator(SENTENCE).wait_for(timeout=60_000)
    page.locator(f".st-key-{DEPTH} input[type=range]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => location.search.includes('deep_net.depth')")
    page.locator(READY).wait_for(state="attached")
    page.wait_for_timeout(500)
    address, depth, said = page.url, page.locator(f".st-key-{DEPTH} input").input_value(), page.inner_text(SENTENCE)
    cookie = next(c["value"] for c in page.context.cookies() if c["name"] == "replica")
    lost = running.replicas[int(cookie) - 1]
    os.kill(lost.process.pid, signal.SIGKILL)
    page.locator("[data-testid=stApp]:not([data-test-connection-state=CONNECTED])").wait_for(state="attached")
    page.locator(READY).wait_for(state="attached")  # within five seconds: `python -m benchmarks hall` measures it
    page.locator(f".st-key-{DEPTH} input[type=range]").focus()
    assert (page.url, page.locator(f".st-key-{DEPTH} input").input_value()) == (address, depth)
    assert page.inner_text(SENTENCE) == said
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"said => document.querySelector('{SENTENCE}').innerText !== said", arg=said)
    stays = next(c["value"] for c in page.context.cookies() if c["name"] == "replica")
    assert stays != cookie
    while not lost.healthy():  # it comes back, and the reader stays where their session is now
        running.keep()
        time.sleep(0.2)
    _, headers, _ = get(running.address, Cookie=f"replica={stays}")
    assert replica(headers) is None

"""Slow lines, other addresses, translated pages, frames and large type, in a real browser."""

import re

import pytest
from browsing import CHART, DEPTH, GRADIENTS, MOMENTUM, REMEDIES, becomes, copied, picture, text, value
from conftest import serve
from line import line
from nginx import nginx
from walk import awaited

from benchmarks import client

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.fault]
WAITING = "() => document.getElementById('waiting').innerText"


@pytest.fixture(scope="module")
def slow(server):
    with line(server) as one:
        yield one


def press(page, key, times):
    """Move a slider by the keyboard."""
    page.locator(f".st-key-{key} input[type=range]").focus()
    for _ in range(times):
        page.keyboard.press("ArrowLeft")


def answers(page, read, wanted, count):
    """Until so many sentences have come with what a control is to hold: whether it never held anything else then."""
    held, said = [], set()

    def look(p):
        now = read(p)
        if now == wanted or held:
            held.append(now)
            said.add(p.inner_text("[class*=st-key-charts-] [data-testid=stText]"))
        return len(said)

    return becomes(page, look, lambda now: now >= count, seconds=60) and set(held) == {wanted}


def test_a_reader_who_waits_is_told_and_keeps_what_was_set(visit, slow):
    slow.lag = 0.0
    page = visit(GRADIENTS, at=slow.address)
    assert page.evaluate(WAITING) == ""
    slow.lag = 2.5
    press(page, DEPTH, 3)
    assert becomes(page, lambda p: p.evaluate(WAITING), lambda now: re.fullmatch(r"Waiting for the server: \d s", now))
    assert answers(page, lambda p: value(p, DEPTH), 27, 2)
    assert becomes(page, text, lambda now: "as in layer 27" in now, seconds=30)
    assert becomes(page, lambda p: p.evaluate(WAITING), lambda now: now == "")
    assert page.locator("#waiting[role=status] > [aria-hidden=true]").count() == 1  # the seconds are not read aloud


def test_an_answer_names_nothing_that_the_browser_has_let_go_of(visit, slow):
    """To and fro over a slow line: requests overlap, and a browser forgets charts at the end of each run."""
    slow.lag = 0.0
    page = visit(MOMENTUM, at=slow.address)
    slow.lag = 0.15
    rate = page.locator(".st-key-momentum-ravine-learning_rate input[type=range]")
    rate.focus()
    for i in range(40):
        page.keyboard.press("ArrowLeft" if i % 2 else "ArrowRight")
        page.wait_for_timeout(60 + 20 * (i % 7))
    assert not page.get_by_text("Connection error").count()
    page.keyboard.press("ArrowRight")
    assert becomes(page, lambda p: float(rate.input_value()), lambda now: now == 1.02)


def test_a_slow_line_does_not_take_back_a_preset_while_a_training_plays(visit, slow):
    slow.lag = 0.0
    page = visit(REMEDIES, at=slow.address)
    slow.lag = 2.5
    page.locator(".st-key-presets-gradients-remedies button", has_text="He weights").click()
    field = page.locator(".st-key-gradients-remedies-initialization input")
    assert answers(page, lambda p: field.input_value(), "he", 3)


def test_below_a_base_path_behind_nginx_pages_links_and_files_are_found(visit, tmp_path):
    with serve("--server.baseUrlPath", "lecture") as app, nginx(tmp_path, [app.removeprefix("http://")]) as at:
        page = visit("/lecture/", at=at)
        page.locator("[data-testid=stMain] a[href*=Momentum]").first.click()
        page.wait_for_url("**/lecture/Momentum*")
        page.locator(f"[class*=st-key-charts-momentum] {CHART} canvas").first.wait_for(timeout=60_000)
        assert all(url.startswith((f"{at}/lecture/", "blob:", "data:")) for url in page.asked)
        assert not [said for said in page.said if "404" not in said or "_stcore" not in said]
        assert copied(page, "momentum-ravine").startswith("/lecture/Momentum?v=1")


TRANSLATE = """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, node =>
        node.data.trim() && !node.parentElement.closest('script, style, textarea, canvas') ? 1 : 2);
    const nodes = [];
    while (walk.nextNode()) nodes.push(walk.currentNode);
    for (const node of nodes) {
        const [outer, inner] = [document.createElement('font'), document.createElement('font')];
        outer.append(inner);
        node.replaceWith(outer);
        inner.textContent = node.data.toUpperCase();
    }
    return nodes.length; }"""


def test_a_page_that_a_browser_has_translated_still_answers(visit):
    page = visit(MOMENTUM)
    assert page.evaluate(TRANSLATE) > 50
    before = picture(page)
    page.locator(".st-key-momentum-ravine-momentum input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    assert becomes(page, picture, lambda now: now != before)
    page.evaluate(TRANSLATE)
    page.locator("[role=tab]").nth(1).click()
    page.locator(f"[class*=st-key-charts-momentum-noise] {CHART} canvas").first.wait_for(timeout=30_000)
    assert not [said for said in page.said if "_stcore" not in said] and "Error" not in text(page)


@pytest.mark.parametrize("width, height, zoom", [(640, 360, 2), (320, 180, 4)])
def test_at_large_zoom_nothing_is_cut_off_and_a_control_and_its_chart_are_reached(visit, width, height, zoom):
    page = visit(GRADIENTS, width=width, height=height, device_scale_factor=zoom)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    before = picture(page)
    press(page, DEPTH, 3)
    assert becomes(page, picture, lambda now: now != before) and value(page, DEPTH) == 27
    for place in (f".st-key-{DEPTH} [role=group]", f"{CHART} canvas"):  # scrolled to, it is what lies there
        page.locator(place).first.scroll_into_view_if_needed()
        box = page.locator(place).first.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        assert box["y"] + box["height"] > 0 and box["y"] < height


def test_in_a_frame_that_may_not_copy_the_link_is_shown(browser, server):
    """A course's page on another host: there, a prompt is not shown either."""
    page = browser.new_page()
    page.goto(server.replace("127.0.0.1", "localhost") + "/_stcore/health")
    page.evaluate("""at => { const frame = document.createElement('iframe');
        document.body.append(Object.assign(frame, { src: at, width: 1200, height: 800 })); }""", server + GRADIENTS)
    frame = page.frame_locator("iframe")
    button = frame.locator(".st-key-foot-gradients-deep_net button", has_text="Copy link")
    button.wait_for(timeout=60_000)
    button.evaluate("() => { document.execCommand = () => false; }")
    button.click()
    field = frame.locator(".st-key-foot-gradients-deep_net input[readonly]")
    field.wait_for()
    assert "gradients.deep_net.depth=30" in field.input_value() and button.inner_text() == "Copy link"
    page.close()


def test_where_nothing_can_be_written_pages_draw_and_trainings_play():
    """No byte can be written to a file, as on a full disk."""
    async def reads(address):
        home, still, plays = [await client.visit(address, *page) for page in (
            ("",), ("Momentum",), ("Vanishing_gradients", "view=Remedies"))]
        await plays.beat()
        for reader in (home, still, plays):
            await reader.socket.close()
        return [home.exceptions, still.exceptions, plays.exceptions], bool(still.sliders), plays.plays

    with serve(under=("sh", "-c", 'ulimit -f 0; exec "$@"', "sh")) as address:
        assert awaited(reads(address.removeprefix("http://"))) == ([0, 0, 0], True, True)

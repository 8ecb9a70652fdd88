"""The pages in a real browser."""

import base64
import io
import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageChops
from walk import PAGES

from dlcore.answer_sheet import claims

pytestmark = pytest.mark.xdist_group("browser")
GRADIENTS, MOMENTUM = "/Vanishing_gradients", "/Momentum"
REMEDIES = GRADIENTS + "?view=Remedies"
DEPTH = "gradients-deep_net-depth"
CHART = "[data-testid=stVegaLiteChart]"
DAY, NIGHT, DAY_INK, NIGHT_INK = "rgb(255, 255, 255)", "rgb(15, 20, 26)", "#1b1f24", "#e9eef4"
# Notes every word that is written on a canvas, and its color.
LISTEN = """{ window.written = []; const write = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (words, ...more) {
        written.push([words, this.fillStyle]);
        return write.call(this, words, ...more); } }"""


@pytest.fixture
def visit(browser, server):
    """Open a page and wait until its first chart is drawn; console errors are collected."""
    contexts = []

    def open_page(place, width=1280, height=900, theme="light", script=""):
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme)
        context.add_init_script(LISTEN + script)
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("console", lambda m: page.said.append(f"{m.text} {m.location}") if m.type == "error" else None)
        page.on("pageerror", lambda e: page.said.append(str(e)))
        page.asked = []
        page.on("request", lambda r: page.asked.append(r.url))
        page.goto(server + place)
        page.locator(CHART).first.locator("canvas").first.wait_for(timeout=60_000)
        settle(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


def settle(page, quiet=0.5, limit=5):
    """Wait until no script has run for a while, but not for a stream that plays."""
    end, calm = time.time() + limit, time.time()
    while time.time() < end and time.time() - calm < quiet:
        if page.locator("[data-testid=stApp][data-test-script-state=running]").count():
            calm = time.time()
        page.wait_for_timeout(100)


def becomes(page, read, wanted, seconds=10):
    """Whether `wanted(read(page))` comes true in time."""
    end = time.time() + seconds
    while time.time() < end:
        if wanted(read(page)):
            return True
        page.wait_for_timeout(20)
    return False


def chart(page, index=0):
    return page.locator(CHART).nth(index).locator("canvas").first


def picture(page, index=0):
    return drawn(chart(page, index))


def drawn(canvas):
    """The pixels of a chart."""
    return canvas.evaluate("e => e.toDataURL()")


def alike(one, other):
    """Whether two pictures are the same but for the edges of lines: the canvas repaints only what has changed."""
    images = [Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))).convert("L") for url in (one, other)]
    if images[0].size != images[1].size:
        return False
    return ImageChops.difference(*images).point(lambda gap: gap > 40 and 255).getbbox() is None


def value(page, key):
    return float(page.locator(f".st-key-{key} input[type=range]").input_value())


def text(page):
    return page.inner_text("[data-testid=stMain]")


def track(page, key):
    """A function from a value of the slider to the place on the screen where it lies."""
    page.locator(f".st-key-{key}").evaluate("e => e.scrollIntoView({block: 'center'})")
    page.wait_for_timeout(300)
    box = page.locator(f".st-key-{key} [role=group] > div").bounding_box()
    low, high = page.locator(f".st-key-{key} input[type=range]").evaluate("e => [+e.min, +e.max]")
    return lambda v: (box["x"] + box["width"] * (v - low) / (high - low), box["y"] + box["height"] / 2)


def test_a_held_slider_redraws_before_release_and_keeps_the_nodes(visit):
    page = visit(GRADIENTS)
    for i in range(3):
        chart(page, i).evaluate("node => { node.marked = true }")
    before, at = picture(page), track(page, DEPTH)
    page.mouse.move(*at(30))
    page.mouse.down()
    page.mouse.move(*at(60), steps=12)
    assert becomes(page, picture, lambda now: now != before)
    assert "depth=" not in page.url
    there = value(page, DEPTH)  # the last value is not lost, and the button is still down
    assert becomes(page, text, lambda now: re.search(rf"layer {there:.0f}\b", now))
    page.mouse.move(*at(40), steps=5)
    page.mouse.up()
    assert becomes(page, lambda p: p.url, lambda url: "depth=" in url)
    assert all(chart(page, i).evaluate("node => node.marked === true") for i in range(3))


def test_a_slider_dragged_there_and_back_ends_where_it_began(visit):
    page = visit(GRADIENTS)
    before, at = picture(page), track(page, DEPTH)
    start = value(page, DEPTH)
    page.mouse.move(*at(start))
    page.mouse.down()
    page.mouse.move(*at(70), steps=6)
    assert becomes(page, picture, lambda now: not alike(now, before))
    page.mouse.move(*at(start), steps=3)
    page.mouse.up()
    assert becomes(page, picture, lambda now: alike(now, before)) and value(page, DEPTH) == start


def test_the_keyboard_moves_and_the_link_restores(visit):
    page = visit(GRADIENTS)
    before = picture(page)
    page.locator(f".st-key-{DEPTH} input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    assert becomes(page, picture, lambda now: now != before)
    assert becomes(page, lambda p: p.url, lambda url: "depth=31" in url)
    settle(page)
    again = visit(GRADIENTS + "?" + page.url.partition("?")[2])
    assert value(again, DEPTH) == 31 and picture(again) == picture(page)


def test_copy_link_holds_every_value_and_opens_the_same_numbers(visit):
    page = visit(GRADIENTS + f"?gradients.deep_net.depth=44&gradients.deep_net.weight_scale={14 / 9}")
    page.evaluate("navigator.clipboard.writeText = async text => { window.copied = text }")
    page.locator(".st-key-foot-gradients-deep_net button", has_text="Copy link").first.click()
    link = page.evaluate("window.copied")
    for field in ("v=1", "deep_net.depth=44", f"deep_net.weight_scale={14 / 9}", "deep_net.seed=0",
                  "deep_net.width=64"):
        assert field in link
    again = visit(GRADIENTS + "?" + link.partition("?")[2])
    read = "() => [...document.querySelectorAll('.numbers dd')].slice(0, 3).map(e => e.innerText)"
    assert again.evaluate(read) == page.evaluate(read)


def test_the_code_that_just_ran_follows_the_controls(visit):
    page = visit(GRADIENTS)
    page.locator(".st-key-foot-gradients-deep_net button", has_text="The code").first.click()
    code = lambda p: " ".join(p.locator("[data-testid=stPopoverBody] code").all_inner_texts())  # noqa: E731
    assert becomes(page, code, lambda now: "depth=30" in now and "def run" in now)
    page.locator(f".st-key-{DEPTH} input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    assert becomes(page, lambda p: p.url, lambda url: "depth=31" in url)
    if not page.locator("[data-testid=stPopoverBody]").count():
        page.locator(".st-key-foot-gradients-deep_net button", has_text="The code").first.click()
    assert becomes(page, code, lambda now: "depth=31" in now)


def copied(page, view):
    """The link that the button of a view copies, without the server's address."""
    page.evaluate("navigator.clipboard.writeText = async text => { window.copied = text }")
    page.locator(f".st-key-foot-{view} button", has_text="Copy link").click()
    return "/" + page.evaluate("copied").partition("http://")[2].partition("/")[2]


def test_a_copied_link_opens_its_view(visit):
    page = visit(GRADIENTS + "?view=Recurrent")
    again = visit(copied(page, "gradients-recurrent"))
    assert tab(again) == "Recurrent" and again.locator(".st-key-charts-gradients-recurrent").count() == 1


def test_a_link_can_be_had_where_the_page_may_not_copy(visit):
    page = visit(GRADIENTS)
    page.evaluate("""() => { navigator.clipboard.writeText = async () => { throw new Error('blocked') };
        document.execCommand = () => false; }""")
    shown = []
    page.on("dialog", lambda dialog: (shown.append(dialog.default_value), dialog.dismiss()))
    button = page.locator(".st-key-foot-gradients-deep_net button", has_text="Copy link")
    button.click()
    assert becomes(page, lambda p: shown, lambda now: now and "deep_net.depth=30" in now[0])
    assert button.inner_text() == "Copy link"


def tab(page):
    """The name of the view that is open."""
    return page.locator("[role=tab][aria-selected=true]").inner_text()


def turn(page, name):
    page.get_by_role("tab", name=name, exact=True).click()
    assert becomes(page, tab, lambda now: now == name)
    settle(page)


def test_back_leads_from_view_to_view_with_their_values_and_not_through_every_press(visit):
    page = visit(MOMENTUM)
    size, momentum = "momentum-ravine-condition_number", "momentum-noise-momentum"
    page.locator(f".st-key-{size} input[type=range]").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(150)
    assert becomes(page, lambda p: p.url, lambda url: "condition_number=" in url)
    settle(page)
    there = value(page, size)
    turn(page, "Noise")
    page.locator(f".st-key-{momentum} input[type=range]").focus()
    page.keyboard.press("ArrowLeft")
    assert becomes(page, lambda p: p.url, lambda url: "noise.momentum=0.89" in url)
    page.get_by_role("button", name="Next: Counterexample").click()
    assert becomes(page, tab, lambda now: now == "Counterexample")
    settle(page)
    page.go_back()
    assert becomes(page, tab, lambda now: now == "Noise")
    page.locator(f".st-key-{momentum} input[type=range]").wait_for(state="attached")
    assert value(page, momentum) == 0.89
    page.go_back()
    assert becomes(page, tab, lambda now: now == "Ravine")
    page.locator(f".st-key-{size} input[type=range]").wait_for(state="attached")
    assert value(page, size) == there


def test_a_view_fits_on_one_screen(visit):
    """Tabs, controls, presets, numbers, the first row of charts and the sentence, at 1280 × 720."""
    page = visit(MOMENTUM, width=1280, height=720)
    for part in ("[role=tablist]", "[class*=st-key-main-]", "[class*=st-key-presets-]", ".numbers", CHART,
                 "[data-testid=stText]"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 720, part


def test_a_tap_on_the_map_moves_both_sliders(visit):
    page = visit(MOMENTUM)
    keys = ("momentum-ravine-learning_rate", "momentum-ravine-momentum")
    for x, y in ((0.3, 0.35), (0.5, 0.5), (0.35, 0.6)):
        before = [value(page, key) for key in keys]
        page.locator(CHART).nth(1).evaluate("e => e.scrollIntoView({block: 'center'})")
        box = chart(page, 1).bounding_box()
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        assert becomes(page, lambda p: [value(p, key) for key in keys],
                       lambda now, before=before: all(a != b for a, b in zip(now, before, strict=True)))
        settle(page)


def test_a_finger_on_the_map_moves_both_sliders(browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(server + MOMENTUM)
    page.locator(CHART).nth(1).locator("canvas").first.wait_for(timeout=60_000)
    settle(page)
    keys = ("momentum-ravine-learning_rate", "momentum-ravine-momentum")
    before = [value(page, key) for key in keys]
    page.locator(CHART).nth(1).evaluate("e => e.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(500)
    box = chart(page, 1).bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.5)
    assert becomes(page, lambda p: [value(p, key) for key in keys],
                   lambda now: all(a != b for a, b in zip(now, before, strict=True)))
    context.close()


def test_a_slider_between_two_steps_follows_while_it_is_held(visit):
    """A preset, a tap or a link may put it there: the browser knows the nearest step alone."""
    page = visit(MOMENTUM + "?momentum.ravine.momentum=0.66942")
    numbers = lambda p: p.inner_text(".numbers")  # noqa: E731
    before, at = numbers(page), track(page, "momentum-ravine-momentum")
    page.mouse.move(*at(0.669))
    page.mouse.down()
    page.mouse.move(*at(0.3), steps=8)
    assert becomes(page, numbers, lambda now: now != before)
    assert "0.66942" in page.url
    page.mouse.up()


def test_a_path_is_scrubbed_in_the_browser_without_a_rerun(visit):
    page = visit(MOMENTUM)
    slider = page.locator(".vega-bind input[type=range]").first
    words = lambda p: p.evaluate("written.map(word => word[0])")  # noqa: E731
    page.evaluate("""() => { window.sent = 0; const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (data) { window.sent += 1; return send.call(this, data); } }""")
    slider.focus()
    for step in (299, 298, 297):  # a press is a step
        page.keyboard.press("ArrowLeft")
        assert becomes(page, words, lambda now, step=step: f"step {step}" in now)
    slider.evaluate("e => { e.value = -270; e.dispatchEvent(new Event('input', {bubbles: true})) }")
    assert becomes(page, words, lambda now: "step 30" in now)
    page.keyboard.press("ArrowRight")
    assert becomes(page, words, lambda now: "step 31" in now)
    assert page.evaluate("sent") == 0


def test_the_tape_is_stepped_through_from_its_beginning_and_says_each_step_once(visit):
    page = visit("/Autodiff")
    assert any(word.startswith("Step 0 of ") for word, _ in page.evaluate("written"))
    page.locator(".vega-bind input[type=range]").first.focus()
    for step in range(1, 10):
        page.evaluate("written.length = 0")
        page.keyboard.press("ArrowRight")
        assert becomes(page, lambda p: [w for w, _ in p.evaluate("written") if w.startswith("Step ")],
                       lambda now, step=step: now and all(w.startswith(f"Step {step} of 9, ") and w.count("Step") == 1
                                                          for w in now))


def test_a_map_that_goes_back_is_never_empty_and_names_its_step(visit):
    page = visit("/Attention?attention.training.steps=50")
    place = "attention-training"
    page.locator(f".st-key-over-{place} button").click()
    slider = page.locator(f".st-key-charts-{place} .vega-bind input[type=range]").first
    slider.evaluate("e => e.scrollIntoView({block: 'end'})")
    slider.evaluate("e => { e.value = -10; e.dispatchEvent(new Event('input', {bubbles: true})) }")  # while it plays
    said = lambda p: [w for w, _ in p.evaluate("written") if re.fullmatch(r"step \d+", w)]  # noqa: E731
    assert becomes(page, said, lambda now: len(set(now)) > 1, 30)  # the newest map, as long as there is no other
    assert becomes(page, lambda p: p.inner_text(f".st-key-charts-{place}"), lambda now: "50 of 50 steps" in now, 60)
    assert becomes(page, said, lambda now: now[-1] == "step 0")
    page.evaluate("written.length = 0")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert becomes(page, said, lambda now: len(set(now)) > 0 and now[-1] != "step 0")


def remedies(page):
    return page.inner_text(".st-key-charts-gradients-remedies")


def step(page):
    """How far the training has come, in its own words."""
    said = page.inner_text(".st-key-charts-gradients-remedies [data-testid=stText]")
    return int(re.search(r"\d+", said.replace(",", "")).group())


def watch_remedies(visit):
    return visit(REMEDIES)


def test_a_stream_moves_all_its_charts_while_it_plays(visit):
    page = watch_remedies(visit)
    charts = page.locator(".st-key-charts-gradients-remedies").locator(CHART)
    assert moves(page, charts.nth(0)) and moves(page, charts.nth(2))  # one of either row


def moves(page, chart):
    """Whether a chart changes while it is looked at."""
    chart.evaluate("e => e.scrollIntoView({block: 'center'})")
    canvas = chart.locator("canvas").first
    before = drawn(canvas)
    return becomes(page, lambda p: drawn(canvas), lambda now: now != before)


def press(page, name):
    page.locator(".st-key-play-gradients-remedies").get_by_role("button", name=name).click()


def test_a_stream_plays_pauses_steps_and_starts_over_also_when_a_slider_moves(visit):
    page = watch_remedies(visit)
    assert becomes(page, step, lambda now: now > 10)
    press(page, "Pause")
    settle(page)
    still, at = remedies(page), step(page)
    page.wait_for_timeout(600)
    assert remedies(page) == still
    page.locator(".st-key-step-gradients-remedies button").click()
    assert becomes(page, step, lambda now: at < now < at + 5)
    press(page, "Start over")
    assert becomes(page, step, lambda now: now < at)
    assert becomes(page, step, lambda now: now > 20)  # and it plays again
    press(page, "Pause")
    settle(page)
    page.locator(".st-key-gradients-remedies-depth input[type=range]").focus()
    page.keyboard.press("ArrowLeft")
    assert becomes(page, step, lambda now: now < 5)


def test_a_preset_pressed_over_a_playing_stream_is_not_taken_back(visit):
    """On a slow line a frame that is asked for before the preset's answer is here would bring the old values back."""
    page = visit(REMEDIES, script="""{ const listen = WebSocket.prototype.addEventListener;
        WebSocket.prototype.addEventListener = function (type, heard, ...more) {
            const late = type === 'message' ? event => setTimeout(() => heard(event), 300) : heard;
            return listen.call(this, type, late, ...more); } }""")
    assert becomes(page, step, lambda now: now > 4)
    field = page.locator(".st-key-gradients-remedies-initialization input")
    for name, drawn in (("He, clipped", "he"), ("tanh and Xavier", "xavier"), ("He, clipped", "he")):
        page.locator(".st-key-presets-gradients-remedies button", has_text=name).click()
        page.wait_for_timeout(2500)
        assert field.input_value() == drawn


def trained(page):
    """How many steps the training of the left and right patterns says that it has made."""
    said = page.inner_text(".st-key-charts-convolution-position [data-testid=stText]")
    return int((re.search(r"After (\d+)", said) or [0, 0])[1])


def test_a_training_starts_when_its_preset_is_pressed_while_the_view_is_still_arriving(browser, server):
    for _ in range(2):
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(server + "/Convolution?view=Position")
        page.locator(".st-key-presets-convolution-position button").nth(1).click(timeout=60_000)
        assert becomes(page, trained, lambda now: now > 9, 15)
        page.close()


def test_a_slider_held_over_a_playing_stream_is_not_forgotten(visit):
    """Between two words of the browser on the slider the stream asks for frames: they must be the held setting's."""
    page, key = watch_remedies(visit), "gradients-remedies-depth"
    axis = "() => document.querySelector('.st-key-charts-gradients-remedies [data-testid=stText]').innerText"
    for i in range(4):
        at = track(page, key)
        page.mouse.move(*at(value(page, key)))
        page.mouse.down()
        page.mouse.move(*at(12 if i % 2 else 40), steps=4)
        assert becomes(page, step, lambda now: now < 8), (i, page.evaluate(axis))
        assert becomes(page, step, lambda now: now > 8)  # it trains on at the held value, and does not fall back
        page.mouse.up()
        page.wait_for_timeout(700)
        assert step(page) > 8  # the release goes on with that training


@pytest.mark.parametrize("place", [GRADIENTS, MOMENTUM])
def test_on_a_phone_the_charts_come_first_and_the_controls_stay_in_view(visit, place):
    page = visit(place, width=390, height=844)
    first = chart(page).bounding_box()
    tray = page.locator("[data-testid=stColumn]:has(> * [class*=st-key-main-])").first.bounding_box()
    assert first["y"] + 100 < tray["y"] < 844 and tray["y"] + tray["height"] <= 845
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def paper(page):
    return page.locator("[data-testid=stApp]").evaluate("e => getComputedStyle(e).backgroundColor")


def ink(page):
    """The colors of the words on the charts."""
    return set(page.evaluate("written.map(word => word[1])"))


def falls(page):
    """Whether night falls on a page that stays open: its paper at once, the rest with its next run."""
    page.emulate_media(color_scheme="dark")
    words = "getComputedStyle(document.documentElement).getPropertyValue('--page-text').trim()"
    before = page.evaluate(words)
    for _ in range(5):
        page.locator("body").press("r")  # run again
        if becomes(page, lambda p: p.evaluate(words), lambda now: now != before, seconds=5):
            settle(page)
            return paper(page) == NIGHT
    return False


def serious(page, *rules):
    assert becomes(page, lambda p: p.locator("[data-stale=true]").count(), lambda left: not left, seconds=30)  # faded
    options = {"runOnly": rules, "resultTypes": ["violations"]}  # the others only named: much faster
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']}: {[n['html'][:160] for n in v['nodes']][:3]}" for v in found
            if v["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("place", ["", *(path.stem.partition("_")[2] for path in PAGES)])
def test_a_page_draws_is_accessible_and_asks_no_other_host(visit, server, place):
    """By day all rules, and by night those of color: the rest does not depend on the theme."""
    page = visit("/" + place)
    assert paper(page) == DAY and not serious(page, "wcag2a", "wcag2aa")
    assert not [e for e in page.said if "/_stcore/" not in e], page.said
    assert all(url.startswith((server, "data:", "blob:")) for url in page.asked)
    if not falls(page):  # one that is still measuring may miss it
        page = visit("/" + place, theme="dark")
    assert paper(page) == NIGHT and not serious(page, "color-contrast")


def test_by_night_the_words_on_the_charts_are_light(visit):
    page = visit(MOMENTUM, theme="dark")
    assert paper(page) == NIGHT and NIGHT_INK in ink(page) and DAY_INK not in ink(page)
    assert not [e for e in page.said if "/_stcore/" not in e], page.said


def test_a_bad_link_is_said_and_every_panel_draws(visit):
    page = visit(GRADIENTS + "?gradients.deep_net.depth=nan&gradients.deep_net.activation=swish&v=7")
    assert "depth" in text(page) and "version" in text(page)
    assert value(page, DEPTH) == 30


def test_a_claim_opens_its_case_with_one_click(visit):
    claim = next(c for c in claims() if c.number == "3-7")
    params = claim.params[0] if isinstance(claim.params, tuple) else claim.params
    page = visit("/Answer_sheet?sheet-question=3")
    page.locator(f".st-key-open-{claim.number} a").click(timeout=30_000)
    page.wait_for_url("**/Momentum*", timeout=20_000)
    settle(page)
    key = "momentum-ravine-learning_rate"
    page.locator(f".st-key-{key} input[type=range]").wait_for(state="attached", timeout=20_000)
    assert becomes(page, lambda p: value(p, key), lambda now: now == params.learning_rate)
    assert value(page, "momentum-ravine-momentum") == params.momentum
    assert claim.quantity in page.inner_text(".st-key-claim-opened")
    page.go_back()
    assert becomes(page, lambda p: p.url, lambda url: url.endswith("/Answer_sheet?sheet-question=3"))


def test_a_claim_of_a_view_sets_its_controls_and_back_undoes_it(visit):
    page = visit(MOMENTUM + "?view=Noise")
    page.locator(".st-key-claims-momentum-noise summary").click()
    settle(page)
    claim = next(c for c in claims() if c.number == "3-5")
    page.locator(f"[class*=st-key-decide-{claim.number}-] button").first.click()
    page.locator(".st-key-claim-opened").wait_for(timeout=20_000)
    assert becomes(page, lambda p: value(p, "momentum-noise-momentum"), lambda now: now == claim.cases[0].momentum)
    page.go_back()
    assert becomes(page, lambda p: p.locator(".st-key-claim-opened").count(), lambda now: not now)
    assert tab(page) == "Noise"


def test_a_presenters_keys_play_a_lesson_and_a_guess_survives_a_reload(visit):
    page = visit(MOMENTUM)
    page.get_by_role("button", name="Guide me").click()
    step = lambda p: re.search(r"Step (\d) of 7", text(p) or "")  # noqa: E731
    at = lambda n: becomes(page, step, lambda now: now and now[1] == str(n))  # noqa: E731
    assert at(1)
    settle(page)
    assert value(page, "momentum-ravine-steps") == 750
    page.locator(".st-key-momentum-ravine-steps input[type=range]").focus()
    page.keyboard.press("ArrowRight")  # moves the slider that has the focus, not the lesson
    assert becomes(page, lambda p: p.url, lambda url: "ravine.steps=800" in url) and "step=1" in page.url
    settle(page)
    page.keyboard.press("PageDown")
    assert at(2) and page.locator(CHART).count() == 0
    settle(page)
    assert not serious(page, "wcag2a", "wcag2aa")
    page.get_by_role("button", name="It falls").click()
    page.locator(CHART).first.wait_for()
    assert becomes(page, lambda p: p.url, lambda url: "guess=2%3Afalls" in url)
    page.reload()
    page.locator(CHART).first.wait_for()
    assert at(2) and "you said it falls, measured it falls" in text(page)
    settle(page)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowLeft")
    assert at(1)
    page.go_back()
    assert at(2) and becomes(page, text, lambda now: "you said it falls" in now)

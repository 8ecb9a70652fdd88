"""Sliders, links, tabs, taps and claims in a real browser."""

import re

import pytest
from browsing import (
    CHART,
    DEPTH,
    GRADIENTS,
    MOMENTUM,
    alike,
    becomes,
    chart,
    copied,
    picture,
    serious,
    settle,
    tab,
    text,
    track,
    turn,
    value,
)

from dlcore.answer_sheet import claims

pytestmark = pytest.mark.xdist_group("browser")


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


# What a move does to the page before any answer: a class of the thumb changes, and a node comes into it.
MOVE = """e => { e.className += ' moved'; e.append(document.createElement('i')); return document.body.offsetHeight; }"""


def test_a_move_looks_up_the_style_of_few_elements(visit):
    """The browser's own count: a rule that may decide about a whole page would be judged anew at each move."""
    page = visit(GRADIENTS)
    page.wait_for_timeout(2000)  # its charts are there
    devtools, told, ended = page.context.browser.new_browser_cdp_session(), [], []
    devtools.on("Tracing.dataCollected", lambda part: told.extend(part["value"]))
    devtools.on("Tracing.tracingComplete", lambda end: ended.append(end))
    devtools.send("Tracing.start", {"transferMode": "ReportEvents",
                                    "traceConfig": {"includedCategories": ["devtools.timeline"]}})
    page.locator(f".st-key-{DEPTH} [role=group] > div").evaluate(MOVE)
    page.wait_for_timeout(300)
    devtools.send("Tracing.end")
    assert becomes(page, lambda _: len(ended), bool)
    counts = [event["args"]["elementCount"] for event in told if event["name"] == "UpdateLayoutTree"]
    assert counts and max(counts) < 250 < page.locator("*").count() / 4


# A line that hands on what comes within a moment all at once: then the page never shows that a run has begun.
AT_ONCE = """window.WebSocket = class extends WebSocket {
  held = [];
  constructor(...where) {
    super(...where);
    this.addEventListener('message', event => {
      if (!event.isTrusted) return;
      event.stopImmediatePropagation();
      this.held.push(event.data);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.held.splice(0).forEach(
        data => this.dispatchEvent(new MessageEvent('message', { data }))), 50);
    });
  }
}"""


def test_who_was_answered_at_once_is_not_told_to_wait(visit):
    page = visit(GRADIENTS)
    page.add_init_script(AT_ONCE)
    page.reload()
    page.locator(CHART).nth(2).wait_for()
    settle(page)
    page.locator(f".st-key-{DEPTH} input[type=range]").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(1500)
        assert page.locator("#waiting").inner_text() == ""


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


def test_a_copied_link_opens_its_view(visit):
    page = visit(GRADIENTS + "?view=Recurrent")
    again = visit(copied(page, "gradients-recurrent"))
    assert tab(again) == "Recurrent" and again.locator(".st-key-charts-gradients-recurrent").count() == 1


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
        page.locator(CHART).nth(2).evaluate("e => e.scrollIntoView({block: 'center'})")
        box = chart(page, 2).bounding_box()
        page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)
        assert becomes(page, lambda p: [value(p, key) for key in keys],
                       lambda now, before=before: all(a != b for a, b in zip(now, before, strict=True)))
        settle(page)


def test_a_finger_on_the_map_moves_both_sliders(browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(server + MOMENTUM)
    page.locator(CHART).nth(2).locator("canvas").first.wait_for(timeout=60_000)
    settle(page)
    keys = ("momentum-ravine-learning_rate", "momentum-ravine-momentum")
    before = [value(page, key) for key in keys]
    page.locator(CHART).nth(2).evaluate("e => e.scrollIntoView({block: 'start'})")
    page.wait_for_timeout(500)
    box = chart(page, 2).bounding_box()
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


def test_the_tape_is_whole_at_first_taken_back_and_stepped_through_and_says_each_step_once(visit):
    page = visit("/Autodiff")
    assert any(word.startswith("Step 9 of ") for word, _ in page.evaluate("written"))
    page.locator(".vega-bind input[type=range]").first.focus()
    for key, step in (*(("ArrowLeft", step) for step in range(8, -1, -1)), *(("ArrowRight", step) for step in (1, 2))):
        page.evaluate("written.length = 0")
        page.keyboard.press(key)
        assert becomes(page, lambda p: [w for w, _ in p.evaluate("written") if w.startswith("Step ")],
                       lambda now, step=step: now and all(w.startswith(f"Step {step} of 9, ") and w.count("Step") == 1
                                                          for w in now))


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


def test_a_curve_is_uploaded_and_drawn_into_the_text_and_the_address(visit):
    page = visit("/Universal_approximation")
    page.get_by_role("button", name="Own curve").first.click()
    page.locator("input[type=file]").set_input_files(
        {"name": "curve.csv", "mimeType": "text/csv", "buffer": b"x,y\n0,0\n1,1\n2,0\n"})
    text = page.get_by_role("textbox", name="Own curve")
    assert becomes(page, lambda p: text.input_value(), "-1.000,0.000;0.000,1.000;1.000,0.000".__eq__)
    assert becomes(page, lambda p: p.url, lambda url: "own_curve=-1.000" in url)
    settle(page)
    box = page.get_by_role("img", name="Draw a curve").bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 12)  # its corners are round
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] - 12, steps=5)
    page.mouse.up()
    assert becomes(page, lambda p: text.input_value().split(";"), lambda rows: len(rows) > 50)
    heights = [float(row.split(",")[1]) for row in text.input_value().split(";")]
    assert heights == sorted(heights, reverse=True) and heights[0] > 0.7 and heights[-1] < -0.7


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
    assert at(2) and becomes(page, lambda p: p.locator(CHART).count(), lambda left: not left)
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

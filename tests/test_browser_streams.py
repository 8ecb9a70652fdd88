"""Trainings that play in a real browser."""

import re

import pytest
from browsing import CHART, REMEDIES, becomes, drawn, settle, track, value

pytestmark = pytest.mark.xdist_group("streams")


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
    for name, wanted in (("He weights", "he"), ("tanh, Xavier", "xavier"), ("He weights", "he")):
        page.locator(".st-key-presets-gradients-remedies button", has_text=name).click()
        page.wait_for_timeout(2500)
        assert field.input_value() == wanted


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

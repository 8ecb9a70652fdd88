"""Every page in a real browser: by day and by night, on a phone, for a screen reader."""

import pytest
from browsing import (
    DAY,
    DAY_INK,
    DEPTH,
    GRADIENTS,
    MOMENTUM,
    NIGHT,
    NIGHT_INK,
    REMEDIES,
    becomes,
    chart,
    serious,
    settle,
)

pytestmark = pytest.mark.xdist_group("pages")


def test_on_a_phone_the_charts_come_first_and_the_controls_stay_in_view(visit):
    page = visit(MOMENTUM, width=390, height=844)
    first = chart(page).bounding_box()
    tray = page.locator("[data-testid=stColumn]:has(> * [class*=st-key-main-])").first.bounding_box()
    assert first["y"] + 100 < tray["y"] < 844 and tray["y"] + tray["height"] <= 845
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    momentum, method = (page.locator(f".st-key-momentum-ravine-{name}") for name in ("momentum", "method"))
    page.locator(".st-key-momentum-ravine-learning_rate").wait_for(timeout=20_000)
    assert not momentum.is_visible() and not method.is_visible()  # the tray is folded to its first slider
    page.get_by_label("All controls").click()
    assert momentum.is_visible() and method.is_visible()
    momentum.locator("input[type=range]").focus()
    page.get_by_label("All controls").press("Space")  # and then to the one that was used last
    assert momentum.is_visible() and not method.is_visible()
    page.get_by_role("button", name="Guide me").click()  # it lies over the header, and a finger reaches it
    page.locator(".st-key-lesson").wait_for(timeout=20_000)


def test_on_a_projector_at_200_percent_a_whole_chart_stands_above_the_control_that_is_moved(visit):
    page = visit(GRADIENTS, width=640, height=360)
    chart(page).evaluate("e => e.closest('[class*=st-key-row-]').scrollIntoView({block: 'start'})")
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollBy(0, -60)")  # from below the header
    page.wait_for_timeout(300)
    drawn, slider = chart(page).bounding_box(), page.locator(f".st-key-{DEPTH} [role=group]").bounding_box()
    assert 59 <= drawn["y"] and drawn["y"] + drawn["height"] <= slider["y"] <= 360 - slider["height"]


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


# All that a page can have: maps, tables, formulas, trainings, a quiz, verdicts, cells to tap.
KINDS = ("Autodiff", "Broadcasting?view=Find the bug", "Convolution", "Diffusion", "Momentum", "Answer_sheet",
         "Studies")


@pytest.mark.parametrize("place", ["", *KINDS])
def test_a_page_draws_is_accessible_and_asks_no_other_host(visit, server, place):
    page = visit("/" + place)
    assert paper(page) == DAY and not serious(page, "wcag2a", "wcag2aa")
    assert not [e for e in page.said if "/_stcore/" not in e], page.said
    assert all(url.startswith((server, "data:", "blob:")) for url in page.asked)


@pytest.mark.parametrize("place", ["", "Answer_sheet", REMEDIES[1:]])
def test_colors_can_be_told_apart_by_night(visit, place):
    """The pages that have all there is between them: cards, numbers, verdicts, and a training that plays."""
    page = visit("/" + place, theme="dark")
    assert paper(page) == NIGHT and not serious(page, "color-contrast")


def test_night_falls_on_a_page_that_stays_open(visit):
    page = visit(GRADIENTS)
    assert paper(page) == DAY and falls(page)


def test_by_night_the_words_on_the_charts_are_light(visit):
    page = visit(MOMENTUM, theme="dark")
    assert paper(page) == NIGHT and NIGHT_INK in ink(page) and DAY_INK not in ink(page)
    assert not [e for e in page.said if "/_stcore/" not in e], page.said

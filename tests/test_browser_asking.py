"""A run is pinned, eight seeds are shown and a change is guessed: with a mouse, with the keyboard, with a finger."""

import pytest
from browsing import CHART, GRADIENTS, becomes, serious, settle, text

pytestmark = pytest.mark.xdist_group("browser")
VIEW = "gradients-deep_net"
PIN, UNPIN = f".st-key-pin-{VIEW} button:visible", f".st-key-unpin-{VIEW}-1 button:visible"
SEEDS, ASK = f".st-key-seeds-{VIEW} label", f".st-key-ask-{VIEW} label"
PRESET, RISES = f".st-key-presets-{VIEW} >> role=button", f".st-key-rises-{VIEW} button"
HERE = "place => document.querySelector(place)?.contains(document.activeElement)"


def with_mouse(page, place, back=False):
    page.locator(place).first.click()


def with_finger(page, place, back=False):
    page.locator(place).first.tap()


def with_keys(page, place, back=False):
    """Tab until the focus is there, and press what is there."""
    box = place.split(" ")[0]
    for _ in range(60):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate(HERE, box):
            return page.keyboard.press("Space" if place.endswith("label") else "Enter")
    raise AssertionError(f"Tab never comes to {box}")


@pytest.mark.parametrize("press, options", [
    (with_mouse, {}), (with_keys, {}), (with_finger, {"width": 390, "height": 844, "has_touch": True})])
def test_pin_seeds_and_guess(visit, press, options):
    page = visit(f"{GRADIENTS}?gradients.deep_net.depth=10", **options)
    press(page, PIN)
    assert becomes(page, text, lambda now: "Pinned 1: the run shown" in now)
    press(page, SEEDS)
    assert becomes(page, text, lambda now: "8 seeds. " in now, seconds=30)
    press(page, ASK)
    assert becomes(page, lambda p: p.url, lambda url: all(word in url for word in ("pin=", "seeds=8", "ask=")))
    settle(page)
    press(page, PRESET, back=True)
    assert becomes(page, text, lambda now: "What becomes of" in now, seconds=30)
    assert becomes(page, lambda p: p.locator(CHART).count(), lambda left: not left)
    told = text(page)
    assert not any(words in told for words in ("Pinned 1", "8 seeds", "What the numbers mean", "Common mistakes"))
    assert press is not with_mouse or not serious(page, "wcag2a", "wcag2aa")
    press(page, RISES)
    page.locator(CHART).first.wait_for()
    assert becomes(page, text, lambda now: all(
        words in now for words in ("you said it rises", "Pinned 1: ", "8 seeds. ")), seconds=30)
    assert press is not with_mouse or not serious(page, "wcag2a", "wcag2aa")
    press(page, UNPIN)
    assert becomes(page, lambda p: p.url, lambda url: "pin=" not in url and "said=" in url)
    assert becomes(page, text, lambda now: "Pinned 1" not in now)
    assert all("/_stcore/" in said for said in page.said)  # the two that Streamlit itself makes on a deep link

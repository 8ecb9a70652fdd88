"""A page on paper, for a screen reader, and where the system asks for little motion."""

import re

import pytest
from browsing import becomes

pytestmark = pytest.mark.xdist_group("browser")
REMEDIES = "/Vanishing_gradients?view=Remedies"
SENTENCE = "[class*=st-key-charts-] [data-testid=stText]"


@pytest.fixture
def visit(browser, server):
    contexts = []

    def open_page(place, **options):
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}, **options))
        page = contexts[-1].new_page()
        page.goto(server + place)
        page.locator("[data-testid=stVegaLiteChart] canvas").first.wait_for(timeout=60_000)
        page.locator("[id^=sentence-]").wait_for(timeout=20_000)
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_a_page_prints_its_charts_without_controls_or_empty_pages(visit):
    page = visit("/Momentum")
    page.wait_for_timeout(1500)
    pdf = page.pdf(format="A4", print_background=True)
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 3  # five charts, two on each page
    page.emulate_media(media="print")
    for hidden in ("[class*=st-key-main-]", "[role=tablist]", "[class*=st-key-foot-]", "[class*=st-key-handout-]",
                   "[class*=st-key-next-]", "details:not([open])", ".st-key-lesson-offer"):
        assert not any(one.is_visible() for one in page.locator(hidden).all()), hidden
    charts = page.locator("[data-testid=stVegaLiteChart]").all()
    assert len(charts) == 5 and all(chart.is_visible() for chart in charts)


def test_a_chart_is_described_by_its_title_and_the_sentence_of_its_view(visit):
    page = visit("/Vanishing_gradients")
    for chart in page.locator("[data-testid=stVegaLiteChart]").all():
        assert chart.get_attribute("aria-label")
        assert becomes(page, lambda p, chart=chart: chart.get_attribute("aria-describedby"), bool)
        described = page.locator(f"#{chart.get_attribute('aria-describedby')}")
        assert "Going back, ∂L/∂z vanishes: it is multiplied by" in described.inner_text()
    aloud = page.locator(".aloud").first.text_content()
    assert "Depth 30" in aloud and "Charts: Activations h, going forward" in aloud and "∂L/∂z, going back" in aloud


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_a_training_waits_for_play_where_the_system_asks_for_little_motion(visit, motion):
    page = visit(REMEDIES, reduced_motion=motion)
    page.wait_for_timeout(2500)
    before = page.inner_text(SENTENCE)
    page.wait_for_timeout(2500)
    plays = page.inner_text(SENTENCE) != before
    assert plays == (motion != "reduce")
    if not plays:
        page.locator("[class*=st-key-toggle-] button").click()
        page.wait_for_function("([place, before]) => document.querySelector(place).innerText !== before",
                               arg=[SENTENCE, before])

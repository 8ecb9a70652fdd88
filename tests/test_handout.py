"""A hand-out is opened with no network at all, and a page is printed."""

import re
import time
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from test_figures import screen
from test_home import VIEWS
from walk import PAGES

from dlcore.charts import Chart
from dlcore.export.markdown import html, mathml
from dlcore.params import values
from dlcore.topic import Quiz, read
from ui.handout import _trained, handed_out
from ui.session import Session

pytestmark = pytest.mark.xdist_group("browser")
TOPICS = [page for page in PAGES if read(page).views]
LINK = "http://127.0.0.1:1/Page"


@pytest.fixture
def opened(browser, tmp_path):
    """A page made of a file, without any network; what it asks for and what it complains of."""
    context = browser.new_context(offline=True)

    def open_file(text):
        (tmp_path / "handout.html").write_bytes(text)
        page = context.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda m: page.said.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: page.said.append(str(e)))
        page.on("request", lambda r: page.asked.append(r.url))
        page.goto((tmp_path / "handout.html").as_uri())
        page.locator("figure :is(svg, canvas).marks").first.wait_for(timeout=30_000)
        page.wait_for_function("() => [...document.querySelectorAll('figure')].every(f => f.querySelector('.marks'))")
        return page

    yield open_file
    context.close()


def charts_of(topic):
    rows = [row for view in topic.views for row in ([view.row] if isinstance(view, Quiz) else view.rows)]
    return sum(isinstance(drawing, Chart) for row in rows for drawing in row)


@pytest.mark.parametrize("page", [TOPICS[0], TOPICS[4], TOPICS[7]], ids=lambda page: page.stem)  # a quiz, a training
def test_a_hand_out_opens_alone_with_all_its_charts(page, opened, monkeypatch):
    monkeypatch.setattr("ui.handout.TRAINING", 0.2)
    topic = read(page)
    text = handed_out(topic, Session(), LINK)
    assert len(text) < 2_000_000
    seen = opened(text)
    assert seen.said == [] and len(seen.asked) == 1  # itself
    assert seen.locator("figure:has(.marks)").count() == charts_of(topic)
    assert all(box["width"] > 300 for box in (f.bounding_box() for f in seen.locator("figure").all()))
    assert [h.inner_text() for h in seen.locator("h2").all()] == [view.name for view in topic.views]
    assert seen.locator("math").count() == len(re.findall(rb"<math", text))
    links = [a.get_attribute("href") for a in seen.locator(".back a").all()]
    assert len(links) == 1 + len(topic.views) and all(link.startswith(LINK) for link in links)
    assert "$" not in seen.inner_text("main").replace("$5", "")


def test_a_hand_out_is_of_what_is_on_the_screen_and_of_where_other_views_were_left(monkeypatch):
    monkeypatch.setattr("ui.handout.TRAINING", 0.1)
    topic = read(next(page for page in PAGES if "Vanishing" in page.name))
    view = VIEWS["gradients-deep_net"][0]
    reader = screen(view)
    marked = replace(reader.shown.results[0], sentence="Only this screen says so.")
    reader.shown = replace(reader.shown, results=[marked])
    reader.values["gradients-chain"] = {**values(VIEWS["gradients-chain"][0].experiments[0].Params()), "depth": 7}
    text = handed_out(topic, reader, LINK).decode()
    assert "Only this screen says so." in text
    assert "gradients.chain.depth=7" in text and "Depth 7" in text
    assert "The training as far as it came while this file was made" in text


def test_a_chart_in_a_hand_out_answers_the_pointer(opened):
    topic = read(next(page for page in PAGES if "Momentum" in page.name))
    seen = opened(handed_out(topic, Session(), LINK))
    seen.locator("figure", has_text="Roots z").locator("svg .mark-symbol.role-mark path").last.hover(force=True)
    seen.locator("#vg-tooltip-element.visible").wait_for(timeout=5000)


def test_a_hand_out_prints_without_empty_pages(opened):
    topic = read(next(page for page in PAGES if "Momentum" in page.name))
    pdf = opened(handed_out(topic, Session(), LINK)).pdf(prefer_css_page_size=True)
    assert 3 <= len(re.findall(rb"/Type /Page\b", pdf)) <= 25


@pytest.mark.parametrize("latex", sorted({f for page in PAGES for f in re.findall(
    r"(?<!\$)\$([^$]+)\$(?!\$)", page.with_suffix(".md").read_text() if page.with_suffix(".md").exists() else "")}))
def test_every_formula_becomes_mathml_without_a_rest_of_latex(latex):
    made = mathml(latex)
    ElementTree.fromstring(made)
    assert "\\" not in made and "merror" not in made


def test_words_with_formulas_keep_their_marks():
    made = html("**bold** $a_1 * b * c$ and `$` <b>\n\n- one\n- $$x^2$$")
    assert "<strong>bold</strong>" in made and "<msub>" in made and "&lt;b&gt;" in made and "<li>" in made
    assert 'display="block"' in made and "<em>" not in made


def test_a_training_stops_where_its_time_is_over_and_lets_others_in():
    def slow():
        for i in range(10**6):
            time.sleep(0.01)
            yield i

    begin = time.monotonic()
    last, said = _trained(slow(), 0.3)
    assert 5 < last < 40 and "as far as it came" in said and time.monotonic() - begin < 1
    assert _trained(iter("abc"), 5) == ("c", "The training at its end.")

"""The words of every view can be read by a second-year student, and nothing on it goes without an explanation."""

import re

import pytest
from walk import EXPERIMENTS, PAGES, ROOT, name, short

from dlcore.params import Ranged, specs
from dlcore.prose import read_words
from dlcore.runs import experiment
from dlcore.topic import View, read
from ui.controls import drawn_as_slider

VIEWS = [pytest.param(read(page), view, id=f"{page.stem[:2]}-{view.name}")
         for page in PAGES for view in read(page).views if isinstance(view, View)]
every_view = pytest.mark.parametrize("topic, view", VIEWS)


def syllables(word):
    """Groups of vowels, less a silent e. (The library for this, textstat, fetches a corpus from the network.)"""
    return max(1, len(re.findall("[aeiouy]+", word.lower())) - bool(re.search("[^aeiouyl]e$", word.lower())))


def grade(text):
    """The Flesch–Kincaid grade: years of school that a text asks for (Kincaid et al. 1975)."""
    text = re.sub(r"\$[^$]*\$", "x", text)
    sentences = max(1, len(re.findall(r"[.!?:](?:\s|$)", text)))
    words = re.findall(r"[A-Za-z][A-Za-z’'-]*", text)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_the_grade_is_that_of_published_examples():
    """The two sentences that Wikipedia works out under “Flesch–Kincaid readability tests”."""
    assert grade("The cat sat on the mat.") == pytest.approx(-1.45, abs=0.05)
    platypus = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."
    assert grade(platypus) == pytest.approx(11.3, abs=0.1)


@every_view
def test_a_scene_is_set_in_sentences_that_can_be_read(topic, view):
    scene = topic.about(view).scene
    assert 2 <= len(re.findall(r"[.!?](?:\s|$)", scene)) <= 7 and 120 <= len(scene) <= 380, len(scene)
    assert grade(scene) <= 11


@pytest.mark.parametrize("path", sorted((ROOT / "studies").glob("*.parquet")), ids=lambda path: path.stem)
def test_a_study_asks_and_says_how_it_is_read(path):
    words = read_words(path.with_suffix(".md").read_text(), path.name)
    assert words.title.endswith("?") and len(words.prose) > 200 and grade(words.prose) <= 11


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=name)
def test_a_symbol_of_the_formulas_stands_beside_the_name_of_its_control(experiment):
    """A reader of "the condition number κ" finds κ at the slider, and what it is in its help."""
    known = {field: spec for field, spec in specs(experiment.Params).items() if drawn_as_slider(spec)}
    for field, spec in known.items():
        said = re.match(r"[A-Z][a-z]+(?: [a-z]+)*? ([^\W\d_](?:_[a-z])?)(?=[ ,:(]|$)", spec.help)
        if said and said[1] not in ("a", field):
            assert spec.symbol.startswith(said[1]), (field, spec.help)
    symbols = [spec.symbol for spec in known.values() if spec.symbol]
    assert len(set(symbols)) == len(symbols)
    assert all(spec.symbol[0] in spec.help for spec in known.values() if spec.symbol)


@every_view
def test_a_view_says_what_to_try_and_why_it_is_so(topic, view):
    words = topic.about(view)
    assert view.question.endswith("?") and words.first and words.why
    assert set(words.presets) == set(view.presets) and 2 <= len(words.presets) <= 6
    assert all(10 < len(watch) <= 180 and "…" not in watch for watch in words.presets.values())


@every_view
def test_every_number_has_a_name_and_a_meaning(topic, view):
    words = topic.about(view)
    settings = [p for p in view.presets.values() if isinstance(p, Ranged)] + [cls() for cls in view.classes]
    for params in settings:
        at = short(experiment(params), params) if hasattr(experiment(params), "watch") else params
        found = [(quantity, words.about(quantity)) for quantity in experiment(params).run(at).summary.quantity]
        assert all(about for _, about in found), found
        assert sum(about.above for _, about in found) <= 6  # a row of large numbers holds no more
    assert any(one.above for one in words.numbers.values())
    assert all(len(one.meaning) > 10 and "$" not in one.meaning  # shown as plain text, too
               for one in words.numbers.values())


def test_numbers_of_the_second_list_are_not_above_the_charts():
    text = "# T\n\n## V\n\n### Numbers\n\n- `a` **A**: one\n\n### More numbers\n\n- `b` **B**: two"
    words = read_words(text).views["V"]
    assert {name: about.above for name, about in words.numbers.items()} == {"a": True, "b": False}
    found = words.about("b, GRU")
    assert found and (found.name, found.meaning, found.above) == ("B, GRU", "two", False)


@pytest.mark.parametrize("text, line, expected", [
    ("", 1, "expected the title"),
    ("# T\n\n## View\n\n### What to see", 5,
     "expected one of What to try, Numbers, More numbers, Why, Common mistakes"),
    ("# T\n\n## View\n\n### What to try\n\n- no name", 7, "- **Preset**: what to watch for"),
    ("# T\r\n\r\n## View\r\n\r\n### Numbers\r\n- loss: a loss", 6, "- `quantity` **Name**: what it means"),
    ("# T\n\n## View\n\n## View", 5, "a second view is called “View”")])
def test_a_mistake_in_the_words_is_named_with_its_line(text, line, expected):
    with pytest.raises(ValueError, match=f"03_Momentum.md, line {line}: .*{re.escape(expected)}"):
        read_words(text, "03_Momentum.md")

"""Every step of every lesson can be played, and a mistake in the file of one is named with its line."""

import re

import pytest
from streamlit.testing.v1 import AppTest
from test_pages import charts, numbers_of, open_page, widgets
from walk import PAGES, ROOT, run

from dlcore.address import read_address
from dlcore.lesson import LARGEST, read_lesson
from dlcore.params import Ranged, url_name, values
from dlcore.question import TRENDS, Ask, near, numbers, streams, trend
from dlcore.runs import experiment
from dlcore.spelling import label, option
from dlcore.steps import KEYS
from dlcore.topic import read
from ui.predict import called

FILES = sorted((ROOT / "lessons").glob("*.md"))
TOPICS = {page.stem[3:]: read(page) for page in PAGES}
LESSONS = {file: read_lesson(file.read_bytes(), file.name, TOPICS) for file in FILES}
STEPS = [pytest.param(lesson, i, id=f"{file.stem}-{i + 1}") for file, lesson in LESSONS.items()
         for i in range(len(lesson.steps))]
every_lesson = pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
every_step = pytest.mark.parametrize("lesson, i", STEPS)


def measured(place):
    return {name: value for name, (value, _) in
            numbers(run(experiment(params), params) for params in place.params()).items()}


def test_every_topic_of_the_answer_sheet_has_a_lesson_and_each_lesson_the_number_of_its_page():
    assert {page.stem[3:] for page in PAGES if read(page).claims} <= {lesson.page for lesson in LESSONS.values()}
    numbers = {page.stem[3:]: page.stem[:2] for page in PAGES}
    assert all(file.name[:2] == numbers[lesson.page] for file, lesson in LESSONS.items())
    assert len({lesson.misconception for lesson in LESSONS.values()}) == len(FILES)


@every_lesson
def test_a_lesson_has_five_to_eight_steps_and_asks_in_three(file):
    steps = LESSONS[file].steps
    assert 5 <= len(steps) <= 8 and sum(step.ask is not None for step in steps) >= 3
    assert all(step.point for step in steps)


@every_step
def test_a_step_can_be_opened_and_its_question_answered(lesson, i):
    """By the numbers of its runs; what is asked is never within rounding, or it would be chance."""
    step = lesson.steps[i]
    now = measured(step.place)
    if step.ask is None:
        return
    assert step.ask.quantity in now
    if step.ask.is_guess:
        options, value = step.ask.options(), now[step.ask.quantity]
        assert options[0] <= value <= options[-1] and len(options) > 20
        assert near(min(options, key=lambda one: abs(one - value)), value, step.ask) == "very near"
        return
    was = measured(lesson.steps[i - 1].place)[step.ask.quantity]
    assert not streams(step.place.view) and trend(was, now[step.ask.quantity]) in TRENDS
    share = abs(now[step.ask.quantity] - was) / max(abs(now[step.ask.quantity]), abs(was), 1e-300)
    assert share < 0.01 or share > 0.05, "on the edge between staying and moving"


@every_step
def test_what_a_step_holds_still_is_not_what_it_says_to_move(lesson, i):
    step = lesson.steps[i]
    assert not step.locked & step.hidden


LESSON = """# T

Misconception: All of it is always so.

## One
A sentence.
View: /Momentum?view=Ravine

## Two
Another sentence.
View: /Momentum?view=Ravine&momentum.ravine.momentum=0.5
Ask: settled_steps
Point: Here.
Hide: seed
Lock: Learning rate
"""
DEFAULT = "/Momentum?view=Ravine\n"


def test_a_lesson_is_read():
    lesson = read_lesson(LESSON.encode(), "t.md", TOPICS)
    one, two = lesson.steps
    assert (lesson.title, lesson.misconception, lesson.page) == ("T", "All of it is always so.", "Momentum")
    assert (two.title, two.text, two.point) == ("Two", "Another sentence.", "Here.")
    assert two.place.values["momentum"] == 0.5 and one.place.values["momentum"] == 0.9
    assert two.ask == Ask("settled_steps") and two.hidden == {"seed"} and two.locked == {"learning_rate"}


def test_the_example_of_the_document_is_a_lesson_and_every_line_of_it_is_explained():
    document = (ROOT / "docs/lessons.md").read_text()
    example = re.findall(r"```markdown\n(.*?)```", document, re.S)[0]
    steps = read_lesson(example.encode(), "docs/lessons.md", TOPICS).steps
    assert len(steps) == 3 and {bool(step.ask and step.ask.is_guess) for step in steps} == {True, False}
    assert all(f"`{key}: " in document for key in (*KEYS, "Misconception"))


@pytest.mark.parametrize("written", [
    LESSON.replace("\n", "\r\n").encode(), LESSON.replace("\n", "\r").encode(), LESSON.encode("utf-8-sig"),
    LESSON.replace("View: /M", "view: https://lab.example:8501/app/M").encode()])
def test_line_ends_marks_and_hosts_make_no_difference(written):
    def everything(lesson):
        return [(step.title, step.text, step.place.values, step.ask) for step in lesson.steps]

    assert everything(read_lesson(written, "t.md", TOPICS)) == everything(read_lesson(LESSON.encode(), "t.md", TOPICS))


@pytest.mark.parametrize("old, new, line, expected", [
    ("# T\n", "T\n", 1, "expected the title, “# …”, got “T”"),
    (LESSON, "", 1, "expected the title"),
    ("Misconception: ", "Wrong: ", 3, "“Misconception: ”"),
    ("## One", "### One", 5, "expected a step, “## Its title”"),
    ("## One", "##", 5, "expected a step"),
    ("A sentence.", "", 5, "one to five sentences"),
    ("A sentence.", "One. Two. Three. Four. Five. Six.", 5, "got “6 sentences”"),
    ("View: " + DEFAULT, "", 5, "a line “View: ”"),
    ("View: " + DEFAULT, "View:\n", 7, "one line “View: …” in a step"),
    ("View: " + DEFAULT, "View: " + DEFAULT + "View: " + DEFAULT, 8, "one line “View: …” in a step"),
    (DEFAULT, "/Nowhere?view=Ravine\n", 7, "the link of a page, “/Momentum?view=Ravine” for one"),
    (DEFAULT, "/Momentum?view=Valley\n", 7, "a view of /Momentum, one of Ravine, Noise, Counterexample, got “Valley”"),
    (DEFAULT, "/Momentum\n", 7, "a view of /Momentum"),
    (DEFAULT, "http://[::1/x\n", 7, "the link of a page"),
    ("momentum=0.5", "momentum=7", 11, "momentum.ravine.momentum between 0.0 and 0.999, got “7”"),
    ("momentum=0.5", "momentum=much", 11, "between 0.0 and 0.999, got “much”"),
    ("ravine.momentum=", "ravine.speed=", 11, "got “momentum.ravine.speed”"),
    ("/Momentum?view=Ravine&momentum.ravine.momentum=0.5", "/Autodiff?view=Tape", 11, "a lesson stays on one page"),
    ("Ask: settled_steps", "Ask: settled", 12, "a number of the view Ravine, one of "),
    ("Ask: settled_steps", "Ask: settled_steps rises", 12, "the answer is not written down, the run decides"),
    ("Ask: settled_steps", "Ask: settled_steps between 9 and 3", 12, "a smaller “and” a larger number"),
    ("momentum=0.5", "momentum=0.9", 12, "other values in this step"),
    ("View: " + DEFAULT, "View: /Momentum?view=Noise\n", 12, "the step before does not show this view"),
    ("Hide: seed", "Hide: seeds", 14, "controls of the view Ravine, of method, "),
    ("Lock: Learning", "Lok: Learning", 15, "expected “Lock: …”, got “Lok: Learning rate”"),
    ("A sentence.", "A ![p](http://x.example/p.png).", 6, "expected words, got a picture"),
    ("A sentence.", "A \u202e sentence.", 6, "invisible character U+202E"),
    ("A sentence.", "A \x00 sentence.", 6, "invisible character U+0000"),
    (LESSON.partition("## One")[2], "", 5, "one to five sentences"),
    (LESSON[LESSON.index("## One"):], "", 5, "1 to 30 steps, each under “## Its title”"),
    ("View: " + DEFAULT, "View: <script>x</script>\n", 7, "the link of a page"),
    ("Ask: settled_steps", "Ask: <script>x</script>", 12, "a number of the view Ravine"),
    ("Hide: seed", "Hide: <b>seed</b>", 14, "controls of the view Ravine"),
    ("A sentence.", "A sentence." * 200, 6, "at most 2000 characters, got 2200"),
    ("## Two", "## X\n" * 31, 38, "1 to 30 steps"),
])
def test_a_mistake_is_named_with_its_line(old, new, line, expected):
    assert old in LESSON
    with pytest.raises(ValueError, match=f"^t.md, line {line}: .*{re.escape(expected)}"):
        read_lesson(LESSON.replace(old, new, 1).encode(), "t.md", TOPICS)


@pytest.mark.parametrize("data, message", [
    (LESSON.replace("Here", "Où").encode("latin-1"), "t.md, line 13: expected text in UTF-8, got the byte 249"),
    (LESSON.encode("utf-16"), "t.md, line 1: expected text in UTF-8"),
    (b"# T\n" * (LARGEST * 10 // 4), "t.md: expected at most 1 MB of text, got 10.0 MB"),
    (b"a: \n" * (LARGEST // 4), "t.md, line 1: expected the title"),
    (b"# T\n## S\n" + b"vieew: \n" * (LARGEST // 9), "t.md, line 2: expected at most 60 lines in a step")])
def test_another_encoding_and_too_much_are_refused(data, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        read_lesson(data, "t.md", TOPICS)


def test_only_how_large_is_asked_of_a_training():
    step = "\n\n## {}\nA sentence.\nView: /Positions?view=Tasks&positions.tasks.task={}\nAsk: gru_with{}"
    head = "# T\nMisconception: All of it is so."
    with pytest.raises(ValueError, match="line 12: .*only how large it is can be asked of a training"):
        read_lesson((head + step.format(1, "order", " between 0 and 1") + step.format(2, "locate", "")).encode(),
                    "t.md", TOPICS)


def test_what_becomes_of_a_number():
    assert [trend(*both) for both in ((1, 2), (2, 1), (100, 101), (0, 0), (-1, -2), (0, 1e-9))] \
        == ["rises", "falls", "stays", "stays", "falls", "rises"]


def test_a_wide_interval_is_guessed_in_decades():
    wide, narrow = Ask("q", 1, 10_000), Ask("q", 0, 1)
    assert wide.options()[50] == 100 and narrow.options()[50] == 0.5
    assert [near(guess, 100, wide) for guess in (120, 180, 300)] == ["very near", "near", "off by a factor of 3"]
    assert [near(guess, 0.5, narrow) for guess in (0.52, 0.6, 0.9)] == ["very near", "near", "far off"]


def test_a_link_of_every_view_can_be_copied_into_a_lesson():
    for name, topic in TOPICS.items():
        for view in (view for view in topic.views if hasattr(view, "controls")):
            link = "&".join(f"{url_name(cls, field)}={option(getattr(cls(), field))}"
                            for field, cls in view.controls.items())
            place = read_address(f"http://h/{name}?v=1&view={view.name}&{link}", TOPICS, "t.md")
            assert place.params() == tuple(cls() for cls in view.classes)


MOMENTUM = next(page for page in PAGES if page.stem == "03_Momentum")


def press(app, key):
    next(button for button in app.button if button.key == key).click()
    app.run()
    assert not app.exception and not app.error
    return app


def said(app):
    return "\n".join(element.value for kind in (app.markdown, app.success, app.info, app.text) for element in kind)


def address(app):
    given = {key: app.query_params[key] for key in ("lesson", "step", "guess") if key in app.query_params}
    return {key: value if isinstance(value, str) else value[0] for key, value in given.items()}


def test_a_lesson_is_played_from_its_button_to_a_guess():
    lesson = next(lesson for file, lesson in LESSONS.items() if file.name == "03_momentum.md")
    app = press(open_page(MOMENTUM), "guide-momentum")
    assert address(app) == {"lesson": "momentum", "step": "1"} and lesson.misconception in said(app) and charts(app)
    press(app, "lesson-next")
    assert address(app)["step"] == "2" and lesson.steps[1].text in said(app)
    assert all(widgets(app)[url_name(cls, name)].value == lesson.steps[1].place.values[name]
               for name, cls in lesson.steps[1].place.view.controls.items())
    assert not charts(app) and "709 steps" in said(app) and "95" not in said(app)
    press(app, "rises-momentum-2")
    assert address(app)["guess"] == "2:rises" and charts(app) and "95 steps" in numbers_of(app)
    assert "you said it rises, measured it falls" in app.info[0].value
    press(app, "lesson-next")
    press(app, "lesson-back")
    assert charts(app) and app.info  # the guess at step 2 is still there


def test_a_link_opens_a_step_and_a_reload_keeps_what_was_moved_and_guessed():
    app = open_page(MOMENTUM, {"lesson": "momentum", "step": "3"})
    assert not charts(app) and widgets(app)["momentum.ravine.momentum"].disabled
    assert widgets(app)["momentum.ravine.momentum"].value == 0.99
    app = open_page(MOMENTUM, {"lesson": "momentum", "step": "3", "guess": "3:rises",
                               "momentum.ravine.condition_number": "10"})
    assert widgets(app)["momentum.ravine.condition_number"].value == 10
    assert widgets(app)["momentum.ravine.momentum"].value == 0.99
    assert "measured it rises**, from 95 steps to 2,825 steps" in app.success[0].value


@pytest.mark.parametrize("link, expected", [
    ({"lesson": "no such"}, "No lesson is called “no such” here"),
    ({"lesson": "autodiff"}, "is about the page Autodiff"),
    ({"lesson": "![p](http://127.0.0.1:1/p)"}, "No lesson is called")])
def test_a_lesson_that_is_not_here_is_said_to_be_missing(link, expected):
    app = open_page(MOMENTUM, link)
    assert any(expected in text.value for text in app.text) and charts(app)


@pytest.mark.parametrize("step", ["0", "-1", "99", "x", "９"])
def test_a_step_that_is_not_there_is_the_nearest_one(step):
    assert open_page(MOMENTUM, {"lesson": "momentum", "step": step}).session_state["reader"].guide.number in (1, 7)


@pytest.mark.parametrize("guess", ["2:up", "2:", ":", "2:rises:falls", "x", "3:rises", "２:rises", "2:" + "9" * 5000])
def test_a_guess_that_nobody_could_have_made_uncovers_nothing(guess):
    assert not charts(open_page(MOMENTUM, {"lesson": "momentum", "step": "2", "guess": guess}))


def test_a_page_without_a_lesson_offers_none():
    app = open_page(next(page for page in PAGES if page.stem == "12_Studies"))
    assert not [button for button in app.button if button.key and button.key.startswith("guide-")]


def bring(name, data):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    app.file_uploader[0].set_value((name, data, "text/markdown")).run()
    assert not app.exception
    return app


def test_a_lesson_that_is_brought_along_is_played_at_once_and_is_this_readers_alone():
    app = bring("04_my ravine.md", LESSON.replace("A sentence", "A <script>window.bad = 1</script> sentence").encode())
    assert address(app) == {"lesson": "my_ravine", "step": "1"} and charts(app)
    assert "<script>" in said(app)
    assert not any(element.allow_html for element in app.markdown)
    press(app, "lesson-next")
    press(app, "falls-my_ravine-2")
    assert "measured it" in said(app) and "266 steps" in said(app)
    assert "No lesson is called “my_ravine” here" in said(open_page(MOMENTUM, address(app)))


def test_html_in_any_line_of_a_lesson_is_text_and_no_markup():
    html, strange = "<img src=x onerror=alert(1)><script>alert(2)</script>", LESSON
    for line in ("T\n", "All of it is always so.", "Two\n", "Another sentence.", "Here."):
        strange = strange.replace(line, f"{html} {line}", 1)
    app = bring("strange.md", strange.encode())
    press(app, "lesson-next")
    press(app, "falls-strange-2")
    assert said(app).count("<script>") >= 4
    assert not any("<script>" in element.value for element in app.get("html"))
    assert not any(element.proto.allow_html for kind in (app.markdown, app.success, app.info) for element in kind
                   if hasattr(element.proto, "allow_html"))


def test_a_file_that_is_no_lesson_is_refused_in_plain_text():
    app = bring("wrong.md", LESSON.replace("View: " + DEFAULT, "View: /[p](http://x.example/p)\n").encode())
    assert any("wrong.md, line 7: expected the link of a page" in text.value for text in app.text)
    assert not any("x.example" in element.value for element in app.markdown)
    assert "reader" not in app.session_state  # nothing of it was kept


def test_any_reader_can_be_asked_before_a_change_is_shown():
    app = open_page(MOMENTUM)
    next(toggle for toggle in app.toggle if toggle.key == "ask-momentum-ravine").set_value(True).run()
    assert charts(app)  # nothing has moved yet
    widgets(app)["momentum.ravine.momentum"].set_value(0.5).run()
    assert not charts(app) and "*Momentum* goes from 0.9 to 0.5" in said(app)
    press(app, "falls-momentum-ravine")
    assert charts(app) and "you said it falls, measured it rises**, from 0.949 per step to 0.98 per step" in said(app)
    widgets(app)["momentum.ravine.momentum"].set_value(0.6).run()
    assert not charts(app) and "*Momentum* goes from 0.5 to 0.6" in said(app)
    press(app, "show-momentum-ravine")
    assert charts(app) and "you said" not in said(app)


def test_no_preset_tells_whoever_guesses_first_what_comes_of_it():
    app = open_page(MOMENTUM, {"ask": "defaults"})
    names = {button.key: button.label for button in app.button}
    assert names["momentum-ravine-Heavy ball, best: 95 steps"] == "Learning rate 3.31, Momentum 0.669"
    press(app, "momentum-ravine-Heavy ball, best: 95 steps")
    assert not charts(app) and "*Momentum* goes from 0.9 to 0.669" in said(app)
    told = read(MOMENTUM).words.views["Ravine"].presets["Heavy ball, best: 95 steps"]
    assert told not in said(app) and "95" not in said(app)
    press(app, "falls-momentum-ravine")
    assert charts(app) and "95 steps" in numbers_of(app)


def test_a_preset_is_called_by_what_it_sets():
    for view in (view for topic in TOPICS.values() for view in topic.views if hasattr(view, "presets")):
        for preset in view.presets.values():
            chosen = values(preset) if isinstance(preset, Ranged) else preset
            assert any(label(name) in called(view, preset) for name in chosen)


def test_a_guess_at_any_view_stays_in_the_address_and_a_link_asks():
    moved = {"view": "Ravine", "momentum.ravine.momentum": "0.5", "ask": "defaults"}
    assert not charts(open_page(MOMENTUM, moved))
    app = open_page(MOMENTUM, moved | {"said": "rises;momentum:0.5"})
    assert charts(app) and "measured it rises" in app.success[0].value
    for nonsense in ("up;momentum:0.5", "rises", ";", "rises;momentum:9"):
        assert not charts(open_page(MOMENTUM, moved | {"said": nonsense}))
    assert charts(open_page(MOMENTUM, moved | {"ask": "<b>no such</b>"}))

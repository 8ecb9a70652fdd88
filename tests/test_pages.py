"""Every page and every view, run by Streamlit's own test runner from where a visitor lands."""

import gc
import json
import re
import subprocess
import sys
from functools import cache

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest
from walk import EXPERIMENTS, PAGES, ROOT, name

from dlcore.params import url_name
from dlcore.prose import read_words
from dlcore.spelling import option, plain
from dlcore.topic import CLAIMS, Quiz, Topic, View, read

VIEWS = [(page, view) for page in PAGES for view in read(page).views]


def view_param(page, view):
    marks = pytest.mark.xdist_group(f"{page.stem}-{view.name}")  # they share what was opened
    return pytest.param(page, view, id=f"{page.stem}-{view.name}", marks=marks)


every_page = pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
every_view = pytest.mark.parametrize(("path", "view"), [view_param(*both) for both in VIEWS])
every_view_with_controls = pytest.mark.parametrize(
    ("path", "view"), [view_param(*both) for both in VIEWS if isinstance(both[1], View)])


def open_page(path, link=(), view=None):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.switch_page(str(path.relative_to(ROOT)))  # at once, as a link does
    for key, value in (dict(link) | ({"view": view.name} if view else {})).items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


@cache
def opened(path, view):
    """A view as it is when it was just opened, for tests that only look at it."""
    return open_page(path, view=view)


def widgets(app):
    return {w.key: w for kind in (app.slider, app.select_slider, app.selectbox, app.toggle) for w in kind
            if w.key and w.key.count(".") == 2}


def charts(app):
    return [element.proto for element in app.get("vega_lite_chart")]


def columns(chart):
    return {d.name: set(pa.ipc.open_stream(d.data.data).read_all().column_names) for d in chart.datasets}


def marks(spec):
    """Each mark of a specification with the name of the table that it is drawn from."""
    for layer in spec.get("layer", [spec]):
        yield layer, layer.get("data", spec.get("data", {})).get("name")


def nodes(node):
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from nodes(child)
    elif isinstance(node, list):
        for child in node:
            yield from nodes(child)


def made(spec):
    """The columns that the specification makes for itself."""
    for node in nodes(spec):
        if isinstance(node.get("as"), str):
            yield node["as"]
        elif isinstance(node.get("as"), list):
            yield from node["as"]


@every_view
def test_draws_without_an_error(path, view):
    app = opened(path, view)
    assert not app.error and (charts(app) or app.get("table"))


@every_view
def test_only_the_open_view_is_drawn(path, view):
    app = opened(path, view)
    drawn = {key.rpartition(".")[0] for key in widgets(app)}
    own = {url_name(cls, "").rstrip(".") for cls in getattr(view, "classes", ())}
    assert drawn <= own and bool(drawn) == isinstance(view, View)


@every_page
def test_the_last_tab_has_all_claims(path):
    topic = read(path)
    if topic.views:
        text = "\n".join(element.value for element in open_page(path, {"view": CLAIMS}).markdown)
        assert all(f"**{claim.number}**" in text for claim in topic.claims)


@every_view
def test_every_field_of_a_mark_is_a_column_of_its_own_data(path, view):
    for chart in charts(opened(path, view)):
        spec, known = json.loads(chart.spec), columns(chart)
        for mark, table in marks(spec):
            there = known.get(table, set()) | set(made(mark)) | set(made(spec.get("transform", [])))
            for node in nodes(mark.get("encoding", {})):
                if isinstance(node.get("field"), str):
                    assert node["field"] in there, f"{node['field']} in {spec['title']['text']}"


@every_view
def test_every_chart_has_an_alt_text_and_its_axes_have_titles(path, view):
    for chart in charts(opened(path, view)):
        spec = json.loads(chart.spec)
        assert len(chart.alt) > 3 and spec["title"]["text"]
        for channel in "xy":
            drawn = [mark["encoding"][channel] for mark, _ in marks(spec) if channel in mark.get("encoding", {})]
            drawn = [at for at in drawn if at.get("axis") and at["axis"].get("labels", True)]
            categories = any(at.get("type") == "nominal" for at in drawn)  # words name themselves
            assert categories or not drawn or any(at.get("title") for at in drawn), (spec["title"], channel)


@every_view_with_controls
def test_specifications_stand_still_while_controls_move(path, view):
    app = open_page(path, view=view)
    before = [chart.spec for chart in charts(app)]
    for key in list(widgets(app))[:4]:
        fresh = widgets(app)[key]
        if fresh.disabled:
            continue
        if fresh in app.slider:
            fresh.set_value(fresh.max)
        elif hasattr(fresh, "options"):
            fresh.set_value(fresh.options[-1])
        app.run()
        assert not app.exception and not app.error, key
        assert [chart.spec for chart in charts(app)] == before, key


def other_values(app):
    """For each control a value that is not its default, as a link spells it."""
    for key, widget in widgets(app).items():
        if widget in app.slider:
            yield key, str(widget.max if widget.value != widget.max else widget.min)
        elif widget in app.toggle:
            yield key, str(not widget.value).lower()
        else:
            yield key, next(o for o in widget.options if o != option(widget.value))


def remarks(app):
    """What the page says about its link."""
    return " ".join(note.value for note in app.get("text") if "ignored" in note.value or "link" in note.value)


# A picture, a heading with a foreign address, and what cannot be seen: in the name of a parameter, and in its value.
MARKUP = "\n\n![i](http://127.0.0.1:1/t.svg)\n\n# [Log in](http://127.0.0.1:1/in)`<b>\u202e\x00"


@pytest.mark.parametrize("link", [{MARKUP: "1"}, {"v": MARKUP}, {"momentum.ravine.momentum": MARKUP},
                                  {f"momentum.ravine.{MARKUP}": "1"}, {"look": MARKUP}])
def test_what_a_link_says_is_repeated_as_plain_text_alone(link):
    app = open_page(next(p for p in PAGES if p.stem == "03_Momentum"), link)
    drawn = [element for element in app.main if element.type not in ("text", "vega_lite_chart")]
    assert not any("127.0.0.1" in str(getattr(element, "value", "")) for element in drawn)
    assert all(c.isprintable() for note in app.get("text") if "127.0.0.1" in note.value for c in note.value)
    assert ("127.0.0.1" in remarks(app)) == ("look" not in link)


def test_no_memory_grows_with_the_links_of_strangers():
    page = next(p for p in PAGES if p.stem == "03_Momentum")

    def kept():
        caches = [thing for thing in gc.get_objects() if hasattr(thing, "cache_info")
                  and getattr(thing, "__module__", "").startswith(("ui", "dlcore"))]
        return sum(cache.cache_info().currsize for cache in caches)

    def visit(i):
        open_page(page, {f"momentum.ravine.{i}-{j}": "x" * 9000 for j in range(10)}
                  | {f"{i}.{j}": "1" for j in range(10)})

    visit(0)
    before = kept()
    for i in range(1, 4):
        visit(i)
    assert kept() == before


@every_view_with_controls
def test_a_link_restores_every_control(path, view):
    """Also one that does not name its view: its values do."""
    link = dict(other_values(opened(path, view)))
    link = {key: text for key, text in link.items() if key.rpartition(".")[2] != "steps"}  # the longest runs
    app = open_page(path, {"v": "1", **link})
    for key, text in link.items():
        value = widgets(app)[key].value
        assert option(value).lower() == text.lower() or float(value) == float(text), key
    assert not remarks(app), remarks(app)


def test_a_link_may_spell_options_as_the_code_does():
    page = next(p for p in PAGES if p.stem == "03_Momentum")
    app = open_page(page, {"momentum.ravine.method": "gradient_descent", "momentum.ravine.condition_number": "500.0"})
    assert widgets(app)["momentum.ravine.method"].value == "gradient_descent"
    assert widgets(app)["momentum.ravine.condition_number"].value == 500 and not remarks(app)


def test_a_link_may_name_any_experiment_of_a_panel():
    page = next(p for p in PAGES if p.stem == "03_Momentum")
    app = open_page(page, {"momentum.rate_map.momentum": "0.5", "momentum.rate_map.method": "ema"})
    assert widgets(app)["momentum.ravine.momentum"].value == 0.5
    assert widgets(app)["momentum.ravine.method"].value == "ema" and not remarks(app)


@every_view_with_controls
def test_a_bad_link_falls_back_to_the_defaults_and_says_so(path, view):
    first = opened(path, view)
    keys = list(widgets(first))
    wrong = dict(zip(keys, ("1e99", "no such thing"), strict=False))
    app = open_page(path, {"v": "1", **wrong, "no.such.thing": "3"})
    for key in keys:
        assert widgets(app)[key].value == widgets(first)[key].value
    said = remarks(app)
    for word in (*(key.rpartition(".")[2] for key in wrong), "no.such.thing"):
        assert word in said


@every_view_with_controls
def test_presets_land(path, view):
    app = open_page(path, view=view)
    for button in [b for b in app.button if b.key and b.key.startswith(f"{view.anchor}-")]:
        before = {key: widget.value for key, widget in widgets(app).items()}
        next(b for b in app.button if b.key == button.key).click()
        app.run()
        assert not app.exception and not app.error, button.label
        again = {key: widget.value for key, widget in widgets(app).items()}
        moved = {key.rpartition(".")[0] for key in before if before[key] != again[key]}
        assert len(moved) <= 1, f"{button.label} moves {moved}"


def test_every_experiment_is_in_a_view():
    views = [view for page in PAGES for view in read(page).views if isinstance(view, View)]
    assert {experiment for view in views for experiment in view.experiments} == set(EXPERIMENTS)


def test_pages_declare_without_streamlit():
    code = "import sys; from dlcore.topic import read; from pathlib import Path\n" \
           f"for page in {[str(page) for page in PAGES]}: read(Path(page))\nprint('streamlit' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"


def test_the_home_page_draws():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception and not app.error


def test_a_card_for_every_page():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    text = "\n".join(element.value for element in app.markdown)
    assert all(read(page).card.sentence in text for page in PAGES)


def of_name(wanted):
    return next(e for e in EXPERIMENTS if name(e) == wanted)


def test_a_preset_of_another_experiment_is_refused():
    with pytest.raises(TypeError, match="preset 'wrong'"):
        View("x", (of_name("momentum.noise"),), (), presets={"wrong": of_name("momentum.ravine").Params()})


@pytest.mark.parametrize(("preset", "error"), [({"momentum": 7.0}, ValueError), ({"no such field": 1}, KeyError)])
def test_a_preset_that_a_view_cannot_use_is_refused(preset, error):
    with pytest.raises(error):
        View("x", (of_name("momentum.noise"),), (), presets={"wrong": preset})


def test_two_views_of_one_name_are_refused():
    view = View("x", (of_name("momentum.noise"),), ())
    with pytest.raises(ValueError, match="names of their own"):
        Topic(read_words("Why?"), read(PAGES[0]).card, (view, view))


@pytest.mark.parametrize(("words", "said"), [
    ("# T?", "no words about the view x"),
    ("# T?\n\n## x\n\nA scene.", r"presets are \['p'\], the words are about \[\]"),
    ("# T?\n\n## x\n\n### What to try\n\n- **q**: watch", r"the words are about \['q'\]"),
    ("# T?\n\n## x\n\n### What to try\n\n- **p**: watch\n\n## y", "words about y, but the views are called x")])
def test_a_view_or_preset_without_words_is_refused_and_so_are_words_without_one(words, said):
    view = View("x", (of_name("momentum.noise"),), (), presets={"p": {"momentum": 0.5}})
    with pytest.raises(ValueError, match=said):
        Topic(read_words(words), read(PAGES[0]).card, (view,))


def reseeded_page():
    from dlcore.prose import ViewWords
    from dlcore.topic import View
    from dlcore.topics.momentum import noise
    from ui.view import draw

    draw(View("Noise", (noise,), (), presets={"Again": {"seed": "next"}}), ViewWords())


def test_a_preset_of_some_fields_leaves_the_others():
    app = AppTest.from_function(reseeded_page, default_timeout=30).run()
    seed, momentum = (widgets(app)[f"momentum.noise.{field}"] for field in ("seed", "momentum"))
    momentum.set_value(0.5)
    seed.set_value(98)
    app.run()
    for expected in (99, 0):
        app.button[0].click()
        app.run()
        assert widgets(app)["momentum.noise.seed"].value == expected
        assert widgets(app)["momentum.noise.momentum"].value == 0.5


@every_view_with_controls
def test_no_preset_is_what_the_view_opens_on(path, view):
    """Or the first press would look dead."""
    for text, preset in view.presets.items():
        assert preset not in [cls() for cls in view.classes], text


MOMENTUM = next(p for p in PAGES if p.stem == "03_Momentum")


def turn(app, name):
    """Open the tab of a view, as the browser does."""
    app.query_params["view"] = name
    app.run()
    assert not app.exception
    return app


def test_the_values_of_a_view_are_still_there_when_the_reader_comes_back():
    app = open_page(MOMENTUM)
    widgets(app)["momentum.ravine.condition_number"].set_value(500.0)
    app.run()
    turn(app, "Noise")
    assert "momentum.ravine.condition_number" not in widgets(app)
    assert widgets(turn(app, "Ravine"))["momentum.ravine.condition_number"].value == 500.0
    app.query_params.clear()
    app.switch_page("pages/04_Autodiff.py").run()
    app.switch_page("pages/03_Momentum.py").run()
    assert widgets(app)["momentum.ravine.condition_number"].value == 500.0


@pytest.mark.parametrize("link", [{"look": "momentum-noise"}, {"momentum.noise.momentum": "0.5"}, {"view": "Noise"}])
def test_a_link_opens_its_view(link):
    assert {key.rpartition(".")[0] for key in widgets(open_page(MOMENTUM, link))} == {"momentum.noise"}


CLAIM = next(claim for claim in read(MOMENTUM).claims if claim.number == "3-5")


def test_a_claim_in_the_address_opens_its_view_with_its_case():
    app = open_page(MOMENTUM, {"claim": CLAIM.number})
    case = CLAIM.cases[0]
    assert {key.rpartition(".")[0] for key in widgets(app)} == {url_name(type(case), "").rstrip(".")}
    assert all(widgets(app)[url_name(type(case), f)].value == v for f, v in vars(case).items())
    assert any(CLAIM.quantity in element.value for element in app.markdown)


def test_a_reload_keeps_what_was_moved_after_a_claim():
    app = open_page(MOMENTUM, {"claim": CLAIM.number, "momentum.noise.momentum": "0.3"})
    assert widgets(app)["momentum.noise.momentum"].value == 0.3


def test_a_quiz_has_no_controls_and_leads_on():
    page, quiz = next(both for both in VIEWS if isinstance(both[1], Quiz))
    app = open_page(page, view=quiz)
    assert any(button.key == f"next-{quiz.anchor}" for button in app.button)


def numbers_of(app):
    return next(element.proto.body for element in app.get("html") if "class='numbers'" in element.proto.body)


def test_the_numbers_that_a_view_names_stand_above_and_the_others_below_the_sentence():
    above, below = (e.proto.body for e in open_page(MOMENTUM).get("html") if "class='numbers" in e.proto.body)
    assert all(name in above and name not in below for name in ("Arrives after", "Plain descent, best"))
    assert all(name in below and name not in above for name in ("Overshoot", "Best on the map"))


def test_a_claim_that_is_opened_shows_its_number_and_marks_it_among_the_others():
    claim = next(c for page in PAGES for c in read(page).claims if c.number == "9a-1")
    page = next(page for page in PAGES if claim in read(page).claims)
    app = open_page(page, {"claim": claim.number})
    banner = "\n".join(element.value for element in app.markdown)
    assert "Measured now: " in banner and "so the verdict stands" in banner and not app.exception
    marked = re.findall(r"class='decides'.*?<dd>(.*?)</dd>", numbers_of(app))
    assert [plain(claim.measured().value)] == [text.split()[0] for text in marked]
    moved = widgets(app)["diffusion.elbo.gain"]
    moved.set_value(moved.min).run()
    assert "class='decides'" not in numbers_of(app)  # the number belongs to that case alone

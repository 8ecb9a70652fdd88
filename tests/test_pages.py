"""Every page, run by Streamlit's own test runner from where a visitor lands."""

import gc
import json
from importlib import import_module

import pyarrow as pa
import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest
from walk import EXPERIMENTS, PAGES, ROOT, name

from dlcore.words import option
from ui import controls
from ui.page import FIRST_PANEL, NEXT_PANEL

every_page = pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
every_page_with_controls = pytest.mark.parametrize("path", [p for p in PAGES if "panel(" in p.read_text()],
                                                   ids=lambda p: p.stem)


def open_page(path, link=()):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    app.switch_page(str(path.relative_to(ROOT)))
    for key, value in dict(link).items():
        app.query_params[key] = value
    app.run()
    assert not app.exception, app.exception
    return app


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


@every_page
def test_draws_without_an_error(path):
    app = open_page(path)
    assert not app.error and charts(app)


@every_page
def test_every_field_of_a_mark_is_a_column_of_its_own_data(path):
    for chart in charts(open_page(path)):
        spec, known = json.loads(chart.spec), columns(chart)
        for mark, table in marks(spec):
            there = known.get(table, set()) | set(made(mark)) | set(made(spec.get("transform", [])))
            for node in nodes(mark.get("encoding", {})):
                if isinstance(node.get("field"), str):
                    assert node["field"] in there, f"{node['field']} in {spec['title']['text']}"


@every_page
def test_every_chart_has_an_alt_text_and_its_axes_have_titles(path):
    for chart in charts(open_page(path)):
        spec = json.loads(chart.spec)
        assert len(chart.alt) > 3 and spec["title"]["text"]
        for channel in "xy":
            drawn = [mark["encoding"][channel] for mark, _ in marks(spec) if channel in mark.get("encoding", {})]
            drawn = [at for at in drawn if at.get("axis") and at["axis"].get("labels", True)]
            categories = any(at.get("type") == "nominal" for at in drawn)  # words name themselves
            assert categories or not drawn or any(at.get("title") for at in drawn), (spec["title"], channel)


@every_page_with_controls
def test_specifications_stand_still_while_controls_move(path):
    app = open_page(path)
    before = [chart.spec for chart in charts(app)]
    for key, widget in list(widgets(app).items())[:4]:
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


def panel_defaults(experiment):
    known = experiment.Params.__dataclass_fields__
    return {f"{name(experiment)}.{field}": spec.default for field, spec in known.items()}


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
        open_page(page, {f"momentum.ravine.{i}-{j}": "x" * 9000 for j in range(10)} | {f"{i}.{j}": "1" for j in range(10)})

    visit(0)
    before = kept()
    for i in range(1, 4):
        visit(i)
    assert kept() == before


@every_page_with_controls
def test_a_link_restores_every_control(path):
    link = dict(other_values(open_page(path)))
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


def test_no_control_is_greyed_by_another_reader():
    """A second visit declares the panel anew; the controls of the first one keep working."""
    ravine, rate_map = (next(e for e in EXPERIMENTS if name(e) == f"momentum.{n}").Params for n in ("ravine", "rate_map"))
    first = controls.owners([ravine, rate_map])
    controls.owners([ravine, rate_map])
    assert controls.users(first, "momentum") == [ravine, rate_map]


@every_page_with_controls
def test_a_bad_link_falls_back_to_the_defaults_and_says_so(path):
    first = open_page(path)
    keys = list(widgets(first))
    app = open_page(path, {"v": "1", keys[0]: "1e99", keys[1]: "no such thing", "no.such.thing": "3"})
    for key in keys:
        assert widgets(app)[key].value == widgets(first)[key].value
    said = remarks(app)
    for word in (keys[0].rpartition(".")[2], keys[1].rpartition(".")[2], "no.such.thing"):
        assert word in said


@every_page_with_controls
def test_presets_land(path):
    app = open_page(path)
    experiments = tuple(name(e).replace(".", "-") for e in EXPERIMENTS)
    for button in [b for b in app.button if b.key and b.key.startswith(experiments)]:
        before = {key: widget.value for key, widget in widgets(app).items()}
        next(b for b in app.button if b.key == button.key).click()
        app.run()
        assert not app.exception and not app.error, button.label
        again = {key: widget.value for key, widget in widgets(app).items()}
        moved = {key.rpartition(".")[0] for key in before if before[key] != again[key]}
        assert len(moved) <= 1, f"{button.label} moves {moved}"


def test_every_experiment_is_on_a_page():
    text = "\n".join(p.read_text() for p in PAGES)
    for experiment in EXPERIMENTS:
        topic, short = name(experiment).split(".")
        assert f"dlcore.topics.{topic} import" in text and short in text, name(experiment)


def test_the_home_page_draws():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception and not app.error


def test_a_preset_of_another_experiment_is_refused():
    panel = import_module("ui.panel").panel
    with pytest.raises(TypeError, match="preset 'wrong'"):
        panel(EXPERIMENTS[0], presets={"wrong": EXPERIMENTS[-1].Params()})


def reseeded_page():
    from dlcore.topics.momentum import noise
    from ui import panel

    panel(noise, presets={"Again": {"seed": "next"}})


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


@pytest.mark.parametrize(("preset", "error"), [({"momentum": 7.0}, ValueError), ({"no such field": 1}, KeyError)])
def test_a_preset_that_a_panel_cannot_use_is_refused(preset, error):
    panel = import_module("ui.panel").panel
    with pytest.raises(error):
        panel(next(e for e in EXPERIMENTS if name(e) == "momentum.noise"), presets={"wrong": preset})


def test_a_page_that_a_browser_opens_comes_panel_by_panel(monkeypatch):
    page, pauses = ROOT / "pages/03_Momentum.py", []
    monkeypatch.setattr("ui.page.sleep", pauses.append)
    open_page(page)
    assert pauses == [0, 0, 0]  # nobody looks
    monkeypatch.setattr(ContextProxy, "headers", {"User-Agent": "Mozilla/5.0"})
    app = open_page(page)
    assert pauses[3:] == [0, FIRST_PANEL, NEXT_PANEL]
    app.run()
    assert not any(pauses[6:])  # the page stands
    open_page(page, {"look": "momentum-counterexample"})
    assert not any(pauses[6:])  # a link to one panel


def test_a_page_that_a_claim_opens_comes_at_once(monkeypatch):
    pauses = []
    monkeypatch.setattr("ui.page.sleep", pauses.append)
    monkeypatch.setattr(ContextProxy, "headers", {"User-Agent": "Mozilla/5.0"})
    app = open_page(ROOT / "pages/11_Answer_sheet.py")
    next(button for button in app.button if button.key == "open-10a-3").click().run()
    assert len(pauses) > 3 and not any(pauses)

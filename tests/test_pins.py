"""Pinned runs stay behind the charts of every view, and a sentence says what differs."""

import json

import pytest
import vl_convert
from test_pages import charts, every_view_with_controls, marks, open_page, widgets
from walk import PAGES

from dlcore.address import setting, spelled
from dlcore.charts.ghosts import ghosted, haunted
from dlcore.difference import changes, moves, named
from dlcore.params import specs
from dlcore.prose import ViewWords
from dlcore.question import streams
from dlcore.topic import View, read

VIEWS = [view for page in PAGES for view in read(page).views if isinstance(view, View)]
MOMENTUM = next(page for page in PAGES if page.stem == "03_Momentum")
GRADIENTS = next(page for page in PAGES if page.stem == "10_Vanishing_gradients")
every_chart = pytest.mark.parametrize("chart", [
    pytest.param(chart, id=f"{view.anchor}-{chart.title}") for view in VIEWS for row in view.rows for chart in row
    if hasattr(chart, "spec")])


def ends(view):
    """The defaults, then each end of each control alone."""
    first = setting(view, "defaults")
    yield first
    for name, cls in view.controls.items():
        for value in specs(cls)[name].ends():
            yield first | {name: value}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.anchor)
def test_a_setting_is_spelled_and_read_back_whole(view):
    for values in ends(view):
        text = spelled(view, values)
        assert setting(view, text) == values and ";" not in text and len(text) < 400


@pytest.mark.parametrize("text", [
    "nothing:1", "momentum:7", "momentum:", "momentum", ":", "momentum:0.5,x", "x" * 9000])
def test_a_setting_that_is_not_possible_is_none(text):
    assert setting(read(MOMENTUM).views[0], text) is None


@every_chart
def test_a_chart_with_ghosts_is_what_vega_lite_takes_and_keeps_its_own_marks(chart):
    spec = json.loads(chart.spec)
    three = ghosted(spec, 3)
    assert ghosted(spec, 0) == spec
    own = [mark["mark"] for mark, _ in marks(spec)]
    assert [mark["mark"] for mark, name in marks(three) if not (name or "").startswith("pinned")] == own
    ghosts = [mark for mark, name in marks(three) if (name or "").startswith("pinned")]
    assert bool(ghosts) == bool(haunted(spec)) and len(ghosts) >= 3 * len(haunted(spec))
    assert all(mark["mark"]["opacity"] <= 0.8 for mark in ghosts)
    vl_convert.vegalite_to_vega(three)  # raises for what it cannot compile


def test_what_differs_is_said_with_its_size():
    before, now = {"depth": 50, "seed": 1}, {"depth": 10, "seed": 1}
    assert named(before, now) == "Depth 50" and named(now, now) == ""
    assert changes(before, now) == "*Depth* goes from 50 to 10."
    said = moves({"a": (1.0, "s"), "b": (2.0, ""), "c": (5.0, ""), "d": (1.0, "")},
                 {"a": (4.0, "s"), "b": (1.9, ""), "c": (5.0, ""), "e": (1.0, "")}, ViewWords())
    assert said == ("“a” rises from 1 s to 4 s (× 4); “b” falls from 2 to 1.9 (by 0.1); 1 number stays; "
                    "1 number is gone; 1 number is new.")


def pinned(chart):
    return [data for data in chart.datasets if data.name.startswith("pinned")]


# A training is pinned at its end, and a link's pin would be trained anew: 20 s in a test.
@pytest.mark.parametrize("path, view", [one for one in every_view_with_controls.args[1] if not streams(one.values[1])])
def test_every_view_can_be_drawn_with_a_pin(path, view):
    app = open_page(path, {"pin": "defaults"}, view)
    assert not app.error
    drawn = [chart for chart in charts(app) if pinned(chart)]
    assert bool(drawn) == any(haunted(json.loads(chart.spec)) for row in view.rows for chart in row
                              if hasattr(chart, "spec"))
    assert any("the run shown" in text.value for text in app.markdown)


def press(app, start):
    next(button for button in app.button if (button.key or "").startswith(start)).click()
    app.run()
    assert not app.exception and not app.error
    return app


def address(app):
    value = app.query_params["pin"] if "pin" in app.query_params else ""
    return value if isinstance(value, str) else value[0]


def text(app):
    return "\n".join(element.value for kind in (app.markdown, app.text) for element in kind)


def test_a_run_is_pinned_compared_and_taken_away():
    app = press(open_page(MOMENTUM), "pin-momentum-ravine")
    assert address(app) == "defaults"
    widgets(app)["momentum.ravine.momentum"].set_value(0.5).run()
    assert "**Pinned 1: Momentum 0.9.** *Momentum* goes from 0.9 to 0.5." in text(app)
    assert "rises from 266 steps to 671 steps (× 2.52)" in text(app)
    press(app, "pin-momentum-ravine")
    assert address(app) == "defaults;momentum:0.5" and "Pinned 2: the run shown" in text(app)
    press(app, "unpin-momentum-ravine-1")
    press(app, "unpin-momentum-ravine-1")
    assert address(app) == "" and not any(pinned(chart) for chart in charts(app)) and "Pinned" not in text(app)


def test_three_pins_are_the_most_and_what_a_link_cannot_say_is_named():
    app = open_page(MOMENTUM, {"pin": "momentum:0.1;momentum:0.2;momentum:0.3;momentum:0.4"})
    assert "Pinned 3" in text(app) and "Pinned 4" not in text(app) and "“momentum:0.4”" in text(app)
    assert next(button for button in app.button if button.key == "pin-momentum-ravine").disabled
    app = open_page(MOMENTUM, {"pin": "![x](http://127.0.0.1:1/p);momentum:0.2"})
    assert any("“![x](http://127.0.0.1:1/p)”" in element.value for element in app.text) and "Pinned 1" in text(app)


def test_the_charts_of_a_pin_hold_what_that_run_gives():
    app = open_page(GRADIENTS, {"view": "Chain", "pin": "depth:3", "gradients.chain.depth": "5"})
    alone = open_page(GRADIENTS, {"view": "Chain", "gradients.chain.depth": "3"})
    for chart, same in zip(charts(app), charts(alone), strict=True):
        there = {data.name: data.data.data for data in same.datasets}
        for data in pinned(chart):
            assert data.data.data == there[data.name.removeprefix("pinned 1: ")]

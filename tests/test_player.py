"""A stream is played one item a redraw, skipped to its end, and says how many updates a step is."""

from types import SimpleNamespace

import pandas as pd
import pytest
from test_pages import ROOT, open_page

from dlcore.topic import read
from dlcore.topics.adversarial import penalty
from ui.player import _advance, _stride
from ui.session import Run

PAGE = ROOT / "pages/08_Adversarial_training.py"


def button(app, word):
    return next(b for b in app.button if b.label == word)


def test_to_the_end_leads_to_what_run_gives():
    view = next(view for view in read(PAGE).views if view.name == "Penalty")
    app = open_page(PAGE, view=view)
    button(app, "Pause").click().run()
    first = app.get("text")[0].value
    button(app, "To the end").click().run()
    run = app.session_state["reader"].run
    while not run.done:
        _advance(run)
    assert run.last.sentence == penalty.run(run.params).sentence != first


def test_on_the_way_to_the_end_a_redraw_takes_what_the_time_allows():
    endless = Run(None, iter(range(10**9)), hurrying=True)
    _advance(endless)
    assert endless.last > 100 and not endless.done
    calm = Run(None, iter(range(10)))
    _advance(calm)
    assert calm.last == 0


@pytest.mark.parametrize("steps, said", [((0, 1, 2), "One step"), ((0, 25, 50), "25 steps"), ((0,), "One step"),
                                         ((0, 0, 5, 5), "5 steps"), ((0, 20, 40, 60, 1000), "20 steps")])
def test_a_step_says_how_many_updates_it_is(steps, said):
    from dataclasses import make_dataclass
    result = make_dataclass("Result", ["history"])(pd.DataFrame({"step": list(steps)}))
    assert _stride(result) == said
    assert _stride(make_dataclass("Result", ["sentence"])(SimpleNamespace())) == "One step"

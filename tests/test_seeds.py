"""Eight seeds instead of one: the band, the median, and how often the finding was the same."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import numpy as np
import pyarrow as pa
import pytest
import vl_convert
from test_pages import charts, marks, open_page, widgets
from walk import PAGES, short

from dlcore.charts.many import banded, spread
from dlcore.many import SEEDS, eight, finding, said, seeded
from dlcore.params import specs
from dlcore.prose import ViewWords
from dlcore.topic import View, read
from dlcore.topics.gradients import deep_net
from dlcore.topics.momentum import noise, ravine

VIEWS = [view for page in PAGES for view in read(page).views if isinstance(view, View)]
GRADIENTS = next(page for page in PAGES if page.stem == "10_Vanishing_gradients")
MOMENTUM = next(page for page in PAGES if page.stem == "03_Momentum")
quick = [pytest.param(module, id=module.__name__) for view in VIEWS if seeded(view) for module in view.experiments
         if "seed" in specs(module.Params) and not hasattr(module, "watch")]


def text(app):
    return "\n".join(element.value for kind in (app.markdown, app.text) for element in kind)


@pytest.mark.parametrize("module", quick)
def test_the_seeds_are_those_that_a_reader_could_set_one_by_one(module):
    params = short(module)
    results = eight(params)
    if len(results) == 1:
        assert "seed" in params.idle()
        return
    assert len(results) == SEEDS
    for i in (0, 7):
        alone = module.run(replace(params, seed=params.seed + i))
        assert results[i].sentence == alone.sentence


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.anchor)
def test_a_chart_with_a_band_is_what_vega_lite_takes_and_keeps_its_own_marks(view):
    for chart in (chart for row in view.rows for chart in row if hasattr(chart, "spec")):
        spec = json.loads(chart.spec)
        more = banded(spec)
        vl_convert.vegalite_to_vega(more)
        own = [mark["mark"] for mark, _ in marks(spec)]
        assert [mark["mark"] for mark, name in marks(more) if not (name or "").startswith("seeds")] == own
        assert any((name or "").startswith("seeds") for _, name in marks(more)) == bool(spread(spec))


def test_a_seed_that_does_nothing_is_said_to_do_nothing():
    assert said(eight(ravine.Params()), ViewWords()) == "The seed does nothing at these values."


def test_the_last_seeds_wrap_round():
    assert eight(noise.Params(seed=97))[3].sentence == noise.run(noise.Params(seed=0)).sentence


def test_a_class_that_asks_for_eight_seeds_at_once_runs_them_once(monkeypatch):
    runs, together = [], Barrier(20)

    def slow(params, run=noise.run):
        runs.append(params.seed)
        time.sleep(0.01)
        return run(params)

    def ask(_):
        together.wait()
        return eight(noise.Params(seed=55, momentum=0.37))  # asked for nowhere else

    monkeypatch.setattr(noise, "run", slow)
    with ThreadPoolExecutor(20) as pool:
        assert len(set(map(id, pool.map(ask, range(20))))) == 1
    assert runs == [*range(55, 63)]


@pytest.mark.parametrize("one, other, same", [
    ("It falls by 0.69 (2.1×10⁻⁵).", "It falls by 12 (1.12e-07).", True),
    ("3 of 1,024 learn.", "17 of 999 learn.", True),
    ("It falls by -0.5.", "It falls by 0.5.", True), ("It vanishes.", "It explodes.", False)])
def test_a_finding_is_what_is_said_without_the_numbers(one, other, same):
    assert (finding(one) == finding(other)) == same


def test_median_and_ends_are_those_of_the_seeds():
    params = deep_net.Params()
    found = [deep_net.run(replace(params, seed=seed)).summary.set_index("quantity").value["growth_per_layer"]
             for seed in range(8)]
    words = said(eight(params), ViewWords())
    assert f"{np.median(found):.3g} per layer ({min(found):.3g} to {max(found):.3g})" in words
    assert f"in 8 of {SEEDS} seeds" in words


def test_a_view_shows_the_band_of_eight_seeds_and_goes_back():
    app = open_page(GRADIENTS, {"view": "Deep net", "seeds": "8", "gradients.deep_net.depth": "10"})
    bands = [data for chart in charts(app) for data in chart.datasets if data.name.startswith("seeds: ")]
    table = pa.ipc.open_stream(bands[0].data.data).read_pandas()
    assert len(bands) == 3 and "**8 seeds.**" in text(app) and len(table) % SEEDS == 0
    next(toggle for toggle in app.toggle if toggle.key == "seeds-gradients-deep_net").set_value(False).run()
    assert not app.exception and "8 seeds.**" not in text(app) and "seeds" not in app.query_params
    assert not [data for chart in charts(app) for data in chart.datasets if data.name.startswith("seeds: ")]


def test_a_view_without_a_seed_offers_none():
    app = open_page(GRADIENTS, {"view": "Chain", "seeds": "8"})
    assert not app.error and not [toggle for toggle in app.toggle if (toggle.key or "").startswith("seeds-")]


def test_every_view_with_a_seed_offers_eight_but_the_translator():
    random = {view.anchor: view for view in VIEWS if any("seed" in specs(module.Params) for module in view.experiments)}
    assert [anchor for anchor, view in random.items() if not seeded(view)] == ["attention-training"]


def test_seeds_and_pins_stand_together():
    app = open_page(MOMENTUM, {"view": "Noise", "seeds": "8", "pin": "momentum:0.5"})
    names = {data.name.partition(":")[0] for chart in charts(app) for data in chart.datasets}
    assert {"pinned 1", "seeds"} <= names and widgets(app)

"""A guess at how large a number is stands on the charts that have a place for that number."""

import json

import pyarrow as pa
import pytest
import vl_convert
from test_pages import charts, open_page
from walk import PAGES, run, short

from dlcore.charts.ghosts import ghosted
from dlcore.charts.guessed import GUESS, with_guess
from dlcore.charts.many import banded
from dlcore.question import numbers
from dlcore.topic import View, read
from ui.show import Behind, _guess, tables_of

PLACES = [pytest.param(view, chart, quantity, place, id=f"{view.anchor}-{chart.title}-{quantity}")
          for page in PAGES for view in read(page).views if isinstance(view, View)
          for row in view.rows for chart in row if hasattr(chart, "numbers")
          for quantity, place in chart.numbers.items()]
every_place = pytest.mark.parametrize("view, chart, quantity, place", PLACES)
MOMENTUM = next(page for page in PAGES if page.stem == "03_Momentum")
ROLLS = {"lesson": "momentum", "step": "5"}  # asks for `settled_steps`, between 1 and 1000


def test_numbers_have_places_in_most_views():
    assert len({place.values[0].anchor for place in PLACES}) >= 20


@every_place
def test_a_number_lies_where_the_axis_has_its_like(view, chart, quantity, place):
    """Its scale is that of the axis, not hundred times as large: what is measured lies among what is drawn."""
    results = [run(module, short(module)) for module in view.experiments]
    at, tables = (chart.x if place.along == "x" else chart.y), tables_of(*results)
    there = [*at.include, *at.domain]
    for rows, columns in chart.reads.items():
        if at.column in columns:
            table = tables[rows.table]
            there += table.loc[[all(row[column] == value for column, value in rows.equal)
                                for row in table.to_dict("records")], at.column].tolist()
    assert min(there) <= place.unit * numbers(results)[quantity][0] <= max(there)


@every_place
def test_a_chart_with_a_guess_is_what_vega_lite_takes(view, chart, quantity, place):
    spec, column = json.loads(chart.spec), (chart.x if place.along == "x" else chart.y).column
    for drawn in (spec, banded(ghosted(spec, 2))):
        whole = with_guess(drawn, place.along, column, "black", "white")
        assert [layer["mark"]["type"] for layer in whole["layer"][-3:]] == ["rule", "text", "text"]
        vl_convert.vegalite_to_vega(whole)


def test_a_guess_in_percent_stands_on_the_axis_of_shares():
    chart = next(chart for place in PLACES for _, chart, quantity, _ in [place.values] if quantity == "CNN_test")
    along, rows = _guess(chart, Behind(guess=("CNN_test", 80.0)))
    assert along == "y" and pa.ipc.open_stream(rows[GUESS]).read_all().to_pydict() == {"value": [0.8]}


def guesses(app):
    return [pa.ipc.open_stream(data.data.data).read_all().to_pydict()
            for chart in charts(app) for data in chart.datasets if data.name == GUESS]


def test_the_charts_show_the_guess_of_a_step_and_nothing_without_one():
    app = open_page(MOMENTUM, ROLLS | {"guess": "5:102"})
    assert charts(app) and guesses(app) == [{"step": [102.0]}]
    assert '"your guess"' in "".join(chart.spec for chart in charts(app))
    assert not charts(open_page(MOMENTUM, ROLLS))
    app = open_page(MOMENTUM)
    assert charts(app) and not guesses(app) and GUESS not in "".join(chart.spec for chart in charts(app))

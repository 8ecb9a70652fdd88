"""What a page says about a chart: its axes, its layers, and the rows and columns that they draw.

Nothing is drawn when a chart is declared: Altair takes 5 to 40 ms for each, and a page shows few of them at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import altair as alt

HEIGHT = 300  # pixels, with axes and legend, where the page does not say otherwise
X, Y = "the column along x", "the column along y"  # in `Layer.reads`


@dataclass(frozen=True)
class Rows:
    """Some rows of a table. `equal` is known to whoever sends them: the other rows do not travel."""

    table: str
    equal: tuple[tuple[str, Any], ...] = ()  # columns, and the value that a row must have there
    where: str = ""  # or a Vega expression that the browser works out

    @property
    def name(self) -> str:
        """What the rows are called in a specification."""
        return ", ".join([self.table, *(f"{column} {value}" for column, value in self.equal)])


def rows(table: str, where: str = "", **equal: Any) -> Rows:
    """The rows of a table whose columns have these values, and for which the Vega expression `where` holds."""
    return Rows(table, tuple(equal.items()), where)


def all_rows(table: str | Rows) -> Rows:
    """A name stands for the whole table."""
    return table if isinstance(table, Rows) else Rows(table)


@dataclass(frozen=True)
class By:
    """A column of words that tells lines, bars or points apart, and the order of its words in the legend."""

    column: str
    order: tuple[str, ...] = ()
    before: str = ""  # what stands before each of them in the legend: "β = "
    taken: tuple[str, ...] = ()  # words of another chart of the view, whose colors it leaves alone
    said: tuple[tuple[str, str], ...] = ()  # words, and what the legend calls each of them

    def called(self, before: str) -> By:
        """The same with these words before each word of the legend."""
        return replace(self, before=before)

    def named(self, **said: str) -> By:
        """The same, some words called otherwise in the legend; `_` stands for a space in them."""
        words = {word.replace(" ", "_").replace("-", "_"): word for word in self.words}
        return replace(self, said=tuple((words[word], name) for word, name in said.items()))

    def after(self, other: By) -> By:
        """The same in the colors that follow those of another: one color means one thing within a view."""
        return replace(self, taken=other.words)

    @property
    def words(self) -> tuple[str, ...]:
        """All words of its scale of colors, in their order."""
        return (*self.taken, *self.order)


def by(column: str, *order: str) -> By:
    """Told apart by the words of a column."""
    return By(column, order)


KIND = by("kind", "measured", "theory")


@dataclass(frozen=True)
class Axis:
    """One direction of a chart."""

    column: str
    title: str = ""
    domain: tuple[float, ...] = ()  # where it ends; else where its data end
    include: tuple[float, ...] = ()  # what is always in view
    whole: bool = False  # it counts: no 2.5
    ticks: tuple[float, ...] = ()
    log: bool = False
    bare: bool = False  # without numbers, where they would say nothing
    words: tuple[str, ...] | None = None  # of an axis of words: their order; () as they come
    even_with: tuple[float, ...] = ()  # the ends of y: a unit is as long here as there


def axis(column: str, title: str = "", *, domain: Sequence[float] = (), include: Sequence[float] = (),
         whole: bool = False, ticks: Sequence[float] = ()) -> Axis:
    """A linear axis along the numbers of a column."""
    return Axis(column, title, tuple(domain), tuple(include), whole, tuple(ticks))


def log(column: str, title: str = "", *, include: Sequence[float] = ()) -> Axis:
    """A logarithmic axis."""
    return Axis(column, title, include=tuple(include), log=True)


def bare(column: str, title: str = "") -> Axis:
    """An axis without numbers: places in a picture."""
    return Axis(column, title, bare=True)


def names(column: str, title: str = "", *order: str) -> Axis:
    """An axis of words."""
    return Axis(column, title, words=order)


def even(column: str, title: str, low: float, high: float) -> Axis:
    """An x on which a unit is as long as on a y from `low` to `high`, whatever the width of the chart."""
    return Axis(column, title, even_with=(low, high))


Read = tuple[Rows, tuple[str, ...]]


@dataclass(frozen=True)
class Layer:
    """Something that is seen on a chart: which rows and columns it reads, and how Altair draws it along two axes."""

    reads: tuple[Read, ...]  # X and Y stand for the columns of the axes
    draw: Callable[[Axis, Axis], Sequence[alt.Chart]]
    sliders: tuple[Any, ...] = ()  # in the browser, without a rerun
    colors: bool = False  # it has a scale of colors of its own: the other layers keep theirs
    taps: bool = False  # a click or a finger on it moves the controls
    numbers: tuple[tuple[str, str], ...] = ()  # numbers of the summary, and whether each lies along "x" or "y"


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart by its title, its axes and its layers, the lowest first."""

    title: str
    x: Axis
    y: Axis
    layers: tuple[Layer, ...]
    tall: bool = False

    @property
    def reads(self) -> dict[Rows, frozenset[str]]:
        """The columns that it draws, by the rows that it draws them from."""
        along = {X: self.x.column, Y: self.y.column}
        found: dict[Rows, frozenset[str]] = {}
        for layer in self.layers:
            for rows, columns in layer.reads:
                asked = {along.get(column, column) for column in columns} - {""}
                asked |= set(re.findall(r"datum\.(\w+)", rows.where))  # the browser asks for these
                found[rows] = found.get(rows, frozenset()) | asked
        return found

    @property
    def numbers(self) -> dict[str, str]:
        """The numbers of the summary that are a place on one of its axes, each with that axis."""
        return {quantity: along for layer in self.layers for quantity, along in layer.numbers}

    @property
    def taps(self) -> bool:
        """Whether a tap on it moves the controls."""
        return any(layer.taps for layer in self.layers)

    @cached_property
    def spec(self) -> str:
        """Its Vega-Lite specification as JSON, as wide as its container: without data, the same for every run."""
        drawn = [part for layer in self.layers for part in layer.draw(self.x, self.y)]
        drawn += [_in_view(at.column, at.include, channel) for channel, at in (("x", self.x), ("y", self.y))
                  if at.include]
        chart = alt.layer(*drawn) if len(drawn) > 1 else drawn[0]
        chart = chart.properties(height=HEIGHT, width="container").add_params(
            *(slider for layer in self.layers for slider in layer.sliders))
        if len(drawn) > 1 and any(layer.colors for layer in self.layers):
            chart = chart.resolve_scale(color="independent")
        spec = chart.to_dict()
        spec["title"] = {"text": self.title, "fontSize": 16, "anchor": "start", "fontWeight": 600, "offset": 10}
        return json.dumps(spec)


def chart(title: str, x: Axis, y: Axis, *layers: Layer, tall: bool = False) -> Chart:
    """A chart: `chart("Loss", axis("step", "step t"), log("value", "loss"), line("loss"), notes("marks"))`."""
    return Chart(title, x, y, layers, tall)


@dataclass(frozen=True, eq=False)
class Table:
    """A table of words, to be read; `code` are its columns of shapes, names or calls."""

    title: str
    table: str
    columns: tuple[str, ...]
    code: tuple[str, ...] = ()
    lines: tuple[int, int | None] = (0, None)  # the first, and the one behind the last

    @property
    def reads(self) -> dict[Rows, frozenset[str]]:
        """The columns that it shows."""
        return {Rows(self.table): frozenset(self.columns)}


def text_table(title: str, table: str, columns: Sequence[str], code: Sequence[str] = (), first: int = 0,
          last: int | None = None) -> Table:
    """A table of words: these columns of it, from its line `first` to before `last`."""
    return Table(title, table, tuple(columns), tuple(code), (first, last))


def check(drawing: Chart | Table, tables: Mapping[str, Sequence[str]]) -> None:
    """Whether the tables of a run have what a chart draws.

    Raises: ValueError naming the chart, what it asks for and what there is.
    """
    for asked, columns in drawing.reads.items():
        if asked.table not in tables:
            raise ValueError(f"chart “{drawing.title}”: no table is called {asked.table!r}; there are "
                             f"{', '.join(tables)}")
        asks = columns | {column for column, _ in asked.equal}
        if missing := sorted(asks - set(tables[asked.table])):
            raise ValueError(f"chart “{drawing.title}”: the table {asked.table!r} has no column {missing[0]!r}; it has "
                             f"{', '.join(tables[asked.table])}")


def _in_view(column: str, values: Sequence[float], channel: str) -> alt.Chart:
    """An unseen mark that keeps `values` within the axis."""
    # A sequence and not inline data, which Altair would move into `datasets`, where the tables of the run go.
    unseen = alt.Chart(alt.sequence(0, len(values), as_="i")).transform_calculate(
        **{column: f"{list(values)}[datum.i]"})
    return unseen.mark_point(size=0, opacity=0, tooltip=False).encode(**{channel: f"{column}:Q"})

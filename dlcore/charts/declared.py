"""What a page says about a chart: its axes, its layers, and the rows and columns that they draw.

Nothing is drawn when a chart is declared: Altair takes 5 to 40 ms for each, and a page shows few of them at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import altair as alt

from dlcore.charts.axes import Axis

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
    said: tuple[tuple[str, str], ...] = ()  # words of the table, each with what the legend calls it
    dashed: tuple[str, ...] = ()  # words whose lines are dashed, besides those that always are

    def called(self, before: str) -> By:
        """The same with these words before each word of the legend."""
        return replace(self, before=before)

    def reading(self, said: Mapping[str, str]) -> By:
        """The same with other words in the legend: `{"sup": "largest error"}`."""
        return replace(self, said=tuple(said.items()))

    def dashing(self, *words: str) -> By:
        """The same, in which the lines of these words are dashed, and their entries in the legend as well."""
        return replace(self, dashed=words)

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


Read = tuple[Rows, tuple[str, ...]]


@dataclass(frozen=True)
class OnAxis:
    """Where a number of the summary lies on a chart: along "x" or "y", and what one of its units is there."""

    along: str
    unit: float = 1.0


@dataclass(frozen=True)
class Layer:
    """Something that is seen on a chart: which rows and columns it reads, and how Altair draws it along two axes."""

    reads: tuple[Read, ...]  # X and Y stand for the columns of the axes
    draw: Callable[[Axis, Axis], Sequence[alt.Chart]]
    sliders: tuple[Any, ...] = ()  # in the browser, without a rerun
    colors: bool = False  # it has a scale of colors of its own: the other layers keep theirs
    taps: bool = False  # a click or a finger on it moves the controls
    numbers: tuple[tuple[str, OnAxis], ...] = ()  # numbers of the summary, and where each lies
    pale: tuple[str, ...] = ()  # words of the legend that are drawn broad and pale, and so in the legend


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart by its title, its axes and its layers, the lowest first.

    A `tall` one stands higher than others; a `narrow` one takes a third of its row: a picture that is not wide.
    """

    title: str
    x: Axis
    y: Axis
    layers: tuple[Layer, ...]
    tall: bool = False
    narrow: bool = False

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

    @cached_property
    def sent(self) -> dict[Rows, frozenset[str]]:
        """What travels to the browser: one data set for each selection of rows, whatever the browser makes of them."""
        found: dict[Rows, frozenset[str]] = {}
        for rows, columns in self.reads.items():
            chosen = Rows(rows.table, rows.equal)
            found[chosen] = found.get(chosen, frozenset()) | columns
        return found

    @property
    def numbers(self) -> dict[str, OnAxis]:
        """The numbers of the summary that are a place on one of its axes, each with that place."""
        return {quantity: place for layer in self.layers for quantity, place in layer.numbers}

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
        _broaden(spec, [word for layer in self.layers for word in layer.pale])
        spec["title"] = {"text": self.title, "fontSize": 16, "anchor": "start", "fontWeight": 600, "offset": 10}
        return json.dumps(spec)


def chart(title: str, x: Axis, y: Axis, *layers: Layer, tall: bool = False, narrow: bool = False) -> Chart:
    """A chart: `chart("Loss", axis("step", "step t"), log("value", "loss"), line("loss"), notes("marks"))`."""
    return Chart(title, x, y, layers, tall, narrow)


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


def nodes(spec: Any) -> Iterator[dict[str, Any]]:
    """A specification and all mappings within it."""
    if isinstance(spec, dict):
        yield spec
    for child in spec.values() if isinstance(spec, dict) else spec if isinstance(spec, list) else ():
        yield from nodes(child)


def _broaden(spec: dict[str, Any], words: Sequence[str]) -> None:
    """Draw these words of the color legends broad and pale. (Vega-Lite knows this, but its schema does not.)"""
    for layer in spec.get("layer", []) if words else []:
        if key := layer.get("encoding", {}).get("color", {}).get("legend"):
            for look, broad, thin in (("strokeWidth", 5, 2.5), ("opacity", 0.45, 1)):
                # In brackets: Vega puts the text into a sum.
                test = f"(indexof({json.dumps(list(words), ensure_ascii=False)}, datum.value) >= 0 ? {broad} : {thin})"
                key.setdefault("encoding", {}).setdefault("symbols", {})[look] = {"value": {"expr": test}}


def _in_view(column: str, values: Sequence[float], channel: str) -> alt.Chart:
    """An unseen mark that keeps `values` within the axis."""
    # A sequence and not inline data, which Altair would move into `datasets`, where the tables of the run go.
    unseen = alt.Chart(alt.sequence(0, len(values), as_="i")).transform_calculate(
        **{column: f"{list(values)}[datum.i]"})
    return unseen.mark_point(size=0, opacity=0, tooltip=False).encode(**{channel: f"{column}:Q"})

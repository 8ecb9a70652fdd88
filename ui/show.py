"""Charts: one constant specification a theme, with the tables of the run beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, partial
from typing import Any
from weakref import finalize

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from dlcore.charts import Chart, Rows, Table
from dlcore.charts.axes import Axis
from dlcore.charts.declared import nodes
from dlcore.charts.ghosts import ghost_of, ghosted, haunted
from dlcore.charts.guessed import GUESS, with_guess
from dlcore.charts.legends import only_drawn
from dlcore.charts.many import banded, of_seeds, spread
from dlcore.charts.parts import LEGENDS
from dlcore.many import SEEDS
from dlcore.params import Own, specs
from dlcore.question import streams
from dlcore.spelling import label
from dlcore.topic import Row, View
from ui.controls import put_one
from ui.tuning.reruns import redraw


@dataclass(frozen=True)
class Behind:
    """What is drawn beside a run, on the same axes: the tables of pinned runs, those of many seeds, a guess."""

    pins: Sequence[Mapping[str, pd.DataFrame]] = ()
    seeds: Mapping[str, pd.DataFrame] | None = None
    guess: tuple[str, float] | None = None  # the number of the summary, and what the reader guessed


ALONE = Behind()


def show(rows: Sequence[Row], tables: Mapping[str, pd.DataFrame], name: str, view: View | None = None,
         behind: Behind = ALONE) -> None:
    """Draw rows of charts side by side; a tap on a map moves the sliders of `view`."""
    for i, row in enumerate(rows):
        # No columns: each is an element more to render.
        with st.container(horizontal=len(row) > 1, gap="small", key=f"row-{_size(row, view)}-{name}-{i}"):
            for j, drawing in enumerate(row):
                key = f"chart-{name}-{i}-{j}"
                chart(drawing, tables, key, partial(_tapped, view, key) if view else None, behind=behind)


def _size(row: Row, view: View | None) -> str:
    """How large the charts of a row are, in `page.css`: one of several rows, or with the room of a whole view.

    A tall one that is played and has a slider of its own leaves room for both.
    """
    narrow = "".join(f"-narrow{j}" for j, drawing in enumerate(row) if isinstance(drawing, Chart) and drawing.narrow)
    tall = [drawing for drawing in row if isinstance(drawing, Chart) and drawing.tall]
    alone = view is not None and len(view.rows) == 1
    if tall:
        slides = any(layer.sliders for drawing in tall for layer in drawing.layers)
        return ("tall-played" if slides and view is not None and streams(view) else
                "tall-alone" if alone else "tall") + narrow
    return ("alone" if alone else "one") + narrow


def chart(drawing: Chart | Table, tables: Mapping[str, pd.DataFrame], key: str,
          tapped: Callable[[], None] | None = None, small: bool = False, behind: Behind = ALONE) -> None:
    """Draw one chart; `key` keeps its place in the browser, so that only its data are exchanged.

    It is as high as `page.css` says for its row, which follows the window.

    A `small` one is a picture: no legend, no axis titles, nothing to move. `tapped` is called for a tap on a map.

    Raises: KeyError naming a table that the chart asks for and the run does not have.
    """
    if isinstance(drawing, Table):
        _words(drawing, tables[drawing.table])
        return
    sent = {rows.name: _arrow(tables[rows.table], rows, columns) for rows, columns in drawing.sent.items()}
    below = _behind(drawing, behind)
    seeds = any(name.startswith(of_seeds("")) for name in below)
    along, mine = _guess(drawing, behind)
    spec = _dressed(drawing, st.context.theme.type or "light", small, len(behind.pins), seeds, along)
    data = {**spec, "datasets": {**sent, **below, **mine}}
    height: Any = "content" if small else "stretch"
    if drawing.taps and tapped and not small:
        st.vega_lite_chart(data, key=key, alt=drawing.title, height=height, selection_mode="tap", on_select=tapped)
    else:
        st.vega_lite_chart(data, key=key, alt=drawing.title, height=height)


def tables_of(*results: Any) -> dict[str, pd.DataFrame]:
    """The tables of results by name; only `summary` may be in several."""
    found = {f.name: getattr(result, f.name) for result in results for f in fields(result)}
    return {name: table for name, table in found.items() if isinstance(table, pd.DataFrame)}


def _behind(drawing: Chart, behind: Behind) -> dict[str, bytes]:
    """The rows of pinned runs, and of many seeds if all of them have the same x."""
    found: dict[str, bytes] = {}
    for rows, columns in drawing.sent.items() if behind is not ALONE else ():
        for number, pinned in enumerate(behind.pins, 1):
            if rows.name in _haunted(drawing):
                found[ghost_of(number, rows.name)] = _arrow(pinned[rows.table], rows, columns)
        x = _spread(drawing).get(rows.name)
        if x and behind.seeds and rows.table in behind.seeds and _shared(behind.seeds[rows.table][x]):
            found[of_seeds(rows.name)] = _arrow(behind.seeds[rows.table], rows, columns)
    return found


def _guess(drawing: Chart, behind: Behind) -> tuple[str, dict[str, bytes]]:
    """Along which axis a guess lies, and its row; nothing if there is none, or this chart has no place for it."""
    if behind.guess is None:
        return "", {}
    quantity, value = behind.guess
    place = drawing.numbers.get(quantity)
    if place is None or _axis(drawing, place.along).log and value <= 0:
        return "", {}
    return place.along, {GUESS: _stream(pa.table({_axis(drawing, place.along).column: [place.unit * value]}))}


def _axis(drawing: Chart, along: str) -> Axis:
    return drawing.x if along == "x" else drawing.y


def _shared(values: pd.Series) -> bool:
    """Whether all seeds have the same places: then each place is there once a seed, or so often within each of them."""
    return bool((values.value_counts() % SEEDS == 0).all())


@cache
def _haunted(drawing: Chart) -> frozenset[str]:
    return haunted(json.loads(drawing.spec))


@cache
def _spread(drawing: Chart) -> dict[str, str]:
    return spread(json.loads(drawing.spec))


def _words(drawing: Table, table: pd.DataFrame) -> None:
    """A table to be read: it wraps its words and needs no chart."""
    shown = table[list(drawing.columns)].iloc[slice(*drawing.lines)].astype(str)
    for column in drawing.code:  # a shape stays in one line
        shown[column] = "`" + shown[column].str.replace(r", (?=\d)", ",\u00a0", regex=True) + "`"
    with st.container():
        st.markdown(f"**{drawing.title}**")
        st.table(shown.rename(columns=label), hide_index=True, border="horizontal", alt=drawing.title)


_columns: dict[int, pa.Table] = {}
_written: dict[tuple[int, Rows, frozenset[str]], bytes] = {}


def _arrow(table: pd.DataFrame, rows: Rows, columns: frozenset[str]) -> bytes:
    """The rows and columns that a chart draws, as an Arrow stream: the browser unpacks them cell by cell.

    Written once for all charts and redraws, and kept as long as the table itself.
    """
    key = (id(table), rows, columns)
    if key not in _written:
        chosen = _in_columns(table)
        for column, value in rows.equal:
            chosen = chosen.filter(pc.equal(chosen[column], value))
        _written[key] = _stream(chosen.select([name for name in chosen.column_names if name in columns]))
        finalize(table, _written.pop, key, None)
    return _written[key]


def _in_columns(table: pd.DataFrame) -> pa.Table:
    """The table as Arrow has it: its rows are picked ten times as fast as pandas'."""
    if id(table) not in _columns:
        _columns[id(table)] = pa.table({name: pa.Array.from_pandas(table[name]) for name in table.columns})
        finalize(table, _columns.pop, id(table), None)
    return _columns[id(table)]


def _stream(table: pa.Table) -> bytes:
    """Arrow's stream format, without pandas' own notes: the chart needs none of them."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


@cache
def _dressed(drawing: Chart, theme: str, small: bool, ghosts: int = 0, seeds: bool = False,
             guess: str = "") -> dict[str, Any]:
    """A specification in the theme's ink: Streamlit's own axis grey is too pale."""
    ink = st.get_option(f"theme.{theme}.textColor")
    spec: dict[str, Any] = json.loads(drawing.spec.replace("currentColor", ink))  # a canvas has none of its own
    faces = {"labelColor": ink, "titleColor": ink}
    spec["config"] = {**spec.get("config", {}), "axis": faces, "legend": {**faces, **LEGENDS},
                      "text": {"color": ink}, "mark": {"aria": False}}  # one alt text a chart, none a mark
    spec["padding"] = {"bottom": 2}  # Streamlit's own would be 20
    spec["usermeta"] = {"embedOptions": {"renderer": "canvas"}}  # a frame of SVG costs the browser half as much again
    if small:
        _shrink(spec)
    spec = only_drawn(banded(ghosted(spec, ghosts)) if seeds else ghosted(spec, ghosts))
    ground = st.get_option(f"theme.{theme}.backgroundColor")
    return with_guess(spec, guess, _axis(drawing, guess).column, ink, ground) if guess else spec


def _shrink(spec: dict[str, Any]) -> None:
    """Leave the marks and a few numbers. A parameter that marks depend on stays, without its slider."""
    spec["height"] = 150
    config = spec.pop("config")
    del spec["title"]
    for node in nodes(spec):
        node.pop("legend", None)
        if isinstance(node.get("axis"), dict):
            node["title"] = None
            node["axis"] |= {"labelFontSize": 11, "tickCount": 3}
        node["params"] = [{k: v for k, v in p.items() if k != "bind"} for p in node.get("params", ()) if "value" in p]
        if not node["params"]:
            del node["params"]
    spec["config"] = {**config, "legend": {"disable": True}}


def cell_of(key: str) -> dict[str, Any]:
    """The cell of a map that was tapped, by the columns of its axes; nothing if the tap was beside it."""
    return next(iter(st.session_state[key]["selection"].get("tap") or ()), {})


def _tapped(view: View, key: str) -> None:
    """Move the sliders to the cell that was tapped, and redraw the whole view: they lie in its outer fragment."""
    cell = cell_of(key)
    for name in set(cell) & set(view.controls):
        spec = specs(view.controls[name])[name]
        if not isinstance(spec, Own):
            put_one(view, name, spec.nearest(cell[name]))
    redraw(view.anchor)

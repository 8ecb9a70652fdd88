"""How a result is seen in a notebook of one's own: its sentence, its numbers, its tables, and charts of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from html import escape
from typing import Any

import altair as alt
import pandas as pd

from dlcore.charts import Chart, check
from dlcore.export.charts import data_sets, dressed
from dlcore.export.drawing import draw_chart, rows_where
from dlcore.spelling import label, plain, typeset

FIRST = 10  # rows of a table


@dataclass(frozen=True)
class Shown:
    """What Jupyter draws below a cell."""

    sentence: str
    html: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.sentence  # where there is no browser


def show(result: Any, *charts: Chart) -> Shown:
    """The result of any experiment as the dashboard says it, with charts of its tables.

    Raises: ValueError naming a table or column that a chart asks for and the result does not have.
    """
    tables = {f.name: getattr(result, f.name) for f in fields(result)
              if isinstance(getattr(result, f.name), pd.DataFrame)}
    sentence = typeset(result.sentence)
    parts = [f"<p style='white-space: pre-line'>{escape(sentence)}</p>", _numbers(tables["summary"])]
    parts += [_drawn(chart, tables) for chart in charts]
    parts += [_table(name, table) for name, table in tables.items() if name != "summary"]
    return Shown(sentence, "\n".join(parts))


def _numbers(summary: pd.DataFrame) -> str:
    rows = [f"<tr><td>{escape(label(quantity))}</td><td>{escape(f'{plain(value)} {unit}')}</td></tr>"
            for quantity, value, unit in summary.itertuples(index=False)]
    return f"<table>{''.join(rows)}</table>"


def _table(name: str, table: pd.DataFrame) -> str:
    """Its first rows, folded away."""
    size = f"{escape(name)}: {len(table):,} rows of {', '.join(map(escape, table.columns))}"
    return f"<details><summary>{size}</summary>{table.head(FIRST).to_html(index=False)}</details>"


def _drawn(chart: Chart, tables: dict[str, pd.DataFrame]) -> str:
    check(chart, {name: list(table.columns) for name, table in tables.items()})
    sent = {name: rows_where(tables[rows.table], **dict(rows.equal)) for rows, name in data_sets(chart).items()}
    with alt.renderers.enable("html"):
        return draw_chart(json.dumps(dressed(chart, "black", {})), **sent)._repr_mimebundle_()["text/html"]

"""How the charts of a view are drawn outside the dashboard: a specification of Vega-Lite, and the tables of a run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd


def draw_chart(spec: str, **tables: pd.DataFrame) -> alt.Chart | alt.LayerChart:
    """The chart of a specification; each table is the data set of its name."""
    wanted = json.loads(spec)
    chart = (alt.LayerChart if "layer" in wanted else alt.Chart).from_dict(wanted, validate=False)
    chart.datasets = {name: table.to_dict("records") for name, table in tables.items()}
    return chart


def rows_where(table: pd.DataFrame, **equal: Any) -> pd.DataFrame:
    """The rows that have these values."""
    for column, value in equal.items():
        table = table[table[column] == value]
    return table


def save_page(path: str, title: str, text: str, seen: Sequence[Any]) -> None:
    """Write charts and tables below each other into a web page; a browser that opens it loads Vega from the network."""
    vega = {"vega": alt.VEGA_VERSION, "vega-lite": alt.VEGALITE_VERSION, "vega-embed": alt.VEGAEMBED_VERSION}
    scripts = "".join(f"<script src='https://cdn.jsdelivr.net/npm/{name}@{version}'></script>\n"
                      for name, version in vega.items())
    parts = [html(one, f"seen{i}") for i, one in enumerate(seen)]
    Path(path).write_text(f"<!doctype html><meta charset='utf-8'><title>{escape(title)}</title>\n{scripts}"
                          f"<body style='font-family: sans-serif; margin: 2em'><h1>{escape(title)}</h1>\n"
                          f"<p style='white-space: pre-line'>{escape(text)}</p>\n" + "\n".join(parts), encoding="utf-8")
    print(f"The charts are in {path}: open it in a browser.")


def html(one: Any, place: str) -> str:
    """A chart or a table for a web page."""
    if isinstance(one, pd.DataFrame):
        return one.to_html(index=False)
    spec = json.dumps(one.to_dict(validate=False)).replace("</", "<\\/")  # or a word in the data could end the script
    return f"<div id='{place}'></div><script>vegaEmbed('#{place}', {spec})</script>"

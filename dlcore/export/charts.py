"""The charts of a view as lines of code: their specification as JSON, and which tables are drawn."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from dlcore.charts import Chart, Rows, Table
from dlcore.charts.declared import nodes
from dlcore.charts.legends import only_drawn
from dlcore.export.parameters import quoted

WIDTH, HEIGHT = 640, 320  # pixels


def chart_lines(chart: Chart, owner: Mapping[str, str], ink: str, config: Mapping[str, Any]) -> str:
    """A call of `draw_chart`; `owner` is the result that has a table."""
    sent = data_sets(chart)
    spec = dressed(chart, ink, config)
    for node in nodes(spec):
        if isinstance(node.get("legend"), dict):
            node["legend"].pop("encoding", None)  # Altair reads no chart with what the schema does not know
    text = json.dumps(spec, ensure_ascii=False)
    tables = [f"    {name}={_where(rows, owner[rows.table])}," for rows, name in sent.items()]
    return "\n".join(["draw_chart(", f"    {_literal(text)},", *tables, ")"])


def data_sets(chart: Chart) -> dict[Rows, str]:
    """What it is sent, and what that is called in code."""
    return {rows: _identifier(rows) for rows in chart.sent}


def dressed(chart: Chart, ink: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Its specification at a size of its own, for data sets that are called as above."""
    spec = json.loads(chart.spec.replace("currentColor", ink))
    spec |= {"width": WIDTH, "height": HEIGHT, "config": {**spec.get("config", {}), **config}}
    called = {rows.name: name for rows, name in data_sets(chart).items()}
    for node in nodes(spec):
        if isinstance(node.get("data"), dict) and "name" in node["data"]:
            node["data"]["name"] = called[node["data"]["name"]]
    return only_drawn(spec)


def table_line(table: Table, owner: Mapping[str, str]) -> str:
    """The columns and lines of a table of words."""
    first, last = table.lines
    cut = f".iloc[{first}:{'' if last is None else last}]" if table.lines != (0, None) else ""
    return f"{owner[table.table]}.{table.table}[[{', '.join(map(quoted, table.columns))}]]{cut}"


def _identifier(rows: Rows) -> str:
    """`loss_measured`: some rows of `loss`."""
    told = (column if value is True else str(value) for column, value in rows.equal)
    return re.sub(r"\W+", "_", "_".join([rows.table, *told]))


def _where(rows: Rows, owner: str) -> str:
    whole = f"{owner}.{rows.table}"
    equal = ", ".join(f"{column}={quoted(value)}" for column, value in rows.equal)
    return f"rows_where({whole}, {equal})" if equal else whole


def _literal(text: str) -> str:
    """JSON as a Python string, without doubled backslashes where that can be."""
    return repr(text) if "'''" in text else f"r'''{text}'''"

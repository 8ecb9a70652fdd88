"""The tables of a result as CSV and Parquet, with the parameters in the file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from csv import QUOTE_NONNUMERIC

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

RUN_AS_FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # first letters of a cell; source: OWASP, "CSV Injection"


def csv(table: pd.DataFrame, notes: Mapping[str, object]) -> bytes:
    """Notes as lines `# depth = 30`, then the table: `pandas.read_csv(path, comment="#")` leaves them out.

    A text that a spreadsheet would run as a formula gets an apostrophe before it. UTF-8.
    """
    plain = table.copy(deep=False)
    for name in plain.select_dtypes(exclude="number"):
        plain[name] = [_defused(cell) for cell in plain[name]]
    lines = [f"# {name} = {' '.join(str(value).split())}\n" for name, value in notes.items()]
    return ("".join(lines) + plain.to_csv(index=False, quoting=QUOTE_NONNUMERIC)).encode()


def parquet(table: pd.DataFrame, notes: Mapping[str, object]) -> bytes:
    """The table; `pyarrow.parquet.read_schema(path).metadata` holds the notes, each as JSON."""
    made = pa.Table.from_pandas(table, preserve_index=False)
    told = {name: json.dumps(value, ensure_ascii=False) for name, value in notes.items()}
    sink = pa.BufferOutputStream()
    pq.write_table(made.replace_schema_metadata({**(made.schema.metadata or {}), **told}), sink)
    return sink.getvalue().to_pybytes()


def _defused(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RUN_AS_FORMULAS) else cell

"""The tables of a result, made from whole columns: pandas takes ten times as long for rows of mixed values."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, get_type_hints

import numpy as np
import pandas as pd


@lru_cache(maxsize=512)
def texts(*words: str) -> Any:
    """A column of words, made once for all the tables that hold it."""
    return pd.array(words, dtype="str")


def table(**columns: Any) -> pd.DataFrame:
    """The columns by name: arrays as they are, a tuple is a column of words."""
    return pd.DataFrame({name: texts(*column) if isinstance(column, tuple) else column
                         for name, column in columns.items()}, copy=False)


def summary(rows: Iterable[tuple[str, float, str]]) -> pd.DataFrame:
    """The numbers shown large: quantity, value, unit; of the same types if there are none."""
    quantity, value, unit = [*zip(*rows, strict=True)] or [(), (), ()]
    return table(quantity=quantity, value=np.array(value, dtype=float), unit=unit)


def number_of(result: Any, quantity: str) -> float:
    """One of the numbers shown large: that of `quantity` in the summary.

    Raises: KeyError if the run has no such number.
    """
    return float(result.summary.set_index("quantity")["value"][quantity])


def of_rows(columns: str, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """The rows under the columns named in `columns`, which are there even if no row is: for short tables."""
    return pd.DataFrame(list(rows), columns=columns.split())


@cache
def columns_of(result: type) -> dict[str, tuple[str, ...]]:
    """The tables of a `Result` with the columns that it declares: `loss: Annotated[pd.DataFrame, "step", "value"]`."""
    hints = get_type_hints(result, include_extras=True)
    return {name: hint.__metadata__ for name, hint in hints.items() if hasattr(hint, "__metadata__")}

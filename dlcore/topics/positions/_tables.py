"""Tables of the positions topic."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd


def table(columns: str, rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    """The rows under the columns named in `columns`, which are there even if no row is."""
    return pd.DataFrame(list(rows), columns=columns.split())

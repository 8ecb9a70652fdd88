"""Charts: one constant specification a theme, with the tables of the run beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any

import pandas as pd
import streamlit as st

from dlcore.charts import tables_of
from dlcore.params import specs
from ui.controls import Owners, put_one


def show(rows: Sequence[Sequence[str]], tables: Mapping[str, pd.DataFrame], owned: Owners, panel: str) -> None:
    """Draw rows of charts side by side; a tap on a map moves the sliders that `owned` has."""
    for i, row in enumerate(rows):
        for j, (place, spec) in enumerate(zip(st.columns(len(row), gap="small"), row, strict=True)):
            with place:
                chart(spec, tables, f"chart-{panel}-{i}-{j}", owned)


def chart(spec: str, tables: Mapping[str, pd.DataFrame], key: str, owned: Owners | None = None) -> None:
    """Draw one chart; `key` keeps its place in the browser, so that only its data are exchanged.

    Raises: KeyError naming a table that the specification asks for and the run does not have.
    """
    dressed, names, title, tappable = _dressed(spec, st.context.theme.type or "light")
    data = {**dressed, "datasets": {name: tables[name] for name in names}}
    if tappable and owned:
        st.vega_lite_chart(data, key=key, alt=title, selection_mode="tap", on_select=partial(_tapped, owned, key))
    else:
        st.vega_lite_chart(data, key=key, alt=title)


@cache
def _dressed(spec: str, theme: str) -> tuple[dict[str, Any], frozenset[str], str, bool]:
    """A specification in the theme's ink (Streamlit's own axis grey is too pale), and what is to be known of it."""
    loaded = json.loads(spec)
    ink = st.get_option(f"theme.{theme}.textColor")
    faces = {"labelColor": ink, "titleColor": ink}
    loaded["config"] = {**loaded.get("config", {}), "axis": faces, "legend": faces, "text": {"color": ink}}
    return loaded, tables_of(spec), loaded["title"]["text"], '"name": "tap"' in spec


def _tapped(owned: Owners, key: str) -> None:
    """Move the sliders to the cell that was tapped."""
    for cell in (st.session_state[key]["selection"].get("tap") or [])[:1]:
        for name in set(cell) & set(owned):
            put_one(owned, name, specs(owned[name])[name].nearest(cell[name]))

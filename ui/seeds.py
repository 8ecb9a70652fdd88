"""Eight seeds instead of one: the band and the median on the charts, and how often the finding was the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dlcore.many import SEEDS, eight, said, seeded
from dlcore.prose import ViewWords
from dlcore.topic import View
from ui.controls import build, committed
from ui.session import session


def asked(view: View) -> bool:
    """Whether the address asks for eight seeds, of a view that can give them."""
    return st.query_params.get("seeds") == str(SEEDS) and seeded(view)


def switch(view: View) -> None:
    """Let the reader see eight seeds at once, where a seed matters."""
    if seeded(view):
        key = f"seeds-{view.anchor}"
        st.session_state[key] = asked(view)
        st.toggle(f"{SEEDS} seeds", key=key, on_change=_turn, args=(key,),
                  help="The lowest, the median and the highest of eight seeds, from the one shown on.")


def prepare(view: View) -> None:
    """Run the seeds before this reader's turn: a training of eight takes seconds, in which others are answered."""
    if asked(view):
        with st.spinner(f"{SEEDS} seeds are run", show_time=True):
            _many(view)


def tables(view: View) -> dict[str, pd.DataFrame] | None:
    """The tables of all seeds together, at the values that are set; None if one seed is shown."""
    return _tables(_many(view)) if asked(view) else None


def tell(view: View, words: ViewWords) -> None:
    """What the numbers of the seeds come to."""
    if asked(view):
        found = _many(view)
        many = [results for results in found if len(results) > 1] or found[:1]
        st.markdown("\n\n".join(f"**{SEEDS} seeds.** {said(results, words)}" for results in many))


def _many(view: View) -> list[Sequence[Any]]:
    """The results of each experiment of the view; the reader's last ones stay with the reader."""
    settings = tuple(build(cls, chosen) for chosen in [committed(view)] for cls in view.classes)
    if session().many[0] != settings:
        session().many = settings, [eight(params) for params in settings]
    return session().many[1]


def _tables(many: Sequence[Sequence[Any]]) -> dict[str, pd.DataFrame]:
    found: dict[str, pd.DataFrame] = {}
    for results in many:
        if len(results) == SEEDS:
            named: dict[str, Any] = vars(results[0])
            found |= {name: pd.concat([getattr(result, name) for result in results], ignore_index=True)
                      for name, table in named.items() if isinstance(table, pd.DataFrame)}
    return found


def _turn(key: str) -> None:
    if st.session_state[key]:
        st.query_params["seeds"] = str(SEEDS)
    elif "seeds" in st.query_params:
        del st.query_params["seeds"]

"""Predict, then see: a run is shown, one line of its code is wrong, and only a guess uncovers which."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dlcore.claims import experiment
from dlcore.params import Ranged
from ui.panel import answer, tables_of
from ui.show import show


def find_the_bug(title: str, prose: str, faulty: Ranged, row: Sequence[str], lines: Sequence[str], wrong: int,
                 why: str, repaired: Ranged) -> None:
    """Show a `row` of charts of the run `faulty`, and `lines` of its code: is it line `wrong`, counted from 1?

    A pick uncovers the answer, then `why`, and the same charts of the run `repaired`.
    """
    name = "quiz-" + type(faulty).__module__.rpartition(".")[2]
    st.header(title, anchor=name)
    st.markdown(prose)
    _charts(faulty, row, f"{name}-faulty")
    st.fragment(partial(_guess, name, lines, wrong, why, repaired, row))()


def _charts(params: Ranged, row: Sequence[str], name: str) -> None:
    show([row], tables_of(answer(experiment(params), params)), {}, name)


def _guess(name: str, lines: Sequence[str], wrong: int, why: str, repaired: Ranged, row: Sequence[str]) -> None:
    """The four lines; nothing is given away before one of them is picked."""
    picked = st.radio("Which line is wrong?", range(1, len(lines) + 1), index=None, key=name,
                      format_func=lambda line: f"`{lines[line - 1]}`")
    if picked is None:
        return
    verdict = "Right: it is" if picked == wrong else f"Line {picked} does what it should. It is"
    (st.success if picked == wrong else st.info)(f"{verdict} line {wrong}, `{lines[wrong - 1]}`. {why}")
    _charts(repaired, row, f"{name}-repaired")

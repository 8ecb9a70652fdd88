"""Predict, then see: a run is shown, one line of its code is wrong, and only a guess uncovers which."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dlcore.params import Ranged
from dlcore.prose import ViewWords
from dlcore.runs import experiment
from dlcore.topic import Quiz, Row
from ui.once import answer
from ui.session import session
from ui.show import show, tables_of


def quiz(it: Quiz, words: ViewWords) -> None:
    """Show the charts of the faulty run and its code; a pick uncovers the answer, and the same charts repaired."""
    st.markdown(f"**{it.name}.** {words.scene}")
    _charts(it.faulty, it.row, f"{it.anchor}-faulty")
    st.fragment(partial(_guess, it, words.why))()


def _charts(params: Ranged, row: Row, name: str) -> None:
    show([row], tables_of(answer(experiment(params), params)), name)


def _guess(it: Quiz, why: str) -> None:
    """The lines; nothing is given away before the right one is picked, or two wrong ones."""
    picked = st.radio("Which line is wrong?", range(1, len(it.lines) + 1), index=None, key=it.anchor,
                      format_func=lambda line: f"`{it.lines[line - 1]}`")
    if picked is None:
        return
    tried = session().tried.setdefault(it.anchor, set())
    tried.add(picked)
    if it.wrong not in tried and len(tried) == 1:
        st.info(f"Line {picked} does what it should. Look again: one more guess, then the answer is shown.")
        return
    verdict = "Right: it is" if picked == it.wrong else f"Line {picked} does what it should. It is"
    (st.success if picked == it.wrong else st.info)(f"{verdict} line {it.wrong}, `{it.lines[it.wrong - 1]}`. {why}")
    _charts(it.repaired, it.row, f"{it.anchor}-repaired")

"""Play, pause, one step, start over: a stream advances one item a redraw, and only when it is asked to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import streamlit as st

from dlcore import claims
from dlcore.params import Ranged
from ui.live import beat_of

BEAT = 60.0  # milliseconds between two frames, if the browser can draw that fast


@dataclass
class Run:
    """A stream that is under way; it lies in the reader's session and ends with it."""

    params: Ranged
    items: Iterator[Any]
    last: Any = None
    ahead: Any = None  # the item after the last one, made while the browser was drawing
    playing: bool = True
    stepping: bool = False
    done: bool = False
    drawn: dict[int, Any] = field(default_factory=dict)  # row of charts -> the item that it shows

    def look_ahead(self) -> None:
        """Make the next item; a stream that has none is done."""
        if self.ahead is None and not self.done:
            self.ahead = next(self.items, None)
            self.done = self.ahead is None

    def advance(self) -> None:
        """Take the next item; the last one stays when there is none."""
        self.look_ahead()
        self.last, self.ahead = (self.last if self.done else self.ahead), None
        self.stepping = False


def play(experiment: ModuleType, params: Ranged, panel: str) -> tuple[Any, float]:
    """The item to show, and the pause in milliseconds before the browser asks for another (0: it does not).

    A case that decides a claim stands at its end at once: the number on the sheet is that of its last item.
    """
    key = f"run-{panel}"
    now: Run | None = st.session_state.get(key)
    playing = now.playing if now else True
    if st.session_state.get("decided") == params:
        del st.session_state["decided"]
        now = st.session_state[key] = Run(params, iter(()), last=claims.run(params), done=True, playing=playing)
    elif now is None or now.params != params:
        now = st.session_state[key] = Run(params, experiment.watch(params), playing=playing)
    if now.last is None or now.stepping or (now.playing and beat_of(panel)):
        now.advance()
    with st.container(horizontal=True, gap="small", key=f"play-{panel}"):
        st.button("Pause" if now.playing else "Play", key=f"toggle-{panel}", on_click=_toggle, args=(key,),
                  disabled=now.done, icon=":material/pause:" if now.playing else ":material/play_arrow:")
        st.button("One step", key=f"step-{panel}", on_click=_step, args=(key,), disabled=now.playing or now.done,
                  icon=":material/skip_next:")
        st.button("Start over", key=f"over-{panel}", on_click=_forget, args=(key,), icon=":material/replay:")
    return now.last, BEAT if now.playing and not now.done else 0.0


def look_ahead(panel: str) -> None:
    """Make the next frame of a stream that plays: the server works while the browser draws."""
    now: Run | None = st.session_state.get(f"run-{panel}")
    if now and now.playing and beat_of(panel):
        now.look_ahead()


def shown(panel: str, row: int, tables: Any) -> Any:
    """The tables that a row of charts draws: while a stream plays, a row off the screen keeps those it has."""
    now: Run | None = st.session_state.get(f"run-{panel}")
    beat = beat_of(panel)
    if now is None or now.done or not beat or row in beat["rows"]:
        if now is not None:
            now.drawn[row] = tables
        return tables
    return now.drawn.get(row, tables)


def last(panel: str) -> Any:
    """The item that is being shown."""
    return st.session_state[f"run-{panel}"].last


def _toggle(key: str) -> None:
    st.session_state[key].playing = not st.session_state[key].playing


def _step(key: str) -> None:
    st.session_state[key].stepping = True


def _forget(key: str) -> None:
    old: Run = st.session_state[key]
    old.params = None  # other params than the panel's: the next redraw starts a new run
    old.playing = True

"""Play, pause, one step, start over: a stream advances one item a redraw, and only when it is asked to."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import streamlit as st

from dlcore import claims
from dlcore.params import Ranged
from ui.browser import beat_of
from ui.session import Run, session

BEAT = 60.0  # milliseconds between two frames, if the browser can draw that fast


def play(experiment: ModuleType, params: Ranged, view: str) -> tuple[Any, float]:
    """The item to show, and the pause in milliseconds before the browser asks for another (0: it does not).

    A case that decides a claim stands at its end at once: the number on the sheet is that of its last item.
    """
    reader = session()
    now, decided = reader.run, reader.decided
    if decided is not None and decided == params:
        now = Run(params, iter(()), last=claims.run(params), done=True)
    elif now is None or now.params != params:
        now = Run(params, experiment.watch(params), playing=now.playing if now else True)
    reader.run, reader.decided = now, None
    if now.last is None or now.stepping or (now.playing and beat_of(view)):
        now.advance()
    with st.container(horizontal=True, gap="small", key=f"play-{view}"):
        st.button("Pause" if now.playing else "Play", key=f"toggle-{view}", on_click=_toggle, disabled=now.done,
                  icon=":material/pause:" if now.playing else ":material/play_arrow:")
        st.button("One step", key=f"step-{view}", on_click=_step, disabled=now.playing or now.done,
                  icon=":material/skip_next:")
        st.button("Start over", key=f"over-{view}", on_click=_forget, icon=":material/replay:")
    return now.last, BEAT if now.playing and not now.done else 0.0


def look_ahead(view: str) -> None:
    """Make the next frame of a stream that plays: the server works while the browser draws."""
    now = session().run
    if now and now.playing and beat_of(view):
        now.look_ahead()


def _toggle() -> None:
    if now := session().run:
        now.playing = not now.playing


def _step() -> None:
    if now := session().run:
        now.stepping = True


def _forget() -> None:
    session().run = None

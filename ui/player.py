"""Play, pause, one step, to the end, start over: a stream advances only when it is asked to."""

from __future__ import annotations

from dataclasses import fields
from time import monotonic
from types import ModuleType
from typing import Any

import pandas as pd
import streamlit as st

from dlcore import claims
from dlcore.params import Ranged
from ui.browser import beat_of, still
from ui.session import Run, session

BEAT = 60.0  # milliseconds between two frames, if the browser can draw that fast
HURRY = 0.3  # seconds of work between two drawings on the way to the end: other readers wait no longer


def play(experiment: ModuleType, params: Ranged, view: str) -> tuple[Any, float]:
    """The item to show, and the pause in milliseconds before the browser asks for another (0: it does not).

    A case that decides a claim stands at its end at once: the number on the sheet is that of its last item.
    """
    reader = session()
    _calm_down(view)
    now, decided = reader.run, reader.decided
    if decided is not None and decided == params:
        now = Run(params, iter(()), last=claims.run(params), done=True)
    elif now is None or now.params != params:
        now = Run(params, experiment.watch(params), playing=now.playing if now else not reader.still)
    reader.run, reader.decided = now, None
    if now.last is None or now.stepping or (now.playing and beat_of(view, now.drawn)):
        _advance(now)
        now.drawn = reader.redraws.get(view, 0) + 1
    with st.container(horizontal=True, gap="small", key=f"play-{view}"):
        st.button("Pause" if now.playing else "Play", key=f"toggle-{view}", on_click=_toggle, disabled=now.done,
                  icon=":material/pause:" if now.playing else ":material/play_arrow:")
        st.button(_stride(now.last), key=f"step-{view}", on_click=_step, disabled=now.playing or now.done,
                  icon=":material/skip_next:")
        st.button("To the end", key=f"end-{view}", on_click=_hurry, disabled=now.done,
                  icon=":material/last_page:")
        st.button("Start over", key=f"over-{view}", on_click=_forget, icon=":material/replay:")
    return now.last, BEAT if now.playing and not now.done else 0.0


def _calm_down(view: str) -> None:
    """Where the reader's system asks for little motion, a stream that nobody started stands still."""
    reader, asked = session(), still(view)
    if asked and not reader.still and reader.run:
        reader.run.playing = reader.run.hurrying
    reader.still = reader.still if asked is None else asked


def _advance(now: Run) -> None:
    """Take the next item, or on the way to the end as many as the time allows."""
    until = monotonic() + HURRY
    now.advance()
    while now.hurrying and not now.done and monotonic() < until:
        now.advance()


def _stride(result: Any) -> str:
    """What one step of the stream is: the updates between two of its moments, read from a table with steps.

    The middle of the distances: a law may be drawn from the first step to the last one.
    """
    for field in fields(result):
        table = getattr(result, field.name)
        if isinstance(table, pd.DataFrame) and "step" in table and table.step.nunique() > 1:
            apart = table.step.drop_duplicates().sort_values().diff().median()
            return "One step" if apart == 1 else f"{apart:.0f} steps"
    return "One step"


def _toggle() -> None:
    if now := session().run:
        now.playing, now.hurrying = not now.playing, False


def _step() -> None:
    if now := session().run:
        now.stepping = True


def _hurry() -> None:
    if now := session().run:
        now.playing = now.hurrying = True


def _forget() -> None:
    session().run = None

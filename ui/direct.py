"""What a control moves goes straight to its answer.

Streamlit reruns the fragment that drew a widget: here the whole panel, with all its widgets. The widget's callback can
ask for the answer instead, but only once the panel's run has begun: the browser hears of two runs, and lays out its
page once more for the second. So a session's request for a panel is taken as one for its answer, unless a button was
pressed; a callback that greys a widget asks for the panel.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

import streamlit as st
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

# From the fragment of a panel to that of its answer: a fragment's name is the same in all sessions.
_answers: dict[str, str] = {}


def fragment() -> str | None:
    """The fragment that is being drawn; None outside of any."""
    return ThreadState.get().fragment_id


def answers(panel: str | None) -> None:
    """Say that the fragment being drawn answers the controls of `panel`."""
    if panel:
        _answers[panel] = fragment()


def redraw(panel: str) -> None:
    """In a callback: draw the widgets of a panel anew too. A run of the whole page does so anyway."""
    if get_script_run_ctx().fragment_ids_this_run:
        st.rerun(panel)


def _pressed(state: Any) -> bool:
    """Whether it was a button: it moves widgets, and a second run would not tell the browser to where."""
    return any(widget.HasField("trigger_value") for widget in state.widget_states.widgets)


def answer_directly() -> None:
    """Let every session that is opened from now on take the short way."""
    ask = AppSession.request_rerun

    @wraps(ask)
    def asked(session: AppSession, state: Any) -> None:
        answer = state and _answers.get(state.fragment_id)
        drawn = answer and session.has_fragment(answer)  # or the page is still on its way
        if drawn and not _pressed(state):
            state.fragment_id = answer
        ask(session, state)

    AppSession.request_rerun = asked

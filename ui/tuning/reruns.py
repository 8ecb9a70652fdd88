"""What a control moves goes straight to its answer.

Streamlit reruns the fragment that drew a widget: here the whole view, with all its widgets. The widget's callback can
ask for the answer instead, but only once the view's run has begun: the browser hears of two runs, and lays out its
page once more for the second. So a session's request for a view is taken as one for its answer, unless a button was
pressed; a callback that greys a widget asks for the view.
"""

from __future__ import annotations

import inspect
from functools import wraps
from typing import Any

import streamlit as st

# From the fragment of a view to that of its answer: a fragment's name is the same in all sessions.
_answers: dict[str, str | None] = {}


def fragment() -> str | None:
    """The fragment that is being drawn; None outside of any, or where Streamlit does not say."""
    try:
        from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState
    except ImportError:
        return None
    return getattr(ThreadState.get(), "fragment_id", None)


def _drawn() -> list[str] | None:
    """The fragments that this run draws; None if it draws the whole page, or where Streamlit does not say."""
    try:
        from streamlit.runtime.scriptrunner import get_script_run_ctx
    except ImportError:
        return None
    return getattr(get_script_run_ctx(), "fragment_ids_this_run", None)


def answers(controls: str | None) -> None:
    """Say that the fragment being drawn answers the controls that the fragment `controls` draws."""
    if controls:
        _answers[controls] = fragment()


def redraw(view: str) -> None:
    """In a callback: draw the widgets of a view anew too. A run of the whole page does so anyway."""
    if _drawn():
        st.rerun(view)


def _pressed(state: Any) -> bool:
    """Whether it was a button: it moves widgets, and a second run would not tell the browser to where."""
    return any(widget.HasField("trigger_value") for widget in state.widget_states.widgets)


def answer_directly() -> None:
    """Let every session that is opened from now on take the short way.

    Raises: AttributeError, ImportError or TypeError if a session is not asked as it was, or `redraw` cannot work.
    """
    from streamlit.runtime.app_session import AppSession
    from streamlit.runtime.scriptrunner import ScriptRunContext, get_script_run_ctx  # noqa: F401

    inspect.signature(AppSession.request_rerun).bind(None, None)
    for owner, part in ((AppSession, "has_fragment"), (ScriptRunContext, "fragment_ids_this_run")):
        if not hasattr(owner, part):
            raise AttributeError(f"{owner.__name__} has no {part}")
    ask = AppSession.request_rerun

    @wraps(ask)
    def asked(session: Any, state: Any) -> None:
        answer = state and _answers.get(state.fragment_id)
        drawn = answer and session.has_fragment(answer)  # or the page is still on its way
        if drawn and not _pressed(state):
            state.fragment_id = answer
        ask(session, state)

    AppSession.request_rerun = asked

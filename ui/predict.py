"""Guess first: at a view that does not train, a reader can be asked what a change will do before the charts show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dlcore.address import Place, setting, spelled
from dlcore.difference import Numbers, changes, named
from dlcore.params import Ranged, values
from dlcore.prose import ViewWords
from dlcore.question import TRENDS, numbers, said_of, streams
from dlcore.topic import Preset, View
from ui.controls import committed, defaults
from ui.guess import becomes, numbers_at, verdict, ways
from ui.session import session

_ON, _SAID = "ask", "said"  # in the address: the values that are known, and a guess with the values that it is about


def switch(view: View) -> None:
    """Let the reader be asked; not of a training, whose numbers are those of a moment."""
    if not streams(view) and session().guiding(view.anchor) is None:
        key = f"ask-{view.anchor}"
        st.session_state[key] = _ON in st.query_params
        st.toggle("Guess first", key=key, on_change=_turn, args=(view, key),
                  help="Each change asks what it will do, before the charts show it.")


def on(view: View) -> bool:
    """Whether the reader is asked at this view."""
    return _ON in st.query_params and not streams(view) and session().guiding(view.anchor) is None


def called(view: View, preset: Preset) -> str:
    """A preset by what it sets: its own name may say what comes of it."""
    chosen = values(preset) if isinstance(preset, Ranged) else preset
    return named(chosen, defaults(view)) or "All as at first"


def asks(view: View, now: Mapping[str, Any], words: ViewWords) -> bool:
    """Put the question in the place of the charts, if a control has moved since they were last seen."""
    known = _known(view, now)
    if known is None or _guess(view, now) or spelled(view, known) == spelled(view, now):
        return False
    before, after = (numbers_at(Place("", view, values)) for values in (known, now))
    quantity = _first_in_both(before, after)
    if quantity is None:
        return False
    here = spelled(view, now)
    with st.container(key="question", border=True):
        st.markdown(f"{changes(known, now)} {becomes(said_of(quantity, words), before[quantity])}")
        row = ways(view.anchor, _say, spelled(view, known), here)
        row.button("Show it", key=f"show-{view.anchor}", on_click=_skip, args=(here,), type="tertiary")
    return True


def judge(view: View, now: Mapping[str, Any], results: Sequence[Any], words: ViewWords) -> None:
    """Write what was measured beside the guess, as long as it is what is shown."""
    guess, known = _guess(view, now), setting(view, st.query_params.get(_ON, ""))
    if not guess or known is None:
        return
    before, after = numbers_at(Place("", view, known)), numbers(results)
    quantity = _first_in_both(before, after)
    if quantity is not None:
        verdict(said_of(quantity, words), guess, before[quantity], after[quantity])


def _first_in_both(before: Numbers, after: Numbers) -> str | None:
    """The number that is asked about."""
    return next((one for one in before if one in after), None)


def _known(view: View, now: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The values whose numbers the reader has seen last; None if nothing is asked here."""
    if not on(view):
        return None
    way, at = _said()
    return (setting(view, at) if way else None) or setting(view, st.query_params[_ON]) or now


def _guess(view: View, now: Mapping[str, Any]) -> str:
    """The reader's guess about these values, "" if there is none."""
    if not on(view):
        return ""
    way, at = _said()
    return way if at == spelled(view, now) else ""


def _said() -> tuple[str, str]:
    """The guess that the address holds, and the values that it is about; both "" if it holds none."""
    way, _, at = st.query_params.get(_SAID, "").partition(";")
    return (way, at) if way in TRENDS else ("", "")


def _say(known: str, now: str, way: str) -> None:
    st.query_params[_ON], st.query_params[_SAID] = known, f"{way};{now}"


def _skip(now: str) -> None:
    st.query_params[_ON] = now
    st.query_params.pop(_SAID, None)


def _turn(view: View, key: str) -> None:
    for word in (_ON, _SAID):
        st.query_params.pop(word, None)
    if st.session_state[key]:
        st.query_params[_ON] = spelled(view, committed(view))

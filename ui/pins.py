"""Pinned runs: pale behind the charts, each with a sentence on what differs from it; the address holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dlcore.address import setting, spelled
from dlcore.difference import changes, moves, named
from dlcore.params import Ranged
from dlcore.prose import ViewWords
from dlcore.question import numbers, streams
from dlcore.topic import View
from ui.controls import committed
from ui.link import visible
from ui.session import session
from ui.tuning.reruns import redraw

MOST = 3  # pins: more cannot be told apart


@dataclass(frozen=True)
class Pinned:
    """A run that stays: its values, and what they give."""

    values: Mapping[str, Any]
    results: Sequence[Any]
    tables: Mapping[str, pd.DataFrame]


def pins(view: View) -> tuple[list[dict[str, Any]], list[str]]:
    """The values of the pins that the address holds for a view, and what of them is not possible here."""
    texts = [text for text in dict.fromkeys(st.query_params.get("pin", "").split(";")) if text]
    found = {text: setting(view, text) for text in texts[:MOST]}
    return [values for values in found.values() if values], [
        text for text in texts if found.get(text) is None]


def unread(view: View) -> str:
    """What is to be said of pins that a link has and this view has not; "" if nothing is."""
    wrong = pins(view)[1]
    return f"A pinned run of this link is not possible here and ignored: “{visible(wrong[0][:40])}”." if wrong else ""


def finished(params: Ranged) -> Any:
    """A training that was pinned at its end, or None: it need not be run again."""
    return session().finished.get(params)


def pin_button(view: View) -> None:
    """Let the run that is shown stay behind the charts."""
    full = len(pins(view)[0]) >= MOST
    st.button("Pin this run", key=f"pin-{view.anchor}", icon=":material/keep:", on_click=_pin, args=(view,),
              disabled=full, help="Three at most." if full else "It stays, pale, behind the charts, to compare with.")


def compare(view: View, now: Mapping[str, Any], results: Sequence[Any], pinned: Sequence[Pinned],
            words: ViewWords) -> None:
    """One line for each pin, named by what differs, and a button for each that takes it away."""
    if not pinned:
        return
    lines = "\n\n".join(_line(number, pin, now, results, words) for number, pin in enumerate(pinned, 1))
    st.markdown(lines)
    with st.container(horizontal=True, gap="small", key=f"pinned-{view.anchor}"):
        for number, pin in enumerate(pinned, 1):
            st.button(f"Unpin {number}", key=f"unpin-{view.anchor}-{number}", icon=":material/close:",
                      type="tertiary", on_click=_unpin, args=(view, dict(pin.values)))


def _line(number: int, pin: Pinned, now: Mapping[str, Any], results: Sequence[Any], words: ViewWords) -> str:
    name = named(pin.values, now)
    if not name:
        return f"**Pinned {number}: the run shown.** Change one thing, and this line says what differs."
    moved = moves(numbers(pin.results), numbers(results), words)
    return f"**Pinned {number}: {name}.** {changes(pin.values, now)} {moved}"


def _pin(view: View) -> None:
    """Of a training, the run at its end is pinned: its numbers until then are those of a moment."""
    run = session().run
    if streams(view) and run:
        if not run.done:
            st.toast("A training can be pinned when it has come to its end: press “To the end”.")
            return
        session().finished[run.params] = run.last
        while len(session().finished) > 2 * MOST:
            del session().finished[next(iter(session().finished))]
    _write(view, [*pins(view)[0], committed(view)])


def _unpin(view: View, values: dict[str, Any]) -> None:
    _write(view, [one for one in pins(view)[0] if one != values])
    redraw(view.anchor)  # the button that pins is in the outer fragment


def _write(view: View, settings: Sequence[Mapping[str, Any]]) -> None:
    texts = dict.fromkeys(spelled(view, values) for values in settings)
    if texts:
        st.query_params["pin"] = ";".join(texts)
    elif "pin" in st.query_params:
        del st.query_params["pin"]

"""The components that carry our JavaScript: history, waiting, a lesson's keys; the held slider and link of a view."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dlcore.address import BESIDE_WORDS, HISTORY_WORDS
from dlcore.charts import Chart
from dlcore.params import Number, Own, Spec, specs, url_name
from dlcore.topic import View
from ui.controls import defaults, drawn_as_slider
from ui.link import words_of
from ui.session import session

_FOLDER = Path(__file__).parent


@cache
def _component(name: str, html: str = "", css: str = "") -> Any:
    look = {"html": html, "css": css} if html else {}
    return st.components.v2.component(name, js=(_FOLDER / f"{name}.js").read_text(), **look)


def tidy_history() -> None:
    """Let Back lead from view to view and from page to page, not through every value that was set."""
    _component("history")(key="history", data={"words": HISTORY_WORDS}, height=1)


def tell_waiting() -> None:
    """Let the browser say when an answer takes longer than a second."""
    _component("waiting")(key="waiting", height=1)


def lesson_keys() -> None:
    """Let the arrow and page keys of a presenter turn the steps of a lesson."""
    _component("keys")(key="keys", height=1)


def with_held_slider(view: View, committed: dict[str, Any]) -> dict[str, Any]:
    """`committed`, with the value of the slider that is being held, if one is.

    The browser says from which value the slider was taken: once the release has been committed, that is no
    longer the committed one, and what the browser said counts for nothing.
    """
    word = (_said(view.anchor) or {}).get("held")
    if not word or word["name"] not in view.controls:
        return committed
    name = word["name"]
    spec = specs(view.controls[name])[name]
    value = _from_browser(spec, word["value"])
    if not _taken_from(spec, word["from"], committed[name]) or not spec.allows(value):
        return committed
    return {**committed, name: value}


def beat_of(view: str, since: int) -> bool:
    """Whether the browser asks for the next frame of a stream, having drawn the last one: the redraw of number `since`.

    On a slow line it asks once more before the answer is here: that brings a redraw without a frame, and the next beat
    is about either of both.
    """
    return ((_said(view) or {}).get("beat") or 0) >= since


def still(view: str) -> bool | None:
    """Whether the reader's system asks for little motion; None if the browser said nothing with this redraw."""
    return (_said(view) or {}).get("still")


def live(view: View, beat: float) -> None:
    """Tell the browser that this redraw is done, and when to ask for the next frame (ms; 0: it does not)."""
    redraws = session().redraws
    redraws[view.anchor] = redraws.get(view.anchor, 0) + 1
    sliders = {name: url_name(cls, name) for name, cls in view.controls.items() if drawn_as_slider(specs(cls)[name])}
    data = {"sliders": sliders, "redraw": redraws[view.anchor], "beat": beat, "view": view.anchor,
            "charts": sum(isinstance(drawing, Chart) for row in view.rows for drawing in row),
            "moves": session().moves}
    _component("live")(key=_key(view.anchor), data=data, on_ask_change=_nothing, height=1)


def copy_link(view: View) -> None:
    """A button that copies a link with every value of the view, defaults too, and the version of the controls.

    The browser is told the defaults, once: the address holds whatever differs from them, and what else is kept of it.
    """
    kept = [*(url_name(cls, name) for name, cls in view.controls.items()), *BESIDE_WORDS]
    button = _component("link", '<button type="button">Copy link</button>', (_FOLDER / "link.css").read_text())
    button(key=f"link-{view.anchor}", data={"link": words_of(view, defaults(view)), "kept": kept},
           width="content", height="content")


def _said(view: str) -> dict[str, Any] | None:
    """What the browser said with this redraw: the slider that is `held`, the redraw whose `beat` has passed."""
    return (st.session_state.get(_key(view)) or {}).get("ask")


def _key(view: str) -> str:
    return f"live-{view}"


def _nothing() -> None:
    """A trigger needs a callback to be kept for one rerun."""


def _taken_from(spec: Spec, told: float, committed: Any) -> bool:
    """Whether a slider that the browser took at `told` holds `committed`: of a value between two steps it knows the
    nearest step alone."""
    if isinstance(spec, Number):
        return abs(told - committed) <= 0.5 * spec.step + 1e-9
    return not isinstance(spec, Own) and spec.options.index(committed) == told


def _from_browser(spec: Spec, raw: float) -> Any:
    if isinstance(spec, Number):
        return type(spec.step)(raw)
    return spec.options[int(raw)] if not isinstance(spec, Own) and 0 <= raw < len(spec.options) else None

"""Two components a panel: one follows a held slider and asks for the next frame, the other copies the link."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from dlcore.params import SCHEMA, Choice, Number, Ranged, specs, url_name
from dlcore.words import option
from ui.controls import Owners, anchor, classes, defaults, drawn_as_slider, puts

_FOLDER = Path(__file__).parent
_live = st.components.v2.component("live", js=(_FOLDER / "live.js").read_text())
_link = st.components.v2.component("link", html='<button type="button">Copy link</button>',
                                   css=(_FOLDER / "link.css").read_text(), js=(_FOLDER / "link.js").read_text())


def held(owned: Owners, committed: dict[str, Any], panel: str) -> dict[str, Any]:
    """`committed`, with the value of the slider that is being held, if one is.

    The browser says from which value the slider was taken: once the release has been committed, that is no
    longer the committed one, and the late event counts for nothing.
    """
    event = _held_now(panel)
    if not event or event["name"] not in owned:
        return committed
    name = event["name"]
    spec = specs(owned[name])[name]
    value = _from_browser(spec, event["value"])
    if _to_browser(spec, committed[name]) != event["from"] or not spec.allows(value):
        return committed
    return {**committed, name: value}


def _held_now(panel: str) -> dict[str, Any] | None:
    """The last word on the held slider. A trigger lasts one rerun: between two of them a stream may ask for frames."""
    sent = (st.session_state.get(_key(panel)) or {}).get("moved")
    if sent or not beat_of(panel):
        st.session_state[f"held-{panel}"] = sent
    return st.session_state.get(f"held-{panel}")


def beat_of(panel: str) -> dict[str, Any] | None:
    """What the browser said with the beat of a stream, if that is what this redraw is: the `rows` on screen."""
    return (st.session_state.get(_key(panel)) or {}).get("beat")


def live(owned: Owners, panel: str, beat: float) -> None:
    """Tell the browser that this redraw is done, and when to ask for the next frame (ms; 0: it does not)."""
    count = st.session_state[f"ack-{panel}"] = st.session_state.get(f"ack-{panel}", 0) + 1
    sliders = {name: url_name(cls, name) for name, cls in owned.items() if drawn_as_slider(specs(cls)[name])}
    look = sum(st.session_state.get(f"look-{anchor(cls)}", 0) for cls in classes(owned))
    data = {"sliders": sliders, "ack": count, "beat": beat, "panel": panel, "look": look, "puts": puts()}
    _live(key=_key(panel), data=data, on_moved_change=_nothing, on_beat_change=_nothing, height=1)


def copy_link(owned: Owners, panel: str) -> None:
    """A button that copies a link with every value of the panel, defaults too, and the version of the controls.

    The browser is told the defaults, once: the address holds whatever differs from them.
    """
    link = {"v": str(SCHEMA), **{url_name(owned[name], name): option(at) for name, at in defaults(owned).items()}}
    _link(key=f"link-{panel}", data={"panel": panel, "link": link}, width="content", height="content")


def look_at(cls: type[Ranged]) -> None:
    """Let the browser scroll to the panel of an experiment when it is next drawn."""
    key = f"look-{anchor(cls)}"
    st.session_state[key] = st.session_state.get(key, 0) + 1


def _key(panel: str) -> str:
    return f"live-{panel}"


def _nothing() -> None:
    """A trigger needs a callback to be kept for one rerun."""


def _to_browser(spec: Number | Choice, value: Any) -> float:
    return float(value if isinstance(spec, Number) else spec.options.index(value))


def _from_browser(spec: Number | Choice, raw: float) -> Any:
    if isinstance(spec, Number):
        return type(spec.step)(raw)
    return spec.options[int(raw)] if 0 <= raw < len(spec.options) else None

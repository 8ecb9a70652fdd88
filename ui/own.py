"""The control for data of the reader's own: a line of text, or a text, and a file that fills it, behind a button."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dlcore.params import Own
from ui.session import session
from ui.tuning.reruns import redraw
from ui.uploads import READERS


def own_data(view: str, spec: Own, name: str, common: dict[str, Any]) -> None:
    """Draw the widget of a parameter whose value is the reader's own data, and say what is wrong with the data."""
    key = common["key"]
    look = {**common, "placeholder": spec.example[:40], "on_change": _changed, "args": (view, key)}
    if spec.form == "text":
        st.text_input(name, **look)
    else:
        with st.popover(name, icon=":material/edit:", disabled=common["disabled"], width="stretch"):
            st.text_area(name, height=68, **look)
            _upload(view, spec, name, key)
            if spec.form == "curve":
                _draw(view, spec, key)
    problem = spec.problem(str(st.session_state.get(key, "")))
    said = f"Not used: {problem}." if problem else session().said.get(key)
    if said:
        st.text(said)


@cache
def _canvas() -> Callable[..., Any]:
    folder = Path(__file__).parent / "browser"
    label = "Draw a curve from left to right; a double click begins anew. The text above does the same."
    return st.components.v2.component(
        "draw", html=f"<canvas width='600' height='256' role='img' aria-label='{label}'></canvas>",
        css=(folder / "draw.css").read_text(), js=(folder / "draw.js").read_text())


def _draw(view: str, spec: Own, key: str) -> None:
    """A field to draw a curve on, with a finger or the mouse."""
    st.markdown("Or draw it from left to right; a double click begins anew.")
    _canvas()(key=f"draw-{key}", on_drawn_change=lambda: _drawn(view, spec, key))


def _drawn(view: str, spec: Own, key: str) -> None:
    """What was drawn becomes the text, if it is one: a browser may say anything."""
    text = (st.session_state.get(f"draw-{key}") or {}).get("drawn")
    if text and spec.allows(text):
        st.session_state[key] = spec.cast(text)
        session().said.pop(key, None)
        session().moves += 1
    redraw(view)


def _changed(view: str, key: str) -> None:
    """What was typed counts, and no longer what was said of a file."""
    session().said.pop(key, None)
    redraw(view)


def _upload(view: str, spec: Own, name: str, key: str) -> None:
    """A file becomes text at once; it is let go of with the widget that held it, for the next one has another name."""
    endings = READERS[spec.form].endings
    widget = f"file-{session().files.get(key, 0)}-{key}"
    st.file_uploader(f"{name}: a file", type=endings, key=widget, on_change=_read, args=(view, spec, key, widget),
                     label_visibility="collapsed", max_upload_size=1)


def _read(view: str, spec: Own, key: str, widget: str) -> None:
    """Put what a file says into the text, or say what is wrong with it."""
    reader, file = session(), st.session_state[widget]
    if file is None:
        return
    reader.files[key] = reader.files.get(key, 0) + 1
    try:
        text, said = READERS[spec.form].read(file.getvalue())
    except ValueError as error:
        said = f"This file was not used: {error}."
    else:
        st.session_state[key] = text
        reader.moves += 1
    reader.said[key] = said
    redraw(view)

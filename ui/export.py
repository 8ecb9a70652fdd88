"""What a reader takes home from a view: the code that just ran, as a script and as a notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import streamlit as st

from dlcore.export import Look, notebook, script
from dlcore.prose import ViewWords
from dlcore.topic import View
from ui.controls import build
from ui.session import session
from ui.tuning.direct import redraw

FORMS: dict[str, tuple[Callable[..., str], str]] = {"Script": (script, "py"), "Notebook": (notebook, "ipynb")}
# What Vega calls the colors of the theme.
COLORS = {"category": "chartCategoricalColors", "diverging": "chartDivergingColors",
          "heatmap": "chartSequentialColors", "ramp": "chartSequentialColors"}


def take_home(view: View, words: ViewWords) -> None:
    """A list of downloads, each made when it is asked for, from what is then on the screen."""
    popover = st.popover("Take it home", on_change=redraw, args=(view.anchor,), key=f"home-{view.anchor}")
    if not popover.open:
        return
    popover.markdown("All that just ran, to be changed and run on any computer: it needs torch and Altair, "
                     "and nothing of this dashboard.")
    for form, (_, ending) in FORMS.items():
        popover.download_button(form, partial(made, form, view, words, session().values), f"{view.anchor}.{ending}",
                                key=f"home-{form}-{view.anchor}", on_click="ignore")


def made(form: str, view: View, words: ViewWords, now: Mapping[str, dict[str, Any]]) -> bytes:
    """A script or a notebook of the values with which a view was last drawn."""
    settings = [build(cls, now[view.anchor]) for cls in view.classes]
    return FORMS[form][0](view, words, settings, look()).encode()


@cache
def look() -> Look:
    """The light theme of the screen, for paper; as much of it as Altair takes."""
    ink, *colors = (st.get_option(f"theme.light.{name}") for name in ("textColor", *COLORS.values()))
    ranges = {name: color for name, color in zip(COLORS, colors, strict=True) if color}  # else those of Vega
    faces = {"labelColor": ink, "titleColor": ink} if ink else {}
    return Look(ink or "black", {
        "axis": {**faces, "gridColor": "#e6eaee", "domain": False}, "legend": faces,
        "title": {"color": ink or "black"}, "text": {"color": ink or "black"}, "view": {"stroke": None},
        "mark": {"color": ranges["category"][0]} if "category" in ranges else {}, "range": ranges})

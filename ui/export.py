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
from ui.show import LEGENDS
from ui.tuning.direct import redraw

FORMS: dict[str, tuple[Callable[..., str], str]] = {"Script": (script, "py"), "Notebook": (notebook, "ipynb")}


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
    return FORMS[form][0](view, words, settings, _look()).encode()


@cache
def _look() -> Look:
    """The light theme of the screen, for paper."""
    ink, categories, ramp, diverging = (st.get_option(f"theme.light.{name}") for name in (
        "textColor", "chartCategoricalColors", "chartSequentialColors", "chartDivergingColors"))
    faces = {"labelColor": ink, "titleColor": ink}
    return Look(ink, {"axis": {**faces, "gridColor": "#e6eaee", "domain": False}, "legend": {**faces, **LEGENDS},
                      "title": {"color": ink}, "text": {"color": ink}, "mark": {"color": categories[0]},
                      "view": {"stroke": None}, "range": {"category": categories, "diverging": diverging,
                                                          "heatmap": ramp, "ramp": ramp, "ordinal": ramp}})

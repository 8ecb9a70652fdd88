"""What a reader takes home from a view: the code that just ran, its charts as pictures, its tables.

Each is made when it is asked for, from what is on the screen at that moment: a download closes over the reader's
session, for it runs outside of any script.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from threading import Thread
from typing import Any

import streamlit as st

from dlcore.export import Look, notebook, script
from dlcore.export.data import csv, parquet
from dlcore.export.figures import FORMS as PICTURES
from dlcore.export.figures import figure
from dlcore.params import experiment_name, values
from dlcore.prose import ViewWords
from dlcore.spelling import typeset
from dlcore.tables import columns_of
from dlcore.topic import Row, View
from ui.controls import DATA, build
from ui.link import link_to
from ui.painting import get_ready, paint
from ui.session import OnScreen, Session, session
from ui.show import tables_of
from ui.tuning.reruns import redraw

FORMS: dict[str, tuple[Callable[..., str], str]] = {"Script": (script, "py"), "Notebook": (notebook, "ipynb")}
TABLES: dict[str, Callable[..., bytes]] = {"csv": csv, "parquet": parquet}
# What Vega calls the colors of the theme.
COLORS = {"category": "chartCategoricalColors", "diverging": "chartDivergingColors",
          "heatmap": "chartSequentialColors", "ramp": "chartSequentialColors"}


def take_home(view: View, words: ViewWords) -> None:
    """A list of downloads, each made when it is asked for, from what is then on the screen."""
    popover = st.popover("Take it home", on_change=redraw, args=(view.anchor,), key=f"home-{view.anchor}")
    if not popover.open:
        return
    get_ready()
    # The first script of a view reads its sources, which takes longer than all the rest: by the press it is done.
    Thread(target=made, args=("Script", view, words, session().values), daemon=True).start()
    with popover:
        st.markdown("All that just ran, to be changed and run on any computer: it needs torch, numpy, "
                    "pandas and altair, and nothing of this dashboard.")
        with st.container(horizontal=True, gap="small", key=f"scripts-{view.anchor}"):
            for form, (_, ending) in FORMS.items():
                st.download_button(form, partial(made, form, view, words, session().values), f"{view.anchor}.{ending}",
                                   key=f"home-{form}-{view.anchor}", on_click="ignore")
        st.markdown("The charts as pictures on white, with the sentence and the link below them.")
        _pictures("The whole view", view, view.rows, view.anchor)
        drawings = [drawing for row in view.rows for drawing in row]
        for i, drawing in enumerate(drawings[:0] if len(drawings) == 1 else drawings, 1):
            name = re.sub(r"\W+", "-", drawing.title.lower()).strip("-")
            _pictures(drawing.title, view, [[drawing]], f"{view.anchor}-{i}-{name}")


def _pictures(title: str, view: View, rows: Sequence[Row], name: str) -> None:
    """A line of the list: these charts in each form."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"picture-{name}"):
        st.markdown(title)
        for form in PICTURES:
            st.download_button(form.upper(), partial(pictured, form, rows, view, session(), address()),
                               f"{name}.{form}", key=f"{form}-{name}", on_click="ignore")


def data(view: View) -> None:
    """A list of the tables, each as it is when its button is pressed: a training may have gone on since."""
    popover = st.popover("Data", on_change=redraw, args=(view.anchor,), key=f"{DATA}-{view.anchor}")
    if not popover.open:
        return
    with popover:
        for experiment in view.experiments:
            for table in columns_of(experiment.Result):
                name = f"{experiment_name(experiment.Params).replace('.', '-')}-{table}"
                with st.container(horizontal=True, gap="small", key=f"table-{name}"):
                    for form in TABLES:
                        st.download_button(f"{name}.{form}", partial(tabled, form, table, experiment.Params, view,
                                                                     session(), address()),
                                           f"{name}.{form}", key=f"{form}-{name}", on_click="ignore")


def made(form: str, view: View, words: ViewWords, now: Mapping[str, dict[str, Any]]) -> bytes:
    """A script or a notebook of the values with which a view was last drawn."""
    settings = [build(cls, now[view.anchor]) for cls in view.classes]
    return FORMS[form][0](view, words, settings, look()).encode()


def pictured(form: str, rows: Sequence[Row], view: View, reader: Session, page: str) -> bytes:
    """Charts of a view as a picture, as they are on the screen of a reader now."""
    now = on_screen(view, reader)
    sentence = "\n".join(result.sentence for result in now.results)
    return figure(form, rows, tables_of(*now.results), (sentence, link_to(page, view, now.settings)), look(), paint)


def tabled(form: str, table: str, experiment: type, view: View, reader: Session, page: str) -> bytes:
    """A table of one experiment of a view, as it is on the screen of a reader now."""
    now = on_screen(view, reader)
    at = next(i for i, cls in enumerate(view.classes) if cls is experiment)
    params, result = now.settings[at], now.results[at]
    notes = {**values(params), "sentence": typeset(result.sentence), "link": link_to(page, view, now.settings)}
    return TABLES[form](getattr(result, table), notes)


def on_screen(view: View, reader: Session) -> OnScreen:
    """What a view shows a reader.

    Raises: LookupError if another view is open by now.
    """
    if reader.shown is None or reader.shown.view != view.anchor:
        raise LookupError(f"{view.anchor} is not on the screen")
    return reader.shown


def address() -> str:
    """That of the page which is being drawn, without its values."""
    return st.context.url or ""


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

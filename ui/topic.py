"""A page: its head, a tab for each view, and only the open one drawn."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dlcore.params import experiment_name
from dlcore.topic import CLAIMS, Quiz, Topic, View
from ui import lesson
from ui import view as one_view
from ui.browser import tell_waiting, tidy_history
from ui.controls import put
from ui.exam.claims import banner, claims
from ui.exam.findings import Slot, measure
from ui.exam.quiz import quiz
from ui.handout import hand_out
from ui.link import experiment, linked_view, read_link
from ui.once import first_declared
from ui.pages import name_of, pages
from ui.session import session
from ui.tuning import start

_BROWSER = Path(__file__).parent / "browser"
_STYLE = (_BROWSER / "page.css").read_text()
# It goes with the page: one that has an address of its own is fetched anew at each change of the page's address.
ICON = (_BROWSER / "icon.svg").read_text()


def show_topic(topic: Topic) -> None:
    """Draw a page: title, prose or the step of a lesson, tabs, and the view whose tab is open."""
    topic = first_declared(topic)
    wrong = lesson.arrive(topic)
    head(topic.words.title, "" if session().guide else topic.words.prose)
    _arrive(topic)
    read_link()
    names = [*(view.name for view in topic.views), CLAIMS]
    key = f"tabs-{topic.views[0].anchor}"  # a tab of another page may have the same name
    st.session_state[key] = lesson.guided_view() or linked_view(topic, session().claim) or names[0]
    lesson.bar(topic, st.session_state[key], wrong)
    slots: list[Slot] = []
    tabs = st.tabs(names, key=key, on_change=_turned, args=(key,))
    for i, tab in enumerate(tabs):
        if tab.open:
            with tab:
                slots = _open(topic, i, key, names)
    measure([claim for claim, *_ in slots], slots, st.empty())


def _turned(key: str) -> None:
    """A tab was opened: the address names it, and no longer the view that was left or its claim.

    The browser keeps the old address in its history, so that Back leads to the view before.
    """
    st.query_params.from_dict({"view": st.session_state[key], **lesson.kept()})
    session().claim, session().opened, session().run = "", None, None


def _open(topic: Topic, i: int, key: str, names: list[str]) -> list[Slot]:
    """Draw one tab, and at its foot the way to the next; return where a number belongs that is still measured."""
    slots: list[Slot] = []
    if i == len(topic.views):
        claims(topic.claims)
        return slots
    view = topic.views[i]
    words = topic.about(view)
    if isinstance(view, Quiz):
        quiz(view, words)
    else:
        for claim in topic.claims:
            if claim.number == session().claim and topic.view_deciding(claim) is view:
                slots = banner(claim)
        if session().guiding(view.anchor):
            st.empty()  # or the widgets below would be mounted anew, and no longer tell the address their values
        else:
            st.markdown(f"**{view.question}** {words.scene}".strip())
        one_view.draw(view, words)
    st.button(f"Next: {names[i + 1]}", key=f"next-{view.anchor}", icon=":material/arrow_forward:", type="tertiary",
              on_click=_go, args=(key, names[i + 1]))
    hand_out(topic)
    if isinstance(view, View):
        here = [claim for claim in topic.claims if topic.view_deciding(claim) is view]
        claims(here, f"What the answer sheet says about this ({len(here)})", folded=view.anchor)
    return slots


def _go(key: str, name: str) -> None:
    st.session_state[key] = name
    _turned(key)


def _arrive(topic: Topic) -> None:
    """Set the controls to the case of the claim that the address names, once: after that, the reader moves them."""
    number = st.query_params.get("claim", "")
    if number == session().claim:
        return
    session().claim = number
    claim = session().opened = next((c for c in topic.claims if c.number == number and c.params), None)
    view = topic.view_deciding(claim) if claim else None
    if claim is None or view is None:
        return
    session().decided = claim.cases[0]
    homes = set(map(experiment_name, view.classes))
    if not any(experiment(key) in homes for key in st.query_params):  # a reload: the address holds what was moved since
        session().values.pop(view.anchor, None)
        put(view, claim.cases[0])


def head(title: str, prose: str) -> None:
    """The title, the prose and the list of pages."""
    start()
    st.set_page_config(page_title=title, page_icon=ICON, layout="wide", initial_sidebar_state="collapsed")
    with st.sidebar:
        st.page_link("app.py", label="All questions")
        for page in pages():
            st.page_link(f"pages/{page.name}", label=name_of(page).replace("_", " "))
    theme = st.context.theme.type or "light"
    background, text = (st.get_option(f"theme.{theme}.{name}") for name in ("backgroundColor", "textColor"))
    st.html(f"<style>:root {{--page-background: {background}; --page-text: {text}}}\n{_STYLE}</style>")
    tidy_history()
    tell_waiting()
    st.title(title, anchor=False)
    if prose:
        st.markdown(prose)

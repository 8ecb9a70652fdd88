"""A lesson is played: its step in large type above the view, the view set to its values, its place in the address."""

from __future__ import annotations

import re

import streamlit as st

from dlcore.address import LESSON_WORDS
from dlcore.lesson import Step
from dlcore.params import url_name
from dlcore.topic import Topic
from ui.browser import lesson_keys
from ui.controls import hidden_key, put_one
from ui.link import notice, visible
from ui.session import Guide, session
from ui.shelf import about, shipped


def arrive(topic: Topic) -> str:
    """Open the step that the address names, and set the controls to it, once; say what is wrong with the lesson."""
    reader = session()
    guide, wrong = _named()
    if guide and guide.step.place.view.anchor not in {view.anchor for view in topic.views}:
        wrong = f"The lesson “{guide.lesson.title}” is about the page {guide.lesson.page.replace('_', ' ')}."
        guide = None
    before, reader.arrived, reader.guide = reader.arrived, f"{guide.name}/{guide.number}" if guide else "", guide
    if guide and before != reader.arrived:
        _set(guide, fresh=not before)
    return wrong


def _named() -> tuple[Guide | None, str]:
    """The lesson and step that the address names, if it names any; else what is wrong with it."""
    name = st.query_params.get("lesson", "")
    if not name:
        return None, ""
    try:
        lesson = session().uploaded.get(name) or shipped(name)
    except ValueError as error:
        return None, str(error)
    if lesson is None:
        return None, (f"No lesson is called “{visible(name[:40])}” here. One that was uploaded stays in the visit that "
                      "brought it: upload its file again on the home page, or put it into the folder “lessons” beside "
                      "the app.")
    said = st.query_params.get("step", "1")
    number = min(max(int(said) if re.fullmatch("[0-9]{1,3}", said) else 1, 1), len(lesson.steps))
    return Guide(name, lesson, number), ""


def _set(guide: Guide, fresh: bool) -> None:
    """Set the controls to the step. A reload finds in the address what was moved since, and keeps it."""
    view, values = guide.step.place.view, guide.step.place.values
    session().values.pop(view.anchor, None)
    session().run = None
    for name, value in values.items():
        moved = any(url_name(cls, name) in st.query_params for cls in view.users(name))
        if not (fresh and moved):
            put_one(view, name, value)


def kept() -> dict[str, str]:
    """What of the address stays while the reader looks at another view."""
    return {key: st.query_params[key] for key in LESSON_WORDS if key in st.query_params}


def guided_view() -> str | None:
    """The name of the view of the open step, unless the address names another."""
    guide = session().guide
    return guide.step.place.view.name if guide and "view" not in st.query_params else None


def bar(topic: Topic, opened: str, wrong: str) -> None:
    """The step above the view, and the way on and back; on a page with a lesson that is not played, *Guide me*.

    Either is one container, and the keys take the place of the prose: what is below stays where it is in the page.
    """
    if wrong:
        notice(wrong)
    guide = session().guide
    if guide is None:
        return _offer(topic)
    step, last = guide.step, len(guide.lesson.steps)
    _close_gaps(step)
    first = f"*Is it so?* “{guide.lesson.misconception}”  \n" if guide.number == 1 else ""
    point = f" *{step.point}*" if step.point and step.ask is None else ""
    with st.container(key="lesson"):
        end = "" if step.title[-1] in ".?!…" else "."
        st.markdown(f"{first}**{step.title}{end}** {step.text}{point}")
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="lesson-ways"):
            _button("Back", "lesson-back", guide.name, guide.number - 1, guide.number > 1, "arrow_back")
            _button("Next", "lesson-next", guide.name, guide.number + 1, guide.number < last, "arrow_forward")
            if opened != step.place.view.name:
                _button("Back to this step", "lesson-here", guide.name, guide.number, True, "undo")
            st.button("Leave", key="lesson-leave", on_click=_leave, type="tertiary")
            st.text(f"{guide.lesson.title} · Step {guide.number} of {last}")
    lesson_keys()


def _close_gaps(step: Step) -> None:
    """Take the boxes of the hidden controls out of the column: `page.css` hides what is in them.

    Here and not there, since each is named: `:has()` is slow with anything but plain class names.
    """
    boxes = [f"[data-testid=stLayoutWrapper]:has(> .st-key-{hidden_key(step.place.view, name)})"
             for name in sorted(step.hidden)]
    if boxes:
        st.html(f"<style>{', '.join(boxes)} {{ display: none; }}</style>")


def _button(text: str, key: str, name: str, number: int, works: bool, icon: str) -> None:
    st.button(text, key=key, on_click=_go, args=(name, number), disabled=not works, icon=f":material/{icon}:")


def _go(name: str, number: int) -> None:
    """Go to a step: the address names it, and no value of the one before.

    The controls are set here and not by the run that follows: those that are drawn already obey a callback alone.
    """
    st.query_params.from_dict({**kept(), "lesson": name, "step": str(number)})
    guide, _ = _named()
    if guide:
        _set(guide, fresh=False)
        session().arrived = f"{guide.name}/{guide.number}"


def _leave() -> None:
    guide = session().guide
    st.query_params.from_dict({"view": guide.step.place.view.name} if guide else {})


def _offer(topic: Topic) -> None:
    """A button for each lesson about the page."""
    names = about(topic)
    if names:
        with st.container(horizontal=True, gap="small", key="lesson-offer"):
            for i, name in enumerate(names):
                st.button(f"Guide me: {name}" if i else "Guide me", key=f"guide-{name}", type="tertiary",
                          icon=":material/school:", on_click=_go, args=(name, 1))

"""One view: controls, numbers, charts, the sentence; link, code, data."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from html import escape
from math import isclose
from typing import Any

import streamlit as st

from dlcore.params import Ranged
from dlcore.prose import ViewWords
from dlcore.question import numbers, said_of
from dlcore.source import script
from dlcore.spelling import label, option, plain, typeset
from dlcore.topic import Preset, View
from ui import guess, pins, predict, seeds
from ui.browser import copy_link, live, with_held_slider
from ui.controls import CODE, build, committed, controls, following, put, put_one
from ui.export import data, take_home
from ui.files import explained
from ui.link import ignored, notice
from ui.once import answer
from ui.player import play
from ui.session import OnScreen, session
from ui.show import Behind, show, tables_of
from ui.tuning.reruns import answers, fragment, redraw
from ui.turn import one_at_a_time


def draw(view: View, words: ViewWords) -> None:
    """Draw a view; a control redraws it alone."""
    st.fragment(partial(_guarded, _controls_and_answer, view, words), key=view.anchor)()


def _press(view: View, text: str, preset: Preset) -> None:
    session().pressed[view.anchor] = text
    if isinstance(preset, Ranged):
        return put(view, preset)
    for name, value in preset.items():
        put_one(view, name, following(view, name) if value == "next" else value)


def _guarded(draw: Callable[..., None], view: View, *more: Any) -> None:
    """An error stays in its view: without this, it would end the page below."""
    try:
        draw(view, *more)
    except Exception as error:
        logging.getLogger("view").exception("%s failed", view.anchor)
        said = explained("This view failed; the others are not affected.", error)
        st.error(f"{said} Reload the page to start it again.")


def _controls_and_answer(view: View, words: ViewWords) -> None:
    """The outer fragment: it reruns when a preset moves the controls, or a control greys another one."""
    left, right = st.columns([1, 3], gap="medium")
    with left:
        controls(view)
    with right:
        note = ignored(view, committed(view))
        if note := f"{note} {pins.unread(view)}".strip():
            notice(note)
        if not session().guiding(view.anchor):  # the names of presets would give answers away
            _presets(view, words)
        st.fragment(partial(_guarded, _in_turn, view, words, fragment()))()
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"foot-{view.anchor}"):
            copy_link(view)
            pins.pin_button(view)
            seeds.switch(view)
            predict.switch(view)
            _meanings(view, words)
            _code(view)
            take_home(view, words)
            data(view)
        _folded("Why", words.why, f"why-{view.anchor}")
        _folded("Common mistakes", words.mistakes, f"mistakes-{view.anchor}")


def _presets(view: View, words: ViewWords) -> None:
    """Settings worth trying, and below them what to watch for: at first without one, then with the one pressed.

    A reader who guesses first is told what each of them sets, and not what comes of it.
    """
    guessing = predict.on(view)
    if view.presets:
        with st.container(horizontal=True, gap="small", key=f"presets-{view.anchor}"):
            for text, preset in view.presets.items():
                st.button(predict.called(view, preset) if guessing else text, key=f"{view.anchor}-{text}",
                          on_click=_press, args=(view, text, preset))
    if guessing:
        return
    now = session().pressed.get(view.anchor, "")
    watch = words.presets.get(now)
    if watch or words.first:
        with st.container(key=f"watch-{view.anchor}"):
            st.markdown(f"**{now}**: {watch}" if watch else words.first)


def _meanings(view: View, words: ViewWords) -> None:
    """What each number means: one tap away."""
    if words.numbers:
        with st.popover("What the numbers mean", key=f"meanings-{view.anchor}"):
            st.markdown("\n\n".join(f"**{one.name}**: {one.meaning}" for one in words.numbers.values()))


def _folded(title: str, text: str, key: str) -> None:
    """Words that would answer a question: `page.css` hides these keys until there is a guess."""
    if text:
        with st.expander(title, key=key):
            st.markdown(text)


def _in_turn(view: View, words: ViewWords, controls_fragment: str | None) -> None:
    answers(controls_fragment)
    seeds.prepare(view)
    with one_at_a_time:
        _answer(view, words)


def _answer(view: View, words: ViewWords) -> None:
    """The inner fragment: what follows a control or a stream, and nothing else, for each element costs time."""
    now = session().values[view.anchor] = committed(view)
    if guess.asks(view, words):
        return live(view, 0.0)
    chosen = with_held_slider(view, now)
    if predict.asks(view, chosen, words):
        return live(view, 0.0)
    results, beat = [], 0.0
    settings = [build(cls, chosen) for cls in view.classes]
    for experiment, params in zip(view.experiments, settings, strict=True):
        if hasattr(experiment, "watch"):
            result, beat = play(experiment, params, view.anchor)
        else:
            result = answer(experiment, params, keep=chosen is now)
        results.append(result)
    session().shown = OnScreen(view.anchor, settings, results)
    with st.container(gap="small", key=f"charts-{view.anchor}"):
        above, below = _numbers(view, results, words, _deciding(view, chosen, results))
        st.html(f"<p class='aloud'>{escape(_aloud(view, chosen))}</p><dl class='numbers'>{above}</dl>")
        guess.judge(view, results, words)
        predict.judge(view, chosen, results, words)
        pinned = _pinned(view)
        tables = tables_of(*results)
        behind = Behind([pin.tables for pin in pinned], seeds.tables(view), guess.drawn(view))
        show(view.rows[:1], tables, view.anchor, view, behind)
        st.text(typeset("\n".join(result.sentence for result in results)))  # on the first screen, with the first row
        if below:
            st.html(f"<dl class='numbers more'>{below}</dl>")
        seeds.tell(view, words)
        pins.compare(view, chosen, results, pinned, words)
        show(view.rows[1:], tables, f"{view.anchor}-more", view, behind)
    live(view, beat)


def _pinned(view: View) -> list[pins.Pinned]:
    """The runs that the reader has pinned, or that the link brought."""
    found = []
    for values in pins.pins(view)[0]:
        settings = [build(cls, values) for cls in view.classes]
        results = [pins.finished(params) or answer(experiment, params)
                   for experiment, params in zip(view.experiments, settings, strict=True)]
        found.append(pins.Pinned(values, results, tables_of(*results)))
    return found


def _deciding(view: View, chosen: dict[str, Any], results: Sequence[Any]) -> float | None:
    """The number that decides the claim in the address, as long as its case is what is shown.

    That of one run: a claim about training rests on many, of which this is one.
    """
    claim = session().opened
    if claim is None or claim.measure is None or len(claim.cases) > 1:
        return None
    found = [claim.measure(result) for cls, result in zip(view.classes, results, strict=True)
             if cls is type(claim.cases[0]) and build(cls, chosen) == claim.cases[0]]
    return float(found[0]) if found and not isinstance(found[0], Iterable) else None


def _aloud(view: View, chosen: dict[str, Any]) -> str:
    """The view in text for a screen reader: what is set and which charts there are; numbers and sentence follow it."""
    told = ", ".join(f"{label(name)} {option(value)}" for name, value in chosen.items())
    titles = "; ".join(drawing.title for row in view.rows for drawing in row)
    return f"Set: {told}. Charts: {titles}."


def _numbers(view: View, results: Sequence[Any], words: ViewWords, deciding: float | None) -> tuple[str, str]:
    """The numbers above the charts and those below, as one element each: Streamlit's own five cost more than a chart.

    What decides a claim stands above.
    """
    above: list[str] = []
    below: list[str] = []
    for quantity, (value, unit) in numbers(results).items():
        decides = deciding is not None and isclose(value, deciding)
        first = decides or not view.numbers or quantity.partition(",")[0] in view.numbers
        (above if first else below).append(_number(quantity, f"{plain(value)} {unit}".strip(), words, decides))
    return "".join(above), "".join(below)


def _number(quantity: str, number: str, words: ViewWords, decides: bool) -> str:
    about = words.about(quantity)
    name, meaning = said_of(quantity, words), about.meaning if about else ""
    mark = " class='decides'" if decides else ""
    return f"<div{mark} title='{escape(meaning, quote=True)}'><dt>{escape(name)}</dt><dd>{escape(number)}</dd></div>"


def _code(view: View) -> None:
    popover = st.popover("The code that just ran", on_change=redraw, args=(view.anchor,), key=f"{CODE}-{view.anchor}")
    if popover.open:
        for experiment in view.experiments:
            popover.code(script(experiment, build(experiment.Params, committed(view))))

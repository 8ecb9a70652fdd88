"""A topic as a hand-out, as it stands for a reader: made beside the answers to the others, in slices between them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from time import monotonic, sleep
from types import ModuleType
from typing import Any

import streamlit as st

from dlcore.export.handout import Part, handout
from dlcore.params import Ranged
from dlcore.question import streams
from dlcore.runs import experiment as experiment_of
from dlcore.topic import Quiz, Topic, View
from ui.controls import build, defaults
from ui.export import address, look
from ui.link import link_to, with_words
from ui.once import answer
from ui.painting import paint
from ui.session import OnScreen, Session, session
from ui.turn import one_at_a_time

TRAINING = 2.5  # seconds for all trainings that are not on the screen
REST = 0.005  # seconds between two slices, in which others are answered


def hand_out(topic: Topic) -> None:
    """The button."""
    name = topic.views[0].anchor.partition("-")[0]
    st.download_button("Hand-out of this topic", partial(handed_out, topic, session(), address()),
                       f"{name}.html", "text/html", key=f"handout-{name}", on_click="ignore", type="tertiary",
                       icon=":material/description:",
                       help="One file with all views of this topic as they stand, to be read, printed and pointed at "
                            "without any network.")


def handed_out(topic: Topic, reader: Session, page: str) -> bytes:
    """The file, in UTF-8: what is on the screen now, the other views with the values that they were left with."""
    shown, values = reader.shown, dict(reader.values)
    away = sum(hasattr(e, "watch") for view in topic.views if isinstance(view, View) for e in view.experiments
               if shown is None or shown.view != view.anchor)
    with ThreadPoolExecutor(1) as beside:  # another process makes it meanwhile
        vega = beside.submit(_vega)
        parts = [_quiz(topic, view, page) if isinstance(view, Quiz) else
                 _part(topic, view, shown, values.get(view.anchor) or defaults(view), page, TRAINING / max(1, away))
                 for view in topic.views]
        return handout(topic.words, page, parts, look(), vega.result()).encode()


@cache
def _vega() -> str:
    return paint("bundle", "").decode()


def _part(topic: Topic, view: View, shown: OnScreen | None, chosen: dict[str, Any], page: str, seconds: float) -> Part:
    if shown is not None and shown.view == view.anchor:
        remark = "The training as it stood on the screen." if streams(view) else ""
        settings, results = list(shown.settings), list(shown.results)
    else:
        settings, remark = [build(cls, chosen) for cls in view.classes], ""
        results = []
        for experiment, params in zip(view.experiments, settings, strict=True):
            result, remark = _away(experiment, params, seconds, remark)
            results.append(result)
    return Part(view.name, view.question, topic.about(view), view.rows, settings, results,
                link_to(page, view, settings), remark)


def _away(experiment: ModuleType, params: Ranged, seconds: float, remark: str) -> tuple[Any, str]:
    """The result of a run that is not on the screen, and what is to be said of it."""
    if hasattr(experiment, "watch"):
        return _trained(experiment.watch(params), seconds)
    with one_at_a_time:
        result = answer(experiment, params)
    sleep(REST)
    return result, remark


def _trained(items: Iterator[Any], seconds: float) -> tuple[Any, str]:
    """How far a training comes in this time, one item after the other."""
    until, last = monotonic() + seconds, None
    while last is None or monotonic() < until:
        with one_at_a_time:
            item = next(items, None)
        if item is None:
            return last, "The training at its end."
        last = item
        sleep(REST)
    return last, "The training as far as it came while this file was made; its page plays it to the end."


def _quiz(topic: Topic, it: Quiz, page: str) -> Part:
    with one_at_a_time:
        result = answer(experiment_of(it.faulty), it.faulty)
    return Part(it.name, "Which line is wrong?", topic.about(it), [it.row], [it.faulty], [result],
                with_words(page, {"view": it.name}) if page else "", lines=it.lines)

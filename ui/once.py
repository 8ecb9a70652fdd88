"""What a whole class asks for in the same second is made once: results of runs, and the charts that a page declares."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

from dlcore.params import Ranged, has_own
from dlcore.runs import once
from dlcore.topic import Topic

KEPT = 8  # results an experiment that stay in memory, for all readers: the first setting, presets, the last ones


def answer(experiment: ModuleType, params: Ranged, keep: bool = True) -> Any:
    """The result of a run: one computation a setting for all readers. Results are shared: nobody writes into a table.

    What a drag passes over is not kept, and nothing of a reader's own data.
    """
    return _kept(experiment)(params) if keep and not has_own(params) else experiment.run(params)


@cache
def _kept(experiment: ModuleType) -> Callable[[Ranged], Any]:
    """`run` with a memory."""
    return once(experiment.run, KEPT)  # Streamlit's own hashes each field anew: 0.5 ms


_declared: dict[str, Topic] = {}  # by the anchor of its first view


def first_declared(topic: Topic) -> Topic:
    """The topic as the page declared it for its first reader: its charts are built by now, which takes 0.4 s a page.

    Streamlit runs the file of a page anew for every reader. Words that were edited meanwhile count.
    """
    name = topic.views[0].anchor
    if name not in _declared or _declared[name].words != topic.words:
        _declared[name] = topic
    return _declared[name]

"""One or more experiments that share controls: controls, numbers, charts, the sentence, link, code, data."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, lru_cache, partial
from html import escape
from types import ModuleType
from typing import Any

import pandas as pd
import streamlit as st

from dlcore.params import Ranged, specs
from dlcore.words import label, plain, typeset
from ui.controls import Owners, anchor, build, committed, controls, following, owners, put, put_one
from ui.direct import answers, fragment, redraw
from ui.live import copy_link, held, live
from ui.memory import one_at_a_time
from ui.page import ignored, let_the_browser_draw, notice
from ui.player import last, look_ahead, play
from ui.show import show

Preset = Ranged | Mapping[str, Any]  # a whole setting, or some fields that move while the others stay
KEPT = 32  # results an experiment that stay in memory, for all readers together


@dataclass(frozen=True)
class _Panel:
    """What does not change from redraw to redraw."""

    name: str
    experiments: tuple[ModuleType, ...]
    owned: Owners
    rows: tuple[Sequence[str], ...]
    presets: Mapping[str, Preset]


def panel(*parts: ModuleType | Sequence[str], look: str = "", presets: Mapping[str, Preset] | None = None) -> None:
    """Draw experiments (modules) and rows of their charts (lists of specifications); a control redraws it alone.

    `look` is a line on what to look for. A preset is a `Params`, or a few fields: {"seed": "next"} adds one.

    Raises: TypeError if a preset belongs to no experiment of this panel; KeyError if it has no such field.
    """
    experiments = tuple(p for p in parts if isinstance(p, ModuleType))
    presets = presets or {}
    owned = owners(e.Params for e in experiments)
    for text, preset in presets.items():
        _check(text, preset, owned, {e.Params for e in experiments})
    whole = _Panel(anchor(experiments[0].Params), experiments, owned,
                   tuple(p for p in parts if not isinstance(p, ModuleType)), presets)
    let_the_browser_draw()
    st.header(experiments[0].__doc__.partition("\n")[0], anchor=whole.name)
    if look:
        st.markdown(look)
    st.fragment(partial(_guarded, _controls_and_answer, whole), key=whole.name)()


def _check(text: str, preset: Preset, owned: Owners, classes: set[type[Ranged]]) -> None:
    """Refuse a preset that this panel cannot use, when the page is opened and not when it is pressed."""
    if isinstance(preset, Mapping):
        for name, value in preset.items():
            if value != "next" and not specs(owned[name])[name].allows(value):
                raise ValueError(f"preset {text!r}: {name} must be {specs(owned[name])[name]}, got {value!r}")
    elif type(preset) not in classes:
        raise TypeError(f"preset {text!r} must be the Params of an experiment of this panel, got {preset!r}")


def _press(owned: Owners, preset: Preset) -> None:
    if isinstance(preset, Ranged):
        return put(preset)
    for name, value in preset.items():
        put_one(owned, name, following(owned, name) if value == "next" else value)


def _guarded(draw: Callable[..., None], whole: _Panel, *more: Any) -> None:
    """An error stays in its panel: without this, it would end the page below."""
    try:
        draw(whole, *more)
    except Exception:
        logging.getLogger("panel").exception("%s failed", whole.name)
        st.error("This panel failed; the others are not affected. Reload the page to start it again.")


def _controls_and_answer(whole: _Panel) -> None:
    """The outer fragment: it reruns when a preset moves the controls, or a control greys another one."""
    left, right = st.columns([1, 3], gap="medium")
    with left:
        controls(whole.owned, whole.name)
    with right:
        note = ignored(whole.name, whole.owned, committed(whole.owned))
        if note:
            notice(note)
        if whole.presets:
            with st.container(horizontal=True, gap="small", key=f"presets-{whole.name}"):
                for text, preset in whole.presets.items():
                    st.button(text, key=f"{whole.name}-{text}", on_click=_press, args=(whole.owned, preset))
        st.fragment(partial(_guarded, _in_turn, whole, fragment()))()
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"foot-{whole.name}"):
            copy_link(whole.owned, whole.name)
            _code(whole)
            _data(whole)


def _in_turn(whole: _Panel, panel_fragment: str | None) -> None:
    answers(panel_fragment)
    with one_at_a_time:
        _answer(whole)


def _answer(whole: _Panel) -> None:
    """The inner fragment: what follows a control or a stream, and nothing else, for each element costs time."""
    now = committed(whole.owned)
    chosen = held(whole.owned, now, whole.name)
    results, beat = [], 0.0
    for experiment in whole.experiments:
        params = build(experiment.Params, chosen)
        if hasattr(experiment, "watch"):
            result, beat = play(experiment, params, whole.name)
        else:
            result = answer(experiment, params, keep=chosen is now)
        results.append(result)
    with st.container(gap="small", key=f"charts-{whole.name}"):
        _numbers(results)
        show(whole.rows, tables_of(*results), whole.owned, whole.name)
        st.text(typeset("\n".join(result.sentence for result in results)))
    live(whole.owned, whole.name, beat)
    look_ahead(whole.name)


def answer(experiment: ModuleType, params: Ranged, keep: bool = True) -> Any:
    """The result of a run: one computation a setting for all readers; what a drag passes over is not kept."""
    return _kept(experiment)(params) if keep else experiment.run(params)


@cache
def _kept(experiment: ModuleType) -> Callable[[Ranged], Any]:
    """`run` with a memory. Results are shared, not copied: nobody writes into a table."""
    return lru_cache(maxsize=KEPT)(experiment.run)  # Streamlit's own hashes each field anew: 0.5 ms


def tables_of(*results: Any) -> dict[str, pd.DataFrame]:
    """The tables of results by name; only `summary` may be in several."""
    found = {f.name: getattr(result, f.name) for result in results for f in fields(result)}
    return {name: table for name, table in found.items() if isinstance(table, pd.DataFrame)}


def _numbers(results: Sequence[Any]) -> None:
    """All numbers as one element: five of Streamlit's own cost more than a chart, at every redraw."""
    rows = {quantity: rest for result in results for quantity, *rest in zip(
        *(result.summary[column].tolist() for column in ("quantity", "value", "unit")), strict=True)}
    shown = ((label(quantity), f"{plain(value)} {unit}".strip()) for quantity, (value, unit) in rows.items())
    st.html("<dl class='numbers'>" + "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(number)}</dd></div>" for name, number in shown) + "</dl>")


@cache
def _source(experiment: ModuleType) -> str:
    """What the panel calls; a stream may train in `moments` and describe in `watch`."""
    calls = [getattr(experiment, name) for name in ("moments", "watch") if hasattr(experiment, name)]
    return "\n\n".join(inspect.getsource(call) for call in calls or [experiment.run])


def _code(whole: _Panel) -> None:
    popover = st.popover("The code that just ran", on_change=redraw, args=(whole.name,), key=f"code-{whole.name}")
    if popover.open:
        for experiment in whole.experiments:
            call = f"run({build(experiment.Params, committed(whole.owned))!r})"
            popover.code(f"from {experiment.__name__} import *\n\n{call}\n\n\n{_source(experiment)}")


def _data(whole: _Panel) -> None:
    popover = st.popover("Data", on_change=redraw, args=(whole.name,), key=f"data-{whole.name}")
    if not popover.open:
        return
    for experiment in whole.experiments:
        name = anchor(experiment.Params)
        params = build(experiment.Params, committed(whole.owned))
        result = last(whole.name) if hasattr(experiment, "watch") else answer(experiment, params)
        for table, rows in tables_of(result).items():
            popover.download_button(f"{name}-{table}.csv", partial(_csv, rows), f"{name}-{table}.csv",
                                    key=f"csv-{name}-{table}", on_click="ignore")


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False).encode()

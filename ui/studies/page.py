"""Open a study, pick what is drawn, and go from a cell to the live run."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dlcore.answer_sheet import claims
from dlcore.params import url_name
from dlcore.prose import read_words
from dlcore.spelling import label, option, plain
from dlcore.study.work import CLAIMS
from dlcore.topic import Topic
from ui.link import ROOT
from ui.pages import topics
from ui.session import session
from ui.show import cell_of, chart
from ui.studies.drawn import curve_chart, curves, grid, is_map, is_wide, map_chart, numeric, pair
from ui.studies.opened import LARGEST, Refused, Study, read, shipped
from ui.topic import head

FOLDER = ROOT / "studies"
UPLOAD, FIRST = "a file of my own", "trainability"


def studies(topic: Topic) -> None:
    """The page: which study, how it is drawn, what made it."""
    head(topic.words.title, topic.words.prose)
    names = {path.stem.replace("_", " "): path for path in sorted(FOLDER.glob("*.parquet"))}
    picked = st.pills("Study", (*names, UPLOAD), default=FIRST if FIRST in names else UPLOAD, required=True,
                      key="study", bind="query-params")
    try:
        study = shipped(names[picked]) if picked in names else _uploaded()
    except Refused as refused:
        st.error(f"This file cannot be opened: {refused}. A study is made with `python -m dlcore.study`.")
        return
    if study is None:
        return
    if picked in names:
        _words(names[picked].with_suffix(".md"))
    if study.experiment == CLAIMS:
        _claims(study)
    else:
        _drawn(study)
    _made(study)


def _words(path: Path) -> None:
    """What a shipped study asks, and how to read it: the Markdown file beside it."""
    words = read_words(path.read_text(encoding="utf-8"), path.name)
    st.markdown(f"**{words.title}** {words.prose}")


def _uploaded() -> Study | None:
    file = st.file_uploader("A study's file, at most 20 MB", type="parquet", key="study-file", max_upload_size=20)
    if file is None:
        return None
    if file.size > LARGEST:
        raise Refused(f"it has {file.size / 1e6:.0f} MB, and 20 are the most")
    return read(file)


def _drawn(study: Study) -> None:
    """The map or the curves of the rows that the pills leave."""
    if not numeric(study):
        st.dataframe(study.runs.describe())
        return
    measures, x = study.shown, numeric(study)[0]
    several = not is_map(study) and len(measures) > 2  # numbers of one kind, as the share of each architecture
    with st.container(horizontal=True, gap="small"):
        measure = measures[0] if several or len(measures) == 1 else st.pills(
            "Measure", measures, default=measures[0], required=True, key="study-measure", format_func=label)
        along = pair(study) if is_map(study) else [x]
        free = [name for name, found in study.axes.items() if name not in along and len(found) > 1]
        split = "" if several or is_map(study) or not free else free.pop(0)
        here = {name: st.pills(label(name), study.axes[name], default=study.axes[name][0], required=True,
                               key=f"study-{name}", format_func=option) for name in free}
    runs = study.runs
    for name, value in here.items():
        runs = runs[runs[name] == (value if runs[name].dtype.kind in "fiub" else str(value))]
    if is_map(study):
        _map(study, runs, here, measure)
    else:
        _curves(study, runs, (x, split), measures if several else [measure])


def _map(study: Study, runs: pd.DataFrame, here: dict[str, Any], measure: str) -> None:
    x, y = pair(study)
    tables, key = grid(runs, x, y, measure), f"study-map-{measure}"
    with st.container(key="row-tall-study"):
        chart(map_chart(x, y, measure, "growth" in measure or "rate" in measure), tables, key,
              tapped=partial(_tapped, key))
    st.text(f"Tap a cell: it opens the run at that {label(x).lower()} and {label(y).lower()}.")
    cell, session().cell = session().cell, {}
    if cell:
        page, query = address(study, {**here, x: cell[x], y: cell[y]})
        st.switch_page(page, query_params=query)


def _tapped(key: str) -> None:
    session().cell = cell_of(key)


def _curves(study: Study, runs: pd.DataFrame, along: tuple[str, str], measures: list[str]) -> None:
    x, split = along
    tables = curves(runs, x, split, measures)
    words = tuple(dict.fromkeys(map(option, study.axes[split]) if split else map(label, measures)))
    title = label(measures[0]) if len(measures) == 1 else "Measured"
    if split:
        title += f" by {label(split).lower()}"
    with st.container(key="row-tall-study"):
        chart(curve_chart(title, x, is_wide(tables["curves"]["value"]), words, len(tables["laws"]) > 0), tables,
              f"study-{title}")
    setting = {name: found[0] for name, found in study.axes.items()}
    page, query = address(study, setting)
    st.page_link(page, label="Open its first setting live", icon=":material/arrow_forward:", query_params=query)


def address(study: Study, setting: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """The page that shows a setting live, and the words of its link."""
    params = study.params
    page = next(page for page, topic in topics().items() if topic.view_of(params))
    return f"pages/{page.name}", {url_name(params, name): option(value)
                                  for name, value in {**study.fixed, **setting}.items()}


def _claims(study: Study) -> None:
    """In how many seeds each claim about training holds."""
    declared = {claim.number: claim for claim in claims()}
    rows = []
    for number, found in study.runs.groupby("claim", sort=False)["value"]:
        if claim := declared.get(number):
            held = sum(map(claim.holds, found))
            rows.append((number, claim.verdict, f"{held} of {len(found)}", claim.quantity, plain(found.median()),
                         f"{plain(found.min())} … {plain(found.max())}"))
    st.dataframe(pd.DataFrame(rows, columns=["claim", "verdict", "holds in", "measured", "median", "from … to"]),
                 hide_index=True, width="stretch")


def _made(study: Study) -> None:
    """The command and the versions: a file is anybody's, so they are shown as plain text."""
    with st.expander("How it was made"):
        st.code(study.command[:2000], language=None, wrap_lines=True)
        st.text(f"{len(study.runs):,} runs, {max(study.seeds, 1)} seeds; "
                + ", ".join(f"{str(k)[:20]} {str(v)[:40]}" for k, v in list(dict(study.versions).items())[:6]))

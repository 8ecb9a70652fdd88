"""A study as charts: a map where two parameters are intervals, else curves with bands."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from dlcore.charts import Chart, axis, band, by, cells, diverging, law, line, log, map_lines, sequential
from dlcore.charts import chart as declared
from dlcore.params import Number, specs
from dlcore.spelling import label, option
from ui.studies.opened import LAWS, Study

WIDE = 100  # a measure over more than two powers of ten is drawn on a log axis


def numeric(study: Study) -> list[str]:
    """The axes along which a curve can run: of numbers, two or more of them, intervals before lists of options."""
    known = specs(study.params)
    found = [name for name, values in study.axes.items()
             if len(values) > 1 and not any(isinstance(v, (str, bool)) for v in values)]
    return sorted(found, key=lambda name: not isinstance(known[name], Number))


def is_map(study: Study) -> bool:
    """Whether two of its parameters are intervals."""
    return len(pair(study)) == 2


def pair(study: Study) -> list[str]:
    """The two axes of its map, the longer one along y; none if there are not two."""
    known = specs(study.params)
    found = [name for name in numeric(study) if isinstance(known[name], Number)][:2]
    return found[::-1] if len(found) == 2 else []


def grid(runs: pd.DataFrame, x: str, y: str, measure: str) -> dict[str, pd.DataFrame]:
    """The median over the seeds in each cell, and the line on which the law is 1."""
    found = runs.groupby([x, y])[[c for c in runs.columns if c not in (x, y, "seed")]].median(numeric_only=True)
    table = found.reset_index()
    other = LAWS.get(measure, ("", 1.0))[0]
    lines = critical(table, x, y, other) if other in table else pd.DataFrame(columns=["line", x, y, "label"])
    return {"map": table[[x, y, measure]].dropna(), "lines": lines}


def critical(table: pd.DataFrame, x: str, y: str, theory: str) -> pd.DataFrame:
    """Where a law's factor passes through 1 along x, between two cells: the edge between vanishing and exploding."""
    rows = []
    for level, row in table.dropna(subset=[theory]).groupby(y):
        at, value = row[x].to_numpy(float), np.log(row[theory].to_numpy(float))
        for i in np.flatnonzero((value[:-1] < 0) & (value[1:] >= 0))[:1]:
            rows.append((f"law of {theory}", at[i] - value[i] * (at[i + 1] - at[i]) / (value[i + 1] - value[i]), level))
    found = pd.DataFrame(rows, columns=["line", x, y])
    return found.assign(label=np.where(np.arange(len(found)) == len(found) // 2, "law: factor 1", ""))


@lru_cache(maxsize=32)
def map_chart(x: str, y: str, measure: str, near_one: bool) -> Chart:
    """A map of a measure; a tap on a cell opens it."""
    colors = diverging(0.6, 1.4, middle=1) if near_one else sequential()
    return declared(f"{label(measure)}, median over the seeds", axis(x, label(x).lower()), axis(y, label(y).lower()),
                    cells("map", measure, colors, "", taps=True), map_lines("lines"))


def curves(runs: pd.DataFrame, x: str, split: str, measures: list[str]) -> dict[str, pd.DataFrame]:
    """Median and the middle half of the seeds along x, for each word of `split`; the law where there is one."""
    lines = {measure: runs.assign(line=runs[split].map(option) if split else label(measure)).groupby([x, "line"])
             for measure in measures}
    tables = []
    for measure, groups in lines.items():
        spread = groups[measure].quantile([0.25, 0.5, 0.75]).unstack().reset_index()
        spread.columns = [x, "line", "low", "value", "high"]
        tables.append(spread.dropna())
    laws = pd.DataFrame(columns=[x, "line", "value"])
    other, times = LAWS.get(measures[0], ("", 1.0))
    if other in runs:
        laws = (times * lines[measures[0]][other].median()).dropna().rename("value").reset_index()
    return {"curves": pd.concat(tables, ignore_index=True), "laws": laws}


@lru_cache(maxsize=32)
def curve_chart(title: str, x: str, logarithmic: bool, words: tuple[str, ...], has_law: bool) -> Chart:
    """Curves with bands, told apart by their words; the law dashed."""
    kinds = by("line", *words)
    up = log("value", title.lower()) if logarithmic else axis("value", title.lower())
    drawn = [band("curves", split=kinds), line("curves", kinds, None)]
    return declared(f"{title}: median and middle half of the seeds" + (", law dashed" if has_law else ""),
                    axis(x, label(x).lower()), up, *drawn, *([law("laws", kinds)] if has_law else []))


def is_wide(values: pd.Series) -> bool:
    """Whether only a log axis shows all of it."""
    return bool((values > 0).all()) and len(values) > 0 and values.max() > WIDE * values.min()

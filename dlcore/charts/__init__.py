"""Charts put together from layers that are named by what is seen.

    chart("Loss", axis("step", "step t"), log("value", "loss"), line("loss"), heads("now"), notes("marks"))

A chart says which rows and columns it draws, so that a page is refused at import where a table has no such column, and
only what is drawn travels to the browser. Its specification is constant: it never holds data, a number of the run or a
title that changes, so it is built and validated once a process, and the browser keeps its marks while the data move.
Knows no data, no torch, no Streamlit; the colors come from the theme. `docs/charts.md` shows each layer once.
"""

from dlcore.charts.axes import axis, bare, even, log, names
from dlcore.charts.bars import bars, bins
from dlcore.charts.clocks import clocks
from dlcore.charts.declared import KIND, By, Chart, Rows, Table, by, chart, check, rows, text_table
from dlcore.charts.graph import graph
from dlcore.charts.greys import around, frame, greys, margin
from dlcore.charts.guessed import guessed
from dlcore.charts.lines import band, broad, dots, heads, labels, law, line, notes, reach, unit_circle
from dlcore.charts.maps import (
    cells,
    diverging,
    image_words,
    map_lines,
    map_room,
    pixels,
    sequential,
    signs,
    specks,
    tiles,
    trail,
)
from dlcore.charts.walks import levels, places, room, walk

__all__ = [
    "By", "Chart", "KIND", "Rows", "Table", "around", "axis", "band", "bare", "bars", "bins", "broad", "by", "cells",
    "chart", "check", "clocks", "diverging", "dots", "even", "frame", "graph", "greys", "guessed", "heads",
    "image_words", "labels", "law", "levels", "line", "log", "map_lines", "map_room", "margin", "names", "notes",
    "pixels", "places", "reach", "room", "rows", "sequential", "signs", "specks", "tiles", "trail", "unit_circle",
    "text_table", "walk",
]

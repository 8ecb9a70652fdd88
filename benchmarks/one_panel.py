"""One panel of the gradients page alone on a page: `?panel=remedies`, `?panel=deep_net&charts=no`."""

import runpy
from pathlib import Path

import streamlit as st

import ui
from ui.panel import panel

_PAGE = Path(__file__).parent.parent / "pages/10_Vanishing_gradients.py"


@st.cache_resource
def panels():
    """The panels as the page declares them, by the name of their first experiment."""
    declared = {}

    def note(*parts, **more):
        declared[parts[0].__name__.rpartition(".")[2]] = parts

    drawn = ui.panel, ui.open_page, ui.claims
    ui.panel, ui.open_page, ui.claims = note, lambda doc: None, lambda *claims: None
    runpy.run_path(str(_PAGE))
    ui.panel, ui.open_page, ui.claims = drawn
    return declared


st.set_page_config(layout="wide", initial_sidebar_state="collapsed")
parts = panels()[st.query_params.get("panel", "deep_net")]
modules, rows = [p for p in parts if not isinstance(p, list)], [p for p in parts if isinstance(p, list)]
panel(*modules, *(rows if st.query_params.get("charts") != "no" else ()))

"""One view of the gradients page alone, without page, tabs and claims: `?only=Remedies`, `?only=Deep net&charts=0`."""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from dlcore.topic import read
from ui.topic import ICON
from ui.tuning import start
from ui.view import draw

start()
st.set_page_config(page_icon=ICON, layout="wide", initial_sidebar_state="collapsed")
topic = read(Path(__file__).parent.parent / "pages/10_Vanishing_gradients.py")
view = {view.name: view for view in topic.views}[st.query_params.get("only", "Deep net")]
charts = [chart for row in view.rows for chart in row][: int(st.query_params.get("charts", 99))]
draw(replace(view, rows=(charts,) if charts else ()) if "charts" in st.query_params else view, topic.about(view))

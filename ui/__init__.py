"""The only bridge to Streamlit."""

import gc

gc.disable()  # until `prepare`: collections among the imports take 0.2 s of the start

from ui.claims import claims
from ui.home import Card, cards
from ui.page import open_page
from ui.panel import panel
from ui.process import prepare
from ui.sheet import answer_sheet

prepare()

__all__ = ["Card", "answer_sheet", "cards", "claims", "open_page", "panel"]

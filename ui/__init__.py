"""The only bridge to Streamlit."""

from ui.claims import claims
from ui.home import Card, cards
from ui.page import open_page
from ui.panel import panel
from ui.process import prepare

prepare()

__all__ = ["Card", "cards", "claims", "open_page", "panel"]

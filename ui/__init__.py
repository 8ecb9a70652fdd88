"""The only bridge to Streamlit: what a page calls to draw what it declares."""

from ui.exam.sheet import answer_sheet
from ui.home import home
from ui.studies.page import studies
from ui.topic import show_topic

__all__ = ["answer_sheet", "home", "show_topic", "studies"]

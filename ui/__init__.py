"""The only bridge to Streamlit."""

import gc

import torch  # noqa: F401  (imported before the freeze, so that no collection ever walks it)

from ui.claims import claims
from ui.home import Card, cards
from ui.page import open_page
from ui.panel import panel

gc.collect()
gc.freeze()

__all__ = ["Card", "cards", "claims", "open_page", "panel"]

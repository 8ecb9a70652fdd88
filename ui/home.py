"""The home page's cards: a question, a small real picture of its answer, one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dlcore.claims import experiment
from dlcore.params import Ranged
from ui.page import ROOT, question
from ui.panel import answer, tables_of
from ui.show import chart


@dataclass(frozen=True)
class Card:
    """One question: its page, the sentence under its picture, and the run and chart that the picture is made of."""

    page: str  # "03_Momentum"
    sentence: str
    params: Ranged | None = None  # none: the page has no picture
    picture: str = ""
    question: str = ""  # for a page that is not there yet; the others ask it themselves


def cards(all_cards: Sequence[Card], columns: int = 3) -> None:
    """Draw the cards in rows; each picture is drawn from a run at these values, kept for all readers."""
    for start in range(0, len(all_cards), columns):
        for place, card in zip(st.columns(columns, gap="medium"), all_cards[start : start + columns], strict=False):
            with place, st.container(border=True, key=f"card-{card.page}"):
                _card(card)


def _card(card: Card) -> None:
    path = ROOT / "pages" / f"{card.page}.py"
    number = int(card.page[:2])
    if not path.exists():
        st.markdown(f"**{number}. {card.question}**")
        st.markdown(f"{card.sentence} *This page is not finished yet.*")
        return
    st.page_link(f"pages/{path.name}", label=f"**{number}. {question(path)}**")
    if card.params:
        chart(card.picture, tables_of(answer(experiment(card.params), card.params)), f"picture-{card.page}", small=True)
    st.markdown(card.sentence)

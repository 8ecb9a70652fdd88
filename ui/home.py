"""The home page: a card for each page, with a question, a small real picture of its answer, one sentence."""

from __future__ import annotations

import logging
from pathlib import Path

import streamlit as st

from dlcore.runs import experiment
from dlcore.topic import Topic
from ui.files import explained
from ui.once import answer
from ui.pages import number_of, topics
from ui.shelf import bring
from ui.show import chart, tables_of
from ui.topic import head

COLUMNS = 3


def home(doc: str) -> None:
    """Draw the title and prose of `doc`, and the cards that the pages declare, in rows."""
    title, _, prose = doc.strip().partition("\n")
    head(title, prose)
    declared = list(topics().items())
    for start in range(0, len(declared), COLUMNS):
        for place, (page, topic) in zip(st.columns(COLUMNS, gap="medium"), declared[start : start + COLUMNS],
                                        strict=False):
            with place, st.container(border=True, key=f"card-{page.stem}"):
                _card(page, topic)
    bring()


def _card(page: Path, topic: Topic) -> None:
    """The picture is drawn from a run at the card's values, kept for all readers."""
    st.page_link(f"pages/{page.name}", label=f"**{number_of(page)}. {topic.words.title}**")
    card = topic.card
    if card.params and card.picture:
        try:
            tables = tables_of(answer(experiment(card.params), card.params))
        except Exception as error:  # a card without its picture still leads to its page
            logging.getLogger("home").exception("the card of %s failed", page.stem)
            st.error(explained("This picture failed; the pages are not affected.", error))
        else:
            chart(card.picture, tables, f"picture-{page.stem}", small=True)
    st.markdown(card.sentence)

"""The reader's own verdicts on claims: in the session, and in the address, so that a reload does not lose them."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from dlcore.claims import VERDICTS, Claim
from ui.session import session

COUNTED = VERDICTS[:3]
_SAID = "sheet-said"  # in the address: `3-1.t_3-2.c`, by the first letter of its badge
_LETTERS = dict(zip("tcf", COUNTED, strict=True))


def recall(measured: Iterable[Claim]) -> None:
    """Take over what the address says of claims that are there; what was said in this visit stays.

    The address then holds the same, and nothing else that a link may have brought.
    """
    known, own = {claim.number for claim in measured}, session().guesses
    for part in st.query_params.get(_SAID, "").split("_"):
        number, _, letter = part.partition(".")
        if number in known and letter in _LETTERS:
            own.setdefault(number, _LETTERS[letter])
    letters = {verdict: letter for letter, verdict in _LETTERS.items()}
    text = "_".join(f"{number}.{letters[verdict]}" for number, verdict in own.items())
    if not text:
        st.query_params.pop(_SAID, None)
    elif text != st.query_params.get(_SAID):
        st.query_params[_SAID] = text


def verdict_on(claim: Claim) -> str | None:
    """The reader's own."""
    return session().guesses.get(claim.number)


def pick_verdict(claim: Claim) -> None:
    """Let the reader judge a claim. The first verdict stays: another springs back.

    The widget stays too, as it was: one that goes or is greyed would move the others away from under the mouse.
    """
    key = f"pick-{claim.number}"
    if guess := verdict_on(claim):
        st.session_state[key] = guess
    st.pills(f"Your verdict on {claim.number}", COUNTED, key=key, required=True, on_change=_keep, args=(claim.number,))


def _keep(number: str) -> None:
    session().guesses.setdefault(number, st.session_state[f"pick-{number}"])

"""The claims of the answer sheet about a topic, each with its verdict and the case that decides it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dlcore.claims import Claim
from dlcore.params import Ranged
from ui.controls import put
from ui.live import look_at

BADGES = {"true": ("green", "check"), "true under conditions": ("blue", "rule"), "false": ("red", "close"),
           "note": ("gray", "edit_note")}


def claims(declared: Sequence[Claim], title: str = "What the answer sheet says about it") -> None:
    """List the claims; a button sets the controls above to the deciding case and scrolls there."""
    st.header(title, anchor="claims")
    for i, claim in enumerate(declared):
        with st.container(border=True, key=f"claim-{claim.number}-{i}"):
            _claim(claim, f"decide-{claim.number}-{i}")


def _claim(claim: Claim, key: str) -> None:
    """Verdict, quote and correction as one element: every element of a page is drawn anew with each frame."""
    st.markdown(f"{judged(claim)}\n\n{corrected(claim)}")
    if claim.params:
        st.button("See it decided", key=key, on_click=_open_case, args=(deciding(claim),),
                  help=f"Sets the controls to the case that decides it and measures the {claim.quantity}.")


def judged(claim: Claim) -> str:
    """The verdict, and what it is about."""
    color, icon = BADGES[claim.verdict]
    return f":{color}-badge[:material/{icon}: {claim.verdict}] {said(claim)}"


def said(claim: Claim) -> str:
    """What the sheet says, under its number."""
    return f"**{claim.number}**  “{quoted(claim)}”"


def corrected(claim: Claim) -> str:
    """What is the case, and where that is from."""
    return claim.correction + (f" *{claim.source[0].upper()}{claim.source[1:]}.*" if claim.source else "")


def quoted(claim: Claim) -> str:
    """The sheet's words as Markdown: its brackets are no link."""
    return claim.quote.replace("](", "]\\(")


def deciding(claim: Claim) -> Ranged:
    """The setting that a page opens: of several, the first."""
    return claim.params[0] if isinstance(claim.params, tuple) else claim.params


def arrive(params: Ranged) -> None:
    """Let the next redraw scroll to the panel of `params` and show the run that decides, not its first frame."""
    st.session_state["decided"], st.session_state["wanted"] = params, True
    look_at(type(params))


def _open_case(params: Ranged) -> None:
    put(params)
    st.session_state["moved"] = True
    arrive(params)

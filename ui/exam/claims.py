"""The claims of the answer sheet about a topic, each with its verdict and the case that decides it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dlcore.answer_sheet import question
from dlcore.claims import Claim

BADGES = {"true": ("green", "check"), "true under conditions": ("blue", "rule"), "false": ("red", "close"),
           "note": ("gray", "edit_note")}


def claims(declared: Sequence[Claim], title: str = "What the answer sheet says about it", folded: str = "") -> None:
    """List the claims; a button opens the deciding case. `folded` is the key of a list that opens on demand."""
    if not declared:
        return
    if folded:
        place = st.expander(title, key=f"claims-{folded}", on_change="rerun")
        if not place.open:
            return
    else:
        place = st.container()
        place.header(title, anchor="claims")
    for i, claim in enumerate(declared):
        with place, st.container(border=True, key=f"claim-{claim.number}-{i}-{folded}"):
            st.markdown(f"{judged(claim)}\n\n{corrected(claim)}")
            if claim.params:
                st.button("See it decided", key=f"decide-{claim.number}-{i}-{folded}", on_click=_open_case,
                          args=(claim,), help=f"Sets the controls to the case that decides it: {claim.quantity}.")


def banner(claim: Claim) -> None:
    """The claim that the address names, above the view that decides it."""
    with st.container(border=True, key="claim-opened"):
        st.markdown(f"{judged(claim)}\n\n{corrected(claim)}\n\nIt is decided by this number: **{claim.quantity}**.")
        st.page_link("pages/11_Answer_sheet.py", label=f"Back to question {question(claim)}",
                     icon=":material/arrow_back:", query_params={"sheet-question": str(question(claim))})


def judged(claim: Claim) -> str:
    """The verdict, and what it is about."""
    color, icon = BADGES[claim.verdict]
    return f":{color}-badge[:material/{icon}: {claim.verdict}] {said(claim)}"


def said(claim: Claim) -> str:
    """What the sheet says, under its number."""
    return f"**{claim.number}**  “{quoted(claim)}”"


def corrected(claim: Claim) -> str:
    """What is right, and the source of the law."""
    return claim.correction + (f" *{claim.source[0].upper()}{claim.source[1:]}.*" if claim.source else "")


def quoted(claim: Claim) -> str:
    """The sheet's words as Markdown: its brackets are no link."""
    return claim.quote.replace("](", "]\\(")


def _open_case(claim: Claim) -> None:
    """The address names the claim from now on, and no other value: the page then sets the controls."""
    st.query_params.from_dict({"claim": claim.number})

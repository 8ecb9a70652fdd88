"""The claims of the answer sheet about a topic, each with its verdict and the case that decides it."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

import streamlit as st

from dlcore.answer_sheet import question_number
from dlcore.claims import Claim, Measurement
from dlcore.spelling import plain
from ui.exam.findings import Slot, write_finding
from ui.exam.studied import seeds_that_hold
from ui.pages import page_named

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


def banner(claim: Claim) -> list[Slot]:
    """The claim that the address names, above the view that decides it; the place where its number belongs."""
    with st.container(border=True, key="claim-opened"):
        slots = write_finding(claim, lambda claim, found: f"{judged(claim)}\n\n{corrected(claim)}\n\n"
                                                           f"{finding_words(claim, found)}")
        st.page_link(f"pages/{page_named('Answer_sheet').name}", label=f"Back to question {question_number(claim)}",
                     icon=":material/arrow_back:", query_params={"sheet-question": str(question_number(claim))})
    return slots


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


def finding_words(claim: Claim, found: Measurement | None) -> str:
    """The number, the interval that it must lie in, and what that says of the verdict.

    A verdict rests on the law and on runs that were perturbed in many ways, so training that comes out otherwise on
    one reader's machine does not turn it.
    """
    if found is None:
        return "Being measured …"
    if isnan(found.value):
        return "This measurement failed; the others are not affected."
    if claim.holds(found.value):
        stands = "so the verdict stands"
    elif len(found.values) > 1:
        stands = ("and here it does not. Training is chaotic, and this processor rounds differently; the verdict rests "
                  "on the law and is not changed by it")
    else:
        stands = "and **the verdict does not stand**"
    before = seeds_that_hold(claim)
    now = "measured now" if before else "Measured now"
    return (f"{before}**{now}: {plain(found.value)}** ({claim.quantity}{seeds(found)}); {_interval(claim)}, {stands}. "
            f"It turns on {claim.cause}.")


def seeds(found: Measurement) -> str:
    """How many runs the number rests on, and how far they lie apart."""
    if len(found.values) == 1:
        return ""
    if found.over == "share":
        return f", share of {len(found.values)} seeds"
    return f", median of {len(found.values)} seeds, which lie between {plain(min(found.values))} and " \
           f"{plain(max(found.values))}"


def _interval(claim: Claim) -> str:
    low, high = (plain(bound) if abs(bound) < float("inf") else "" for bound in (claim.low, claim.high))
    if low and high:
        return f"it must be {low}" if low == high else f"it must lie between {low} and {high}"
    return f"it must be at least {low}" if low else f"it must be at most {high}"


def _open_case(claim: Claim) -> None:
    """The address names the claim from now on, and no other value: the page then sets the controls."""
    st.query_params.from_dict({"claim": claim.number})

"""The answer sheet judged: every claim with its verdict, and the number that decides it, measured now."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from math import isnan

import pandas as pd
import streamlit as st

from dlcore.answer_sheet import INSTRUCTIVE, claims, derivations, is_measured, question_number
from dlcore.charts import axis, bars, by, names
from dlcore.charts import chart as declared
from dlcore.claims import VERDICTS, Claim, Measurement
from dlcore.spelling import plain
from dlcore.topic import Topic
from ui.exam.claims import corrected, finding_words, judged, quoted, said, seeds
from ui.exam.findings import Slot, Words, measure, write_finding
from ui.exam.verdicts import COUNTED, pick_verdict, recall, verdict_on
from ui.link import read_link
from ui.pages import number_of, topics
from ui.show import chart
from ui.topic import head

# In this order the theme's colors are those of the badges: conditions are blue, false is red, true is green.
_VERDICT_CHART = declared("Verdicts by question", axis("claims", "claims"), names("question"),
                          bars("verdicts", by("verdict", COUNTED[1], COUNTED[2], COUNTED[0])), tall=True)
_DERIVATIONS: dict[int | str, dict[str, Callable[[], pd.DataFrame]]] = {
    10: {"Six sigmoid layers, line by line": derivations.vanishing,
         "ReLU layers with w = 5, line by line": derivations.exploding},
    5: {"The gradient of one weight, line by line": derivations.kernel_gradient}}


def answer_sheet(topic: Topic) -> None:
    """The page: the summary, the claims of one question, and the reader's own verdicts."""
    head(topic.words.title, topic.words.prose)
    read_link()
    everything = claims()
    top = st.container(key="sheet-summary")
    shown, number, guessing = _pick(everything)
    if guessing:
        recall(filter(is_measured, everything))
    progress = st.empty()
    score = st.container(key="sheet-score") if guessing else None
    with top:
        slots = _summary(everything, guessing)
    if not guessing:
        _derivations(number)
    slots = [slot for claim in shown for slot in _claim(claim, guessing)] + slots
    if score is not None:
        with score:
            _score(everything)
    measure([*shown, *(claim for claim, *_ in slots), *everything], slots, progress)


def _summary(everything: Sequence[Claim], guessing: bool) -> list[Slot]:
    """How the claims fare; what each of five falls is, and which question has them, only to a reader who may know."""
    counts = {verdict: sum(c.verdict == verdict for c in everything) for verdict in VERDICTS}
    left, right = st.columns([3, 1], gap="medium")
    with left, st.container(horizontal=True, gap="medium"):
        words = ("claims hold", "hold under conditions", "fall", "are names or notation")
        for verdict, word in zip(VERDICTS, words, strict=True):
            st.metric(word, counts[verdict])
    if guessing:
        return []
    with right:
        table = pd.DataFrame([(f"{question_number(c):2d}", c.verdict) for c in everything if is_measured(c)],
                             columns=["question", "verdict"])
        table = table.groupby(["question", "verdict"], as_index=False).size().rename(columns={"size": "claims"})
        chart(_VERDICT_CHART, {"verdicts": table}, "sheet-verdicts")
    with left:
        st.markdown("**The falls that teach most**")
        return [slot for claim in everything if claim.number in INSTRUCTIVE for slot in _fall(claim)]


def _fall(claim: Claim) -> list[Slot]:
    """One of the instructive falls: the sheet's words, what is wrong with them, and the number."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _open_button(claim, f"fall-{claim.number}")
        with st.container(width="stretch"):  # or the words would begin a line of their own
            return write_finding(claim, _fall_words)


def _fall_words(claim: Claim, found: Measurement | None) -> str:
    words = f"“{quoted(claim)}”  \n{_first_sentence(claim.correction)}"
    if found is None or isnan(found.value):
        return words
    return f"{words} **{plain(found.value)}** measured: {claim.quantity}{seeds(found)}."


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=\.) (?=[A-ZŷΣ$“])", text)[0]


def _pick(everything: Sequence[Claim]) -> tuple[list[Claim], int | str, bool]:
    """The claims that the reader wants to see, of which question, and whether to guess first."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        filters = st.container(horizontal=True, vertical_alignment="bottom", gap="small", width="content")
        guessing = st.toggle("Guess first", key="sheet-guess", bind="query-params",
                             help="Verdicts stay hidden until you have given your own.")
    with filters:
        questions = sorted({question_number(claim) for claim in everything})
        number = st.pills("Question", (*questions, "all"), default=10, required=True,
                          key="sheet-question", bind="query-params", wrap=True)
        verdict = st.pills("Verdict", COUNTED, key="sheet-verdict", bind="query-params", disabled=guessing)
        text = st.text_input("Search in all questions", key="sheet-search", placeholder="Jacobian", width=180)
    verdict, number = None if guessing else verdict, "all" if text else number
    shown = [c for c in everything if number in ("all", question_number(c)) and verdict in (None, c.verdict)
             and text.lower() in f"{c.number} {c.quote} {'' if guessing else c.correction}".lower()]
    st.header("All questions" if number == "all" else f"{number}. {_title(number)}", anchor="claims")
    st.markdown(f"{len(shown)} of the sheet's {len(everything)} claims"
                + (f", those that are judged “{verdict}”." if verdict else "."))
    return shown, number, guessing


def _derivations(number: int | str) -> None:
    for name, derive in _DERIVATIONS.get(number, {}).items():
        with st.expander(name, expanded=True, key=f"sheet-lines-{derive.__name__}"):
            st.markdown(_lines(derive()))


def _claim(claim: Claim, guessing: bool) -> list[Slot]:
    """Draw one claim; return the place where its measurement belongs, if it has one that may be seen."""
    with st.container(border=True, key=f"sheet-{claim.number}"):
        if not is_measured(claim):
            st.markdown(_all_words(claim))
            return []
        words: Words = _all_words
        if guessing:
            guess, words = verdict_on(claim), _found_words
            st.markdown(judged(claim) if guess else said(claim))
            pick_verdict(claim)
            if not guess:
                return []
        slots = write_finding(claim, words)
        _open_button(claim, f"open-{claim.number}")
        return slots


def _score(everything: Sequence[Claim]) -> None:
    """How the reader's verdicts fare, and the three views most worth opening: falls before conditions."""
    guessed = [(claim, guess) for claim in everything if is_measured(claim) and (guess := verdict_on(claim))]
    wrong = sorted((c for c, guess in guessed if guess != c.verdict), key=lambda c: VERDICTS[::-1].index(c.verdict))
    if not guessed:
        st.markdown("Give your verdict on a claim, and the measured one is uncovered.")
        return
    st.markdown(f"**{len(guessed) - len(wrong)} of {len(guessed)}** of your verdicts are borne out."
                + (" Most worth opening:" if wrong else ""))
    with st.container(horizontal=True, gap="small"):
        for claim in wrong[:3]:
            _open_button(claim, f"worth-{claim.number}", f"{claim.number}: {claim.quantity}")


def _all_words(claim: Claim, found: Measurement | None = None) -> str:
    """Verdict, quote, correction and number as one element: the browser lays out each with a cost of its own."""
    return f"{judged(claim)}\n\n{_found_words(claim, found) if is_measured(claim) else corrected(claim)}"


def _found_words(claim: Claim, found: Measurement | None) -> str:
    return f"{corrected(claim)}\n\n{finding_words(claim, found)}"


def _open_button(claim: Claim, key: str, text: str = "") -> None:
    """A link to the deciding view: the topic's page, which sets its controls to the claim that its address names."""
    if claim.params:
        page = next(page for page, topic in topics().items() if claim in topic.claims)
        with st.container(width="content", key=key):
            st.page_link(f"pages/{page.name}", label=text or f"Open {claim.number}", icon=":material/arrow_forward:",
                         query_params={"claim": claim.number})


@cache
def _title(number: int) -> str:
    return next((topic.words.title for page, topic in topics().items() if number_of(page) == number), "")


def _lines(table: pd.DataFrame) -> str:
    """A derivation as a Markdown table; a line where the sheet leaves the path says why.

    Three digits, as the sheet has them, and its fourth where it has one.
    """
    head = ("", "the sheet", "the law", "sheet", "measured", "sheet ÷ measured", "where they part")
    rows = [(r.line, f"`{r.says}`", r.law, _or_dash(r.sheet), plain(r.measured, 4), _or_dash(r.apart), r.parts)
            for r in table.itertuples()]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * 3 + ("---:",) * 3 + ("---",), *rows))


def _or_dash(value: float | None) -> str:
    return "–" if value is None or value != value else plain(value, 4)

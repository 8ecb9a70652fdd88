"""The answer sheet judged: every claim with its verdict, and the number that decides it, measured now."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from functools import cache
from threading import Lock
from typing import Any

import pandas as pd
import streamlit as st

from dlcore.answer_sheet import INSTRUCTIVE, claims, derivations, is_measured, question
from dlcore.charts import bars
from dlcore.claims import VERDICTS, Claim
from dlcore.params import SCHEMA, url_name, values
from dlcore.words import option, plain
from ui.claims import BADGES, quoted
from ui.live import look_at
from ui.page import pages
from ui.page import question as title_of
from ui.show import chart

_COUNTED = VERDICTS[:3]
_VERDICT_CHART = bars("verdicts", "question", "claims", title="Verdicts by question", value_title="claims",
                      split="verdict", order=_COUNTED)
_DERIVATIONS = {10: {"Six sigmoid layers, line by line": derivations.vanishing,
                     "ReLU layers with w = 5, line by line": derivations.exploding},
                5: {"The gradient of one weight, line by line": derivations.kernel_gradient}}

_pool = ThreadPoolExecutor(2, thread_name_prefix="claims")
_findings: dict[str, Future[float]] = {}  # by number; one measurement a process, for all readers
_lock = Lock()


def answer_sheet() -> None:
    """The summary, the claims of one question, and the reader's own verdicts."""
    everything = claims()
    _summary(everything)
    shown, guessing = _pick(everything)
    score = st.container(key="sheet-score")
    places = {claim.number: _claim(claim, guessing) for claim in shown}
    if guessing:
        with score:
            _score(everything)
    _measure([*shown, *(c for c in everything if c not in shown)], places)


def _summary(everything: Sequence[Claim]) -> None:
    counts = {verdict: sum(c.verdict == verdict for c in everything) for verdict in VERDICTS}
    left, right = st.columns([2, 1], gap="medium")
    with left, st.container(horizontal=True, gap="medium"):
        words = ("claims hold", "hold under conditions", "fall", "are names or notation")
        for verdict, word in zip(VERDICTS, words, strict=True):
            st.metric(word, counts[verdict])
    with left:
        st.markdown("**The falls that teach most**")
        for claim in everything:
            if claim.number in INSTRUCTIVE:
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    _open_button(claim, f"fall-{claim.number}")
                    st.markdown(f"**{claim.number}**  “{quoted(claim)}”")
    with right:
        table = pd.DataFrame([(f"{question(c):2d}", c.verdict) for c in everything if is_measured(c)],
                             columns=["question", "verdict"])
        table = table.groupby(["question", "verdict"], as_index=False).size().rename(columns={"size": "claims"})
        chart(_VERDICT_CHART, {"verdicts": table}, "sheet-verdicts")


def _pick(everything: Sequence[Claim]) -> tuple[list[Claim], bool]:
    """The claims that the reader wants to see, and whether to guess first."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        number = st.pills("Question", sorted({question(c) for c in everything}), default=10, key="sheet-question",
                          bind="query-params")
        verdict = st.pills("Verdict", VERDICTS, key="sheet-verdict", bind="query-params")
        text = st.text_input("Search in all questions", key="sheet-search", placeholder="Jacobian", width=260)
        guessing = st.toggle("Guess first", key="sheet-guess", bind="query-params",
                             help="Verdicts stay hidden until you have given your own.")
    shown = [c for c in everything if (text or number in (None, question(c))) and verdict in (None, c.verdict)
             and text.lower() in f"{c.number} {c.quote} {c.correction}".lower()]
    if number and not text:
        st.header(f"{number}. {_title(number)}", anchor="claims")
        for name, derive in _DERIVATIONS.get(number, {}).items():
            with st.expander(name, expanded=True):
                st.markdown(_lines(derive()))
    if not shown:
        st.info("No claim fits.")
    return shown, guessing


def _claim(claim: Claim, guessing: bool) -> Any:
    """Draw one claim; return the place where its measurement belongs."""
    with st.container(border=True, key=f"sheet-{claim.number}"):
        guess = _guess(claim) if guessing and is_measured(claim) else claim.verdict
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if guess:
                color, icon = BADGES[claim.verdict]
                st.badge(claim.verdict, icon=f":material/{icon}:", color=color)
            st.markdown(f"**{claim.number}**  “{quoted(claim)}”")
        if not guess:
            return None
        if guess != claim.verdict:
            st.markdown(f"You said: {guess}.")
        st.markdown(claim.correction + (f" *{claim.source}.*" if claim.source else ""))
        if not is_measured(claim):
            return None
        place = st.empty()
        place.markdown("Being measured …")
        _open_button(claim, f"open-{claim.number}")
        return place


def _guess(claim: Claim) -> str | None:
    return st.pills(f"Your verdict on {claim.number}", _COUNTED, key=f"guess-{claim.number}", persist_state="session")


def _score(everything: Sequence[Claim]) -> None:
    """How the reader's verdicts fare, and the three views most worth opening: falls before conditions."""
    guessed = [(c, st.session_state.get(f"guess-{c.number}")) for c in everything if is_measured(c)]
    guessed = [(claim, guess) for claim, guess in guessed if guess]
    wrong = sorted((c for c, guess in guessed if guess != c.verdict), key=lambda c: VERDICTS[::-1].index(c.verdict))
    st.markdown(f"**{len(guessed) - len(wrong)} of {len(guessed)}** of your verdicts are borne out."
                + (" Most worth opening:" if wrong else ""))
    with st.container(horizontal=True, gap="small"):
        for claim in wrong[:3]:
            _open_button(claim, f"worth-{claim.number}", f"{claim.number}: {claim.quantity}")


def _measure(order: Sequence[Claim], places: dict[str, Any]) -> None:
    """Run what has not been run, two at a time, and write each number where it belongs as it arrives."""
    futures = {_finding(claim): claim for claim in order if is_measured(claim)}
    waiting = sum(not future.done() for future in futures)
    bar = st.progress(0.0, "Measuring …") if waiting else None
    for count, future in enumerate(as_completed(futures), 1):
        claim = futures[future]
        if places.get(claim.number):
            places[claim.number].markdown(_finding_words(claim, future))
        if bar:
            bar.progress(count / len(futures), f"{count} of {len(futures)} claims measured")
    if bar:
        bar.empty()


def _finding(claim: Claim) -> Future[float]:
    with _lock:
        if claim.number not in _findings:
            _findings[claim.number] = _pool.submit(claim.measured)
        return _findings[claim.number]


def _finding_words(claim: Claim, future: Future[float]) -> str:
    if future.exception():
        logging.getLogger("sheet").error("claim %s", claim.number, exc_info=future.exception())
        return "This measurement failed; the others are not affected."
    value = future.result()
    stands = "so the verdict stands" if claim.holds(value) else "and **the verdict does not stand**"
    return (f"**Measured now: {plain(value)}** ({claim.quantity}); {_interval(claim)}, {stands}. "
            f"It turns on {claim.cause}.")


def _interval(claim: Claim) -> str:
    low, high = (abs(bound) < float("inf") for bound in (claim.low, claim.high))
    if claim.low == claim.high:
        return f"it must be {plain(claim.low)}"
    if low and high:
        return f"it must lie between {plain(claim.low)} and {plain(claim.high)}"
    return f"it must be at least {plain(claim.low)}" if low else f"it must be at most {plain(claim.high)}"


def _open_button(claim: Claim, key: str, text: str = "Open the case") -> None:
    """A button that opens the deciding view: the topic's page with the controls set."""
    if not claim.params or not st.button(text, key=key):
        return
    params = claim.params[0] if isinstance(claim.params, tuple) else claim.params
    look_at(type(params))
    link = {url_name(type(params), field): option(value) for field, value in values(params).items()}
    st.switch_page(f"pages/{_page_of(type(params).__module__.split('.')[-2])}", query_params={"v": str(SCHEMA), **link})


@cache
def _page_of(topic: str) -> str:
    return next(page.name for page in pages() if f"dlcore.topics.{topic} import" in page.read_text())


@cache
def _title(number: int) -> str:
    return next((title_of(page) for page in pages() if page.name.startswith(f"{number:02d}_")), "")


def _lines(table: pd.DataFrame) -> str:
    """A derivation as a Markdown table; a line where the sheet leaves the path says why."""
    head = ("", "the sheet", "the law", "sheet", "measured", "sheet ÷ measured", "where they part")
    rows = [(r.line, f"`{r.says}`", r.law, _or_dash(r.sheet), plain(r.measured), _or_dash(r.apart), r.parts)
            for r in table.itertuples()]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * 3 + ("---:",) * 3 + ("---",), *rows))


def _or_dash(value: float | None) -> str:
    return "–" if value is None or value != value else plain(value)

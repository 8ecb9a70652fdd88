"""What the claims' measurements found: each is made once a process, and written where it belongs as it arrives."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from threading import Lock
from time import monotonic
from typing import Any

import streamlit as st

from dlcore.answer_sheet import is_measured
from dlcore.claims import Claim, Measurement

# Two threads, as the smallest server has two cores: runs of eight seeds at once are large enough that torch lets go of
# the interpreter's lock for most of the time. Every claim was measured after 17 s, with one thread after 23.
_pool = ThreadPoolExecutor(2, thread_name_prefix="claims")
_AHEAD = 3  # measurements that wait in the pool for one reader, the one that runs among them
_ROUND = 0.4  # seconds between two drawings: each costs the browser some 60 ms, on the cores that measure
_findings: dict[str, Future[Measurement]] = {}  # by number, for all readers
_lock = Lock()

Words = Callable[[Claim, Measurement | None], str]  # None: not measured yet
FAILED = Measurement((math.nan,))  # its run raised
Slot = tuple[Claim, Any, Words]  # where a number belongs


def measure(order: Sequence[Claim], slots: Sequence[Slot], progress: Any) -> None:
    """Run what has not been run, in order and a few ahead, and write each number as it arrives.

    Every drawing is a place where a click can interrupt. What runs by then goes on, and is found next time.
    """
    everything = {claim.number: claim for claim in order if is_measured(claim)}
    unwritten = {claim.number for claim, *_ in slots}
    wanted = {n: claim for n, claim in everything.items() if n in unwritten or known(claim) is None}
    begun = set(_findings)
    waiting = [claim for number, claim in wanted.items() if number not in begun]
    pending = {_finding(claim): claim for number, claim in wanted.items() if number in begun}
    asked: list[Future[Measurement]] = []
    arrived: list[tuple[Claim, Future[Measurement]]] = []
    drawn = monotonic()
    while waiting or pending:
        while waiting and sum(not future.done() for future in asked) < _AHEAD:
            asked.append(_finding(waiting[0]))
            pending[asked[-1]] = waiting.pop(0)
        done = wait(pending, timeout=0.1, return_when=FIRST_COMPLETED).done
        arrived += [(pending.pop(future), future) for future in done]
        left = len(waiting) + len(pending)
        if left and monotonic() < drawn + _ROUND:
            continue
        for claim, future in arrived:
            _write(claim, future, slots)
        arrived, drawn = [], monotonic()
        if left:
            known_now = len(everything) - left
            progress.progress(known_now / len(everything), f"{known_now} of {len(everything)} claims measured")
    if wanted:
        progress.empty()


def known(claim: Claim) -> Measurement | None:
    """What was measured, if it was by now."""
    future = _findings.get(claim.number)
    return future.result() if future and future.done() and not future.exception() else None


def write_finding(claim: Claim, words: Words) -> list[Slot]:
    """Write what is known about a claim; return where its number belongs if that is still to come."""
    value = known(claim)
    place = st.markdown(words(claim, value))
    return [(claim, place, words)] if value is None else []


def _finding(claim: Claim) -> Future[Measurement]:
    with _lock:
        if claim.number not in _findings:
            _findings[claim.number] = _pool.submit(claim.measured)
        return _findings[claim.number]


def _write(claim: Claim, future: Future[Measurement], slots: Sequence[Slot]) -> None:
    """Put a number wherever it belongs; one that failed is not kept, so that the next reader tries again."""
    failed = future.exception()
    if failed and _findings.get(claim.number) is future:
        logging.getLogger("sheet").error("claim %s", claim.number, exc_info=failed)
        del _findings[claim.number]
    for _, place, words in (slot for slot in slots if slot[0] is claim):
        place.markdown(words(claim, FAILED if failed else future.result()))

"""The answer sheet as a whole: every claim of every topic, and its worked examples step by step."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path

from dlcore.claims import Claim

_TOPICS = Path(__file__).parent.parent / "topics"

# The falls that teach most: what went wrong in each is one step that a reader can find alone.
INSTRUCTIVE = ("1a-1", "4-6", "5-9", "9a-6", "10b-5")


@cache
def claims() -> tuple[Claim, ...]:
    """All claims, by question, part and number: read from the topics' own declarations."""
    files = sorted(_TOPICS.glob("*/_claims.py"))
    found = [claim for file in files for claim in import_module(f"dlcore.topics.{file.parent.name}._claims").CLAIMS]
    return tuple(sorted(found, key=lambda claim: _order(claim.number)))


def question_number(claim: Claim) -> int:
    """The number of the question that a claim answers: 10 for "10b-5"."""
    return _order(claim.number)[0]


def is_measured(claim: Claim) -> bool:
    """Whether a run decides it; a definition or a name is listed and not counted."""
    return claim.verdict != "note"


def _order(number: str) -> tuple[int, str, int]:
    """"10b-5" as (10, "b", 5)."""
    parts = re.fullmatch(r"(\d+)([a-z]?)-(\d+)", number)
    if not parts:
        raise ValueError(f"a claim's number must look like 10b-5, got {number!r}")
    return int(parts[1]), parts[2], int(parts[3])

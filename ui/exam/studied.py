"""In how many seeds of the shipped study a claim about training holds."""

from __future__ import annotations

from functools import cache

from dlcore.claims import Claim
from ui.link import ROOT
from ui.studies.opened import shipped

FILE = ROOT / "studies/claims.parquet"


@cache
def _values() -> dict[str, tuple[float, ...]]:
    """What every seed measured, by the number of the claim; empty if the study is not there."""
    if not FILE.is_file():
        return {}
    runs = shipped(FILE).runs
    return {number: tuple(found) for number, found in runs.groupby("claim")["value"]}


def seeds_that_hold(claim: Claim) -> str:
    """"Holds in 97 of 100 seeds; ", or nothing for a claim that the study does not have."""
    found = _values().get(claim.number, ())
    return f"Holds in {sum(map(claim.holds, found))} of {len(found)} seeds; " if found else ""

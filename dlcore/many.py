"""One setting with many seeds: what the numbers come to, and how often the finding is that of the seed shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median
from typing import Any

from dlcore.params import Ranged, has_own, specs
from dlcore.prose import ViewWords
from dlcore.question import numbers, said_of
from dlcore.runs import once, run_with_seeds, seeds_from
from dlcore.spelling import plain
from dlcore.topic import View

SEEDS = 8
SHOWN = 5  # numbers that are named one by one
_NUMBER = re.compile(r"[-−+]?\d[\d.,]*\d|[-−+]?\d")
_POWER = re.compile(r"#(e#|×#[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")


def seeded(view: View) -> bool:
    """Whether every random experiment of a view can be run with many seeds, a training all at once."""
    random = [module for module in view.experiments if "seed" in specs(module.Params)]
    return bool(random) and all(hasattr(module, "run_seeds") or not hasattr(module, "watch") for module in random)


def eight(params: Ranged) -> tuple[Any, ...]:
    """The results of the seed of `params` and the seven after it; one result where nothing is drawn at random.

    They are kept for all readers, but for those of a reader's own data.
    """
    return _run(params) if has_own(params) else _kept(params)


def _run(params: Ranged) -> tuple[Any, ...]:
    return run_with_seeds(params, () if "seed" in params.idle() else seeds_from(params, SEEDS))


_kept = once(_run, 24)


def finding(sentence: str) -> str:
    """What a sentence says when its numbers are left out."""
    return _POWER.sub("#", _NUMBER.sub("#", sentence))


def said(results: Sequence[Any], words: ViewWords) -> str:
    """The median of each number with its lowest and highest, and how often the finding was that of the first seed."""
    if len(results) == 1:
        return "The seed does nothing at these values."
    found: dict[str, list[float]] = {}
    units: dict[str, str] = {}
    for result in results:
        for quantity, (value, unit) in numbers([result]).items():
            found.setdefault(quantity, []).append(value)
            units[quantity] = unit
    spreads = [_spread(said_of(quantity, words), values, units[quantity], len(results))
               for quantity, values in found.items() if max(values) > min(values)]
    same = sum(finding(result.sentence) == finding(results[0].sentence) for result in results)
    more = f"; {len(spreads) - SHOWN} more numbers vary" if len(spreads) > SHOWN else ""
    varying = "; ".join(spreads[:SHOWN]) + more if spreads else "no number varies"
    return f"{varying}. The sentence above says the same, but for its numbers, in {same} of {len(results)} seeds."


def _spread(name: str, values: Sequence[float], unit: str, count: int) -> str:
    where = f", in {len(values)} of {count}" if len(values) < count else ""
    return (f"“{name}” {plain(median(values))} {unit}".strip()
            + f" ({plain(min(values))} to {plain(max(values))}{where})").replace("$", "\\$")

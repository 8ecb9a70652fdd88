"""A sentence of the answer sheet and the measurement that decides it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

from dlcore.params import Ranged
from dlcore.runs import once, run_with_seeds, seeds_from

# How a claim may fare. A "note" (a definition, a name, a typo) is listed and not counted.
VERDICTS = ("true", "true under conditions", "false", "note")

# How the numbers of many seeds become one. Training is chaotic: the same seed ends elsewhere on another processor,
# and only what most seeds do is a finding.
SUMMARIES: dict[str, Callable[[Iterable[float]], float]] = {"median": median, "share": fmean}


@dataclass(frozen=True)
class Measurement:
    """What the runs that decide a claim found: one number for each seed, and the one that decides."""

    values: tuple[float, ...]
    over: str = "median"  # one of SUMMARIES; "share" is the mean of zeros and ones

    @property
    def value(self) -> float:
        """The deciding number."""
        return float(SUMMARIES[self.over](self.values))


@dataclass(frozen=True)
class Claim:
    """One claim: the sheet's words, our verdict, and the run that holds us to it.

    The verdict stands while `low <= measure(run(params)) <= high`. With the deciding cause taken away
    (`without`), the same measurement must leave that interval. `params` and `without` are one setting or
    several (of one experiment or of more of the topic); `measure` takes as many results, and returns a number, or
    one number for each seed that those results hold. A claim about trained networks rests on `seeds` runs, of the
    setting's own seed and those that follow it, and is decided by their median, or by the share of them that do
    something (`over="share"`, where `measure` returns 0 or 1).

    Raises: ValueError for an unknown verdict or summary, or for a verdict that no measurement decides.
    """

    number: str  # "10b-5": the question, its part, the claim
    quote: str  # the sheet's own words, whole clauses with their hedges
    verdict: str  # one of VERDICTS
    correction: str  # what is the case, in one or two sentences with the numbers
    source: str = ""  # where the law is from
    params: Ranged | tuple[Ranged, ...] = ()  # the deciding case; the first one is what the page opens
    quantity: str = ""  # what is read from the run, in words, with its unit
    measure: Callable[..., float | Iterable[float]] | None = None
    low: float = float("-inf")
    high: float = float("inf")
    cause: str = ""  # what decides it: "the weight in the product"
    without: Ranged | tuple[Ranged, ...] = ()  # the same case with that cause taken away
    seeds: int = 1  # how many runs it rests on
    over: str = "median"  # how they become one number: one of SUMMARIES

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ValueError(f"verdict must be one of {', '.join(VERDICTS)}, got {self.verdict!r}")
        if self.over not in SUMMARIES:
            raise ValueError(f"over must be one of {', '.join(SUMMARIES)}, got {self.over!r}")
        measured = (self.params, self.quantity, self.measure, self.cause, self.without)
        if self.verdict != "note" and not all(measured):
            raise ValueError(f"claim {self.number} needs params, quantity, measure, cause and without")

    @property
    def cases(self) -> tuple[Ranged, ...]:
        """The settings that decide it; a page opens the first."""
        return self.params if isinstance(self.params, tuple) else (self.params,)

    def measured(self, first_seed: int = 0) -> Measurement:
        """What decides it, from runs made now; `first_seed` moves all seeds by as much."""
        return self._read(self.params, first_seed)

    def measured_without(self, first_seed: int = 0) -> Measurement:
        """The same once the deciding cause is gone."""
        return self._read(self.without, first_seed)

    def holds(self, value: float) -> bool:
        """Whether `value` bears the verdict out."""
        return self.low <= value <= self.high

    def _read(self, params: Ranged | tuple[Ranged, ...], first_seed: int) -> Measurement:
        assert self.measure, f"no measurement decides claim {self.number}"
        settings = params if isinstance(params, tuple) else (params,)
        per_seed = zip(*(runs(p, self.seeds, first_seed) for p in settings), strict=True)
        found = [self.measure(*results) for results in per_seed]
        values = tuple(float(v) for one in found for v in (one if isinstance(one, Iterable) else (one,)))
        return Measurement(values, self.over)


_results = once(run_with_seeds, 192)  # claims about one case share its run; the sheet needs some 150


def runs(params: Ranged, count: int, first_seed: int = 0) -> tuple[Any, ...]:
    """The results for `count` seeds, from that of `params` on; `first_seed` is added to it.

    An experiment without a seed gives the same result each time.
    """
    seeds = seeds_from(params, count, first_seed)
    return _results(params, seeds) if seeds else _results(params, ()) * count


def run(params: Ranged) -> Any:
    """The result of the experiment that declares `params`."""
    return runs(params, 1)[0]

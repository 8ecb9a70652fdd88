"""A sentence of the answer sheet and the measurement that decides it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from statistics import fmean, median
from threading import Lock
from types import ModuleType
from typing import Any

from dlcore.params import Ranged, values

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


def experiment(params: Ranged) -> ModuleType:
    """The module that declares `params`."""
    return import_module(type(params).__module__)


def runs(params: Ranged, count: int, first_seed: int = 0) -> tuple[Any, ...]:
    """The results for `count` seeds, from that of `params` on; `first_seed` is added to it.

    An experiment that can train many seeds at once says so by `run_seeds(params, seeds)`, with the seeds as a batch
    dimension; any other is run once a seed. One without a seed gives the same result each time.
    """
    first = getattr(params, "seed", 0) + first_seed
    seeds = tuple((first + i) % 100 for i in range(count))  # every `seed` runs from 0 to 99
    if count > 1 and hasattr(experiment(params), "run_seeds"):
        return _run(params, seeds)
    if not hasattr(params, "seed"):
        return (run(params),) * count
    return tuple(run(type(params)(**{**values(params), "seed": seed})) for seed in seeds)


_memory_lock = Lock()


@lru_cache(maxsize=192)  # the sheet needs some 150
def _memory(params: Ranged, seeds: tuple[int, ...]) -> tuple[Lock, Callable[[], Any]]:
    """A lock, and a run that is made once: what fails is not kept."""
    module = experiment(params)
    return Lock(), cache(lambda: tuple(module.run_seeds(params, seeds)) if seeds else module.run(params))


def run(params: Ranged) -> Any:
    """The result of the experiment that declares `params`; who asks while it is under way waits for it.

    Claims about one case share its run.
    """
    return _run(params, ())


def _run(params: Ranged, seeds: tuple[int, ...]) -> Any:
    with _memory_lock:  # or two threads that ask at once would be given two memories
        under_way, result = _memory(params, seeds)
    with under_way:
        return result()

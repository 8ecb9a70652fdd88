"""A sentence of the answer sheet and the measurement that decides it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Any

from dlcore.params import Ranged

# How a claim may fare. A "note" (a definition, a name, a typo) is listed and not counted.
VERDICTS = ("true", "true under conditions", "false", "note")


@dataclass(frozen=True)
class Claim:
    """One claim: the sheet's words, our verdict, and the run that holds us to it.

    The verdict stands while `low <= measure(run(params)) <= high`. With the deciding cause taken away
    (`without`), the same measurement must leave that interval. `params` and `without` are one setting or
    several (of one experiment or of more of the topic); `measure` takes as many results.

    Raises: ValueError for an unknown verdict, or for a verdict that no measurement decides.
    """

    number: str  # "10b-5": the question, its part, the claim
    quote: str  # the sheet's own words, whole clauses with their hedges
    verdict: str  # one of VERDICTS
    correction: str  # what is the case, in one or two sentences with the numbers
    source: str = ""  # where the law is from
    params: Ranged | tuple[Ranged, ...] = ()  # the deciding case; the first one is what the page opens
    quantity: str = ""  # what is read from the run, in words, with its unit
    measure: Callable[..., float] | None = None
    low: float = float("-inf")
    high: float = float("inf")
    cause: str = ""  # what decides it: "the weight in the product"
    without: Ranged | tuple[Ranged, ...] = ()  # the same case with that cause taken away

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            raise ValueError(f"verdict must be one of {', '.join(VERDICTS)}, got {self.verdict!r}")
        measured = (self.params, self.quantity, self.measure, self.cause, self.without)
        if self.verdict != "note" and not all(measured):
            raise ValueError(f"claim {self.number} needs params, quantity, measure, cause and without")

    def measured(self) -> float:
        """The deciding number, from runs made now."""
        return self._read(self.params)

    def measured_without(self) -> float:
        """The same number once the deciding cause is gone."""
        return self._read(self.without)

    def holds(self, value: float) -> bool:
        """Whether `value` bears the verdict out."""
        return self.low <= value <= self.high

    def _read(self, params: Ranged | tuple[Ranged, ...]) -> float:
        settings = params if isinstance(params, tuple) else (params,)
        return float(self.measure(*(run(p) for p in settings)))


def experiment(params: Ranged) -> ModuleType:
    """The module that declares `params`."""
    return import_module(type(params).__module__)


_memory_lock = Lock()


@lru_cache(maxsize=64)
def _memory(params: Ranged) -> tuple[Lock, Callable[[], Any]]:
    """A lock, and a run that is made once: what fails is not kept."""
    return Lock(), cache(lambda: experiment(params).run(params))


def run(params: Ranged) -> Any:
    """The result of the experiment that declares `params`; who asks while it is under way waits for it.

    Claims about one case share its run.
    """
    with _memory_lock:  # or two threads that ask at once would be given two memories
        under_way, result = _memory(params)
    with under_way:
        return result()

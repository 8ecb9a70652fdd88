"""A question about a number of a run: it is put before the run is seen, and the run decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from dlcore.address import Place
from dlcore.prose import ViewWords
from dlcore.runs import experiment
from dlcore.spelling import label
from dlcore.topic import View

TRENDS = ("rises", "falls", "stays")
STAYS = 0.02  # a number that moves by less than this share of itself stays: three digits show no more on a chart
WIDE = 100  # an interval whose ends differ by more than this factor is walked in decades


@dataclass(frozen=True)
class Ask:
    """Whether a number rises, falls or stays from one setting to another, or how large it is, between two ends."""

    quantity: str
    low: float | None = None
    high: float | None = None

    @property
    def is_guess(self) -> bool:
        """Whether a number is asked for, and not what becomes of it."""
        return self.low is not None

    def options(self) -> tuple[float, ...]:
        """What may be guessed: a hundred steps, each by the same factor where the interval is wide."""
        assert self.low is not None and self.high is not None
        wide = self.low > 0 and self.high / self.low > WIDE
        walk = [self.low * (self.high / self.low) ** (i / 100) if wide
                else self.low + (self.high - self.low) * i / 100 for i in range(101)]
        return tuple(dict.fromkeys(float(f"{value:.3g}") for value in walk))


def trend(before: float, now: float) -> str:
    """What became of a number."""
    if abs(now - before) <= STAYS * max(abs(now), abs(before)):
        return "stays"
    return "rises" if now > before else "falls"


def near(guess: float, value: float, ask: Ask) -> str:
    """How good a guess is, in words: by factor where the slider walked in decades, by share of its width else."""
    assert ask.low is not None and ask.high is not None
    if ask.low > 0 and ask.high / ask.low > WIDE and value > 0:
        factor = max(guess / value, value / guess)
        return "very near" if factor <= 1.25 else "near" if factor <= 2 else f"off by a factor of {factor:,.3g}"
    share = abs(guess - value) / (ask.high - ask.low)
    return "very near" if share <= 0.05 else "near" if share <= 0.15 else "far off"


def numbers(results: Iterable[Any]) -> dict[str, tuple[float, str]]:
    """The numbers of results, each with its unit."""
    return {quantity: (value, unit) for result in results for quantity, value, unit in zip(
        *(result.summary[column].tolist() for column in ("quantity", "value", "unit")), strict=True)}


def streams(view: View) -> bool:
    """Whether it trains: its numbers are those of the moment shown."""
    return any(hasattr(module, "watch") for module in view.experiments)


def known(place: Place, words: ViewWords) -> Mapping[str, str]:
    """What each number may be called in a lesson: by its quantity, or by its name on the screen."""
    quantities = set(words.numbers)
    for params in place.params():
        module = experiment(params)
        results = islice(module.watch(params), 1) if hasattr(module, "watch") else [module.run(params)]
        quantities |= {quantity for result in results for quantity in result.summary.quantity}
    return {**{said_of(quantity, words).lower(): quantity for quantity in quantities},
            **{quantity.lower(): quantity for quantity in quantities}}


def said_of(quantity: str, words: ViewWords) -> str:
    """The name of a number on the screen."""
    about = words.about(quantity)
    return about.name if about else label(quantity)

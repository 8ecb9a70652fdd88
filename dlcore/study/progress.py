"""How far a study is, and how long it has to go."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from time import monotonic

WIDTH, EVERY = 30, 0.2  # letters of the bar, seconds between two drawings


@dataclass
class Progress:
    """A bar on the error output; what was found on disk does not count for the speed."""

    total: int
    computed: int = 0
    skipped: int = 0
    began: float = field(default_factory=monotonic)
    drawn: float = 0.0

    def add(self, runs: int, now: bool) -> None:
        """So many runs more are known: computed now, or found."""
        self.computed += runs if now else 0
        self.skipped += 0 if now else runs
        if monotonic() > self.drawn + EVERY or self.computed + self.skipped == self.total:
            self.drawn = monotonic()
            print(f"\r{self.bar()}", end="", file=sys.stderr, flush=True)

    def bar(self) -> str:
        """The bar in words and signs."""
        known = self.computed + self.skipped
        full = WIDTH * known // self.total
        speed = self.computed / max(monotonic() - self.began, 1e-9)
        left = f", {span((self.total - known) / speed)} left" if speed else ""
        return f"[{'#' * full}{'.' * (WIDTH - full)}] {known:,} of {self.total:,} runs{left}   "

    def summary(self) -> str:
        """What was done, in one sentence."""
        print(file=sys.stderr)
        return (f"Computed {self.computed:,} runs in {span(monotonic() - self.began)}, skipped {self.skipped:,} that "
                "were there.")


def span(seconds: float) -> str:
    """Seconds, minutes or hours, whichever is read most easily."""
    if seconds < 90:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"

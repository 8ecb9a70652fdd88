"""A study as it is declared, cut into blocks; what it is called follows from what it computes."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import islice
from math import prod
from pathlib import Path
from typing import Any

from dlcore.study.grid import settings
from dlcore.study.work import CLAIMS, Batch, Block, batch_of

AT_ONCE = 8  # seeds that are trained side by side


@dataclass(frozen=True)
class Plan:
    """An experiment, the axes of its grid, what is the same everywhere, seeds 0 … n − 1, and what is read."""

    experiment: str
    axes: Mapping[str, tuple[Any, ...]]
    fixed: Mapping[str, Any]
    seeds: int  # 0 for an experiment without a seed
    measures: tuple[str, ...]
    command: str = ""

    @property
    def runs(self) -> int:
        """How many runs there are in all."""
        return prod(map(len, self.axes.values())) * max(self.seeds, 1)

    @property
    def batch(self) -> Batch | None:
        """How its settings are run as one tensor, if they are."""
        return batch_of(self.experiment) if self.experiment != CLAIMS else None

    def blocks(self) -> Iterator[Block]:
        """The parts of the work, the same everywhere: so each number is computed beside the same others."""
        seeds, every = tuple(range(self.seeds)), 1
        per = self.seeds or 1
        if self.batch:
            every = max(1, self.batch.together // per)
        elif self.seeds:
            per = AT_ONCE
        for chunk in batches(settings(self.axes), every):
            for some in batches(seeds, per) if seeds else ((),):
                yield Block(self.experiment, tuple(tuple({**self.fixed, **one}.items()) for one in chunk), some,
                            self.measures)

    def about(self) -> dict[str, Any]:
        """What the file carries beside its rows: what was asked, and with which versions it was computed."""
        return {"experiment": self.experiment, "axes": {name: list(found) for name, found in self.axes.items()},
                "fixed": dict(self.fixed), "seeds": list(range(self.seeds)), "measures": list(self.measures),
                "command": self.command, "versions": versions()}

    @property
    def key(self) -> str:
        """The name of all that it computes: another grid, another version or changed code is another study."""
        asked = {name: value for name, value in self.about().items() if name != "command"}
        return digest(json.dumps(asked, sort_keys=True))


def batches(values: Any, size: int) -> Iterator[tuple[Any, ...]]:
    """Tuples of `size` values, the last perhaps shorter."""
    left = iter(values)
    return iter(lambda: tuple(islice(left, size)), ())


def digest(text: str) -> str:
    """32 hexadecimal digits of SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def key_of(block: Block) -> str:
    """The name of a block, from what it computes, and with which code and versions."""
    return digest(json.dumps([vars(block), versions()], sort_keys=True))


@cache
def versions() -> dict[str, str]:
    """What decides the bits of a number: this package's own code, torch, numpy, the kind of processor."""
    return {"code": _code(), "torch": version("torch"), "numpy": version("numpy"), "machine": platform.machine()}


def _code() -> str:
    """Digest of the sources of `dlcore` that compute: the topics, what they share, and what runs a block."""
    root = Path(__file__).parent.parent
    files = [*root.glob("*.py"), *root.glob("topics/**/*.py"), *root.glob("answer_sheet/*.py"), root / "study/work.py"]
    return digest("".join(f"{p.relative_to(root).as_posix()}\n{p.read_text(encoding='utf-8')}" for p in sorted(files)))

"""What one block of a study computes: the only code that a worker runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import torch

from dlcore.heap import M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, MB, set_malloc
from dlcore.params import Ranged, specs
from dlcore.runs import run_with_seeds

CLAIMS = "claims"  # instead of an experiment: the answer sheet's claims that rest on training
Rows = list[list[float | None]]  # one a run: its measures, None for a number that does not exist there


@dataclass(frozen=True)
class Block:
    """Some settings, each with some seeds: the unit that is computed, written and never computed again."""

    experiment: str  # "gradients.deep_net", or CLAIMS
    settings: tuple[tuple[tuple[str, Any], ...], ...]  # the parameters that are not at their defaults
    seeds: tuple[int, ...]  # () for an experiment without a seed
    measures: tuple[str, ...]

    @property
    def runs(self) -> int:
        """How many runs it holds."""
        return len(self.settings) * max(len(self.seeds), 1)


def module_of(experiment: str) -> ModuleType:
    """The module of `topic.experiment`.

    Raises: ValueError if there is none.
    """
    topic, _, name = experiment.partition(".")
    known = all(word.isidentifier() and word[0] != "_" for word in (topic, name))
    if not known or not find_spec(f"dlcore.topics.{topic}") or not find_spec(f"dlcore.topics.{topic}.{name}"):
        raise ValueError(f"there is no experiment {experiment!r}; it is written topic.experiment: gradients.deep_net")
    return import_module(f"dlcore.topics.{topic}.{name}")


@dataclass(frozen=True)
class Batch:
    """How many settings of an experiment are run as one tensor."""

    run: Callable[[Sequence[Any], Sequence[str]], Rows | None]  # None: of settings or measures that it does not know
    together: int  # runs of a block
    measures: tuple[str, ...] = ()  # what it knows and the summary of a single run may not have


def batch_of(experiment: str) -> Batch | None:
    """What has the experiment's name in its topic's `_study.py`, if there is such a thing."""
    topic, _, name = experiment.partition(".")
    if not find_spec(f"dlcore.topics.{topic}._study"):
        return None
    return getattr(import_module(f"dlcore.topics.{topic}._study"), name, None)


def compute(block: Block) -> Rows:
    """The measures of every run, setting by setting and seed by seed; the same bits on every machine of a kind.

    Shapes: runs lists of measures.
    """
    torch.set_num_threads(1)  # more would add up in another order
    # Dask's nanny has every tensor's memory given back to the system at once: 1.6 × the processor time.
    set_malloc((M_MMAP_THRESHOLD, 4 * MB), (M_TRIM_THRESHOLD, 128 * MB))
    if block.experiment == CLAIMS:
        return _claims(block)
    module, batch = module_of(block.experiment), batch_of(block.experiment)
    if batch:
        together = batch.run([params for setting in block.settings for params in _params(module, setting, block.seeds)],
                             block.measures)
        if together is not None:
            return together
    return [_read(result, block.measures) for setting in block.settings
            for result in run_with_seeds(module.Params(**dict(setting)), block.seeds)]


def _params(module: ModuleType, setting: Sequence[tuple[str, Any]], seeds: Sequence[int]) -> Iterator[Ranged]:
    for seed in seeds or (None,):
        yield module.Params(**dict(setting), **({} if seed is None else {"seed": seed}))


def _read(result: Any, measures: Sequence[str]) -> list[float | None]:
    known = dict(zip(result.summary.quantity, result.summary.value, strict=True))
    return [float(known[name]) if name in known else None for name in measures]


def _claims(block: Block) -> Rows:
    """The deciding number of each seed: those that a claim measures at once, from the block's first seed on."""
    from dlcore.answer_sheet import claims  # reads every topic

    by_number = {claim.number: claim for claim in claims()}
    numbers = [dict(setting)["claim"] for setting in block.settings]
    found = [by_number[number].measured(block.seeds[0]).values for number in numbers]
    return [[float(value)] for values in found for value in values[: len(block.seeds)]]


def quantities(experiment: str, settings: Sequence[dict[str, Any]]) -> list[str]:
    """The names of the numbers that runs at these settings have, found by making them, and of those made in batches."""
    module, batch = module_of(experiment), batch_of(experiment)
    found = [name for setting in settings for name in module.run(module.Params(**setting)).summary.quantity]
    return list(dict.fromkeys([*found, *(batch.measures if batch else ())]))


def has_seed(experiment: str) -> bool:
    """Whether its runs depend on a seed."""
    return experiment == CLAIMS or "seed" in specs(module_of(experiment).Params)

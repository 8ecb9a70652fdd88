"""Runs of an experiment: made once for all who ask at once, with one seed or with many."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from contextlib import ExitStack
from functools import lru_cache, wraps
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Any

from dlcore.params import Ranged, specs, values


def once(call: Callable[..., Any], size: int) -> Callable[..., Any]:
    """`call` with a memory of its last `size` answers; whoever asks for one that is being made waits for it.

    Raises: what `call` raises; that is not kept, and the next one who asks tries again.
    """
    kept = lru_cache(maxsize=size)(call)
    being_made: dict[Hashable, Lock] = {}

    @wraps(call)
    def asked(*key: Hashable) -> Any:
        with being_made.setdefault(key, Lock()), ExitStack() as then:
            then.callback(being_made.pop, key, None)  # what is made by now is found in the memory
            return kept(*key)

    asked.cache_info = kept.cache_info  # type: ignore[attr-defined]
    return asked


def experiment(params: Ranged) -> ModuleType:
    """The module that declares `params`."""
    return import_module(type(params).__module__)


def seeds_from(params: Ranged, count: int, first_seed: int = 0) -> tuple[int, ...]:
    """The seed of `params` and those that follow it, moved by `first_seed`; after the last comes the first.

    Empty where the experiment has no seed.
    """
    if "seed" not in specs(type(params)):
        return ()
    first, (_, last) = values(params)["seed"] + first_seed, specs(type(params))["seed"].ends()
    return tuple((first + i) % (last + 1) for i in range(count))  # the lowest seed is 0


def run_with_seeds(params: Ranged, seeds: Sequence[int]) -> tuple[Any, ...]:
    """The result of each seed; one result without any.

    An experiment that can train many seeds at once says so by `run_seeds(params, seeds)`, with the seeds as a batch
    dimension; any other is run once a seed.
    """
    module = experiment(params)
    if len(seeds) > 1 and hasattr(module, "run_seeds"):
        return tuple(module.run_seeds(params, seeds))
    apart = [type(params)(**{**values(params), "seed": seed}) for seed in seeds]
    return tuple(module.run(one) for one in apart or [params])

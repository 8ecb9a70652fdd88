"""Run a study: `python -m dlcore.study gradients.deep_net --vary depth=2:9 --measure first_to_last --out a.parquet`."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from math import prod
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import Any

from dlcore.params import specs
from dlcore.study.grid import axis
from dlcore.study.parts import Parts, Unwritten
from dlcore.study.plan import Plan
from dlcore.study.progress import Progress, span
from dlcore.study.runner import complete
from dlcore.study.work import CLAIMS, compute, has_seed, module_of, quantities


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser("python -m dlcore.study", description=__doc__)
    parser.add_argument("experiment", help="topic.experiment, or `claims`: the answer sheet's claims about training")
    parser.add_argument("--vary", action="append", default=[], metavar="NAME=LOW:HIGH[:STEP] | NAME=A,B | NAME=all")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="the same in every run")
    parser.add_argument("--seeds", type=int, default=0, help="seeds 0 to N - 1 at every setting")
    parser.add_argument("--measure", action="append", default=[], help="a number of the experiment's summary")
    parser.add_argument("--out", type=Path, required=True, help="the file, a .parquet")
    parser.add_argument("--dry-run", action="store_true", help="say how many runs and how long")
    parser.add_argument("--scheduler", default="", metavar="tcp://HOST:PORT", help="a Dask scheduler; else Dask's own "
                        "configuration (DASK_SCHEDULER_ADDRESS), else this machine")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes on this machine")
    return parser


def plan_of(asked: argparse.Namespace, command: str = "") -> Plan:
    """The study that a command line declares, all of it checked.

    Raises: ValueError naming what cannot be, its range and the value.
    """
    if asked.experiment == CLAIMS:
        return _claims(asked, command)
    params = module_of(asked.experiment).Params
    axes = dict(axis(params, text) for text in asked.vary)
    fixed = {name: found[0] for name, found in (axis(params, text) for text in asked.set)}
    if {"seed"} & (set(axes) | set(fixed)) and asked.seeds or set(axes) & set(fixed):
        raise ValueError("a parameter is either varied or set, and the seed by --seeds")
    seeds = asked.seeds or int(has_seed(asked.experiment) and "seed" not in {*axes, *fixed})
    if asked.seeds and not has_seed(asked.experiment):
        raise ValueError(f"{asked.experiment} has no seed: leave --seeds out")
    if seeds and not specs(params)["seed"].allows(seeds - 1):
        raise ValueError(f"seed must be {specs(params)['seed']}, got {seeds - 1} (--seeds {seeds})")
    if not asked.measure:
        raise ValueError("--measure is missing: a number of the experiment's summary")
    first = {**fixed, **{name: found[0] for name, found in axes.items()}}
    known = quantities(asked.experiment, [{}])
    if set(asked.measure) - set(known):
        known += quantities(asked.experiment, [first, {**fixed, **{name: found[-1] for name, found in axes.items()}}])
    for name in asked.measure:
        if name not in known:
            raise ValueError(f"{asked.experiment} measures no {name!r}, but {', '.join(dict.fromkeys(known))}")
    return Plan(asked.experiment, axes, fixed, seeds, tuple(asked.measure), command)


def _claims(asked: argparse.Namespace, command: str) -> Plan:
    """All claims about training, or those of `--vary claim=10c-1,10c-8`."""
    from dlcore.answer_sheet import claims

    if asked.set or asked.measure:
        raise ValueError("a claim has its own settings and its own measure: leave --set and --measure out")
    seeds = asked.seeds
    if not 1 <= seeds <= 100:
        raise ValueError(f"seed must be between 0 and 99 (a whole number), got {seeds - 1} (--seeds {seeds})")
    trained = tuple(claim.number for claim in claims() if claim.seeds > 1 or _many(claim.params))
    wanted = tuple(number for text in asked.vary for number in text.removeprefix("claim=").split(","))
    for number in wanted:
        if number not in trained:
            raise ValueError(f"claim must be one of {', '.join(trained)}, got {number!r}")
    return Plan(CLAIMS, {"claim": wanted or trained}, {}, seeds, ("value",), command)


def _many(params: Any) -> bool:
    """Whether one run of a claim trains the eight networks that decide it."""
    from dlcore.many import SEEDS

    return any(getattr(one, "n_seeds", 1) == SEEDS for one in (params if isinstance(params, tuple) else (params,)))


def main(argv: Sequence[str] | None = None) -> None:
    """Check, run, gather, and say what was done."""
    given = list(sys.argv[1:] if argv is None else argv)
    asked = arguments().parse_args(given)
    if not find_spec("pyarrow"):
        sys.exit("a study's file needs pyarrow: pip install 'deep-learning-measured[studies]'")
    from dlcore.study.file import gather, is_whole

    with _plainly():
        plan = plan_of(asked, "python -m dlcore.study " + shlex.join(given))
        if asked.dry_run:
            return print(_estimate(plan, asked.workers))
        if is_whole(plan, asked.out):
            return print(f"{asked.out} holds all {plan.runs:,} runs of this study: skipped {plan.runs:,}, computed 0.")
        parts = Parts(asked.out.with_name(asked.out.name + ".parts"))
        progress = Progress(plan.runs)
        complete(plan, parts, asked.workers, asked.scheduler or _configured(), progress.add)
        gather(plan, parts, asked.out)
        parts.remove()
        size = asked.out.stat().st_size / 1000
        print(f"{progress.summary()} {asked.out}: {prod(map(len, plan.axes.values())):,} settings × "
              f"{max(plan.seeds, 1)} seeds, {size:,.0f} kB.")


class _plainly:
    """Within it, what a reader can mend ends the program with its message alone."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type | None, error: BaseException | None, _: Any) -> None:
        if isinstance(error, KeyboardInterrupt):
            sys.exit("\nStopped. All finished parts are kept: give the same command again to go on.")
        if isinstance(error, (ValueError, LookupError, Unwritten)):
            sys.exit(f"\n{error.args[0]}")


def _configured() -> str:
    """The scheduler's address in Dask's own configuration, if Dask is there."""
    if not find_spec("dask"):
        return ""
    from dask import config

    return config.get("scheduler-address", "") or ""


def _estimate(plan: Plan, workers: int) -> str:
    """How many runs and how long, from the first and the last block: along the axes a run may come to cost more."""
    blocks = plan.blocks()
    ends = [next(blocks), *deque(blocks, maxlen=1)]
    few = [block if plan.batch else replace(block, seeds=block.seeds[:1]) for block in ends]
    compute(replace(few[0], settings=few[0].settings[:1], seeds=few[0].seeds[:1]))  # what only the first run pays
    each = []  # seconds a run
    for block in few:
        start = perf_counter()
        compute(block)
        each.append((perf_counter() - start) / block.runs)
    seconds = fmean(each) * plan.runs / (1 if plan.batch else workers)
    return (f"{plan.runs:,} runs ({', '.join(f'{len(v)} × {n}' for n, v in plan.axes.items()) or 'one setting'}, "
            f"{max(plan.seeds, 1)} seeds): about {span(seconds)}, judged by {sum(one.runs for one in few)} of them.")


if __name__ == "__main__":
    main()

"""Compute the blocks of a study that are not there yet: as one tensor here, in worker processes, or on a cluster."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import islice
from typing import Any

from dlcore.study.parts import Parts
from dlcore.study.plan import Plan, key_of, versions
from dlcore.study.work import Block, Rows, compute

Done = Callable[[int, bool], None]  # so many runs more are known, computed now or found
AHEAD = 2  # blocks that wait for each worker


def complete(plan: Plan, parts: Parts, workers: int, scheduler: str, done: Done) -> None:
    """Compute and keep what is missing; a block that is there is not computed again, a corrupt one is.

    `scheduler` is the address of a Dask scheduler; without one, `workers` processes of this machine do the work, and a
    study whose settings are one tensor is done in this process.

    Raises: parts.Unwritten if the disk is full, ValueError if a worker of the cluster has other versions.
    """
    missing = _missing(plan, parts, done)
    if scheduler:
        found = on_cluster(missing, scheduler)
    elif plan.batch or workers < 2:
        found = ((block, compute(block)) for block in missing)
    else:
        found = in_processes(missing, workers)
    for block, rows in found:
        parts.write(key_of(block), rows)
        done(block.runs, True)


def _missing(plan: Plan, parts: Parts, done: Done) -> Iterator[Block]:
    for block in plan.blocks():
        key = key_of(block)
        if parts.read(key) is not None:
            done(block.runs, False)
            continue
        if parts.path(key).exists():
            print(f"\n{parts.path(key)} is corrupt: its block is computed again")
        yield block


def in_processes(blocks: Iterable[Block], workers: int) -> Iterator[tuple[Block, Rows]]:
    """Blocks as they are finished; a few wait, so that memory does not grow with their number."""
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        left = iter(blocks)
        running = {pool.submit(compute, block): block for block in islice(left, AHEAD * workers)}
        while running:
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(future), future.result()
                running.update({pool.submit(compute, block): block for block in islice(left, 1)})


def on_cluster(blocks: Iterable[Block], scheduler: str) -> Iterator[tuple[Block, Rows]]:
    """The same by a Dask cluster, which gives the blocks of a worker that is lost to another one.

    Raises: ValueError naming a worker with other versions.
    """
    from distributed import Client, as_completed  # of the extra `studies`

    with Client(scheduler) as client:
        client.wait_for_workers(1)
        same_versions(client.run(versions))
        left, running = iter(blocks), {}

        def more(count: int) -> list[Any]:
            asked = {client.submit(compute, block, key=f"study-{key_of(block)}", retries=3): block
                     for block in islice(left, count)}
            running.update(asked)
            return list(asked)

        queue = as_completed(more(AHEAD * sum(client.nthreads().values())))
        for future in queue:
            yield running.pop(future), future.result()
            for new in more(1):
                queue.add(new)


def same_versions(workers: dict[str, dict[str, str]]) -> None:
    """Refuse a worker that would compute other numbers."""
    for worker, found in workers.items():
        for name, here in versions().items():
            if found[name] != here:
                raise ValueError(f"worker {worker} has {name} {found[name]}, this machine {here}: install the same "
                                 "version of this package and of torch on both")

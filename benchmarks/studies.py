"""What studies cost: a batch against a loop, many settings, three workers of a cluster against two processes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dlcore  # noqa: F401  (one torch thread, as in the app)
from benchmarks.client import ROOT
from dlcore.topics.gradients import _study, deep_net

MAP = ["momentum.rate_map", "--vary", "learning_rate=0.04:4:0.04", "--measure", "rate", "--vary"]
LONG = ["approximation.activations", "--vary", "width=all", "--vary", "target=all", "--seeds", "20", "--measure",
        "rms_error"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def figures() -> Iterator[str]:
    """The lines of the README's table, in its order."""
    yield from _batch()
    with tempfile.TemporaryDirectory() as folder:
        yield from _settings(Path(folder))
        yield from _cluster(Path(folder))


def _batch() -> Iterator[str]:
    many = [deep_net.Params(seed=seed) for seed in range(100)]
    loop = _processor(lambda: [deep_net.run(params) for params in many])
    draws = _processor(lambda: [deep_net.draws.__wrapped__(30, 64, "scaled", p.seed) for p in many]) / loop
    _study._drawn.cache_clear()
    first = _processor(lambda: _study.deep_net.run(many, ("growth_per_layer",))) / loop
    again = _processor(lambda: _study.deep_net.run(many, ("growth_per_layer",))) / loop
    yield f"100 seeds of deep_net: {first:.2f} × of a loop, {again:.2f} with the draws at hand, which are {draws:.2f}"


def _settings(folder: Path) -> Iterator[str]:
    for rows, momentum in ((10, "0:0.9:0.1"), (100, "0:0.99:0.01"), (1000, "0:0.999:0.001")):
        _, spent, held = _study_of([*MAP, f"momentum={momentum}"], folder / f"{rows}.parquet")
        yield f"{100 * rows:,} settings of rate_map: {spent:.1f} s of processor with imports, {held:.0f} MB at most"
    seconds, *_ = _study_of([*MAP, "momentum=0:0.99:0.01"], folder / "100.parquet")
    yield f"the same once more: 10,000 recognized in {seconds:.1f} s with imports"


def _cluster(folder: Path) -> Iterator[str]:
    pool, *_ = _study_of([*LONG, "--workers", "2"], folder / "pool.parquet")
    with _dask(workers=3) as address:
        cluster, *_ = _study_of([*LONG, "--scheduler", address], folder / "cluster.parquet")
    yield f"880 runs: two processes {pool:.1f} s, three workers of a cluster {cluster:.1f} s, {cluster / pool:.2f} ×"


def _processor(work) -> float:
    start = time.thread_time()
    work()
    return time.thread_time() - start


def _study_of(words: list[str], out: Path) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of processor and MB of a study in a program of its own."""
    start = time.perf_counter()
    program = subprocess.Popen([sys.executable, "-m", "dlcore.study", *words, "--out", str(out)], cwd=ROOT,
                               env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    assert program.returncode == 0, words
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


@contextmanager
def _dask(workers: int) -> Iterator[str]:
    """The address of a scheduler with workers, started as `docs/studies.md` says."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    run = {"cwd": ROOT, "env": ENVIRONMENT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask, address = [sys.executable, "-m", "dask"], f"tcp://127.0.0.1:{port}"
    started = [subprocess.Popen([*dask, *words], **run) for words in (
        ["scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"],
        ["worker", address, "--nworkers", str(workers), "--nthreads", "1", "--no-dashboard"])]
    time.sleep(8)  # they are there before a study begins, as on a cluster
    try:
        yield address
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait()

"""Studies: the same file from this process, from worker processes and from a cluster that loses a worker."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pyarrow.parquet as pq
import pytest
from walk import ROOT

from dlcore.study import parts as on_disk
from dlcore.study.__main__ import arguments, main, plan_of
from dlcore.study.file import about
from dlcore.study.grid import axis, settings
from dlcore.study.parts import Parts, Unwritten
from dlcore.study.plan import key_of
from dlcore.study.work import compute
from dlcore.tables import number_of
from dlcore.topics.gradients import _study, deep_net
from dlcore.topics.momentum import rate_map

SMALL = ["gradients.deep_net", "--vary", "depth=2:12:5", "--vary", "weight_scale=0.5,1.5", "--set", "activation=tanh",
         "--seeds", "3", "--measure", "growth_per_layer"]
LONG = ["gradients.remedies", "--vary", "depth=2:5", "--set", "steps=50", "--seeds", "48", "--measure", "accuracy"]


def plan(*argv):
    return plan_of(arguments().parse_args([*argv, "--out", "x.parquet"]))


def study(out, *argv):
    main([*argv, "--out", str(out), "--workers", "1"])


def test_an_axis_holds_every_declared_step():
    assert axis(deep_net.Params, "depth=2:100") == ("depth", tuple(range(2, 101)))
    name, found = axis(deep_net.Params, "weight_scale=0.1:4:0.05")
    assert np.allclose(found, np.linspace(0.1, 4, 79)) and found[-1] == 4.0
    assert axis(rate_map.Params, "condition_number=5:50") == ("condition_number", (5.0, 10.0, 20.0, 50.0))
    assert axis(deep_net.Params, "activation=relu,tanh") == ("activation", ("relu", "tanh"))
    assert list(settings({"a": (1, 2), "b": (3,)})) == [{"a": 1, "b": 3}, {"a": 2, "b": 3}]


def test_how_long_a_study_takes_is_judged_by_both_of_its_ends(monkeypatch, tmp_path, capsys):
    computed = []
    monkeypatch.setattr("dlcore.study.__main__.compute", computed.append)
    study(tmp_path / "a.parquet", *LONG, "--dry-run")
    assert [dict(block.settings[0])["depth"] for block in computed] == [2, 2, 5]
    assert "192 runs (4 × depth, 48 seeds): about 0.0 s, judged by 2 of them." in capsys.readouterr().out


@pytest.mark.parametrize(("argv", "words"), [
    (["gradients.deep_net", "--vary", "depth=2:101", "--measure", "x"], "depth must be between 2 and 100.*got 101"),
    (["gradients.deep_net", "--vary", "depth=2.5", "--measure", "x"], "depth must be between 2 and 100.*got 2.5"),
    (["gradients.deep_net", "--vary", "deep=2", "--measure", "x"], "no parameter 'deep'"),
    (["gradients.deep_net", "--vary", "activation=selu", "--measure", "x"], "activation must be one of.*'selu'"),
    (["gradients.deep_net", "--seeds", "101", "--measure", "x"], "seed must be between 0 and 99.*got 100"),
    (["gradients.deep_net", "--measure", "growth"], "measures no 'growth', but growth_per_layer"),
    (["gradients.os", "--measure", "x"], "no experiment 'gradients.os'"),
    (["momentum.rate_map", "--seeds", "3", "--measure", "best_rate"], "has no seed"),
    (["gradients.deep_net", "--vary", "depth=9:2", "--measure", "x"], "depth needs low:high"),
    (["claims", "--seeds", "8", "--set", "steps=50"], "leave --set and --measure out"),
    (["claims", "--seeds", "8", "--measure", "value"], "leave --set and --measure out"),
    (["claims", "--seeds", "101"], "seed must be between 0 and 99.*got 100"),
    (["claims", "--seeds", "8", "--vary", "claim=1a-1"], "claim must be one of.*'1a-1'"),
])
def test_what_cannot_be_is_named_before_anything_runs(argv, words):
    with pytest.raises(ValueError, match=words):
        plan(*argv)


def test_a_batch_of_networks_has_the_numbers_of_single_runs():
    many = [deep_net.Params(depth=d, activation=a, weight_scale=w, seed=s, bias_scale=0.1)
            for d in (2, 30) for a in ("tanh", "relu") for w in (0.3, 2.0) for s in (0, 5)]
    found = _study.deep_net.run(many, ("growth_per_layer", "first_to_last"))
    for params, (growth, ratio) in zip(many, found, strict=True):
        result = deep_net.run(params)
        assert growth == pytest.approx(number_of(result, "growth_per_layer"), rel=1e-5)
        assert ratio == pytest.approx(number_of(result, "first_to_last"), rel=1e-4)


def test_the_rate_of_ten_thousand_settings_is_that_of_the_eigenvalues(tmp_path):
    study(tmp_path / "rate.parquet", "momentum.rate_map", "--vary", "learning_rate=0.04:4:0.04",
          "--vary", "momentum=0:0.99:0.01", "--measure", "rate")
    rows = pq.read_table(tmp_path / "rate.parquet").to_pylist()
    assert len(rows) == 10_000
    for row in (rows[i] for i in (0, 555, 9999)):
        a, b = row["learning_rate"], row["momentum"]
        roots = [np.roots([1, -(1 + b - a * c), b]) for c in (0.01, 1.0)]
        assert row["rate"] == pytest.approx(np.abs(roots).max(), rel=1e-6)


def test_the_file_says_what_made_it_and_a_finished_study_is_skipped(tmp_path, capsys):
    out = tmp_path / "s.parquet"
    study(out, *SMALL)
    told = about(out)
    assert told["axes"] == {"depth": [2, 7, 12], "weight_scale": [0.5, 1.5]} and told["seeds"] == [0, 1, 2]
    assert told["command"].startswith("python -m dlcore.study gradients.deep_net --vary depth=2:12:5")
    assert set(told["versions"]) == {"code", "torch", "numpy", "machine"}
    row = pq.read_table(out).to_pylist()[4]
    assert (row["depth"], row["weight_scale"], row["seed"]) == (2, 1.5, 1)
    one = deep_net.run(deep_net.Params(depth=2, weight_scale=1.5, seed=1, activation="tanh"))
    assert row["growth_per_layer"] == pytest.approx(number_of(one, "growth_per_layer"))
    start = time.monotonic()
    study(out, *SMALL)
    assert time.monotonic() - start < 5 and "skipped 18, computed 0" in capsys.readouterr().out
    assert not out.with_name("s.parquet.parts").exists()


def test_a_corrupt_part_is_named_and_computed_again(tmp_path, capsys):
    asked, folder = plan(*SMALL), Parts(tmp_path)
    block = next(asked.blocks())
    rows = compute(block)
    folder.write(key_of(block), rows)
    assert folder.read(key_of(block)) == rows
    path = folder.path(key_of(block))
    path.write_bytes(path.read_bytes()[:-9])
    assert folder.read(key_of(block)) is None
    out = tmp_path / "s.parquet"
    path.parent.joinpath("s.parquet.parts").mkdir()
    path.rename(tmp_path / "s.parquet.parts" / path.name)
    study(out, *SMALL)
    assert f"{path.name} is corrupt" in capsys.readouterr().out and pq.read_metadata(out).num_rows == 18


@pytest.mark.fault
def test_a_full_disk_is_named_and_leaves_no_half_part(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(on_disk.os, "fsync", full)
    with pytest.raises(Unwritten, match=r"abc\.part could not be written \(No space left on device\)"):
        Parts(tmp_path).write("abc", [[1.0]])
    assert Parts(tmp_path).read("abc") is None


def test_processes_and_this_one_write_the_same(tmp_path):
    few = ["gradients.remedies", "--vary", "depth=2,3", "--set", "steps=50", "--seeds", "9", "--measure", "accuracy"]
    study(tmp_path / "a.parquet", *few)
    main([*few, "--out", str(tmp_path / "b.parquet"), "--workers", "2"])
    assert pq.read_table(tmp_path / "a.parquet").equals(pq.read_table(tmp_path / "b.parquet"))


@pytest.fixture
def cluster():
    """A scheduler and three worker processes on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    python = [sys.executable, "-m"]
    run = {"cwd": ROOT, "env": {**os.environ, "PYTHONPATH": str(ROOT)}, "stdout": subprocess.DEVNULL,
           "stderr": subprocess.DEVNULL}
    started = [subprocess.Popen([*python, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port",
                                 address.rpartition(":")[2], "--no-dashboard"], **run)]
    started += [subprocess.Popen([*python, "distributed.cli.dask_worker", address, "--no-nanny", "--nthreads", "1",
                                  "--no-dashboard"], **run) for _ in range(3)]
    yield address, started[1:]
    for process in started:
        process.kill()
        process.wait()


def parts_of(out):
    return list(out.with_name(out.name + ".parts").glob("*.part"))


def wait_for(what, seconds=90):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's malloc")
def test_a_worker_of_dask_keeps_the_memory_of_its_tensors():
    faults = """
import resource
from dlcore.study.work import Block, compute
block = Block("approximation.activations", ((("width", 256),),), (0, 1, 2, 3), ("rms_error",))
compute(block)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
compute(block)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
    as_a_nanny_sets_it = {**os.environ, "MALLOC_TRIM_THRESHOLD_": "65536"}
    found = subprocess.run([sys.executable, "-c", faults], cwd=ROOT, env=as_a_nanny_sets_it, capture_output=True,
                           text=True, check=True)
    assert int(found.stdout) < 2000  # page faults of four runs; 17,000 where each tensor's memory is given back


def test_a_cluster_that_loses_a_worker_and_its_client_gives_the_same_file(tmp_path, cluster, capsys):
    address, workers = cluster
    out, local = tmp_path / "cluster.parquet", tmp_path / "local.parquet"
    command = [sys.executable, "-m", "dlcore.study", *LONG, "--out", str(out), "--scheduler", address]
    client = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: len(parts_of(out)) >= 2)
    workers[0].send_signal(signal.SIGKILL)
    wait_for(lambda: len(parts_of(out)) >= 6)
    client.kill()
    client.wait()
    kept = {path.name: path.stat().st_mtime_ns for path in parts_of(out)}
    assert 6 <= len(kept) < 24  # it was killed in mid-study
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert f"skipped {8 * len(kept)} that were there" in done.stdout
    study(local, *LONG)
    assert pq.read_table(out).equals(pq.read_table(local)) and pq.read_metadata(out).num_rows == 192
    assert json.dumps(about(out)["versions"]) == json.dumps(about(local)["versions"])

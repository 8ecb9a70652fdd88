"""What every experiment owes, whoever wrote it."""

import inspect
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
import torch
from walk import EXPERIMENTS, brief, name, neighbours, points, run, same, short, tables

from dlcore.params import Number, specs
from dlcore.tables import columns_of

# One worker walks an experiment, so that its tests share their runs.
every_experiment = pytest.mark.parametrize(
    "experiment", [pytest.param(e, marks=pytest.mark.xdist_group(name(e)), id=name(e)) for e in EXPERIMENTS])


def shown_code(experiment):
    return getattr(experiment, "watch", experiment.run)


@every_experiment
def test_asks_a_question_and_names_its_source(experiment):
    assert experiment.__doc__.partition("\n")[0].endswith("?")
    assert "Source: " in experiment.__doc__
    assert "check before printing" not in inspect.getsource(experiment)


@every_experiment
def test_documents_every_column(experiment):
    for table, frame in tables(run(experiment, short(experiment))).items():
        assert f"`{table}`" in experiment.Result.__doc__, table
        words = set(re.findall(r"\w+", experiment.Result.__doc__))
        assert words.issuperset(frame.columns), f"{table}: {set(frame.columns) - words}"
        assert columns_of(experiment.Result)[table] == tuple(frame.columns), table


@every_experiment
def test_every_parameter_has_help(experiment):
    assert all(len(spec.help) > 5 for spec in specs(experiment.Params).values())


@every_experiment
def test_summary_and_sentence_are_for_reading(experiment):
    result = run(experiment, short(experiment))
    assert list(result.summary.columns) == ["quantity", "value", "unit"]
    assert 1 <= len(result.summary) <= 7  # the longest in the contracts
    assert result.sentence.endswith(".") and not {"nan", "inf"} & set(result.sentence.lower().split())


@every_experiment
def test_same_parameters_give_the_same_tables_from_threads_at_once(experiment):
    streams = hasattr(experiment, "watch")
    settings = [brief(p) for p in points(experiment, 0 if streams else 3)]
    alone = [run(experiment, p) for p in settings]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(experiment.run, settings * 2))
    for i, result in enumerate(together):
        for table, frame in tables(alone[i % len(settings)]).items():
            pd.testing.assert_frame_equal(frame, tables(result)[table])


def assert_drawable(result):
    for table, frame in tables(result).items():
        assert len(frame) <= 6500, f"{table}: {len(frame)} rows"
        for column in frame.select_dtypes("number"):
            assert np.isfinite(frame[column].to_numpy(float)).all(), f"{table}.{column}"
        assert not frame.isna().any(axis=None), table


@every_experiment
def test_runs_to_the_ends_of_every_range(experiment):
    base = short(experiment)
    assert_drawable(run(experiment, base))
    for _, moved in neighbours(experiment, base):  # what explodes does so within twenty steps
        assert_drawable(run(experiment, brief(short(experiment, moved), 20)))


@every_experiment
def test_runs_at_random_corners_of_the_box(experiment):
    for params in points(experiment, 1 if hasattr(experiment, "watch") else 5, seed=1):
        result = run(experiment, params)
        assert_drawable(result)
        assert not {"nan", "inf", "-inf"} & set(result.sentence.lower().replace(",", " ").split()), result.sentence


@every_experiment
def test_refuses_what_lies_outside_by_name(experiment):
    for field, spec in specs(experiment.Params).items():
        outside = (spec.high + spec.step, spec.low - spec.step) if isinstance(spec, Number) else ("no such option",)
        for value in (*outside, None, float("nan")):
            with pytest.raises(ValueError, match=rf"^{field} must be .*, got "):
                experiment.Params(**{field: value})


@every_experiment
def test_every_control_matters_and_idle_ones_do_nothing(experiment):
    alive = set()
    for i, params in enumerate(points(experiment, 40)):
        if i > 6 and alive == set(specs(experiment.Params)):
            break  # beyond the first six only until every field has had its chance not to be idle
        idle = params.idle()
        for field, moved in neighbours(experiment, params):
            if field in alive and field not in idle:
                continue
            after = brief(moved, 5) if field == "steps" else brief(moved)
            changed = not same(run(experiment, brief(params)), run(experiment, after), but=field)
            assert not (changed and field in idle), f"{field} acts though it is idle at {params}"
            alive |= {field} if changed else set()
    assert alive >= set(specs(experiment.Params)), set(specs(experiment.Params)) - alive


@every_experiment
def test_idle_is_judged_by_the_parameters_above(experiment):
    order = list(specs(experiment.Params))
    for params in points(experiment, 6):
        for field, moved in neighbours(experiment, params):
            below = order[: order.index(field) + 1]
            assert params.idle() & set(below) == moved.idle() & set(below), field


@every_experiment
def test_run_fits_on_a_slide(experiment):
    source = inspect.getsource(shown_code(experiment))
    assert len(source.splitlines()) <= 40
    assert "try:" not in source


@every_experiment
def test_stays_within_the_time_budget(experiment):
    """Generous, and in processor time: shared machines are noisy. `benchmarks/` measures the real figures."""
    budget = 5.0 if hasattr(experiment, "watch") else 0.25
    run(experiment, short(experiment))  # caches and lazy imports
    assert any(seconds(experiment) < budget for _ in range(3))


def seconds(experiment):
    start = time.thread_time()
    experiment.run(short(experiment))
    return time.thread_time() - start


@every_experiment
def test_leaves_the_global_random_state_alone(experiment):
    before = torch.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()
    experiment.run(brief(short(experiment)))
    assert torch.equal(before[0], torch.get_rng_state())
    assert (before[1] == np.random.get_state()[1]).all() and before[2] == random.getstate()

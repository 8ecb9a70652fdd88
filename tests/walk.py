"""What the contract tests walk: every experiment and every page, found on disk."""

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import fields, replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd

from dlcore.params import Choice, Own, specs, values

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "pages").glob("*.py"))
SMALLEST = ("steps", "n_seeds", "critic_steps")  # what makes a stream long


def modules(pattern):
    return [import_module(".".join(p.relative_to(ROOT).with_suffix("").parts))
            for p in sorted((ROOT / "dlcore/topics").glob(pattern))]


EXPERIMENTS = modules("*/[!_]*.py")
CLAIM_FILES = modules("*/_claims.py")


def awaited(coroutine):
    """What a coroutine gives; in a thread, since Playwright has a loop in this one."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, coroutine).result()


def name(module):
    return ".".join(module.__name__.split(".")[-2:])


@lru_cache(maxsize=300)
def run(experiment, params):
    """The result at these values: the walks of one experiment meet in many of them."""
    return experiment.run(params)


def short(experiment, params=None):
    """`params`, with a stream cut to its smallest length."""
    params = params or experiment.Params()
    if not hasattr(experiment, "watch"):
        return params
    known = specs(experiment.Params)
    return replace(params, **{f: known[f].ends()[0] for f in SMALLEST if f in known})


def brief(params, steps=4):
    """`params` with a training of so few steps as no slider allows: enough where no outcome is looked at."""
    experiment = import_module(type(params).__module__)
    if hasattr(experiment, "watch") and name(experiment) != "positions.tasks":  # which makes its own anew, and checks
        params = copy(params)
        object.__setattr__(params, "steps", steps)
    return params


def tables(result):
    return {f.name: getattr(result, f.name) for f in fields(result)
            if isinstance(getattr(result, f.name), pd.DataFrame)}


def points(experiment, count, seed=0):
    """The defaults, then random corners: each field at one of its ends or at its default."""
    rng, known = random.Random(seed), specs(experiment.Params)
    yield short(experiment)
    for _ in range(count):
        yield short(experiment, experiment.Params(**{
            f: rng.choice(spec.ends()) if rng.random() < 0.6 else getattr(experiment.Params(), f)
            for f, spec in known.items()}))


def neighbours(experiment, params):
    """(field, the same params with that field at another end; a stream grows by one notch only)."""
    for field, spec in specs(experiment.Params).items():
        ends, streams = spec.ends(), hasattr(experiment, "watch")
        if streams and field in SMALLEST:
            ends = spec.options[:2] if isinstance(spec, Choice) else (spec.low, spec.low + spec.step)
        for value in dict.fromkeys((ends[0], ends[-1], ends[-1] if streams else ends[len(ends) // 2])):
            if value != values(params)[field]:
                yield field, replace(params, **{field: value})


def same(one, other, but=""):
    """Whether all tables agree up to rounding; a summary row called `but` does not count."""
    return all(_same_table(t, tables(other)[k], but) for k, t in tables(one).items())


def _same_table(a, b, but):
    if "quantity" in a and len(a.columns) == 3:
        a, b = a[a.quantity != but], b[b.quantity != but]
    if a.shape != b.shape:
        return False
    return all(np.allclose(a[c].to_numpy(float), b[c].to_numpy(float), rtol=1e-9, atol=1e-300)
               if pd.api.types.is_numeric_dtype(a[c]) and pd.api.types.is_numeric_dtype(b[c])
               else list(a[c]) == list(b[c]) for c in a.columns)


def box(experiment, count, seed=0):
    """Random settings of the whole box, ends included and between the widget's steps too; a stream is cut short."""
    rng, known = random.Random(f"{name(experiment)} {seed}"), specs(experiment.Params)
    for _ in range(count):
        yield short(experiment, experiment.Params(**{f: _anywhere(rng, spec) for f, spec in known.items()}))


def _anywhere(rng, spec):
    if isinstance(spec, Choice | Own):
        return rng.choice(spec.ends())
    if rng.random() < 0.2:
        return rng.choice(spec.ends())
    if isinstance(spec.step, int):
        return rng.randint(spec.low, spec.high)
    value = rng.uniform(spec.low, spec.high)
    return value if rng.random() < 0.3 else spec.nearest(value)


def numbers(result):
    """The summary by name."""
    return dict(zip(result.summary.quantity, result.summary.value, strict=True))

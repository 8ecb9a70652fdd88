"""A study's file, read and checked: it may be anybody's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from dlcore.params import Ranged, specs
from dlcore.study.work import CLAIMS, module_of

LARGEST, MOST_ROWS, MOST_BYTES = 20_000_000, 2_000_000, 300_000_000  # of a file, and of what is packed in it
# What the law says of a measure: another measure, and what it is multiplied by. An error of 10⁻⁶ is six decades.
LAWS = {"growth_per_layer": ("growth_per_layer_theory", 1.0), "settled_steps": ("steps_per_decade", 6.0)}


class Refused(Exception):
    """A file that is no study, and why; said in plain words."""


@dataclass(frozen=True, eq=False)
class Study:
    """What was asked, and the numbers: one row a run, or one a setting if `seeds` is 0 or 1."""

    experiment: str
    axes: Mapping[str, list[Any]]
    fixed: Mapping[str, Any]
    measures: tuple[str, ...]
    seeds: int
    command: str
    versions: Mapping[str, str]
    runs: pd.DataFrame

    @property
    def params(self) -> type[Ranged]:
        """The parameters of its experiment."""
        return module_of(self.experiment).Params

    @property
    def shown(self) -> list[str]:
        """Its measures without those that are another one's law."""
        laws = {LAWS[name][0] for name in self.measures if name in LAWS}
        return [name for name in self.measures if name not in laws]


@lru_cache(maxsize=8)
def shipped(path: Path) -> Study:
    """One of the studies that come with the dashboard."""
    return read(path)


def read(source: Path | BinaryIO) -> Study:
    """Open a study's file.

    Raises: Refused saying what is wrong with it.
    """
    try:
        file = pq.ParquetFile(source, page_checksum_verification=True)
        if file.metadata.num_rows > MOST_ROWS or _unpacked(file) > MOST_BYTES:
            raise Refused(f"it holds more than {MOST_ROWS:,} rows or {MOST_BYTES // 1_000_000} MB of numbers")
        about = json.loads((file.schema_arrow.metadata or {})[b"study"])
        return _checked(about, file.read().to_pandas())
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise Refused("it is no whole parquet file") from error
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise Refused("its metadata do not say which study made it") from error
    except ValueError as error:
        raise Refused(f"its metadata do not fit this version: {error}") from error


def _unpacked(file: pq.ParquetFile) -> int:
    return sum(file.metadata.row_group(i).total_byte_size for i in range(file.metadata.num_row_groups))


def _checked(about: dict[str, Any], runs: pd.DataFrame) -> Study:
    """Only names and values that the experiment declares: they are shown, and become part of a link."""
    axes, fixed, experiment = about["axes"], about["fixed"], about["experiment"]
    measures = tuple(about["measures"])
    if experiment != CLAIMS:
        known = specs(module_of(experiment).Params)
        for name, value in [*((n, v) for n, found in axes.items() for v in found), *fixed.items()]:
            if name not in known or not known[name].allows(value):
                raise ValueError(f"{name[:40]} is no parameter of {experiment}, or outside its range")
    needed = {*axes, *measures, *(["seed"] if about["seeds"] else [])}
    if missing := needed - set(runs.columns):
        raise ValueError(f"{len(missing)} of its columns are missing")
    if not measures or any(not name.isidentifier() or len(name) > 40 for name in measures):
        raise ValueError("its measures are no names")
    if any(not pd.api.types.is_numeric_dtype(runs[name]) for name in measures):
        raise ValueError("its measures are no numbers")
    return Study(experiment, axes, fixed, measures, len(about["seeds"]), str(about["command"]), about["versions"], runs)

"""The file of a study: one row a run, and in its metadata all that made it. Needs pyarrow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dlcore.study.parts import Parts, writing
from dlcore.study.plan import Plan, batches, key_of
from dlcore.study.work import Block

META = b"study"
ROWS = 20_000  # of a group: memory stays the same however many there are


def gather(plan: Plan, parts: Parts, out: Path) -> None:
    """Write all parts to one file, a group of rows at a time, and take it in use when it is whole.

    Raises: parts.Unwritten naming the file, LookupError naming a part that is missing or corrupt.
    """
    schema, draft = schema_of(plan), out.with_name(out.name + ".draft")
    with writing(out):
        with pq.ParquetWriter(draft, schema, compression="zstd") as writer:
            for rows in batches(_rows(plan, parts), ROWS):
                writer.write_table(pa.Table.from_pylist(list(rows), schema))
        draft.replace(out)


def schema_of(plan: Plan) -> pa.Schema:
    """The columns: the axes, the seed, the measures; the metadata: parameters, versions, seeds, command, key."""
    kinds = {str: pa.string(), bool: pa.bool_(), int: pa.int32(), float: pa.float64()}
    columns = [(name, pa.string() if len({type(v) for v in found}) > 1 else kinds[type(found[0])])
               for name, found in plan.axes.items()]
    columns += [("seed", pa.int32())] if plan.seeds else []
    columns += [(name, pa.float64()) for name in plan.measures]
    return pa.schema(columns, metadata={META: json.dumps({**plan.about(), "key": plan.key}).encode()})


def _rows(plan: Plan, parts: Parts) -> Iterator[dict[str, Any]]:
    for block in plan.blocks():
        found = parts.read(key_of(block))
        if found is None:
            raise LookupError(f"{parts.path(key_of(block))} is missing or corrupt: give the same command again")
        for place, numbers in zip(_places(plan, block), found, strict=True):
            yield {**place, **dict(zip(plan.measures, numbers, strict=True))}


def _places(plan: Plan, block: Block) -> Iterator[dict[str, Any]]:
    """Where each row stands, in the order of the block."""
    mixed = {name for name, found in plan.axes.items() if len({type(v) for v in found}) > 1}
    for setting in block.settings:
        here = {name: str(value) if name in mixed else value for name, value in setting if name in plan.axes}
        for seed in block.seeds or (None,):
            yield here if seed is None else {**here, "seed": seed}


def about(path: Path) -> dict[str, Any]:
    """What made a file.

    Raises: ValueError if it is no study, pyarrow's own errors if it is no parquet file.
    """
    metadata = pq.read_schema(path).metadata or {}
    if META not in metadata:
        raise ValueError(f"{path.name} is no study: its metadata do not say what made it")
    return json.loads(metadata[META])


def is_whole(plan: Plan, out: Path) -> bool:
    """Whether a file holds exactly this study, with every row; its pages carry checksums of their own."""
    if not out.is_file() or out.stat().st_size < 12:
        return False
    with out.open("rb") as file:
        file.seek(-4, 2)
        if file.read() != b"PAR1":
            return False
    return about(out).get("key") == plan.key and pq.read_metadata(out).num_rows == plan.runs

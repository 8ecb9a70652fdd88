"""Results on disk as they come: a part a block, named after what it holds, written whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from dlcore.study.plan import digest
from dlcore.study.work import Rows


class Unwritten(RuntimeError):
    """A file could not be written; what was written before is kept."""


@dataclass(frozen=True)
class writing:
    """Within it, an error of the disk names the file, and what to do."""

    path: Path

    def __enter__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if isinstance(error, OSError):
            raise Unwritten(f"{self.path} could not be written ({error.strerror or error}): all parts before it are "
                            "kept; make room and give the same command again") from error


@dataclass(frozen=True)
class Parts:
    """The folder of the parts of one study, beside its file."""

    folder: Path

    def path(self, key: str) -> Path:
        """Where the part of a block is or will be."""
        return self.folder / f"{key}.part"

    def write(self, key: str, rows: Rows) -> None:
        """Keep the rows of a block.

        Raises: Unwritten naming the file, if the disk is full or refuses it.
        """
        body, path = json.dumps(rows), self.path(key)
        with writing(path):
            draft = path.with_suffix(".draft")
            with draft.open("w", encoding="utf-8") as file:
                file.write(f"{digest(body)}\n{body}")
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)

    def read(self, key: str) -> Rows | None:
        """The rows of a block; None if they are not there, or not as they were written."""
        path = self.path(key)
        if not path.is_file():
            return None
        seal, _, body = path.read_bytes().decode("utf-8", "replace").partition("\n")
        return json.loads(body) if digest(body) == seal else None

    def remove(self) -> None:
        """Take the folder away, once all is in the file."""
        shutil.rmtree(self.folder, ignore_errors=True)

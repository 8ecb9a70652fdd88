"""A view that failed because of a file of the package: which file, and how it is made anew."""

from __future__ import annotations

import zipfile
from pathlib import Path
from traceback import walk_tb

from ui.link import ROOT

# What makes the data files anew, by their folder or name.
REMAKE = {"checkpoints": "python -m dlcore.topics.attention._train", "digits.npz": "python scripts/remake_digits.py"}
_KINDS = (".npz", ".pt")  # both are archives in the form of zip


def explained(said: str, error: BaseException) -> str:
    """What a reader is told of a failure, with the file at fault if there is one."""
    file = broken(error)
    return f"{said} {remedy(file)}" if file else said


def broken(error: BaseException) -> Path | None:
    """The data file that is missing or damaged and can have caused `error`; None if there is none.

    Looked for where the code that failed lies: a file without which no module would be there is of no use to it.
    """
    named = getattr(error, "filename", None)
    if named and Path(str(named)).suffix in _KINDS:
        return Path(str(named))
    modules = [Path(frame.f_code.co_filename) for frame, _ in walk_tb(error.__traceback__)]
    folders = {path.parent for path in modules if path.is_relative_to(ROOT / "dlcore/topics")}
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in _KINDS)
    return next((path for path in files if not sound(path)), None)


def sound(path: Path) -> bool:
    """Whether every part of an archive is there and has its checksum."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except Exception:  # each kind of damage has an exception of its own
        return False


def remedy(path: Path) -> str:
    """What a reader is told: the file by its place in the repository, and the commands that bring it back."""
    place = path.relative_to(ROOT) if path.is_relative_to(ROOT) else Path(path.name)
    command = REMAKE.get(path.name) or REMAKE.get(path.parent.name)
    anew = f", or `{command}` makes it anew" if command else ""
    return f"The file `{place}` is missing or damaged: `git checkout -- {place}` brings it back{anew}."

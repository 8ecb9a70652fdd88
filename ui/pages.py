"""The pages that there are: the folder is the table of contents."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dlcore.topic import Topic, read
from ui.link import ROOT


@cache
def pages() -> tuple[Path, ...]:
    """The files of `pages/`, in order."""
    return tuple(sorted((ROOT / "pages").glob("[0-9]*.py")))


@cache
def topics() -> dict[Path, Topic]:
    """What every page declares, read once a process."""
    return {page: read(page) for page in pages()}


def number_of(page: Path) -> int:
    """3 of `03_Momentum.py`."""
    return int(page.stem.partition("_")[0])


def name_of(page: Path) -> str:
    """`Momentum` of `03_Momentum.py`: what its address says."""
    return page.stem.partition("_")[2]


def page_named(name: str) -> Path:
    """The page that its address calls so."""
    return next(page for page in pages() if name_of(page) == name)

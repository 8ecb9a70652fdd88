"""Where lessons come from: the folder `lessons` beside the app, and files that a reader brings along."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from dlcore.lesson import Lesson, read_lesson
from dlcore.topic import Topic
from ui.link import ROOT, notice, visible
from ui.pages import name_of, number_of, page_named, topics
from ui.session import session

FOLDER = ROOT / "lessons"
KEPT = 5  # lessons that one reader has uploaded


def bring() -> None:
    """Take a lesson of the reader's own and play it at once. It stays in this visit."""
    with st.expander("Bring your own lesson", key="bring"):
        file = st.file_uploader("A Markdown file with steps, at most 1 MB", type=["md", "txt"], key="lesson-file",
                                max_upload_size=2)
        if file is not None:
            _play(file)


def _play(file: Any) -> None:
    name = re.sub(r"\W+", "_", _name(Path(file.name)))[:40] or "lesson"
    try:
        lesson = read_lesson(file.getvalue(), visible(file.name[:60]), _topics())
    except ValueError as error:
        return notice(visible(str(error)))
    own = session().uploaded
    own.pop(name, None)
    own[name] = lesson
    while len(own) > KEPT:
        del own[next(iter(own))]
    st.switch_page(f"pages/{page_named(lesson.page).name}", query_params={"lesson": name, "step": "1"})


def _files() -> list[Path]:
    return sorted(FOLDER.glob("*.md"))


def _name(file: Path) -> str:
    """`momentum` of `03_momentum.md`: what the address says."""
    return re.sub(r"^\d+_", "", file.stem)


def shipped(name: str) -> Lesson | None:
    """The lesson of a file beside the app; None if there is none of this name.

    Raises: ValueError that names the file, the line and what was expected there.
    """
    file = next((file for file in _files() if _name(file) == name), None)
    return _read(file, file.stat().st_mtime_ns) if file else None


@lru_cache(maxsize=32)
def _read(file: Path, changed: int) -> Lesson:
    """What a file says; `changed` is when it was written, so that one that is edited is read anew."""
    return read_lesson(file.read_bytes(), file.name, _topics())


def _topics() -> dict[str, Topic]:
    """What the pages declare, by the names of their addresses."""
    return {name_of(page): topic for page, topic in topics().items()}


@cache
def _first_views() -> dict[str, int]:
    return {topic.views[0].anchor: number_of(page) for page, topic in topics().items() if topic.views}


def about(topic: Topic) -> list[str]:
    """The names of the lessons whose file has the number of the page."""
    number = _first_views().get(topic.views[0].anchor) if topic.views else None
    return [_name(file) for file in _files() if number is not None and file.name.startswith(f"{number:02d}")]

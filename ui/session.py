"""What the server remembers of one reader's visit: everything that is not the value of a widget, with its type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from dlcore.claims import Claim
from dlcore.lesson import Lesson
from dlcore.params import Ranged
from dlcore.steps import Step


@dataclass
class Run:
    """A training that is under way: it lies in the reader's session and ends with it."""

    params: Ranged
    items: Iterator[Any]
    last: Any = None
    playing: bool = True
    stepping: bool = False
    hurrying: bool = False  # to its end, with few drawings
    done: bool = False
    drawn: int = 0  # the number of the redraw that shows the last item

    def advance(self) -> None:
        """Take the next item; where there is none the last one stays, and the stream is done."""
        item = next(self.items, None)
        self.last, self.done = (self.last, True) if item is None else (item, False)
        self.stepping = False


@dataclass(frozen=True)
class Guide:
    """A lesson that is played, and where it stands."""

    name: str  # in the address
    lesson: Lesson
    number: int  # of the step, from 1

    @property
    def step(self) -> Step:
        """The step that is open."""
        return self.lesson.steps[self.number - 1]

    @property
    def before(self) -> Step | None:
        """The step that its numbers are compared with."""
        return self.lesson.steps[self.number - 2] if self.number > 1 else None


@dataclass(frozen=True)
class OnScreen:
    """What a view shows now: the settings of its experiments, held sliders included, and their results."""

    view: str
    settings: Sequence[Ranged]
    results: Sequence[Any]


@dataclass
class Session:
    """One reader. Views are named by their anchor, `momentum-ravine`."""

    link: dict[str, list[str]] = field(default_factory=dict)  # the values that the page was opened with, as texts
    remarks: dict[str, str] = field(default_factory=dict)  # view -> what of the link it could not use
    values: dict[str, dict[str, Any]] = field(default_factory=dict)  # view -> its values when it was last drawn
    pressed: dict[str, str] = field(default_factory=dict)  # view -> the preset that was pressed last
    greyed: dict[str, set[str]] = field(default_factory=dict)  # view -> controls that do nothing now
    redraws: dict[str, int] = field(default_factory=dict)  # view -> how often it was drawn
    said: dict[str, str] = field(default_factory=dict)  # own data -> the remark on the file that it is from
    files: dict[str, int] = field(default_factory=dict)  # own data -> how many files were read
    moves: int = 0  # how often a control was moved for the reader: by a preset, a tap, a claim
    run: Run | None = None  # the training of the view that is open
    many: tuple[tuple[Ranged, ...], list[Sequence[Any]]] = ((), [])  # settings, and their runs with eight seeds
    shown: OnScreen | None = None  # the answer that was drawn last
    still: bool = False  # the reader's system asks for little motion
    claim: str = ""  # the number of the claim that the address names
    opened: Claim | None = None  # that claim
    decided: Ranged | None = None  # the case of that claim, until it has been shown
    tried: dict[str, set[int]] = field(default_factory=dict)  # quiz -> the lines that were picked
    guesses: dict[str, str] = field(default_factory=dict)  # claim -> the reader's own verdict
    uploaded: dict[str, Lesson] = field(default_factory=dict)  # name -> the reader's own lesson
    finished: dict[Ranged, Any] = field(default_factory=dict)  # trainings that were pinned at their end
    guide: Guide | None = None  # the lesson that the address names
    cell: dict[str, Any] = field(default_factory=dict)  # of a study's map: it was tapped, and its run is to be opened
    arrived: str = ""  # the lesson and step that the controls were last set to

    def guiding(self, view: str) -> Guide | None:
        """The lesson, if its step is about this view."""
        return self.guide if self.guide and self.guide.step.place.view.anchor == view else None


def session() -> Session:
    """The session of the reader who is being answered."""
    return st.session_state.setdefault("reader", Session())

"""A lesson in Markdown, as somebody writes it who does not program; `docs/lessons.md` shows each line.

    # The heavy ball                                   the title
    Misconception: Momentum always saves steps.        what the lesson sets right

    ## A ravine                                        a step
    One to five sentences for the room.
    View: /Momentum?view=Ravine&momentum.ravine.momentum=0.9
    Ask: settled_steps                                 rises, falls or stays, from the step before to this one?
    Ask: settled_steps between 10 and 1000             or: how large is it?
    Point: What to look at once the charts are there.
    Hide: seed, gradient_noise                         controls that are not drawn in this step
    Lock: method                                       controls that cannot be moved in this step

The answer to a question is never written down: the run decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dlcore.steps import Source, Step, read_step
from dlcore.topic import Topic

LARGEST, MOST_STEPS, LONGEST = 1_000_000, 30, 2_000  # bytes, steps, characters of a line


@dataclass(frozen=True)
class Lesson:
    """Steps on one page that set one misconception right."""

    title: str
    misconception: str
    steps: tuple[Step, ...]

    @property
    def page(self) -> str:
        """The page that it is about: `Momentum`."""
        return self.steps[0].place.page


def read_lesson(data: bytes, source: str, topics: Mapping[str, Topic]) -> Lesson:
    """A lesson from the bytes of its file; `topics` are named as their pages are, `Momentum`.

    Raises: ValueError that names `source`, the line and what was expected there.
    """
    lines, file = _lines(data, source), Source(source)
    start = next((i for i, line in enumerate(lines) if line.strip()), 0)
    title = lines[start].removeprefix("# ").strip()
    if not lines[start].startswith("# ") or not title:
        raise file.wrong(start + 1, "the title, “# …”", lines[start])
    heads = [i for i in range(start + 1, len(lines)) if lines[i].startswith("#")]
    for i in heads:
        if not lines[i].startswith("## ") or not lines[i][3:].strip():
            raise file.wrong(i + 1, "a step, “## Its title”", lines[i])
    if not 1 <= len(heads) <= MOST_STEPS:
        line = heads[MOST_STEPS] + 1 if heads else len(lines)
        raise file.wrong(line, f"1 to {MOST_STEPS} steps, each under “## Its title”", f"{len(heads)} steps")
    steps: list[Step] = []
    for begin, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        steps.append(read_step(lines, begin, end, steps, topics, file))
    return Lesson(title, _misconception(lines, start + 1, heads[0], file), tuple(steps))


def _lines(data: bytes, source: str) -> list[str]:
    """The lines of the file, whatever ends them; only what can be seen may stand in them."""
    if len(data) > LARGEST:
        raise ValueError(f"{source}: expected at most 1 MB of text, got {len(data) / 1e6:.1f} MB")
    text = data.decode("utf-8-sig", errors="surrogateescape").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.translate({0xA0: " ", 0x202F: " ", 0x9: " "}).split("\n")
    for number, line in enumerate(lines, 1):
        strange = next((c for c in line if not c.isprintable()), None)
        if strange is not None and 0xDC80 <= ord(strange) <= 0xDCFF:
            raise ValueError(f"{source}, line {number}: expected text in UTF-8, got the byte {ord(strange) - 0xDC00}; "
                             "save the file with the encoding UTF-8")
        if strange is not None:
            raise ValueError(f"{source}, line {number}: expected text that can be seen, got the invisible "
                             f"character U+{ord(strange):04X}")
        if len(line) > LONGEST:
            raise ValueError(f"{source}, line {number}: expected at most {LONGEST} characters, got {len(line)}")
        if "![" in line:
            raise ValueError(f"{source}, line {number}: expected words, got a picture: the view is the picture")
    return lines


def _misconception(lines: list[str], begin: int, end: int, file: Source) -> str:
    said = " ".join(line.strip() for line in lines[begin:end] if line.strip())
    if not said.startswith("Misconception: ") or len(said) < 20:
        first = next((i for i in range(begin, end) if lines[i].strip()), begin)
        raise file.wrong(first + 1, "“Misconception: ” and the sentence that the lesson sets right", said)
    return said.removeprefix("Misconception: ")

"""The words of a topic, in Markdown, as somebody writes them who does not program.

    # Does momentum help on a convex loss?             the title of the page
    One line below it.

    ## Ravine                                          a view, by the name on its tab
    Two or three sentences that set the scene.

    ### What to try
    A sentence on what to do first.
    - **Plain descent, best step**: what to watch for once this preset is pressed.

    ### Numbers
    - `settled_steps` **Steps to within 10⁻⁶**: what the number means.
    - `best_rate` *Best factor*: another one, which stands below the sentence and not above the charts.

    ### Why
    The law and its derivation, folded away until somebody asks.

    ### Common mistakes
    What the answer sheet makes of it.

A view may leave out any of its parts, but has a line for each of its presets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

PARTS = ("What to try", "Numbers", "Why", "Common mistakes")
_PRESET = re.compile(r"- \*\*(?P<name>.+?)\*\*:? (?P<words>.+)", re.S)
_NUMBER = re.compile(r"- `(?P<name>[^`]+)` (?P<mark>\*\*?)(?P<said>[^*]+)(?P=mark):? (?P<words>.+)", re.S)


@dataclass(frozen=True)
class Quantity:
    """What a number is called beside the charts, and what it means."""

    name: str
    meaning: str
    second: bool = False  # it stands below the sentence: nobody needs it at first sight


@dataclass(frozen=True)
class ViewWords:
    """What is written about one view; Markdown, but for the names."""

    scene: str = ""
    first: str = ""  # what to try first, without a preset
    presets: Mapping[str, str] = field(default_factory=dict)  # name -> what to watch for
    numbers: Mapping[str, Quantity] = field(default_factory=dict)  # quantity of a summary -> its name and meaning
    why: str = ""
    mistakes: str = ""

    def about(self, quantity: str) -> Quantity | None:
        """The name and the meaning of a number; `modes_covered, WGAN-GP` is that of `modes_covered` for WGAN-GP."""
        known, comma, whose = quantity.partition(", ")
        found = self.numbers.get(known)
        return replace(found, name=f"{found.name}{comma}{whose}") if found else None


@dataclass(frozen=True)
class TopicWords:
    """What is written about a topic."""

    title: str
    prose: str
    views: Mapping[str, ViewWords]


def read_words(text: str, source: str = "the words") -> TopicWords:
    """Read the words of a topic.

    Raises: ValueError that names `source`, the line and what was expected there.
    """
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    title = lines[0].removeprefix("# ").strip()
    if not title:
        raise ValueError(f"{source}, line 1: expected the title, “# …?”, got an empty line")
    sections = _cut(lines, "## ", 1)
    views: dict[str, ViewWords] = {}
    for name, begin, end in sections[1:]:
        if name in views:
            raise ValueError(f"{source}, line {begin}: a second view is called “{name}”")
        views[name] = _view(lines, begin, end, source)
    return TopicWords(title, _joined(lines[1:sections[0][2]]), views)


def _cut(lines: list[str], mark: str, begin: int, end: int | None = None) -> list[tuple[str, int, int]]:
    """(heading, first line after it, line of the next one) of each section, that before the first heading with it."""
    end = len(lines) if end is None else end
    at = [i for i in range(begin, end) if lines[i].startswith(mark)]
    heads = [("", begin), *((lines[i].removeprefix(mark).strip(), i + 1) for i in at)]
    return [(name, first, last) for (name, first), last in zip(heads, [*at, end], strict=True)]


def _view(lines: list[str], begin: int, end: int, source: str) -> ViewWords:
    parts = _cut(lines, "### ", begin, end)
    found = {name: (start, stop) for name, start, stop in parts[1:]}
    for name, (start, _) in found.items():
        if name not in PARTS:
            raise ValueError(f"{source}, line {start}: expected one of {', '.join(PARTS)}, got “{name}”")
    first, presets = _items(lines, *found.get("What to try", (0, 0)), _PRESET, source)
    _, numbers = _items(lines, *found.get("Numbers", (0, 0)), _NUMBER, source)
    why, mistakes = (_joined(lines[slice(*found.get(name, (0, 0)))]) for name in PARTS[2:])
    told = {one["name"]: Quantity(one["said"], one["words"], one["mark"] == "*") for one in numbers}
    return ViewWords(_joined(lines[parts[0][1]:parts[0][2]]), first,
                     {one["name"]: one["words"] for one in presets}, told, why, mistakes)


def _items(lines: list[str], begin: int, end: int, form: re.Pattern[str],
           source: str) -> tuple[str, list[dict[str, str]]]:
    """What stands above a list, and its items."""
    at = [i for i in range(begin, end) if lines[i].startswith("- ")]
    items = []
    for i, stop in zip(at, [*at[1:], end], strict=False):
        item = form.fullmatch(" ".join(line.strip() for line in lines[i:stop] if line.strip()))
        if item is None:
            expected = "- **Preset**: what to watch for" if form is _PRESET else "- `quantity` **Name**: what it means"
            raise ValueError(f"{source}, line {i + 1}: expected “{expected}”, got “{lines[i]}”")
        items.append(item.groupdict())
    return _joined(lines[begin:at[0] if at else end]), items


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).strip()

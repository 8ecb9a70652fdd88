"""One step of a lesson: its text, the view that it opens, what it asks, and the controls that it holds still."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from dlcore.address import Place, read_address
from dlcore.question import Ask, known, streams
from dlcore.spelling import label
from dlcore.topic import Topic

KEYS = ("View", "Ask", "Point", "Hide", "Lock")
MOST_LINES, MOST_LETTERS = 60, 1_200  # of a step: more cannot be read in class
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?"
_GUESS = re.compile(rf"(?P<name>.+?) between (?P<low>{_NUMBER}) and (?P<high>{_NUMBER})", re.I)
_TOLD = re.compile(r".+ (rises|falls|stays)", re.I)
_LINE = re.compile(r"(?P<key>[A-Za-z]+): *(?P<said>.*)")
_END = re.compile(r"[.!?…][)”\"*_]*(?:\s+(?=[\W\d]{0,5}[A-Z])|$)")


@dataclass(frozen=True)
class Source:
    """The file that is read, for what is said of a mistake in it."""

    name: str

    def line(self, number: int) -> str:
        """Where it is."""
        return f"{self.name}, line {number}"

    def wrong(self, number: int, expected: str, got: str) -> ValueError:
        """The error: where, what was expected, what is there."""
        return ValueError(f"{self.line(number)}: expected {expected}, got “{got[:80]}”")


@dataclass(frozen=True)
class Step:
    """One picture for the room."""

    title: str
    text: str  # Markdown
    place: Place
    ask: Ask | None = None
    point: str = ""
    hidden: frozenset[str] = frozenset()  # controls, by the names of their parameters
    locked: frozenset[str] = frozenset()


def read_step(lines: list[str], begin: int, end: int, before: list[Step], topics: Mapping[str, Topic],
              file: Source) -> Step:
    """The step between two lines, after the steps `before`.

    Raises: ValueError that names the file, the line and what was expected there.
    """
    if end - begin > MOST_LINES:
        raise file.wrong(begin + 1, f"at most {MOST_LINES} lines in a step", f"{end - begin} lines")
    keyed, text = _cut(lines, begin + 1, end, file)
    if len(text) > MOST_LETTERS:
        raise file.wrong(begin + 1, f"at most {MOST_LETTERS} letters in a step", f"{len(text)} letters")
    count = len(_END.findall(text))
    if not 1 <= count <= 5:
        raise file.wrong(begin + 1, "one to five sentences under the title of a step", f"{count} sentences")
    if "View" not in keyed:
        raise file.wrong(begin + 1, "under this step a line “View: ” with the link that *Copy link* copies",
                         lines[begin])
    at, link = keyed["View"]
    place = read_address(link, topics, file.line(at))
    if before and place.page != before[0].place.page:
        raise file.wrong(at, f"a view of /{before[0].place.page}: a lesson stays on one page", f"/{place.page}")
    hidden, locked = (_controls(place, *keyed[key], file) if key in keyed else frozenset() for key in ("Hide", "Lock"))
    ask = _ask(place, before[-1].place if before else None, topics[place.page], *keyed["Ask"], file) \
        if "Ask" in keyed else None
    return Step(lines[begin].removeprefix("## ").strip(), text, place, ask, keyed.get("Point", (0, ""))[1],
                hidden, locked)


def _cut(lines: list[str], begin: int, end: int, file: Source) -> tuple[dict[str, tuple[int, str]], str]:
    """The lines with a key, each with its number, and the text between them."""
    keyed: dict[str, tuple[int, str]] = {}
    text = []
    for i in range(begin, end):
        found = _LINE.fullmatch(lines[i].strip())
        key = found["key"].capitalize() if found else ""
        if found is None or key not in KEYS:
            if meant := get_close_matches(key, KEYS, 1, 0.75):
                raise file.wrong(i + 1, f"“{meant[0]}: …”", lines[i])
            text.append(lines[i])
        elif key in keyed or not found["said"].strip():
            raise file.wrong(i + 1, f"one line “{key}: …” in a step, with something after it", lines[i])
        else:
            keyed[key] = i + 1, found["said"].strip()
    return keyed, "\n".join(text).strip()


def _controls(place: Place, line: int, said: str, file: Source) -> frozenset[str]:
    """The parameters that a line names, as the link or as the screen calls them."""
    names = {called: name for name in place.view.controls for called in (name.lower(), label(name).lower())}
    for word in said.split(","):
        if word.strip().lower() not in names:
            raise file.wrong(line, f"controls of the view {place.view.name}, of {', '.join(place.view.controls)}",
                             word.strip())
    return frozenset(names[word.strip().lower()] for word in said.split(","))


def _ask(place: Place, before: Place | None, topic: Topic, line: int, said: str, file: Source) -> Ask:
    """A question about a number that the runs of this step have, and those of the step before if they are compared."""
    guess = _GUESS.fullmatch(said)
    name = (guess["name"] if guess else said).strip()
    names = known(place, topic.about(place.view))
    if name.lower() not in names:
        if _TOLD.fullmatch(name):
            raise file.wrong(line, "a number alone: the answer is not written down, the run decides", name)
        there = ", ".join(dict.fromkeys(names.values()))
        raise file.wrong(line, f"a number of the view {place.view.name}, one of {there}", name)
    quantity = names[name.lower()]
    if guess:
        low, high = float(guess["low"]), float(guess["high"])
        if not low < high < float("inf"):
            raise file.wrong(line, "“between” a smaller “and” a larger number", said)
        return Ask(quantity, low, high)
    if streams(place.view):
        raise file.wrong(line, f"“{name} between … and …”: only how large it is can be asked of a training", said)
    if before is None or before.view is not place.view:
        raise file.wrong(line, f"“{name} between … and …”, for the step before does not show this view", said)
    if before.values == place.values:
        raise file.wrong(line, "other values in this step than in the one before, for they are compared", said)
    if quantity not in known(before, topic.about(place.view)).values():
        raise file.wrong(line, "a number that the step before has too", said)
    return Ask(quantity)

"""The link of a view, as *Copy link* copies it: which page, which view, which values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from dlcore.params import Choice, Own, Ranged, Spec, default, specs, url_name
from dlcore.spelling import option
from dlcore.topic import Topic, View

_NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*", re.I)
# The words of an address that are no parameters.
LESSON_WORDS = ("lesson", "step", "guess")  # which step of which lesson, and the guesses at its questions
BESIDE_WORDS = ("pin", "seeds", "ask")  # pinned runs, eight seeds, Guess first: a copied link has them too
SHEET_WORDS = ("sheet-question", "sheet-verdict", "sheet-guess", "sheet-said")  # of the answer sheet
VIEW_WORDS = ("v", "view", *LESSON_WORDS, *BESIDE_WORDS, "said", "embed", "embed_options")  # in the link of a view
RESERVED_WORDS = (*VIEW_WORDS, "look", "claim", *SHEET_WORDS)  # `look` is what older links say for `view`
HISTORY_WORDS = ("view", "claim", "lesson", "step")  # the browser's Back leads to where one of them was another


@dataclass(frozen=True)
class Place:
    """A view of a page, and a value for each of its controls."""

    page: str  # `Momentum`, as the address of the page has it
    view: View
    values: Mapping[str, Any]

    def params(self) -> tuple[Ranged, ...]:
        """The setting of each of its experiments."""
        return tuple(cls(**{name: self.values[name] for name in specs(cls)}) for cls in self.view.classes)


def parse(spec: Spec, text: str) -> Any:
    """The value that a link spells, or None if the parameter does not allow it."""
    if isinstance(spec, Own):
        return spec.cast(text) if spec.allows(text) else None
    if isinstance(spec, Choice):
        return next((o for o in spec.options if text.lower() in (str(o).lower(), option(o).lower())), None)
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    whole = isinstance(spec.step, int) and value.is_integer()
    value = int(value) if whole else value
    return spec.cast(value) if spec.allows(value) else None


def read_address(text: str, topics: Mapping[str, Topic], where: str) -> Place:
    """What a link opens; `topics` are named as their pages are, `Momentum`.

    Raises: ValueError that says `where`, what was expected and what the link has.
    """
    path, _, query = text.partition("#")[0].partition("?")
    page, asked = path.rstrip("/").rpartition("/")[2], parse_qsl(query, keep_blank_values=True)
    if page not in topics:
        raise ValueError(f"{where}: expected the link of a page, “/Momentum?view=Ravine” for one, got “{text}”")
    views = {view.name: view for view in topics[page].views if isinstance(view, View)}
    name = dict(asked).get("view", "")
    if name not in views:
        raise ValueError(f"{where}: expected a view of /{page}, one of {', '.join(views)}, got “{name}”")
    given = dict(_value(views[name], key, said, where) for key, said in asked if key not in VIEW_WORDS)
    return Place(page, views[name], {field: given.get(field, default(cls, field))
                                     for field, cls in views[name].controls.items()})


def _value(view: View, key: str, text: str, where: str) -> tuple[str, Any]:
    """A control and the value that the link gives it."""
    keys = {url_name(cls, name): name for name in view.controls for cls in view.users(name)}
    if key not in keys:
        raise ValueError(f"{where}: expected a parameter of the view {view.name}, one of {', '.join(keys)}, "
                         f"got “{key}”")
    spec = specs(view.controls[keys[key]])[keys[key]]
    value = parse(spec, text)
    if value is None:
        raise ValueError(f"{where}: expected {key} {spec}, got “{text}”")
    return keys[key], value


def spelled(view: View, values: Mapping[str, Any]) -> str:
    """A setting of a view in few letters: what differs from its defaults, `depth:50,seed:3`; "defaults" if nothing."""
    apart = [f"{name}:{quote(option(values[name]), safe='')}" for name, cls in view.controls.items()
             if values[name] != default(cls, name)]
    return ",".join(apart) or "defaults"


def setting(view: View, text: str) -> dict[str, Any] | None:
    """The values that such letters spell, one for each control; None if a control or a value is not possible."""
    values = {name: default(cls, name) for name, cls in view.controls.items()}
    for part in text.split(",") if text != "defaults" else ():
        name, _, said = part.partition(":")
        value = parse(specs(view.controls[name])[name], unquote(said)) if name in view.controls else None
        if value is None:
            return None
        values[name] = value
    return values

"""The link that a page was opened with, and what of it could not be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dlcore.address import RESERVED_WORDS, parse
from dlcore.params import LONGEST, SCHEMA, Ranged, Spec, experiment_name, specs, url_name, values
from dlcore.spelling import option
from dlcore.topic import CLAIMS, Topic, View
from ui.session import session

ROOT = Path(__file__).parent.parent


def read_link() -> None:
    """Keep the link that this page was opened with: `bind` drops what it cannot use, without a word."""
    given = {key: st.query_params.get_all(key) for key in st.query_params}
    link = {key: [text[:LONGEST + 1] for text in texts] for key, texts in given.items()
            if experiment(key) in _experiments()}
    if link != session().link:
        session().link, session().remarks = link, {}
    if (version := given.get("v", [str(SCHEMA)])) != [str(SCHEMA)]:
        notice(f"This link was made for version {_listed(version)} of the controls; some values may mean "
               f"something else in version {SCHEMA}.")
    unknown = [key for key in given if key not in link and key not in RESERVED_WORDS]
    if unknown:
        notice(f"Unknown in this link and ignored: {_listed(unknown)}.")


def linked_view(topic: Topic, claim: str) -> str | None:
    """The name of the view that the address asks for: by its tab, by `look`, by a claim or by a value that it gives."""
    asked, look = st.query_params.get("view"), st.query_params.get("look")
    if asked in [*(view.name for view in topic.views), CLAIMS]:
        return asked
    anchored = {view.anchor: view.name for view in topic.views}
    if look in anchored:
        return anchored[look]
    for opened in topic.claims:
        if opened.number == claim and (view := topic.view_deciding(opened)):
            return view.name
    experiments = {experiment_name(cls): view.name for view in topic.views if isinstance(view, View)
                   for cls in view.classes}
    return next((experiments[experiment(key)] for key in st.query_params if experiment(key) in experiments), None)


def notice(text: str) -> None:
    """A remark that may repeat what a reader sent: plain text, for a link is anybody's and Markdown has pictures."""
    st.container(border=True).text(text)


def ignored(view: View, committed: dict[str, Any]) -> str:
    """One sentence on the values of the link that a view could not use; worked out once, when it is opened."""
    remarks = session().remarks
    if view.anchor not in remarks:
        link = session().link
        keys = {url_name(cls, name): (specs(cls)[name], committed[name])
                for name in view.controls for cls in view.users(name)}
        homes = {experiment(key) for key in keys}
        bad = [f"{key.rpartition('.')[2]} = {' and '.join(texts)}" for key, texts in link.items()
               if key in keys and not _took(texts, *keys[key])]
        foreign = [key for key in link if experiment(key) in homes and key not in keys]
        remarks[view.anchor] = " ".join([
            f"Not possible here and ignored: {_listed(bad)}. The default is shown instead." if bad else "",
            f"Unknown in this link and ignored: {_listed(foreign)}." if foreign else ""]).strip()
    return remarks[view.anchor]


def link_to(page: str, view: View, settings: Sequence[Ranged]) -> str:
    """A link with every value of a view, as *Copy link* makes it; `page` is the address of its page."""
    chosen = {name: value for params in reversed(settings) for name, value in values(params).items()}
    return with_words(page, words_of(view, chosen))


def words_of(view: View, chosen: Mapping[str, Any]) -> dict[str, str]:
    """What a link says of a view: the version of the controls, its name, the value of each control."""
    return {"v": str(SCHEMA), "view": view.name,
            **{url_name(cls, name): option(chosen[name]) for name, cls in view.controls.items()}}


def with_words(page: str, words: Mapping[str, str]) -> str:
    """The link to a page that says these words."""
    place = page.partition("?")[0].replace("/~/+/", "/")  # see `browser/link.js`
    return f"{place}?{urlencode(words)}"


def _took(texts: list[str], spec: Spec, value: Any) -> bool:
    """Whether the widget holds what the link said."""
    return len(texts) == 1 and parse(spec, texts[0]) == value


@cache
def _experiments() -> frozenset[str]:
    """`topic.experiment` of every experiment that is there."""
    return frozenset(f"{p.parent.name}.{p.stem}" for p in (ROOT / "dlcore/topics").glob("*/[!_]*.py"))


def experiment(key: str) -> str:
    """`topic.experiment` of `topic.experiment.field`."""
    return ".".join(key.split(".", 2)[:2])


def _listed(words: list[str]) -> str:
    """At most five, each cut short: a link is anybody's text."""
    shown = [f"“{visible(word[:40])}”" for word in words[:5]]
    return ", ".join(shown) + (f" and {len(words) - 5} more" if len(words) > 5 else "")


def visible(text: str) -> str:
    """The text with what cannot be seen (line ends, marks of direction, zero width) spelled out: \\n, \\u202e."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)

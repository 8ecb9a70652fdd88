"""The head of a page: its title, its prose, the list of pages, and what a link got wrong."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from time import sleep
from typing import Any

import streamlit as st

from dlcore.params import SCHEMA, Choice, Number, specs, url_name
from ui.controls import Owners, parse, users

FIRST_PANEL, NEXT_PANEL = 1.0, 0.3  # seconds: the first one's charts wait for Vega to be loaded

LONGEST = 80  # letters of a value that a session keeps: no number and no option is as long

ROOT = Path(__file__).parent.parent
_STYLE = (Path(__file__).parent / "page.css").read_text()
_RESERVED = ("v", "look", "embed", "embed_options", "sheet-question", "sheet-verdict", "sheet-guess")


def open_page(doc: str) -> None:
    """Draw the title (first line of `doc`), the prose (the rest) and the list of pages."""
    title, _, prose = doc.strip().partition("\n")
    _open_slowly(title)
    st.set_page_config(page_title=title, layout="wide", initial_sidebar_state="collapsed")
    with st.sidebar:
        st.page_link("app.py", label="All questions")
        for page in pages():
            st.page_link(f"pages/{page.name}", label=page.stem[3:].replace("_", " "))
    theme = st.context.theme.type or "light"
    background, text = (st.get_option(f"theme.{theme}.{name}") for name in ("backgroundColor", "textColor"))
    st.html(f"<style>:root {{--page-background: {background}; --page-text: {text}}}\n{_STYLE}</style>")
    st.title(title, anchor=False)
    st.markdown(prose)
    _read_link()


def _open_slowly(title: str) -> None:
    """Say how long to wait between two panels: not at all if the page stands, or if one of its panels is wanted."""
    opened = st.session_state.get("page") != title
    wanted = st.session_state.pop("wanted", False) or "look" in st.query_params  # by a claim, by a link
    browser = "Mozilla" in st.context.headers.get("User-Agent", "")
    st.session_state["page"] = title
    st.session_state["pauses"] = [0.0, FIRST_PANEL, NEXT_PANEL] if opened and browser and not wanted else [0.0]


def let_the_browser_draw() -> None:
    """Send a page that was just opened panel by panel: a browser that has them all draws all before it shows any.

    The first chart of five panels stands after 2.5 s instead of 4.5, the last one no later.
    """
    now, *later = st.session_state.get("pauses", [0.0])
    sleep(now)
    st.session_state["pauses"] = later or [now]


@cache
def pages() -> tuple[Path, ...]:
    """The files of `pages/`, in order: the folder is the table of contents."""
    return tuple(sorted((ROOT / "pages").glob("[0-9]*.py")))


@cache
def question(page: Path) -> str:
    """The first line of a page's docstring."""
    return (ast.get_docstring(ast.parse(page.read_text())) or page.stem).partition("\n")[0]


def _read_link() -> None:
    """Keep the link that this page was opened with: `bind` drops what it cannot use, without a word."""
    given = {key: st.query_params.get_all(key) for key in st.query_params}
    link = {key: [text[:LONGEST] for text in texts] for key, texts in given.items()
            if _experiment(key) in _experiments()}
    moved = st.session_state.pop("moved", False)  # by a claim: the address still holds what the controls held before
    if link != st.session_state.get("link") and not moved:
        st.session_state["link"], st.session_state["notes"] = link, {}
    if (version := given.get("v", [str(SCHEMA)])) != [str(SCHEMA)]:
        notice(f"This link was made for version {_listed(version)} of the controls; some values may mean "
               f"something else in version {SCHEMA}.")
    unknown = [key for key in given if key not in link and key not in _RESERVED]
    if unknown:
        notice(f"Unknown in this link and ignored: {_listed(unknown)}.")


def notice(text: str) -> None:
    """A remark that may repeat what a reader sent: plain text, for a link is anybody's and Markdown has pictures."""
    st.container(border=True).text(text)


def ignored(panel: str, owned: Owners, committed: dict[str, Any]) -> str:
    """One sentence on the values of the link that this panel could not use; worked out once, when it is opened."""
    notes = st.session_state.setdefault("notes", {})
    if panel not in notes:
        link = st.session_state.get("link", {})
        keys = {url_name(cls, name): (specs(cls)[name], committed[name])
                for name in owned for cls in users(owned, name)}
        homes = {_experiment(key) for key in keys}
        bad = [f"{key.rpartition('.')[2]} = {' and '.join(texts)}" for key, texts in link.items()
               if key in keys and not _took(texts, *keys[key])]
        foreign = [key for key in link if _experiment(key) in homes and key not in keys]
        notes[panel] = " ".join([
            f"Not possible here and ignored: {_listed(bad)}. The default is shown instead." if bad else "",
            f"Unknown in this link and ignored: {_listed(foreign)}." if foreign else ""]).strip()
    return notes[panel]


def _took(texts: list[str], spec: Number | Choice, value: Any) -> bool:
    """Whether the widget holds what the link said."""
    return len(texts) == 1 and parse(spec, texts[0]) == value


@cache
def _experiments() -> frozenset[str]:
    """`topic.experiment` of every experiment that is there."""
    return frozenset(f"{p.parent.name}.{p.stem}" for p in (ROOT / "dlcore/topics").glob("*/[!_]*.py"))


def _experiment(key: str) -> str:
    """`topic.experiment` of `topic.experiment.field`."""
    return ".".join(key.split(".", 2)[:2])


def _listed(words: list[str]) -> str:
    """At most five, each cut short: a link is anybody's text."""
    shown = [f"“{visible(word[:40])}”" for word in words[:5]]
    return ", ".join(shown) + (f" and {len(words) - 5} more" if len(words) > 5 else "")


def visible(text: str) -> str:
    """The text with what cannot be seen (line ends, marks of direction, zero width) spelled out: \\n, \\u202e."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)

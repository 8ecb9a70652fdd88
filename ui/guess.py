"""Predict, then see: a step of a lesson asks about a number, and only a guess uncovers the charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from dlcore.address import Place
from dlcore.difference import changes, with_unit
from dlcore.prose import ViewWords
from dlcore.question import TRENDS, Ask, near, numbers, said_of, streams, trend
from dlcore.runs import experiment
from dlcore.spelling import option, plain
from dlcore.topic import View
from ui.once import answer
from ui.session import Guide, session


def guesses() -> dict[str, str]:
    """The reader's guesses by the number of their step, as the address holds them."""
    pairs = (part.partition(":") for part in st.query_params.get("guess", "").split(","))
    return {number: said for number, _, said in pairs if number.isascii() and number.isdigit() and len(said) < 20}


def guess_at(guide: Guide) -> str | float | None:
    """The reader's guess at the open step, if the address holds one that could have been made."""
    said, ask = guesses().get(str(guide.number), ""), guide.step.ask
    if ask is None or not ask.is_guess:
        return said if said in TRENDS else None
    return next((value for value in ask.options() if option(value) == said), None)


def drawn(view: View) -> tuple[str, float] | None:
    """The number of which the reader has guessed how large it is, and the guess: the charts show it."""
    guide = session().guiding(view.anchor)
    said = guess_at(guide) if guide else None
    return (guide.step.ask.quantity, said) if guide and guide.step.ask and isinstance(said, float) else None


def asks(view: View, words: ViewWords) -> bool:
    """Put the question of the open step in the place of the charts, until there is a guess."""
    guide = session().guiding(view.anchor)
    if guide is None or guide.step.ask is None or guess_at(guide) is not None:
        return False
    ask, key = guide.step.ask, f"{guide.name}-{guide.number}"
    with st.container(key="question", border=True):
        st.markdown(_question(guide, ask, words))
        if ask.is_guess:
            options = ask.options()
            st.select_slider("Your guess", options, options[len(options) // 2], format_func=plain, key=f"mine-{key}")
            st.button("This is my guess", key=f"say-{key}", on_click=_say_number, args=(guide, f"mine-{key}"),
                      type="primary")
        else:
            ways(key, _say, guide)
        st.text("The charts and numbers follow once you have made a guess.")
    return True


def judge(view: View, results: Sequence[Any], words: ViewWords) -> None:
    """Write what was measured beside the guess, at the values of the step whatever has been moved since."""
    guide = session().guiding(view.anchor)
    guess = guess_at(guide) if guide and guide.step.ask else None
    if guide is None or guide.step.ask is None or guess is None:
        return
    run = session().run
    if streams(view) and run and not run.done:
        st.info(f"Your guess: {_said(guess)}. The training decides when it has come to its end.")
        return
    ask = guide.step.ask
    found = numbers(results) if streams(view) else numbers_at(guide.step.place)
    if ask.quantity not in found:
        st.info(f"Your guess: {_said(guess)}. At these values there is no such number; the sentence below says why.")
        return
    name, now = said_of(ask.quantity, words), found[ask.quantity]
    point = f" {guide.step.point}" if guide.step.point else ""
    if isinstance(guess, float):
        quality = near(guess, now[0], ask)
        (st.info if "off" in quality else st.success)(
            f"**{name}: you guessed {plain(guess)}, measured {with_unit(*now)}**: {quality}.{point}")
    elif guide.before is not None:
        verdict(name, guess, numbers_at(guide.before.place)[ask.quantity], now, point)


def _question(guide: Guide, ask: Ask, words: ViewWords) -> str:
    name = said_of(ask.quantity, words)
    if ask.is_guess or guide.before is None:
        return f"**How large is “{name}” here?** Make a guess before you see it."
    before = guide.before.place
    return f"{changes(before.values, guide.step.place.values)} {becomes(name, numbers_at(before)[ask.quantity])}"


def becomes(name: str, was: tuple[float, str]) -> str:
    """The question that follows a change."""
    return f"**What becomes of “{name}”?** It was {with_unit(*was)}."


def ways(key: str, say: Callable[..., None], *told: Any) -> Any:
    """A row with a button for each thing that a number may do; it calls `say` with what is told and that thing."""
    row = st.container(horizontal=True, gap="small", key=f"ways-{key}")
    for way in TRENDS:
        row.button(f"It {way}", key=f"{way}-{key}", on_click=say, args=(*told, way))
    return row


def verdict(name: str, guess: str, was: tuple[float, str], now: tuple[float, str], point: str = "") -> None:
    """What was said of a number, and what it did."""
    way = trend(was[0], now[0])
    (st.success if way == guess else st.info)(
        f"**{name}: you said it {guess}, measured it {way}**, from {with_unit(*was)} to {with_unit(*now)}.{point}")


def numbers_at(place: Place) -> dict[str, tuple[float, str]]:
    """The numbers at a setting, each with its unit."""
    return numbers([answer(experiment(params), params) for params in place.params()])


def _said(guess: str | float) -> str:
    return plain(guess) if isinstance(guess, float) else f"it {guess}"


def _say_number(guide: Guide, key: str) -> None:
    _say(guide, option(st.session_state[key]))


def _say(guide: Guide, said: str) -> None:
    """The first guess at a step stays."""
    made = guesses()
    made.setdefault(str(guide.number), said)
    st.query_params["guess"] = ",".join(f"{number}:{one}" for number, one in made.items())

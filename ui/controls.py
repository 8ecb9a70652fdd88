"""One native widget a parameter, bound to the URL under `topic.experiment.field`."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from numbers import Real
from typing import Any

import streamlit as st

from dlcore.address import parse
from dlcore.params import Choice, Number, Own, Ranged, Spec, default, specs, url_name, values
from dlcore.spelling import label, option
from dlcore.topic import View
from ui.own import own_data
from ui.session import session
from ui.tuning.reruns import redraw

MAIN = 5  # controls that stand open; the others are under "Advanced"
CODE, DATA = "code", "data"  # the keys of the popovers that show what is set
# Seen on a phone alone, where the controls are a tray over the page: `page.css` folds it to the one used last.
FOLD = "<label class='fold'><input type='checkbox'> All controls</label>"


def controls(view: View) -> None:
    """Draw the first five parameters open and the others under "Advanced".

    A parameter is greyed by those above it, so `idle` sees the values drawn so far. What a lesson hides stays in its
    place, unseen: a widget that is not drawn loses its value, and one that moves up no longer tells it to the address.
    """
    chosen, greyed = defaults(view), set()
    guide = session().guiding(view.anchor)
    hidden, locked = (guide.step.hidden, guide.step.locked) if guide else (frozenset(), frozenset())

    def draw(names: Iterable[str]) -> None:
        for name in names:
            if _idle(view, chosen, name):
                greyed.add(name)
            with st.container(key=hidden_key(view, name)) if name in hidden else nullcontext():
                chosen[name] = _widget(view, name, name in greyed or name in locked)

    names = list(view.controls)
    with st.container(key=f"main-{view.anchor}", gap="small"):
        st.html(FOLD)
        draw(names[:MAIN])
        if names[MAIN:]:
            unseen = "hidden-" if hidden.issuperset(names[MAIN:]) else ""
            with st.expander("Advanced", key=f"{unseen}advanced-{view.anchor}"):
                draw(names[MAIN:])
    session().greyed[view.anchor] = greyed


def hidden_key(view: View, name: str) -> str:
    """The key of the box around a control that a lesson hides."""
    return f"hidden-{view.anchor}-{name}"


def committed(view: View) -> dict[str, Any]:
    """What the widgets hold; the default of one that nobody has heard of yet, or of a text that cannot be used."""
    return {name: _committed(cls, name) for name, cls in view.controls.items()}


def _committed(cls: type[Ranged], name: str) -> Any:
    value, spec = st.session_state.get(url_name(cls, name), default(cls, name)), specs(cls)[name]
    if isinstance(spec, Own):
        return spec.cast(value) if spec.allows(value) else default(cls, name)
    return value


def defaults(view: View) -> dict[str, Any]:
    """The value of every parameter before anybody moved it."""
    return {name: default(cls, name) for name, cls in view.controls.items()}


def _moved(view: View) -> None:
    """A control was moved: only the answer is drawn anew, unless another control must be greyed for it.

    An open popover shows the values too.
    """
    chosen = committed(view)
    greyed = {name for name in view.controls if _idle(view, chosen, name)}
    popovers = any(st.session_state.get(f"{kind}-{view.anchor}") for kind in (CODE, DATA))
    if popovers or greyed != session().greyed[view.anchor]:
        redraw(view.anchor)


def put(view: View, params: Ranged) -> None:
    """Move the widgets to these values: only in a callback, or before they are drawn."""
    for name, value in values(params).items():
        put_one(view, name, value)


def put_one(view: View, name: str, value: Any) -> None:
    """Move one widget, to a value that its parameter allows; the browser is told how often that was done."""
    cls = view.controls[name]
    st.session_state[url_name(cls, name)] = specs(cls)[name].cast(value)
    session().moves += 1


def following(view: View, name: str) -> Any:
    """The value of a number after the present one; after the last comes the first."""
    spec = specs(view.controls[name])[name]
    assert isinstance(spec, Number)
    after = committed(view)[name] + spec.step
    return after if after <= spec.high else spec.low


def build(cls: type[Ranged], chosen: dict[str, Any]) -> Ranged:
    """The `Params` of one experiment from the values of its view."""
    return cls(**{name: chosen[name] for name in specs(cls)})


def drawn_as_slider(spec: Spec) -> bool:
    """Whether the widget can be dragged: a number, or options with a number among them."""
    return isinstance(spec, Number) or isinstance(spec, Choice) and any(
        isinstance(o, Real) and not isinstance(o, bool) for o in spec.options)


def _idle(view: View, chosen: dict[str, Any], name: str) -> bool:
    return all(name in _idle_fields(cls, chosen) for cls in view.users(name))


def _idle_fields(cls: type[Ranged], chosen: dict[str, Any]) -> set[str]:
    """`idle` of values that the widgets have checked already: asked for each widget, it must not check them again."""
    params = object.__new__(cls)
    params.__dict__.update(chosen)
    return params.idle()


def _widget(view: View, name: str, disabled: bool) -> Any:
    cls = view.controls[name]
    spec, first, key = specs(cls)[name], default(cls, name), url_name(cls, name)
    title = label(name) if isinstance(spec, Own) else f"{label(name)} {spec.symbol}".strip()
    _remember(view, name, key)
    common = {"key": key, "help": spec.help, "bind": "query-params", "disabled": disabled,
              "on_change": _moved, "args": (view,)}
    if isinstance(spec, Own):
        own_data(view.anchor, spec, title, common)
        return _committed(cls, name)
    if isinstance(spec, Number):
        return st.slider(title, spec.low, spec.high, first, spec.step, **common)
    if spec.options == (False, True):
        return st.toggle(title, first, **common)
    if drawn_as_slider(spec):
        return st.select_slider(title, spec.options, first, format_func=option, **common)
    return st.selectbox(title, spec.options, spec.options.index(first), format_func=option, **common)


def _remember(view: View, name: str, key: str) -> None:
    """Give a widget that is drawn anew the value of the link, or else the one that it had when its view was left.

    Of a link, take what `bind` does not: it knows the owner's key alone, and compares options by their letters. So a
    link may name any experiment of the view, and may say `heavy_ball` or 3.0 for "heavy ball" or 3.
    """
    if key in st.session_state:
        return  # the widget has been drawn before: it holds what the link said
    for cls in view.users(name):
        own = url_name(cls, name)
        text = st.query_params.get(own)
        if text is None or key in st.session_state:
            continue
        value = parse(specs(cls)[name], text)
        if value is not None and (own != key or text != option(value)):
            st.session_state[key] = value
        if own != key:
            del st.query_params[own]  # from now on the owner's key tells
    left = session().values.get(view.anchor, {})
    if name in left and key not in st.session_state and key not in st.query_params:
        st.session_state[key] = left[name]

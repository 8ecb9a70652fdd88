"""One native widget a parameter, bound to the URL under `topic.experiment.field`."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import Any

import streamlit as st

from dlcore.params import Choice, Number, Ranged, specs, url_name, values
from dlcore.words import label, option
from ui.direct import redraw

MAIN = 5  # controls that stand open; the others are under "Advanced"

Owners = dict[str, type[Ranged]]  # field name -> the class that draws it

# Where the fields of a class live, once its panel was drawn: the same for every reader.
_home: dict[type[Ranged], Owners] = {}


def owners(classes: Iterable[type[Ranged]]) -> Owners:
    """Which class draws each parameter: the first that has it.

    Raises: ValueError if a shared parameter is declared differently.
    """
    first: Owners = {}
    for cls in (classes := list(classes)):
        for name, spec in specs(cls).items():
            owner = first.setdefault(name, cls)
            if (specs(owner)[name], _default(owner, name)) != (spec, _default(cls, name)):
                raise ValueError(f"{name} is declared differently in {owner.__module__} and {cls.__module__}")
    for cls in classes:
        _home[cls] = first
    return first


def controls(owned: Owners, panel: str) -> None:
    """Draw the first five parameters open and the others under "Advanced".

    A parameter is greyed by those above it, so `idle` sees the values drawn so far.
    """
    chosen, greyed = defaults(owned), set()

    def draw(names: Iterable[str]) -> None:
        for name in names:
            if _idle(owned, chosen, name):
                greyed.add(name)
            chosen[name] = _widget(owned, name, name in greyed, panel)

    names = list(owned)
    with st.container(key=f"main-{panel}", gap="small"):
        draw(names[:MAIN])
        if names[MAIN:]:
            with st.expander("Advanced", key=f"advanced-{panel}"):
                draw(names[MAIN:])
    st.session_state[f"greyed-{panel}"] = greyed


def committed(owned: Owners) -> dict[str, Any]:
    """What the widgets hold; the default of one that nobody has heard of yet."""
    return {name: st.session_state.get(url_name(cls, name), _default(cls, name)) for name, cls in owned.items()}


def defaults(owned: Owners) -> dict[str, Any]:
    """The value of every parameter before anybody moved it."""
    return {name: _default(cls, name) for name, cls in owned.items()}


def _moved(owned: Owners, panel: str) -> None:
    """A control was moved: only the answer is drawn anew, unless another control must be greyed for it.

    An open popover shows the values too.
    """
    chosen = committed(owned)
    greyed = {name for name in owned if _idle(owned, chosen, name)}
    popovers = any(st.session_state.get(f"{kind}-{panel}") for kind in ("code", "data"))
    if popovers or greyed != st.session_state[f"greyed-{panel}"]:
        redraw(panel)


def put(params: Ranged) -> None:
    """Move the widgets to these values: only in a callback, or before they are drawn."""
    for name, value in values(params).items():
        put_one(_home[type(params)], name, value)


def anchor(cls: type[Ranged]) -> str:
    """`momentum-ravine`: where the panel begins that the experiment of a class opens."""
    return "-".join(cls.__module__.split(".")[-2:])


def put_one(owned: Owners, name: str, value: Any) -> None:
    """Move one widget, to a value that its parameter allows; the browser is told how often that was done."""
    st.session_state[url_name(owned[name], name)] = specs(owned[name])[name].cast(value)
    st.session_state["puts"] = puts() + 1


def puts() -> int:
    """How often a widget was moved for the reader: by a preset, a tap, a claim."""
    return st.session_state.get("puts", 0)


def following(owned: Owners, name: str) -> Any:
    """The value of a number after the present one; after the last comes the first."""
    spec = specs(owned[name])[name]
    after = committed(owned)[name] + spec.step
    return after if after <= spec.high else spec.low


def build(cls: type[Ranged], chosen: dict[str, Any]) -> Ranged:
    """The `Params` of one experiment from the values of the panel."""
    return cls(**{name: chosen[name] for name in specs(cls)})


def drawn_as_slider(spec: Number | Choice) -> bool:
    """Whether the widget can be dragged: a number, or options with a number among them."""
    return isinstance(spec, Number) or any(isinstance(o, Real) and not isinstance(o, bool) for o in spec.options)


def users(owned: Owners, name: str) -> list[type[Ranged]]:
    """The classes of a panel that have a field: its owner and those that share it."""
    return [cls for cls in classes(owned) if name in specs(cls)]


def classes(owned: Owners) -> list[type[Ranged]]:
    """The `Params` of all experiments of a panel."""
    return [cls for cls in list(_home) if _home[cls] == owned]


def _idle(owned: Owners, chosen: dict[str, Any], name: str) -> bool:
    return all(name in _idle_fields(cls, chosen) for cls in users(owned, name))


def _idle_fields(cls: type[Ranged], chosen: dict[str, Any]) -> set[str]:
    """`idle` of values that the widgets have checked already: asked for each widget, it must not check them again."""
    params = object.__new__(cls)
    params.__dict__.update(chosen)
    return params.idle()


def _default(cls: type[Ranged], name: str) -> Any:
    return cls.__dataclass_fields__[name].default


def _widget(owned: Owners, name: str, disabled: bool, panel: str) -> Any:
    cls = owned[name]
    spec, default, key = specs(cls)[name], _default(cls, name), url_name(cls, name)
    _read_link(owned, name, key)
    common = {"key": key, "help": spec.help, "bind": "query-params", "disabled": disabled,
              "on_change": _moved, "args": (owned, panel)}
    if isinstance(spec, Number):
        return st.slider(label(name), spec.low, spec.high, default, spec.step, **common)
    if spec.options == (False, True):
        return st.toggle(label(name), default, **common)
    if drawn_as_slider(spec):
        return st.select_slider(label(name), spec.options, default, format_func=option, **common)
    return st.selectbox(label(name), spec.options, spec.options.index(default), format_func=option, **common)


def _read_link(owned: Owners, name: str, key: str) -> None:
    """Take from a link what `bind` does not: it knows the owner's key alone, and compares options by their letters.

    So a link may name any experiment of the panel, and may say `heavy_ball` or 3.0 for "heavy ball" or 3.
    """
    if key in st.session_state:
        return  # the widget has been drawn before: it holds what the link said
    for cls in users(owned, name):
        own = url_name(cls, name)
        text = st.query_params.get(own)
        if text is None or key in st.session_state:
            continue
        value = parse(specs(cls)[name], text)
        if value is not None and (own != key or text != option(value)):
            st.session_state[key] = value
        if own != key:
            del st.query_params[own]  # from now on the owner's key tells


def parse(spec: Number | Choice, text: str) -> Any:
    """The value that a link spells, or None if the parameter does not allow it."""
    if isinstance(spec, Choice):
        return next((o for o in spec.options if text.lower() in (str(o).lower(), option(o).lower())), None)
    try:
        value = float(text)
    except ValueError:
        return None
    whole = isinstance(spec.step, int) and value.is_integer()
    value = int(value) if whole else value
    return spec.cast(value) if spec.allows(value) else None

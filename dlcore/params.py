"""Declare a parameter once: default, allowed values, help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from numbers import Integral, Real
from typing import Any

SCHEMA = 1  # raised when a field is renamed or changes its meaning; every copied link carries it
LONGEST = 2000  # characters of a reader's own data: so many fit into a link


@dataclass(frozen=True)
class Number:
    """An interval [low, high] walked in steps of `step`; integral when `step` is an int."""

    low: float
    high: float
    step: float
    help: str
    symbol: str = ""  # in formulas; it stands beside the name of the widget

    def allows(self, value: Any) -> bool:
        """Whether type and interval fit; the step binds the widget, not the value."""
        kind = Integral if isinstance(self.step, int) else Real
        fits = isinstance(value, kind) and not isinstance(value, bool)
        return fits and bool(self.low <= value <= self.high)

    def cast(self, value: Any) -> Any:
        """An allowed value as the parameter holds it: 1 becomes 1.0 on a real interval."""
        return type(self.step)(value)

    def ends(self) -> tuple[Any, ...]:
        """The values at which a test must try the parameter."""
        return self.low, self.high

    def nearest(self, value: float) -> Any:
        """The value on the widget's grid closest to `value`, for a tap on a map."""
        steps = round((min(max(value, self.low), self.high) - self.low) / self.step)
        return type(self.step)(min(round(self.low + steps * self.step, 10), self.high))

    def __str__(self) -> str:
        return f"between {self.low} and {self.high}" + (" (a whole number)" if isinstance(self.step, int) else "")


@dataclass(frozen=True)
class Choice:
    """One of `options`, in the order shown."""

    options: tuple[Any, ...]
    help: str
    symbol: str = ""

    def allows(self, value: Any) -> bool:
        """Whether an option equals `value`: 1 finds 1.0, but never True."""
        return any(o == value and isinstance(o, bool) == isinstance(value, bool) for o in self.options)

    def cast(self, value: Any) -> Any:
        """The option that equals an allowed value."""
        return self.options[self.options.index(value)]

    def ends(self) -> tuple[Any, ...]:
        """Every option."""
        return self.options

    def nearest(self, value: float) -> Any:
        """The numeric option closest to `value`, for a tap on a map."""
        numbers = [o for o in self.options if isinstance(o, (int, float)) and not isinstance(o, bool)]
        return min(numbers, key=lambda option: abs(option - value))

    def __str__(self) -> str:
        return "one of " + ", ".join(map(str, self.options))


@dataclass(frozen=True)
class Own:
    """Data of the reader's own, as a short text that a link can carry; "" stands for what is built in.

    `wrong` says of a text what is wrong with it, and where; "" if it can be used. Rows are parted by semicolons.
    """

    wrong: Callable[[str], str]
    example: str
    help: str
    form: str = "text"  # "text", or what the reader may bring in a file: "curve", "points", "cloud", "image"

    def problem(self, value: Any) -> str:
        """What is wrong with a value; "" if nothing is."""
        if not isinstance(value, str):
            return "a text was expected"
        text = self.cast(value)
        if len(text) > LONGEST:
            return f"it has {len(text):,} characters, and a link carries at most {LONGEST:,}"
        return self.wrong(text) if text else ""

    def allows(self, value: Any) -> bool:
        """Whether it is empty, or data that can be used."""
        return not self.problem(value)

    def cast(self, value: str) -> str:
        """The text in its one form: a blank between words, a semicolon between lines."""
        lines = (" ".join(line.split()) for line in value.splitlines())
        return ";".join(line for line in lines if line)

    def ends(self) -> tuple[str, str]:
        """Nothing, and the example."""
        return "", self.example

    def __str__(self) -> str:
        return f"empty or like {self.example[:40]}{'…' * (len(self.example) > 40)}"


Spec = Number | Choice | Own


def number(default: Any, low: Any, high: Any, step: Any, help: str, *, symbol: str = "") -> Any:
    """A slider; an int `step` makes an integer parameter."""
    kind = type(step)
    return field(default=kind(default), metadata={"spec": Number(kind(low), kind(high), step, help, symbol)})


def choice(default: Any, options: tuple[Any, ...], help: str, *, symbol: str = "") -> Any:
    """A list of values; one with numbers in it (a log grid, say) is drawn as a slider."""
    return field(default=default, metadata={"spec": Choice(options, help, symbol)})


def flag(default: bool, help: str) -> Any:
    """An on/off switch."""
    return field(default=default, metadata={"spec": Choice((False, True), help)})


def own(wrong: Callable[[str], str], example: str, help: str, form: str = "text") -> Any:
    """Data of the reader's own, at first none; only ever given by name."""
    return field(default="", kw_only=True, metadata={"spec": Own(wrong, example, help, form)})


@dataclass(frozen=True)
class Ranged:
    """Base of every `Params`: refuses a value outside its declared range, and says which.

    Raises: ValueError naming the field, its range and the value.
    """

    def __post_init__(self) -> None:
        for name, spec in specs(type(self)).items():
            value = getattr(self, name)
            if not spec.allows(value):
                raise ValueError(f"{name} must be {spec}, got {_shown(spec, value)}")
            object.__setattr__(self, name, spec.cast(value))

    def idle(self) -> set[str]:
        """Names of the parameters that do nothing at these values; their widgets are greyed.

        A parameter may only be judged by those declared above it.
        """
        return set()


def _shown(spec: Spec, value: Any) -> str:
    """A refused value; of the reader's own data the begin, and what is wrong."""
    return f"{str(value)[:40]!r}: {spec.problem(value)}" if isinstance(spec, Own) else repr(value)


def specs(params: type[Ranged]) -> dict[str, Spec]:
    """The declaration of every field, in order."""
    return {f.name: f.metadata["spec"] for f in fields(params)}


def default(params: type[Ranged], name: str) -> Any:
    """The value of a field before anybody moved it."""
    return params.__dataclass_fields__[name].default


def values(params: Ranged) -> dict[str, Any]:
    """Every field and its value, in order."""
    return {f.name: getattr(params, f.name) for f in fields(params)}


def has_own(params: Ranged) -> bool:
    """Whether there are data of the reader's own among the values."""
    return any(isinstance(spec, Own) and getattr(params, name) for name, spec in specs(type(params)).items())


def experiment_name(params: type[Ranged]) -> str:
    """`momentum.ravine`: topic, experiment."""
    return ".".join(params.__module__.split(".")[-2:])


def url_name(params: type[Ranged], field_name: str) -> str:
    """`momentum.ravine.learning_rate`: topic, experiment, field."""
    return f"{experiment_name(params)}.{field_name}"

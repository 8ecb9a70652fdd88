"""Which settings a study runs: every value is checked against its declared range before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from dlcore.params import Choice, Number, Own, Ranged, specs


def axis(params: type[Ranged], text: str) -> tuple[str, tuple[Any, ...]]:
    """A parameter and its values: `depth=2:100` (every declared step), `depth=2:100:7`, `loss=gan,wgan`, `loss=all`.

    Raises: ValueError naming the parameter, its range and the value that it cannot hold.
    """
    name, equals, written = text.partition("=")
    known = specs(params)
    if name not in known:
        raise ValueError(f"{params.__module__} has no parameter {name!r}, but {', '.join(known)}")
    if not equals or not written:
        raise ValueError(f"{name} needs values: {name}=2:100, {name}=2:100:7, {name}=3,5 or {name}=all; got {text!r}")
    spec = known[name]
    if isinstance(spec, Own):
        raise ValueError(f"{name} holds a reader's own data: a study varies numbers and choices")
    found = tuple(_values(name, spec, written))
    for value in found:
        if not spec.allows(value):
            raise ValueError(f"{name} must be {spec}, got {value!r}")
    return name, tuple(dict.fromkeys(spec.cast(value) for value in found))


def _values(name: str, spec: Number | Choice, written: str) -> Iterator[Any]:
    if written == "all":
        yield from spec.options if isinstance(spec, Choice) else _steps(name, spec, [spec.low, spec.high])
    elif ":" in written:
        yield from _steps(name, spec, [_read(spec, text) for text in written.split(":")])
    else:
        yield from (_read(spec, text) for text in written.split(","))


def _steps(name: str, spec: Number | Choice, ends: Sequence[Any]) -> Iterator[Any]:
    """From the first end to the last, both among them; of a choice its options between them."""
    for end in ends:
        if isinstance(end, (str, bool)):
            raise ValueError(f"{name} must be {spec}, got {end!r}")
    if len(ends) not in (2, 3) or ends[1] < ends[0] or len(ends) == 3 and not ends[2] > 0:
        raise ValueError(f"{name} needs low:high or low:high:step, got {':'.join(map(str, ends))}")
    if isinstance(spec, Choice):
        yield from (o for o in spec.options if not isinstance(o, (str, bool)) and ends[0] <= o <= ends[1])
        return
    for end in ends[:2]:
        if not spec.allows(end):
            raise ValueError(f"{name} must be {spec}, got {end!r}")
    step = ends[2] if len(ends) == 3 else spec.step
    for i in range(int((ends[1] - ends[0]) / step + 1e-9) + 1):
        value = round(ends[0] + i * step, 10)
        yield value if value != int(value) or not isinstance(spec.step, int) else int(value)


def _read(spec: Number | Choice, text: str) -> Any:
    """A number where it is written like one; an option by its word."""
    for option in spec.options if isinstance(spec, Choice) else ():
        if str(option) == text:
            return option
    digits = text.strip().lstrip("+-")
    if digits.isdecimal():
        return int(text)
    plain = digits.replace(".", "", 1).replace("e-", "", 1).replace("e+", "", 1).replace("e", "", 1)
    return float(text) if plain.isdecimal() and digits[0] != "e" and digits[-1] != "e" else text


def settings(axes: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Every combination, the last axis fastest."""
    return (dict(zip(axes, combination, strict=True)) for combination in product(*axes.values()))

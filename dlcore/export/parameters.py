"""`Params` as anybody would write them: the values that were set, with range and meaning as comments."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from dlcore.export.collected import Names, methods, params_name, text_of
from dlcore.params import Number, Own, Ranged, Spec, specs, values
from dlcore.spelling import option

WIDEST = 120  # characters


def dataclasses_of(settings: Sequence[Ranged], names: Names) -> str:
    """A class for each of these settings, with their values as its defaults; a shared one stands in the first alone."""
    owners: dict[str, str] = {}  # field -> the class that has its value
    classes = []
    for params in settings:
        classes.append(_dataclass(params, names, owners))
        owners = {**dict.fromkeys(values(params), params_name(type(params).__module__, names)), **owners}
    return "\n\n\n".join(classes)


def _dataclass(params: Ranged, names: Names, owners: Mapping[str, str]) -> str:
    cls = type(params)
    lines = ["@dataclass(frozen=True)", f"class {params_name(cls.__module__, names)}:"]
    for name, value in values(params).items():
        lines += [f"    {name}: {type(value).__name__} = {owners[name]}.{name}"] if name in owners else \
            _field(name, value, specs(cls)[name])
    for module, node in methods(cls):
        lines += ["", text_of(module, node, names)]
    return "\n".join(lines)


def _field(name: str, value: object, spec: Spec) -> Iterator[str]:
    """A value with its range behind it and its meaning above it, or all in one line where that fits."""
    line, meaning = f"    {name}: {type(value).__name__} = {quoted(value)}", f"{spec.help}; {_range(spec)}"
    if len(line) + len(meaning) + 4 <= WIDEST:
        yield f"{line}  # {meaning}"
    else:
        yield from (f"    # {part}" for part in wrap(meaning, WIDEST - 6))
        yield line


def _range(spec: Spec) -> str:
    """What it may be; options as they are written in code."""
    if isinstance(spec, Number):
        return f"{option(spec.low)} to {option(spec.high)}"
    if isinstance(spec, Own):
        return str(spec)
    return "True or False" if spec.options == (False, True) else ", ".join(map(quoted, spec.options))


def quoted(value: object) -> str:
    """A value as code."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)

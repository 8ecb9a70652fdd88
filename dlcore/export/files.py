"""The files that a run reads, packed into its script as text: stored digits, a trained translator.

A module that reads a file beside itself names it, or has a function that says for some parameters where it lies.
"""

from __future__ import annotations

import ast
import inspect
from base64 import b85encode
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

from dlcore.export.collected import HERE, Collected
from dlcore.export.unpacking import unpacked
from dlcore.params import Ranged, values


def files(code: Collected, settings: Sequence[Ranged]) -> dict[str, Path]:
    """What the runs at these settings read, by its place beside the code."""
    found: dict[str, Path] = {}
    for name in code.beside:
        module = import_module(name)
        folder = Path(inspect.getfile(module)).parent
        paths = [folder / text for text in _texts(name)]
        paths += [where(**_arguments(where, params)) for where in vars(module).values() if _says_where(where, name)
                  for params in settings]
        found |= {path.relative_to(folder).as_posix(): path for path in paths if path.is_file()}
    return found


def unpacking() -> str:
    """The code that stands for the folder of these files."""
    source = inspect.getsource(unpacked)
    return f"import base64\nimport tempfile\nfrom pathlib import Path\n\n\n{source}\n\n{HERE} = unpacked(FILES)"


def packed(found: dict[str, Path]) -> str:
    """The files as a value in Python, one a line."""
    return "\n".join(["FILES = {", *(f"    {name!r}: {_text(path)!r}," for name, path in found.items()), "}"])


@cache
def _text(path: Path) -> str:
    return b85encode(path.read_bytes()).decode()


@cache
def _texts(module: str) -> tuple[str, ...]:
    """What could be the name of a file: each text in the module that has no blank."""
    tree = ast.parse(inspect.getsource(import_module(module)))
    return tuple(node.value for node in ast.walk(tree)
                 if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value
                 and not set(node.value) & set(" \n{"))


def _says_where(found: object, module: str) -> bool:
    return inspect.isfunction(found) and found.__module__ == module and found.__annotations__.get("return") == "Path"


def _arguments(where: Callable[..., Path], params: Ranged) -> dict[str, object]:
    """The parameters that it asks for: `seed` is also the one that is called `checkpoint_seed`."""
    return {name: next(value for field, value in values(params).items() if f"_{field}".endswith(f"_{name}"))
            for name in inspect.signature(where).parameters}

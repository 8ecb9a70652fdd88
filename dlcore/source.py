"""The code that just ran, as one script: every line between the parameters and the numbers, and the call last.

Read from the project's own files through their syntax trees: of each module only what the run reaches, what is called
above what calls it. So it can be pasted, changed and run, and nothing is written a second time.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from dlcore.params import Ranged

# What stays an import: how a parameter is declared, how a table is put together, how a number is written.
KEPT = ("dlcore.params", "dlcore.tables", "dlcore.spelling")


Imports = set[tuple[str, str, str]]  # (module, its name there or "", the name here)


@dataclass(frozen=True)
class Module:
    """A file: its lines, what it defines at its top level, and where its other names are from."""

    lines: tuple[str, ...]
    defined: dict[str, list[ast.stmt]] = field(default_factory=dict)  # name -> each statement that gives it a value
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)  # name -> (module, its name there or "")


def script(experiment: ModuleType, params: Ranged) -> str:
    """A script that runs `experiment` at `params` and prints its sentence."""
    return f"{_definitions(experiment.__name__)}\n\n\nresult = run({params!r})\nprint(result.sentence)\n"


@cache
def _definitions(experiment: str) -> str:
    reached, imports = _reached(experiment)
    blocks = [_text(module, node) for module in in_order(reached) for node in statements_of(module, reached[module])]
    return "\n".join(["from __future__ import annotations", "", *import_lines(imports), "", *spaced(blocks)])


def _reached(experiment: str) -> tuple[dict[str, set[str]], Imports]:
    """What a run needs: the names of each module, and what is imported."""
    reached: dict[str, set[str]] = {}
    imports: Imports = set()
    for name in ("Params", "Result", "run"):
        _reach(experiment, name, reached, imports)
    return reached, imports


def _reach(module: str, name: str, reached: dict[str, set[str]], imports: Imports) -> None:
    """Note a name of a module, and all that its definition needs."""
    it = parsed(module)
    if name in it.imported and it.imported[name][0] != "__future__":
        source, there = it.imported[name]
        if source.startswith("dlcore") and source not in KEPT:
            _reach(source, there, reached, imports)
        else:
            imports.add((source, there, name))
    elif "__file__" in names_in(it.defined.get(name, [])):  # it reads data that lie beside it
        imports.add((module, name, name))
    elif name in it.defined and name not in reached.get(module, ()):
        reached.setdefault(module, set()).add(name)
        for needed in sorted(names_in(it.defined[name])):
            _reach(module, needed, reached, imports)


def in_order(reached: dict[str, set[str]]) -> list[str]:
    """The modules, each below those that it imports."""
    order: dict[str, None] = {}

    def visit(module: str) -> None:
        for source in dict.fromkeys(source for source, _ in parsed(module).imported.values()):
            if source in reached and source not in order:
                visit(source)
        order[module] = None

    for module in reached:
        visit(module)
    return list(order)


def names_in(statements: list[ast.stmt]) -> set[str]:
    """The names that a definition reads, those of its annotations among them."""
    return {part.id for node in statements for part in ast.walk(node) if isinstance(part, ast.Name)}


@cache
def parsed(name: str) -> Module:
    """A module of this project by its name, read from its file."""
    spec = find_spec(name)
    text = Path(spec.origin).read_text() if spec and spec.origin else ""
    it = Module(tuple(text.splitlines()))
    for node in ast.parse(text).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            it.defined.setdefault(node.name, []).append(node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for part in ast.walk(target):
                    if isinstance(part, ast.Name):
                        it.defined.setdefault(part.id, []).append(node)
        elif isinstance(node, ast.Import):
            it.imported.update({alias.asname or alias.name: (alias.name, "") for alias in node.names})
        elif isinstance(node, ast.ImportFrom):
            it.imported.update({alias.asname or alias.name: (node.module or "", alias.name) for alias in node.names})
    return it


def import_lines(imports: Imports) -> list[str]:
    """Plain imports, then names from libraries, then those of this project."""
    plain = [f"import {source}" + ("" if name == source else f" as {name}")
             for source, there, name in sorted(imports) if not there]
    taken: dict[str, list[str]] = {}
    for source, there, name in sorted(imports, key=lambda one: (one[0].startswith("dlcore"), one)):
        if there:
            taken.setdefault(source, []).append(there if name == there else f"{there} as {name}")
    return plain + [f"from {source} import {', '.join(names)}" for source, names in taken.items()]


def statements_of(module: str, names: set[str]) -> list[ast.stmt]:
    """What defines these names, each statement once, in the order of the file."""
    nodes = {node.lineno: node for name, given in parsed(module).defined.items() if name in names for node in given}
    return [nodes[line] for line in sorted(nodes)]


def _text(module: str, node: ast.stmt) -> str:
    """A definition with its decorators and the comments right above it."""
    return "\n".join(parsed(module).lines[first_line(module, node):node.end_lineno])


def first_line(module: str, node: ast.stmt) -> int:
    """Where a definition begins in its file, counted from 0."""
    lines = parsed(module).lines
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))]) - 1
    while first and lines[first - 1].startswith("#"):
        first -= 1
    return first


def spaced(blocks: list[str]) -> list[str]:
    """A blank line more around functions and classes."""
    return [f"\n\n{block}" if re.search(r"^(def|class|@)", block, re.M) else block for block in blocks]

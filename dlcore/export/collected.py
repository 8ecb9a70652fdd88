"""All that runs reach, from every module of this project, so that nothing of it is left to import.

Where two modules give one name to two things, one of them is renamed: `words` of `dlcore.tables` is then
`tables_words`. `Params` are left out, for they are written anew with the reader's values.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from dlcore.params import Ranged
from dlcore.source import Imports, first_line, import_lines, in_order, names_in, parsed, spaced, statements_of

HERE = "HERE"  # what stands for `__file__` in a script that carries the files it reads
Names = Mapping[tuple[str, str], str]  # (module, what it defines) -> what that is called in the script


@dataclass(frozen=True)
class Group:
    """What is taken from one module."""

    module: str
    about: str  # its first line
    text: str


@dataclass(frozen=True)
class Collected:
    """The code behind some runs."""

    imports: str
    groups: tuple[Group, ...]  # what is called above what calls it
    names: Names
    beside: tuple[str, ...]  # the modules that read files which lie beside them


@dataclass(frozen=True)
class _Found:
    reached: dict[str, set[str]] = field(default_factory=dict)  # module -> what of it
    imports: Imports = field(default_factory=set)  # from elsewhere


@cache
def collected(wanted: tuple[tuple[str, str], ...]) -> Collected:
    """What is needed for these (module, name), the first of which keep their names."""
    found = _Found()
    for module, name in wanted:
        _reach(module, name, found)
    names = _called(found.reached)
    groups, beside = [], []
    for module in in_order(found.reached):
        nodes = [node for node in statements_of(module, found.reached[module]) if not _is_params(module, node)]
        if nodes:
            text = "\n".join(spaced([text_of(module, node, names) for node in nodes])).strip("\n")
            groups.append(Group(module, (import_module(module).__doc__ or module).partition("\n")[0], text))
        if any("__file__" in names_in([node]) for node in nodes):
            beside.append(module)
    return Collected("\n".join(import_lines(found.imports)), tuple(groups), names, tuple(beside))


def params_name(module: str, names: Names) -> str:
    """What the `Params` of an experiment are called in the script."""
    return names.get((module, "Params"), "Params")


def methods(params: type[Ranged]) -> list[tuple[str, ast.FunctionDef]]:
    """What `Params` work out from their fields; that some controls are idle matters on the screen alone."""
    bases = [cls for cls in reversed(params.__mro__) if issubclass(cls, Ranged) and cls is not Ranged]
    given = [(cls.__module__, part) for cls in bases for part in parsed(cls.__module__).defined[cls.__name__]]
    found = {node.name: (module, node) for module, part in given if isinstance(part, ast.ClassDef)
             for node in part.body if isinstance(node, ast.FunctionDef)}
    return [found[name] for name in found if name != "idle"]


def _is_params(module: str, node: ast.stmt) -> bool:
    return isinstance(node, ast.ClassDef) and issubclass(getattr(import_module(module), node.name), Ranged)


def _reach(module: str, name: str, found: _Found) -> None:
    """Note a name of a module, and all that its definition needs."""
    it = parsed(module)
    if name in it.imported:
        source, there = it.imported[name]
        if source.startswith("dlcore"):
            _reach(source, there, found)
        elif source != "__future__":
            found.imports.add((source, there, name))
    elif name in it.defined and name not in found.reached.get(module, ()):
        found.reached.setdefault(module, set()).add(name)
        for needed in sorted(_needed(module, name)):
            _reach(module, needed, found)


def _needed(module: str, name: str) -> set[str]:
    nodes = parsed(module).defined[name]
    if any(_is_params(module, node) for node in nodes):
        return {needed for _, node in methods(getattr(import_module(module), name)) for needed in names_in([node])}
    return names_in(nodes)


def _called(reached: Mapping[str, set[str]]) -> Names:
    """A name of its own for each definition: the first that has it keeps it, those of the topics before all others."""
    names: dict[tuple[str, str], str] = {}
    for module in sorted(reached, key=lambda module: -module.count(".")):
        for name in sorted(reached[module]):
            tail = module.rpartition(".")[2].strip("_")
            if name in names.values():
                other = "".join(part.title() for part in tail.split("_")) + name if name[0].isupper() else \
                    f"{tail}_{name.strip('_')}"
                names[module, name] = other.upper() if name.isupper() else other
            else:
                names[module, name] = name
    return names


def text_of(module: str, node: ast.stmt, names: Names) -> str:
    """A definition as its file has it, with the comments above it and the names of the script."""
    lines = [line.encode() for line in parsed(module).lines]  # columns are counted in bytes
    for line, column, name in sorted(_places(node), reverse=True):
        new = HERE if name == "__file__" else _definer(module, name, names)
        row = lines[line - 1]
        lines[line - 1] = row[:column] + new.encode() + row[column + len(name.encode()):]
    return b"\n".join(lines[first_line(module, node):node.end_lineno]).decode()


def _definer(module: str, name: str, names: Names) -> str:
    """What a name in a module is called in the script, wherever it is defined."""
    source, there = parsed(module).imported.get(name, ("", ""))
    return _definer(source, there, names) if source.startswith("dlcore") else names.get((module, name), name)


def _places(node: ast.stmt) -> Iterator[tuple[int, int, str]]:
    """Where a statement of a module names what the module defines: line, column, name."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.col_offset:  # a method keeps its name
        before = "def " if isinstance(node, ast.FunctionDef) else "class "
        yield node.lineno, node.col_offset + len(before), node.name
    targets = {part.id for target in getattr(node, "targets", [getattr(node, "target", None)]) if target
               for part in ast.walk(target) if isinstance(part, ast.Name)}
    for part in _free(node, frozenset(targets)):
        yield part.lineno, part.col_offset, part.id


def _free(node: ast.AST, defined: frozenset[str] = frozenset()) -> Iterator[ast.Name]:
    """The names in it that are neither arguments nor values of its own."""
    if isinstance(node, ast.ClassDef):
        for part in [*node.bases, *node.decorator_list, *node.body]:
            yield from _free(part)
        return
    parts = list(ast.walk(node))
    own = {part.arg for part in parts if isinstance(part, ast.arg)}
    own |= {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)} - defined
    yield from (part for part in parts if isinstance(part, ast.Name) and part.id not in own)

"""Which part may know which: read from the syntax trees."""

import ast
import re

import pytest
from walk import ROOT

from dlcore.address import RESERVED_WORDS

MODULES = [p for folder in ("dlcore", "ui", "pages") for p in sorted((ROOT / folder).rglob("*.py"))] + [ROOT / "app.py"]
name_of = pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def forbidden(path):
    """The modules that a file must not import."""
    place = path.relative_to(ROOT).parts
    if place[:2] == ("dlcore", "topics") and len(place) > 3:
        others = [p.name for p in (ROOT / "dlcore/topics").iterdir() if p.is_dir() and p.name != place[2]]
        return ("streamlit", "altair", "ui", "dlcore.charts", *(f"dlcore.topics.{topic}" for topic in others))
    if place[:2] == ("dlcore", "charts"):
        return ("streamlit", "torch", "pandas", "numpy", "ui", "dlcore.topics")
    if place == ("dlcore", "topic.py"):
        return ("streamlit", "altair", "ui", "dlcore.topics")
    if place[:2] == ("dlcore", "export"):
        draws = path.name in ("drawing.py", "shown.py")
        return ("streamlit", "torch", "ui", "dlcore.topics", *(() if draws else ("altair",)))
    if place == ("dlcore", "params.py"):
        return ("streamlit", "torch", "pandas", "numpy", "altair", "dlcore")
    if place[0] == "dlcore":
        return ("streamlit", "altair", "ui", "dlcore.charts")
    return ("torch", "altair", "streamlit") if place[0] in ("pages", "app.py") else ("altair",)


@name_of
def test_imports_go_one_way(path):
    banned = forbidden(path)
    for module in imports(ast.parse(path.read_text())):
        assert not any(module == b or module.startswith(b + ".") for b in banned), f"{path.name} imports {module}"


@name_of
def test_no_try_and_no_session_state_outside_their_rooms(path):
    tree, place = ast.parse(path.read_text()), path.relative_to(ROOT).parts
    if place[0] != "ui" and path.name != "outcome.py":
        assert not any(isinstance(node, ast.Try) for node in ast.walk(tree))
    if place[0] != "ui":
        assert "session_state" not in path.read_text()


@name_of
def test_no_global_seed(path):
    banned = {"manual_seed", "seed"} if path.name != "seeds.py" else set()
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    for call in calls:
        assert not (isinstance(call, ast.Attribute) and call.attr in banned
                    and isinstance(call.value, (ast.Name, ast.Attribute))), ast.unparse(call)


@name_of
def test_rooms_stay_small(path):
    lines = len(path.read_text().splitlines())
    place = path.relative_to(ROOT).parts
    cap = 120 if place[0] == "pages" else 200 if place[:2] == ("dlcore", "topics") and path.name[0] != "_" else 250
    assert lines <= cap
    assert max(map(len, path.read_text().splitlines()), default=0) <= 120


@name_of
def test_functions_stay_short(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 40, node.name


def test_every_word_of_the_address_is_reserved():
    asked = re.compile(r'query_params(?:\.(?:get|pop)\(|\[)"([\w-]+)"|"([\w-]+)" (?:not )?in st.query_params')
    found = {one or other for path in MODULES for one, other in asked.findall(path.read_text())}
    assert {"view", "pin"} <= found <= set(RESERVED_WORDS)


def test_only_numbers_words_and_own_data_are_parameters():
    kinds = {"number", "choice", "flag", "own"}
    tree = ast.parse((ROOT / "dlcore/params.py").read_text())
    others = {"default", "specs", "values", "has_own", "experiment_name", "url_name", "_shown"}
    made = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)} - others
    assert made == kinds

"""The code that a page shows is the code that ran: pasted into an empty file, it gives the same tables."""

import ast
import sys
import types
from collections import Counter

import pytest
from walk import EXPERIMENTS, name, run, same, short

from dlcore.source import KEPT, _reached, script

every_experiment = pytest.mark.parametrize(
    "experiment", [pytest.param(e, marks=pytest.mark.xdist_group(name(e)), id=name(e)) for e in EXPERIMENTS])


@every_experiment
def test_the_code_shown_gives_the_same_tables_alone(experiment, monkeypatch, capsys):
    params = short(experiment)
    pasted = types.ModuleType("pasted")
    monkeypatch.setitem(sys.modules, "pasted", pasted)  # dataclasses look for their module
    exec(compile(script(experiment, params), "pasted", "exec"), pasted.__dict__)
    expected = run(experiment, params)
    assert same(pasted.result, expected) and pasted.result.sentence == expected.sentence
    assert capsys.readouterr().out.strip() == expected.sentence.strip()


@every_experiment
def test_the_code_shown_is_all_that_computes(experiment):
    """Of this project it takes the declaration of parameters, tables, words and data files; nothing twice."""
    tree = ast.parse(script(experiment, experiment.Params()))
    taken = {node.module for node in tree.body if isinstance(node, ast.ImportFrom) and node.module.startswith("dlcore")}
    assert {module for module in taken if module not in KEPT} <= {"dlcore.topics.convolution._images",
                                                                 "dlcore.topics.attention._model"}
    defined = Counter(name for module in _reached(experiment.__name__)[0].values() for name in module)
    assert max(defined.values()) == 1, defined.most_common(3)  # or one module's would stand for the other's
    assert isinstance(tree.body[-2], ast.Assign) and ast.unparse(tree.body[-2]).startswith("result = run(Params(")

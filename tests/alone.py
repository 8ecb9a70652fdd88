"""Run each script, and the cells of each notebook, of a folder: `python -I alone.py FOLDER`.

It knows nothing of this project. The numbers that were found go to `found.json` in that folder.
"""

import __future__

import json
import os
import re
import sys
import types
import warnings
from importlib.util import find_spec
from pathlib import Path

import altair as alt
from altair.utils.schemapi import disable_debug_mode

ANNOTATIONS = __future__.annotations.compiler_flag  # in a notebook, the import of one cell holds for all


class Unread:
    """A specification that Altair has not read; it knows all that the scripts do with a chart."""

    def __init__(self, spec):
        self.spec, self.datasets = spec, {}

    def to_dict(self, validate):
        return {**self.spec, "datasets": self.datasets}


def reads_each_kind_once(cls):
    """Altair takes 100 ms to read a chart: let it read the first that has these marks."""
    read, seen = cls.from_dict, set()

    def from_dict(spec, validate):
        kind = frozenset(re.findall(r'"mark": {"type": "(\w+)', json.dumps(spec)))
        chart = Unread(spec) if kind in seen else read(spec, validate=validate)
        seen.add(kind)
        return chart

    cls.from_dict = from_dict


def code(path):
    """The parts to be run one after the other."""
    if path.suffix == ".py":
        return [path.read_text()]
    return ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]


def numbers(path):
    """What the results of a file say: quantity -> value."""
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    for part in code(path):
        exec(compile(part, path.name, "exec", flags=ANNOTATIONS), vars(main))
    return {quantity: float(value) for result in vars(main).values() if type(result).__name__.endswith("Result")
            for quantity, value in zip(result.summary.quantity, result.summary.value, strict=True)}


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    warnings.simplefilter("error")
    warnings.filterwarnings("ignore", "`torch.jit.script` is deprecated")  # torch itself calls it in forward mode
    assert find_spec("dlcore") is None and find_spec("ui") is None
    disable_debug_mode()  # the charts were checked when they were made
    for cls in (alt.Chart, alt.LayerChart):
        reads_each_kind_once(cls)
    found = {path.name: numbers(path) for path in sorted([*Path().glob("*.py"), *Path().glob("*.ipynb")])}
    assert not [name for name in sys.modules if name.partition(".")[0] in ("dlcore", "streamlit", "ui")]
    Path("found.json").write_text(json.dumps(found))

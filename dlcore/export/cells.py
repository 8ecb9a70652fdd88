"""A view as cells, in reading order: its question, the reader's parameters, definitions, the run, its charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from dlcore.charts import Chart
from dlcore.export.charts import chart_lines, table_line
from dlcore.export.collected import Collected, Group, collected, params_name
from dlcore.export.files import files, packed, unpacking
from dlcore.export.parameters import dataclasses_of
from dlcore.params import Ranged
from dlcore.prose import ViewWords
from dlcore.tables import columns_of
from dlcore.topic import View

DRAWING = "dlcore.export.drawing"
NEEDS = "It needs Python 3.11 or newer: `pip install torch \"numpy>=2\" \"pandas>=3\" \"altair>=6\"`."


@dataclass(frozen=True)
class Cell:
    """Words in Markdown, or code; `hidden` code is long and says nothing to a reader."""

    text: str
    code: bool = True
    hidden: bool = False
    shown: str = ""  # the name of what is seen below it


@dataclass(frozen=True)
class Look:
    """How charts are dressed on paper: the color of words, and what else Vega-Lite calls `config`."""

    ink: str = "black"
    config: Mapping[str, Any] = field(default_factory=dict)


PLAIN = Look()


def cells(view: View, words: ViewWords, settings: Sequence[Ranged], look: Look, drawing: Sequence[str]) -> list[Cell]:
    """The cells of a view, its experiments at these settings; `drawing` is what of that module is called in the end."""
    code = collected((*((e.__name__, name) for e in view.experiments for name in ("Params", "Result", "run")),
                      *((DRAWING, name) for name in drawing)))
    read = files(code, settings)
    found = [_words(_head(view, words, tuple(read))), Cell(_imports(code)),
             _words("Your parameters: change a value and run everything again."),
             Cell(dataclasses_of(settings, code.names))]
    if read:
        found += [_words("What the run reads from files."), Cell(packed(read), hidden=True), Cell(unpacking())]
    for group in code.groups:
        found += _definitions(group) if group.module != DRAWING else ()
    found += [_words(_meanings(words)), Cell(_runs(view, code))]
    for group in code.groups:
        found += _definitions(group) if group.module == DRAWING else ()
    return [*found, *_charts(view, look)]


def _words(text: str) -> Cell:
    return Cell(text, code=False)


def _definitions(group: Group) -> tuple[Cell, Cell]:
    return _words(group.about), Cell(group.text)


def _head(view: View, words: ViewWords, read: Sequence[str]) -> str:
    parts = [f"# {view.question}", words.scene]
    parts += [(e.__doc__ or "").partition("\n")[2].strip() for e in view.experiments]
    parts += [f"Taken from “Deep learning, measured”: all that computed, with the parameters that were set. {NEEDS}"]
    if any(hasattr(e, "watch") for e in view.experiments):
        parts.append("There the training is played; here it goes to its end at once.")
    if read:
        parts.append(f"It carries {', '.join(read)}; other parameters may ask for other files.")
    return "\n\n".join(part for part in parts if part)


def _imports(code: Collected) -> str:
    lines = ["from __future__ import annotations", "", *code.imports.splitlines()]
    if "import torch" not in lines:
        lines.append("import torch")
    return "\n".join([*lines, "", "torch.set_num_threads(1)  # small tensors are slower on two, and round differently"])


def _meanings(words: ViewWords) -> str:
    meanings = [f"- `{quantity}` {one.name}: {one.meaning}" for quantity, one in words.numbers.items()]
    return "\n".join(["The run, in words and numbers.", *([""] if meanings else []), *meanings])


def _runs(view: View, code: Collected) -> str:
    """The call of each experiment, and its numbers printed."""
    lines = []
    for experiment in view.experiments:
        run, result = code.names[experiment.__name__, "run"], result_name(view, experiment)
        lines += [f"{result} = {run}({params_name(experiment.__name__, code.names)}())", f"print({result}.sentence)",
                  f"print({result}.summary.to_string(index=False, float_format=\"{{:.6g}}\".format))"]
    return "\n".join(lines)


def result_name(view: View, experiment: ModuleType) -> str:
    """What holds the result of an experiment."""
    return "result" if len(view.experiments) == 1 else f"{experiment.__name__.rpartition('.')[2]}_result"


def _charts(view: View, look: Look) -> Iterator[Cell]:
    owner = {table: result_name(view, e) for e in reversed(view.experiments) for table in columns_of(e.Result)}
    drawings = [drawing for row in view.rows for drawing in row]
    for i, drawing in enumerate(drawings, 1):
        yield _words(f"**{drawing.title}**")
        value = chart_lines(drawing, owner, look.ink, look.config) if isinstance(drawing, Chart) else \
            table_line(drawing, owner)
        yield Cell(f"shown_{i} = {value}", hidden=isinstance(drawing, Chart), shown=f"shown_{i}")

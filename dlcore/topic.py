"""A topic as its page declares it: prose, views, claims, card; read by tests and benchmarks without Streamlit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from dlcore.charts import Chart, Table, check
from dlcore.claims import Claim
from dlcore.params import Ranged, default, experiment_name, specs
from dlcore.prose import TopicWords, ViewWords, read_words
from dlcore.tables import columns_of

Preset = Ranged | Mapping[str, Any]  # a whole setting, or some fields that move while the others stay
Row = Sequence[Chart | Table]  # what stands side by side

CLAIMS = "Claims"  # the name of the last tab: all that the answer sheet says about the topic


@dataclass(frozen=True, eq=False)
class View:
    """One question on one screen: experiments that share controls, their charts, and settings worth trying.

    Raises: TypeError for a preset of another experiment, ValueError or KeyError for one that no control can hold,
    ValueError for a chart of a table or column that the experiments do not have.
    """

    name: str  # on its tab: one to three words
    experiments: tuple[ModuleType, ...]
    rows: tuple[Row, ...]
    presets: Mapping[str, Preset] = field(default_factory=dict)  # {"seed": "next"} adds one to the seed
    numbers: tuple[str, ...] = ()  # those that stand above the charts, the others below the sentence; () for all
    controls: dict[str, type[Ranged]] = field(init=False)  # field -> the class that draws it, the first that has it

    def __post_init__(self) -> None:
        object.__setattr__(self, "controls", _controls(self.classes))
        for text, preset in self.presets.items():
            self._check(text, preset)
        for drawing in (drawing for row in self.rows for drawing in row):
            check(drawing, self.tables)

    @property
    def classes(self) -> tuple[type[Ranged], ...]:
        """The `Params` of its experiments."""
        return tuple(e.Params for e in self.experiments)

    @property
    def tables(self) -> dict[str, tuple[str, ...]]:
        """What its charts may draw: the tables of its experiments with their columns."""
        return {name: columns for e in self.experiments for name, columns in columns_of(e.Result).items()}

    @property
    def question(self) -> str:
        """What it asks: the first line of its first experiment."""
        return (self.experiments[0].__doc__ or "").partition("\n")[0]

    @property
    def anchor(self) -> str:
        """`momentum-ravine`: its name in links and in the page, after its first experiment."""
        return experiment_name(self.classes[0]).replace(".", "-")

    def users(self, name: str) -> list[type[Ranged]]:
        """The classes that have a field: its owner and those that share it."""
        return [cls for cls in self.classes if name in specs(cls)]

    def _check(self, text: str, preset: Preset) -> None:
        if isinstance(preset, Ranged):
            if type(preset) not in self.classes:
                raise TypeError(f"preset {text!r} must be the Params of an experiment of this view, got {preset!r}")
            return
        for name, value in preset.items():
            if name not in self.controls:
                raise KeyError(f"preset {text!r}: no control is called {name!r}")
            spec = specs(self.controls[name])[name]
            if value != "next" and not spec.allows(value):
                raise ValueError(f"preset {text!r}: {name} must be {spec}, got {value!r}")


def _controls(classes: Iterable[type[Ranged]]) -> dict[str, type[Ranged]]:
    """Which class draws each parameter: the first that has it.

    Raises: ValueError if a shared parameter is declared differently.
    """
    first: dict[str, type[Ranged]] = {}
    for cls in classes:
        for name, spec in specs(cls).items():
            owner = first.setdefault(name, cls)
            if (specs(owner)[name], default(owner, name)) != (spec, default(cls, name)):
                raise ValueError(f"{name} is declared differently in {owner.__module__} and {cls.__module__}")
    return first


@dataclass(frozen=True, eq=False)
class Quiz:
    """A run that is shown, lines of its code, and one of them wrong: only a guess uncovers which.

    `wrong` counts from 1; `repaired` is the run with that line mended.
    """

    name: str
    faulty: Ranged
    row: Row
    lines: Sequence[str]
    wrong: int
    repaired: Ranged

    @property
    def anchor(self) -> str:
        """`quiz-batch_trap`: its name in links and in the page."""
        return "quiz-" + type(self.faulty).__module__.rpartition(".")[2]


@dataclass(frozen=True)
class Card:
    """What the home page shows of a topic: a sentence, and the run and chart of a small picture above it."""

    sentence: str
    params: Ranged | None = None
    picture: Chart | None = None


@dataclass(frozen=True)
class Topic:
    """A page: its words, its card, its views and the claims that they decide.

    Raises: ValueError if two views have the same name, if the words are of a view or preset that is not there, or if a
    view or preset has no words.
    """

    words: TopicWords
    card: Card
    views: tuple[View | Quiz, ...] = ()
    claims: tuple[Claim, ...] = ()

    def __post_init__(self) -> None:
        names = [*(view.name for view in self.views), CLAIMS]
        if len(set(names)) < len(names):
            raise ValueError(f"views need names of their own, got {', '.join(names)}")
        if unknown := set(self.words.views) - set(names):
            raise ValueError(f"words about {', '.join(unknown)}, but the views are called {', '.join(names)}")
        for view in self.views:
            if view.name not in self.words.views:
                raise ValueError(f"there are no words about the view {view.name}, “## {view.name}”")
            declared, described = list(getattr(view, "presets", ())), list(self.about(view).presets)
            if sorted(declared) != sorted(described):
                raise ValueError(f"{view.name}: the presets are {declared}, the words are about {described}")

    def about(self, view: View | Quiz) -> ViewWords:
        """The words about one of its views."""
        return self.words.views.get(view.name, ViewWords())

    def view_of(self, params: type[Ranged]) -> View | None:
        """The view that has the controls of an experiment: the one that it leads, else the first that shares it."""
        having = [view for view in self.views if isinstance(view, View) and params in view.classes]
        return next((view for view in having if view.classes[0] is params), having[0] if having else None)

    def view_deciding(self, claim: Claim) -> View | None:
        """The view that shows the case by which a claim is decided."""
        return self.view_of(type(claim.cases[0])) if claim.cases else None


def words_beside(page: str) -> TopicWords:
    """The words of a page, from the Markdown file of the same name: `03_Momentum.md` beside `03_Momentum.py`."""
    path = Path(page).with_suffix(".md")
    return read_words(path.read_text(encoding="utf-8"), path.name)


@cache
def read(page: Path) -> Topic:
    """What a file of `pages/` declares as `TOPIC`; nothing is drawn.

    Raises: AttributeError if it declares none.
    """
    spec = spec_from_file_location(f"pages.{page.stem}", page)
    assert spec and spec.loader  # a file that ends in .py has both
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.TOPIC

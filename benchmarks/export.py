"""What a reader waits for what is taken home: a script, a notebook, pictures of a view, the hand-out of a topic."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

from benchmarks.client import ROOT
from dlcore.params import values
from dlcore.topic import View, read
from ui.export import FORMS, made, pictured
from ui.handout import handed_out
from ui.painting import FIRST, paint
from ui.session import OnScreen, Session

PAGE = "http://localhost/page"


def figures() -> Iterator[str]:
    """The median and the longest, over all views or topics, at the defaults; a training at its first moment."""
    topics = [read(path) for path in sorted((ROOT / "pages").glob("[0-9]*.py"))]
    views = [(topic, view, _screen(view)) for topic in topics for view in topic.views if isinstance(view, View)]
    paint("chart", FIRST)  # the process that paints is started when a reader opens the list
    for form in FORMS:
        yield _told(form, [_seconds(lambda t=topic, v=view, r=reader, f=form: made(f, v, t.about(v), r.values))
                           for topic, view, reader in views])
    for form in ("svg", "pdf", "png"):
        yield _told(f"a whole view as {form}", [
            _seconds(lambda v=view, r=reader, f=form: pictured(f, v.rows, v, r, PAGE)) for _, view, reader in views])
    yield _told("hand-out", [
        _seconds(lambda t=topic: handed_out(t, Session(), PAGE)) for topic in topics if topic.views])


def _screen(view: View) -> Session:
    """A reader who has a view open."""
    settings = [cls() for cls in view.classes]
    results = [next(e.watch(p)) if hasattr(e, "watch") else e.run(p)
               for e, p in zip(view.experiments, settings, strict=True)]
    return Session(shown=OnScreen(view.anchor, settings, results),
                   values={view.anchor: {name: value for p in settings for name, value in values(p).items()}})


def _seconds(make: Callable[[], bytes]) -> float:
    start = time.perf_counter()
    make()
    return time.perf_counter() - start


def _told(what: str, took: list[float]) -> str:
    return f"{what}: median {statistics.median(took):.2f} s, longest {max(took):.2f} s of {len(took)}"

"""The bridge to Streamlit: how numbers are shown, and what happens when something fails."""

import asyncio
import gc
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pandas as pd
import pyarrow as pa
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.testing.v1 import AppTest

from benchmarks.client import visit
from dlcore.address import parse
from dlcore.charts import Rows, axis, chart, levels, walk
from dlcore.params import Choice, Number
from dlcore.spelling import label, option, plain, typeset
from ui.link import ROOT
from ui.session import Run
from ui.show import _arrow, _dressed
from ui.tuning import CHANGES, start
from ui.tuning.server import HELD

start()


def test_the_theme_that_is_kept_is_streamlits_own():
    kept = app_session._populate_theme_msg
    for section in ("theme", "theme.light", "theme.dark", "theme.sidebar", "theme.light.sidebar"):
        ours, theirs = CustomThemeConfig(), CustomThemeConfig()
        kept(ours, section)
        kept.__wrapped__(theirs, section)
        assert ours == theirs, section


def test_a_run_is_sent_whole_when_it_ends_and_a_long_one_is_begun_in_time(monkeypatch):
    said, later, now = [], [], [100.0]
    monkeypatch.setattr("ui.tuning.server.monotonic", lambda: now[0])
    session = SimpleNamespace(
        _browser_queue=ForwardMsgQueue(), _state=AppSessionState.APP_IS_RUNNING,
        _message_enqueued_callback=lambda: said.append(now[0]),
        _event_loop=SimpleNamespace(call_later=lambda seconds, tell: later.append((seconds, tell))))

    def sent(*kinds):
        for kind in kinds:
            message = {kind: {} if kind in ("new_session", "delta") else ForwardMsg.FINISHED_SUCCESSFULLY}
            AppSession._enqueue_forward_msg(session, ForwardMsg(**message))
        return len(said)

    assert sent("new_session", "delta", "delta") == 0  # a short run
    session._state = AppSessionState.APP_NOT_RUNNING
    assert sent("script_finished") == 1 and len(session._browser_queue.flush()) == 4
    session._state = AppSessionState.APP_IS_RUNNING
    assert sent("new_session", "delta") == 1  # a long one: it is begun by the clock, and then goes on as it comes
    (_, _), (seconds, tell) = later
    assert seconds == HELD <= 0.1
    now[0] += HELD
    tell()
    assert sent("delta", "delta") == 4


def test_collections_go_on_but_leave_out_what_was_loaded():
    assert gc.isenabled()
    assert gc.get_freeze_count() > 100_000  # torch, pandas, altair


@pytest.mark.parametrize(("value", "shown"), [
    (0, "0"), (0.9486832, "0.949"), (1234.5, "1,234"), (99999, "99,999"), (999.6, "1,000"), (0.001, "0.001"),
    (2.427243e-10, "2.4×10⁻¹⁰"), (9.5367e13, "9.5×10¹³"), (-22.158, "−22.2"), (-0.0, "0"), (-2.4e-10, "−2.4×10⁻¹⁰"),
    (709.0, "709"), (1.0, "1"), (1.00126, "1.0013"), (0.99951, "0.9995"), (1.00004, "1"), (1.006, "1.01")])
def test_numbers_are_short(value, shown):
    assert plain(value) == shown


def test_numbers_in_a_sentence_are_typeset():
    said = "from -1.2e-07 to 3e+05, -2 (x-1, e-5; page 3-4)"
    assert typeset(said) == "from −1.2×10⁻⁷ to 3×10⁵, −2 (x-1, e-5; page 3-4)"


def test_names_are_words():
    assert label("weight_scale") == "Weight scale" and label("rnn_with") == "RNN with" and label("elbo") == "ELBO"
    assert [option(o) for o in ("heavy_ball", 100.0, 0.05, 64)] == ["heavy ball", "100", "0.05", "64"]


@pytest.mark.parametrize(("text", "value"), [
    ("7", 7), ("7.0", 7), ("7.5", None), ("1e99", None), ("nan", None), ("", None), ("seven", None), ("-1", None)])
def test_a_link_gives_a_number_or_nothing(text, value):
    assert parse(Number(0, 9, 1, "help"), text) == value


@pytest.mark.parametrize(("text", "value"), [
    ("off", "off"), ("3", 3.0), ("3.0", 3.0), ("heavy_ball", "heavy_ball"), ("heavy ball", "heavy_ball"), ("4", None)])
def test_a_link_gives_an_option_or_nothing(text, value):
    assert parse(Choice(("off", 3.0, "heavy_ball"), "help"), text) == value


def test_a_link_keeps_every_digit():
    assert [float(option(x)) for x in (400 / 121, 0.1, 1e-300)] == [400 / 121, 0.1, 1e-300]


def test_a_chart_is_sent_the_rows_and_columns_that_it_draws():
    layers = pd.DataFrame({"layer": [1, 2, 3], "value": [0.1, 0.2, 0.3], "quantity": ["a", "b", "a"], "unit": "m"})
    sent = _arrow(layers, Rows("layers", (("quantity", "a"),)), frozenset({"layer", "value"}))
    sent = pa.ipc.open_stream(sent).read_all()
    assert sent.to_pydict() == {"layer": [1, 3], "value": [0.1, 0.3]}


def test_a_table_is_written_once_as_long_as_it_lives():
    one, words = pd.DataFrame({"x": [1.0]}), frozenset("x")
    assert _arrow(one, Rows("t"), words) is _arrow(one, Rows("t"), words)
    assert _arrow(one, Rows("t"), words) != _arrow(pd.DataFrame({"x": [2.0]}), Rows("t"), words)


def test_no_chart_leaves_its_ink_to_the_canvas_which_has_only_black():
    walked = chart("Walk", axis("x", "x"), axis("y", "y"), levels("levels"), walk("walk"))
    assert "currentColor" in walked.spec
    for theme in ("light", "dark"):
        assert "currentColor" not in json.dumps(_dressed(walked, theme, False))


def test_a_stream_gives_every_item_in_turn_and_keeps_the_last():
    run, seen = Run(None, iter("abc")), []
    while not run.done:
        run.advance()
        seen.append(run.last)
    assert "".join(seen) == "abcc"


def a_page_with_a_broken_view():
    import sys
    import types
    from dataclasses import dataclass

    import pandas as pd
    import streamlit as st

    from dlcore.params import Ranged, number
    from dlcore.prose import ViewWords
    from dlcore.topic import View
    from ui.view import draw

    def experiment(name, run):
        @dataclass(frozen=True)
        class Params(Ranged):
            depth: int = number(1, 0, 9, 1, "Number of layers")

        @dataclass(frozen=True)
        class Result:
            summary: pd.DataFrame
            sentence: str

        Params.__module__ = f"dlcore.topics.test.{name}"
        module = types.ModuleType(Params.__module__, f"What does {name} do?")
        module.Params, module.Result = Params, Result
        module.run = lambda params: run(Result, params)
        sys.modules[module.__name__] = module
        return module

    def works(result, params):
        depth = [("depth", float(params.depth), "")]
        return result(pd.DataFrame(depth, columns=["quantity", "value", "unit"]), "Fine.")

    def fails(result, params):
        raise RuntimeError("a secret of the machine")

    draw(View("Broken", (experiment("broken", fails),), ()), ViewWords())
    draw(View("Whole", (experiment("whole", works),), ()), ViewWords())
    st.markdown("the end of the page")


def test_an_error_stays_in_its_view_and_gives_nothing_away(caplog):
    app = AppTest.from_function(a_page_with_a_broken_view, default_timeout=30).run()
    assert not app.exception
    assert len(app.error) == 1 and "secret" not in app.error[0].value
    assert any("Depth" in numbers.proto.body for numbers in app.get("html"))
    assert app.markdown[-1].value == "the end of the page"
    assert "a secret of the machine" in caplog.text  # the traceback is in the log


@pytest.mark.xdist_group("browser")  # it has a server
def test_a_control_draws_its_answer_alone_unless_it_greys_another(server):
    async def heard(size):
        reader = await visit(server.removeprefix("http://"), "Convolution", "view=As+a+matrix")
        slider = next(s for s in reader.sliders.values() if s.id.endswith("convolution.matrix.kernel_size"))
        await reader.move(slider, size)
        await reader.socket.close()
        return [kind for kind in reader.heard if kind in ("new_session", "html", "slider")]

    with ThreadPoolExecutor(1) as apart:  # Playwright keeps a loop in this thread
        moved, greying = apart.map(asyncio.run, (heard("5"), heard("1")))  # a kernel of one pixel needs no padding
    assert moved == ["new_session", "html", "html"]  # html: the numbers of the answer, above and below the charts
    assert "slider" in greying and "html" in greying


WITHOUT = """
import sys
import streamlit.testing.v1
from streamlit.runtime import app_session, scriptrunner
del app_session._populate_theme_msg, app_session.AppSession.has_fragment
del app_session.AppSession._enqueue_forward_msg
del scriptrunner.get_script_run_ctx
sys.path.insert(0, "tests")
from test_pages import MOMENTUM, charts, open_page, widgets
app = open_page(MOMENTUM)
print(len(charts(app)) > 1)
widgets(app)["momentum.ravine.method"].set_value("gradient_descent").run()  # it greys another control
print(not app.exception)
"""


def test_a_page_draws_without_the_private_parts_of_streamlit_that_are_changed():
    said = subprocess.run([sys.executable, "-c", WITHOUT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "True"]


def test_the_browser_knows_a_request_by_its_first_byte():
    asked = BackMsg()
    asked.rerun_script.page_name = "Momentum"
    assert f"RERUN = {asked.SerializeToString()[0]:#x};" in (ROOT / "ui/browser/waiting.js").read_text()


def test_importing_the_bridge_changes_nothing():
    code = """import gc, threading
from streamlit.runtime.app_session import AppSession
before = AppSession.request_rerun
import torch; threads = threading.active_count()
import ui
print(before == AppSession.request_rerun, gc.isenabled(), gc.get_freeze_count(),
      threading.active_count() == threads)"""
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "True", "0", "True"]


def test_a_change_that_does_not_fit_is_left_out_and_said(monkeypatch, caplog):
    def misfit():
        raise AttributeError("no such part")

    done = []
    monkeypatch.setattr("ui.tuning.CHANGES", (misfit, lambda: done.append(1)))
    start.__wrapped__()
    assert done and "misfit was left out: no such part" in caplog.text and len(CHANGES) > 4


def test_trainings_load_no_compiler_and_whoever_asks_for_it_gets_it():
    told = """
import sys
sys.path += ["tests"]
from ui.tuning.compiler import compile_nothing
compile_nothing()
from walk import EXPERIMENTS, brief
for experiment in EXPERIMENTS:
    if hasattr(experiment, "watch"):
        experiment.run(brief(experiment.Params()))
print([name for name in sys.modules if name.startswith("torch._dynamo.")])
import torch
print(torch.compiler.disable(recursive=False)(abs) is abs, torch.compiler.disable(abs) is abs)
print(torch._dynamo.config.verbose, "torch._dynamo.config" in sys.modules)
"""
    found = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.splitlines() == ["[]", "True True", "False True"]


HOLES = """
import time
import numpy as np
from ui.tuning.heap import MB, keep_memory, resident
from ui.turn import one_at_a_time
keep_memory()
time.sleep(1.5)
before = resident()
with one_at_a_time:  # an answer that fetches 400 MB and lets go of them
    pieces = [np.ones(MB // 8) for _ in range(400)]
    kept = [bytearray(2000) for _ in range(400)]  # behind them: the heap cannot shrink
    pieces = None
    time.sleep(2.5)
    held = resident() - before
end = time.monotonic() + 20
while resident() - before > 100 * MB and time.monotonic() < end:
    time.sleep(0.1)
print(held > 300 * MB, resident() - before < 100 * MB)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's heap")
def test_holes_in_the_heap_go_back_but_not_while_somebody_is_answered():
    said = subprocess.run([sys.executable, "-c", HOLES], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["True", "True"]

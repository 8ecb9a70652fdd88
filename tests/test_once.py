"""What a whole class asks for at once is made once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.testing.v1 import AppTest
from walk import PAGES, ROOT

from dlcore.charts import Chart
from dlcore.runs import once
from ui.exam import findings
from ui.pages import topics
from ui.tuning import start

start()


def test_three_hundred_who_ask_in_the_same_second_wait_for_one_run():
    runs, together = [], threading.Barrier(300)

    def slow(x):
        runs.append(x)
        time.sleep(0.2)
        return object()

    kept = once(slow, 4)

    def ask(i):
        together.wait()
        return kept(i % 2)

    with ThreadPoolExecutor(300) as pool:
        found = list(pool.map(ask, range(300)))
    assert sorted(runs) == [0, 1] and len(set(map(id, found))) == 2


def test_another_setting_does_not_wait_and_old_ones_are_forgotten():
    hold, runs = threading.Event(), []

    def run(x):
        runs.append(x)
        if x == 0:
            hold.wait(10)
        return x

    kept = once(run, 2)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(kept, 0)
        assert kept(1) == 1 and not waiting.done()
        hold.set()
        assert waiting.result() == 0
    for x in (2, 3, 1):
        kept(x)
    assert runs == [0, 1, 2, 3, 1]


def test_a_run_that_fails_is_tried_again():
    tries = []

    def fails_once(x):
        tries.append(x)
        if len(tries) == 1:
            raise ArithmeticError("the first")
        return x

    kept = once(fails_once, 2)
    with pytest.raises(ArithmeticError):
        kept(7)
    assert kept(7) == 7 and kept(7) == 7 and len(tries) == 2


def test_the_second_reader_of_a_page_finds_its_charts_built(monkeypatch):
    built, build = [], Chart.spec.func
    monkeypatch.setattr(Chart.spec, "func", lambda chart: built.append(chart.title) or build(chart))
    page = next(page for page in PAGES if page.stem == "03_Momentum")
    for _ in range(2):
        built.clear()
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
        app.switch_page(f"pages/{page.name}").run()
        assert not app.exception
    assert not built


def test_the_sheet_is_measured_once_for_all_who_open_it():
    claim = next(claim for topic in topics().values() for claim in topic.claims if claim.measure)
    findings._findings.pop(claim.number, None)
    with ThreadPoolExecutor(50) as pool:
        futures = set(pool.map(lambda _: findings._finding(claim), range(50)))
    assert len(futures) == 1

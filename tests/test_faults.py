"""Hostile and unlucky use of links and parameters: what a stranger, a typo or a chat program makes of a link."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from test_contracts import assert_drawable
from walk import EXPERIMENTS, ROOT, name, run, short

from dlcore.params import Choice, Number, Own, specs
from ui.controls import parse
from ui.tuning import start

start()
pytestmark = pytest.mark.fault
POINTS = int(os.environ.get("POINTS", 2))  # random points of each experiment; 2,000 in all: POINTS=50


@pytest.mark.parametrize(("text", "value"), [
    ("NaN", None), ("inf", None), ("-inf", None), ("1e400", None), ("0x10", None), ("1,5", None), ("1 5", None),
    ("1e-400", 0.0), ("-0", 0.0), ("+0.5", 0.5), (" 0.5 ", 0.5), ("5e-1", 0.5), ("٠٫٥", None), ("0.5" * 3000, None),
    ("__proto__", None), ("%00", None), ("null", None), ("\u202e0.5", None), ("½", None)])
def test_a_number_of_a_link_is_a_number_of_the_range_or_nothing(text, value):
    assert parse(Number(0.0, 1.0, 0.1, "help"), text) == value


LINKS = {
    "two thousand names": {f"momentum.ravine.x{i}": "1" for i in range(2000)},
    "ten kilobytes": {"momentum.ravine.momentum": "9" * 10_000, "view": "R" * 10_000},
    "repeats": {"momentum.ravine.momentum": ["0.5", "0.7", "nan"]},
    "another page's keys": {"gradients.deep_net.depth": "40", "adversarial.ring.loss": "wgan_gp"},
    "wrong case": {"Momentum.Ravine.Momentum": "0.5", "VIEW": "Noise"},
    "prototypes and percent signs": {"__proto__": "1", "constructor": "x", "%": "%%", "a%00b": "\x00"},
    "words that are reserved": {"embed": "true", "embed_options": "x", "v": "99", "look": "x", "claim": "99.z"},
}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_a_strange_link_opens_the_page_at_values_that_are_allowed(link):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    for key, value in link.items():
        app.query_params[key] = value
    app.switch_page("pages/03_Momentum.py").run()
    assert not app.exception and not app.error
    assert app.get("vega_lite_chart") and all(s.min <= s.value <= s.max for s in app.slider)


def anywhere(spec):
    """Every value that a parameter allows, for Hypothesis."""
    if isinstance(spec, Choice | Own):
        return st.sampled_from(spec.ends())
    kind = st.integers if isinstance(spec.step, int) else st.floats
    return kind(spec.low, spec.high)


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=name)
def test_any_allowed_point_gives_finite_tables_and_a_sentence_of_a_person(experiment):
    box = st.fixed_dictionaries({field: anywhere(spec) for field, spec in specs(experiment.Params).items()})

    @settings(max_examples=POINTS, deadline=None, derandomize=True, database=None,
              suppress_health_check=list(HealthCheck))
    @given(box)
    def holds(values):
        result = run(experiment, short(experiment, experiment.Params(**values)))
        assert_drawable(result)
        assert result.sentence.strip()[-1] in ".!?:)…" and "Traceback" not in result.sentence
        said = set(result.sentence.replace("nan (not a number)", "").replace(",", " ").split())
        assert not {"nan", "inf", "-inf", "None"} & said

    holds()

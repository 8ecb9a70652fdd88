"""Every claim is decided by its measurement, and by the other one once the deciding cause is gone."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from math import isnan

import pytest
from perturbed import FIRST_SEED, PERTURBATIONS
from walk import CLAIM_FILES, ROOT

from dlcore.claims import VERDICTS, run
from dlcore.topics.broadcasting import shapes
from ui.exam import findings

TOPICS = {module.__name__.split(".")[-2]: module.CLAIMS for module in CLAIM_FILES}
# One worker measures them all: claims share their runs, and so does the page that shows them all.
CLAIMS = [pytest.param(claim, id=f"{topic}-{claim.number}", marks=pytest.mark.xdist_group("claims"))
          for topic, claims in TOPICS.items() for claim in claims]
MEASURED = [param for param in CLAIMS if param.values[0].verdict != "note"]


@pytest.mark.trained
@pytest.mark.parametrize("claim", MEASURED)
def test_the_measurement_bears_the_verdict_out(claim):
    measured = findings._finding(claim).result() if FIRST_SEED == 0 else claim.measured(FIRST_SEED)
    assert claim.holds(measured.value), f"{claim.quantity}: {measured}, not in [{claim.low}, {claim.high}]"


@pytest.mark.trained
@pytest.mark.parametrize("claim", MEASURED)
def test_without_its_cause_the_verdict_falls(claim):
    measured = claim.measured_without(FIRST_SEED)
    assert not isnan(measured.value)  # it would be in no interval, and so decide nothing
    assert not claim.holds(measured.value), f"without {claim.cause}, {claim.quantity} is still {measured}"


def test_every_measurement_holds_with_everything_moved_a_little():
    """Other seeds and moved data at once; `make perturbed` does more, one by one, and without the causes too."""
    moved = PERTURBATIONS["seeds"] | PERTURBATIONS["data"] | {"PERTURBED": "1"}
    ran = subprocess.run([sys.executable, "-m", "pytest", __file__, "-k", "bears_the_verdict_out"],
                         cwd=ROOT, env=os.environ | moved, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout[-3000:]


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_can_be_read(claim):
    assert claim.verdict in VERDICTS
    assert len(claim.quote) > 3 and len(claim.correction) > 10
    assert "check before printing" not in claim.source


def test_a_run_that_two_ask_for_at_once_is_made_once(monkeypatch):
    runs = []

    def slow(params):
        time.sleep(0.05)
        runs.append(params)
        return len(runs)

    monkeypatch.setattr(shapes, "run", slow)
    params = shapes.Params(image_size=11, kernel_size=7)  # asked for nowhere else
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, [params] * 8)) == [1] * 8


def test_a_run_that_failed_is_made_again(monkeypatch):
    params = shapes.Params(image_size=11, kernel_size=6)
    monkeypatch.setattr(shapes, "run", lambda params: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run(params)
    monkeypatch.setattr(shapes, "run", lambda params: "a result")
    assert run(params) == "a result"

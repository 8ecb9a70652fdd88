"""The answer sheet as a whole: all claims are there, and its worked examples are derived right."""

import math

import pytest
import torch
from streamlit.testing.v1 import AppTest
from walk import CLAIM_FILES, ROOT

from dlcore.answer_sheet import INSTRUCTIVE, claims, derivations, question

PAGE = next((ROOT / "pages").glob("11_*.py"))


def open_sheet(**link):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
    app.switch_page(str(PAGE.relative_to(ROOT)))
    for key, value in link.items():
        app.query_params[f"sheet-{key}"] = value
    app.run()
    assert not app.exception and not app.error
    return app


def text(app):
    return "\n".join(element.value for element in app.markdown)


def test_every_topic_declares_its_claims_once():
    numbers = [claim.number for claim in claims()]
    assert len(numbers) == len(set(numbers)) == sum(len(module.CLAIMS) for module in CLAIM_FILES)


def test_claims_come_in_the_order_of_the_sheet():
    assert [question(claim) for claim in claims()] == sorted(question(claim) for claim in claims())


def test_quotes_are_the_sheets_own_words_once():
    quotes = [claim.quote for claim in claims()]
    assert len(quotes) == len(set(quotes))


def test_the_most_instructive_falls_are_falls():
    verdicts = {claim.number: claim.verdict for claim in claims()}
    assert [verdicts[number] for number in INSTRUCTIVE] == ["false"] * 5


def by_line(table):
    return {row.line: row for row in table.itertuples()}


def test_the_vanishing_example_is_the_product_of_weights_and_slopes():
    h, product = 1.0, 1.0
    for _ in range(6):
        h_next = 1 / (1 + math.exp(-0.1 * h))
        product *= 0.1 * h_next * (1 - h_next)
        h = h_next
    line = by_line(derivations.vanishing())["∂L/∂x"]
    assert line.measured == pytest.approx(product, rel=1e-9) == pytest.approx(2.427243e-10, rel=1e-6)
    assert line.apart == pytest.approx(1.005e6, rel=1e-3) and line.parts


def test_each_line_of_the_vanishing_example_is_autograds():
    h, pre = torch.tensor(1.0, dtype=torch.float64), []
    w = torch.tensor(0.1, dtype=torch.float64, requires_grad=True)
    for _ in range(6):
        pre.append(w * h)
        h = torch.sigmoid(pre[-1])
    expected = [g.item() for g in torch.autograd.grad(h, pre)][::-1]
    assert derivations.vanishing().measured.iloc[:6].tolist() == pytest.approx(expected, rel=1e-12)


def test_the_exploding_example_is_five_to_the_twentieth():
    lines = by_line(derivations.exploding())
    assert lines["h₁₀"].measured == 5**10 and not lines["h₁₀"].parts
    assert lines["∂L/∂x"].measured == 5**20 and lines["∂L/∂x"].parts


def test_the_kernel_gradient_agrees_with_a_nudge_and_not_with_the_sheet():
    lines = by_line(derivations.kernel_gradient())
    one = lines["∂L/∂W, one weight"]
    assert one.measured == pytest.approx(lines["nudged"].measured, rel=1e-5)
    assert abs(one.apart - 1) > 0.1


def test_the_page_shows_both_numbers_of_question_ten():
    shown = text(open_sheet(question="10"))
    assert "2.4×10⁻⁴" in shown or "0.000244" in shown or "2.44" in shown
    assert "2.4×10⁻¹⁰" in shown and "the weight 0.1 is dropped" in shown


def test_every_verdict_shown_is_borne_out_by_its_measurement():
    shown = text(open_sheet(question="3"))
    assert shown.count("Measured now") == sum(c.verdict != "note" for c in claims() if question(c) == 3)
    assert "does not stand" not in shown and "failed" not in shown


def test_search_looks_into_all_questions():
    app = open_sheet()
    app.text_input(key="sheet-search").set_value("Jacobian").run()
    found = [c for c in claims() if "jacobian" in f"{c.number} {c.quote} {c.correction}".lower()]
    assert found and all(f"**{c.number}**" in text(app) for c in found)


def test_a_guess_comes_before_the_verdict_and_is_scored():
    app = open_sheet(question="3", guess="true")
    assert "Measured now" not in text(app) and not app.get("badge")
    first = next(c for c in claims() if question(c) == 3)
    app.get("button_group")
    app.session_state[f"guess-{first.number}"] = "false"
    app.run()
    assert "0 of 1" in text(app) and first.correction[:20] in text(app)

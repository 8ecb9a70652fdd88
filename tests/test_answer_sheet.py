"""The answer sheet as a whole: all claims are there, and its worked examples are derived right."""

import math
import re
import unicodedata
from concurrent.futures import Future
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest
from walk import CLAIM_FILES, ROOT

from dlcore.answer_sheet import INSTRUCTIVE, claims, derivations, is_measured, question_number
from dlcore.claims import Claim, Measurement
from ui.exam import claims as exam_claims
from ui.exam import findings

SHEET = Path(__file__).with_name("answer_sheet.md").read_text()  # the sheet itself, word for word
# Sentences that no claim quotes, and why.
NO_CLAIM = {
    "Deep Learning - DRY": "the name of the exam",
    "Backpropagation:": "a heading",
}
whole_page = pytest.mark.xdist_group("claims")  # the worker that measures them
PAGE = next((ROOT / "pages").glob("11_*.py"))


def open_sheet(**link):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
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
    assert [question_number(claim) for claim in claims()] == sorted(question_number(claim) for claim in claims())


def letters(text):
    """Letters and digits alone: a quote writes σ and 10⁻⁴ where the sheet writes \\sigma and 10^{-4}."""
    names = {"sigma": "σ", "partial": "∂", "theta": "θ", "times": "x", "sum": "∑"}
    text = re.sub(r"\\([a-z]+)", lambda name: names.get(name[1], ""), re.sub("</?u>", "", text))
    text = unicodedata.normalize("NFKC", text.replace("×", "x").replace("Σ", "∑"))
    return "".join(c for c in text if c.isalnum() or c in "∂∑").lower()


def test_quotes_are_the_sheets_own_words_once():
    words, quotes = letters(SHEET), [claim.quote for claim in claims()]
    assert len(quotes) == len(set(quotes))
    for quote in quotes:
        place = 0
        for part in map(letters, quote.split("…")):
            place = words.find(part, place)
            assert part and place >= 0, f"not in the sheet, or not there: {part} of {quote}"


def test_every_sentence_of_the_sheet_is_in_a_claim():
    words, parts = letters(SHEET), {letters(part) for claim in claims() for part in claim.quote.split("…")}
    quoted = {at for part in parts for hit in re.finditer(re.escape(part), words) for at in range(*hit.span())}
    left, end = [], 0
    for sentence in re.split(r"(?<=[a-z)\]}])\. ?(?=\s|[A-Z])|\n\s*\n|\n\s*- ", SHEET):
        start, end = end, end + len(letters(sentence))
        assert words[start:end] == letters(sentence)
        if start < end and quoted.isdisjoint(range(start, end)):
            left.append(letters(sentence))
    assert sorted(left) == sorted(map(letters, NO_CLAIM))


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
    lines = by_line(derivations.vanishing())
    line = lines["∂L/∂x"]
    assert lines["∂L/∂w₁"].measured == pytest.approx(10 * product, rel=1e-9)
    assert line.measured == pytest.approx(product, rel=1e-9) == pytest.approx(2.427243e-10, rel=1e-6)
    assert line.apart == pytest.approx(1.005e6, rel=1e-3) and line.parts


def test_each_line_of_the_vanishing_example_is_autograds():
    h, pre, post = torch.tensor(1.0, dtype=torch.float64), [], []
    w = torch.tensor(0.1, dtype=torch.float64, requires_grad=True)
    for _ in range(6):
        pre.append(w * h)
        h = torch.sigmoid(pre[-1])
        post.append(h.item())
    back = [g.item() for g in torch.autograd.grad(h, pre)][::-1]
    assert derivations.vanishing().measured.iloc[:12].tolist() == pytest.approx(post + back, rel=1e-12)


def test_the_sheet_and_the_law_part_where_the_weight_is_dropped():
    table = derivations.vanishing()
    agree = (table.apart - 1).abs() < 2e-3
    assert agree.tolist() == [True] * 7 + [False] * 8 and table.line[7] == "∂L/∂z₅"
    assert table.apart[7:14].tolist() == pytest.approx([10, 1e2, 1e3, 1e4, 1e5, 1e5, 1e6], rel=0.01)


def test_a_line_that_leaves_the_path_says_why():
    for table in (derivations.vanishing(), derivations.exploding(), derivations.kernel_gradient()):
        away = (table.apart - 1).abs() > 2e-3
        assert away.any() and (table.parts[away] != "").all()


def test_the_exploding_example_is_five_to_the_twentieth():
    lines = by_line(derivations.exploding())
    assert lines["h₁₀"].measured == 5**10 and not lines["h₁₀"].parts
    assert lines["∂L/∂x"].measured == 5**20 and lines["∂L/∂x"].parts
    assert lines["∂L/∂z₁₀"].measured == 5**10 and "the sheet stops" in lines["∂L/∂z₁₀"].parts


def test_the_kernel_gradient_agrees_with_a_nudge_and_not_with_the_sheet():
    lines = by_line(derivations.kernel_gradient())
    one = lines["∂loss/∂W_ij"]
    assert one.measured == pytest.approx(lines["the same, nudged"].measured, rel=1e-5)
    assert one.measured == pytest.approx(lines["the same, closed form"].measured, rel=1e-12)
    assert one.measured == pytest.approx(lines["∂loss/∂ŷ"].measured * lines["∂ŷ/∂W_ij"].measured, rel=1e-12)
    assert abs(one.apart - 1) > 0.1


def test_the_kernel_gradient_parts_at_the_double_factor_and_at_the_sum():
    table = derivations.kernel_gradient()
    away = table.line[(table.apart - 1).abs() > 1e-9].tolist()
    assert away == ["∂loss/∂W_ij, by the chain rule", "∂loss/∂ŷ", "∂loss/∂W_ij"]
    assert by_line(table)["pairs in ŷ − y"].measured == 32 * 32 and by_line(table)["side of ŷ"].measured == 1


@whole_page
def test_the_page_shows_both_numbers_of_question_ten():
    row = next(line for line in text(open_sheet(question="10")).splitlines() if line.startswith("| ∂L/∂x |"))
    assert [cell.strip() for cell in row.split("|")][4:7] == ["2.44×10⁻⁴", "2.43×10⁻¹⁰", "1.01×10⁶"]


@whole_page
def test_every_verdict_shown_is_borne_out_by_its_measurement():
    shown = text(open_sheet(question="3"))
    assert shown.count("Measured now") == sum(c.verdict != "note" for c in claims() if question_number(c) == 3)
    assert "does not stand" not in shown and "failed" not in shown


@whole_page
def test_search_looks_into_all_questions():
    app = open_sheet()
    app.text_input(key="sheet-search").set_value("Jacobian").run()
    found = [c for c in claims() if "jacobian" in f"{c.number} {c.quote} {c.correction}".lower()]
    assert found and all(f"**{c.number}**" in text(app) for c in found)


@whole_page
def test_a_guess_comes_before_the_verdict_and_is_scored():
    app = open_sheet(question="3", guess="true")
    assert "Measured now" not in text(app) and "-badge[" not in text(app)
    first = next(c for c in claims() if question_number(c) == 3)
    key = f"pick-{first.number}"
    for picked in ("false", "true"):  # it cannot be changed after the reveal
        pills = {group.key: group for group in app.get("button_group")}
        pills[key].select(picked).run()
        assert "0 of 1" in text(app) and app.session_state[key] == "false" and first.correction[:20] in text(app)


def said(app):
    value = app.query_params["sheet-said"] if "sheet-said" in app.query_params else ""
    return value if isinstance(value, str) else value[0]


@whole_page
def test_the_verdicts_of_a_reader_stand_in_the_address_and_a_reload_keeps_them():
    one, two = [c.number for c in claims() if question_number(c) == 3][:2]
    app = open_sheet(question="3", guess="true")
    for number, picked in ((one, "false"), (two, "true under conditions")):
        next(group for group in app.get("button_group") if group.key == f"pick-{number}").select(picked).run()
    assert said(app) == f"{one}.f_{two}.c"
    again = open_sheet(question="3", guess="true", said=said(app))
    assert [again.session_state[f"pick-{number}"] for number in (one, two)] == ["false", "true under conditions"]
    assert "of 2**" in text(again) and said(again) == said(app)


@whole_page
@pytest.mark.parametrize("link", ["<b>x</b>.f", "![p](http://127.0.0.1:1/p).t", "3-1.x_3-1", "_._..__", "99-9.f" * 999])
def test_verdicts_that_nobody_could_have_given_are_left_out(link):
    app = open_sheet(question="3", guess="true", said=f"{link}_3-2.t")
    assert said(app) == "3-2.t" and "of 1**" in text(app)
    assert not any(part in text(app) for part in ("<b>", "127.0.0.1", "99-9"))


def test_all_verdicts_together_are_a_link_that_can_be_sent():
    assert len("_".join(f"{claim.number}.c" for claim in claims() if is_measured(claim))) < 1200


@whole_page
def test_nothing_tells_the_verdicts_to_a_reader_who_guesses():
    told, hidden = open_sheet(question="10"), open_sheet(question="10", guess="true", verdict="false")
    assert "The falls that teach most" in text(told) and "here it leaves the path" in text(told)
    assert told.get("vega_lite_chart") and not hidden.get("vega_lite_chart")
    telling = "The falls", "leaves the path", "Measured now", "that are judged"
    assert not any(words in text(hidden) for words in telling)
    known = [claim for claim in claims() if question_number(claim) == 10]
    assert all(f"**{claim.number}**" in text(hidden) for claim in known)  # the filter by verdict is off
    assert not any(claim.correction[:40] in text(hidden) for claim in known if is_measured(claim))


def test_what_is_asked_for_is_measured_first(monkeypatch):
    started = []

    def submit(measured):
        started.append(measured.__self__.number)
        done = Future()
        done.set_result(Measurement((measured.__self__.low,)))
        return done

    monkeypatch.setattr(findings, "_findings", {})
    monkeypatch.setattr(findings._pool, "submit", submit)
    open_sheet(question="3")
    last = [claim.number for claim in claims() if question_number(claim) == 3 and is_measured(claim)]
    assert started[: len(last)] == last and len(started) == sum(map(is_measured, claims()))


def test_a_measurement_that_failed_is_made_again(monkeypatch):
    claim, failed = claims()[0], Future()
    failed.set_exception(ZeroDivisionError())
    monkeypatch.setattr(findings, "_findings", {claim.number: failed})
    findings._write(claim, failed, [])
    assert not findings._findings


@pytest.mark.parametrize("low, high, words", [
    (1, 1, "it must be 1"), (1 - 1e-9, 1 + 1e-9, "it must be 1"), (0, 0.5, "it must lie between 0 and 0.5"),
    (2, math.inf, "it must be at least 2"), (-math.inf, 2, "it must be at most 2")])
def test_the_interval_in_words(low, high, words):
    assert exam_claims._interval(Claim("1-1", "", "note", "", low=low, high=high)) == words

"""A quiz gives nothing away before a guess."""

from test_pages import ROOT, open_page


def broadcasting():
    return open_page(ROOT / "pages/05_Broadcasting.py", {"view": "Find the bug"})


def verdicts(app):
    return [box.value for box in (*app.success, *app.info)]


def test_the_answer_is_hidden_until_a_line_is_picked():
    app = broadcasting()
    assert app.radio[0].value is None and not verdicts(app)


def test_the_wrong_line_and_any_other_lead_to_the_same_answer():
    for line, start in ((1, "Line 1 does what it should. It is line 2"), (2, "Right: it is line 2")):
        app = broadcasting()
        before = len(app.get("vega_lite_chart"))
        app.radio[0].set_value(line).run()
        assert verdicts(app)[0].startswith(start) and not app.exception
        assert len(app.get("vega_lite_chart")) == before + 1  # the loss of the repaired run

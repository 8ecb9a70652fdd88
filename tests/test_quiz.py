"""A quiz gives nothing away before a guess."""

from test_pages import ROOT, open_page


def broadcasting():
    return open_page(ROOT / "pages/05_Broadcasting.py", {"view": "Find the bug"})


def verdicts(app):
    return [box.value for box in (*app.success, *app.info)]


def test_the_answer_is_hidden_until_a_line_is_picked():
    app = broadcasting()
    assert app.radio[0].value is None and not verdicts(app)


def test_one_wrong_guess_gives_nothing_away():
    app = broadcasting()
    before = len(app.get("vega_lite_chart"))
    app.radio[0].set_value(1).run()
    assert verdicts(app)[0].startswith("Line 1 does what it should. Look again")
    assert "line 2" not in verdicts(app)[0] and len(app.get("vega_lite_chart")) == before
    app.radio[0].set_value(1).run()  # the same line is no second guess
    assert verdicts(app)[0].startswith("Line 1 does what it should. Look again")


def test_two_wrong_guesses_and_the_right_one_lead_to_the_same_answer():
    for lines, start in (((1, 3), "Line 3 does what it should. It is line 2"), ((2,), "Right: it is line 2")):
        app = broadcasting()
        before = len(app.get("vega_lite_chart"))
        for line in lines:
            app.radio[0].set_value(line).run()
        assert verdicts(app)[0].startswith(start) and not app.exception
        assert len(app.get("vega_lite_chart")) == before + 1  # the loss of the repaired run

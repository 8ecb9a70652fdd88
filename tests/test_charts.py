"""Charts are put together from layers, and refused where a table has no such column."""

import inspect
import json
import re

import pytest
from vl_convert import vegalite_to_svg
from walk import PAGES, ROOT

from dlcore import charts
from dlcore.charts import Chart, axis, broad, by, chart, check, heads, line, log, notes, room, rows, text_table
from dlcore.charts.ghosts import ghosted
from dlcore.charts.legends import only_drawn
from dlcore.topic import View, read
from dlcore.topics.momentum import ravine

TABLES = {"loss": ("step", "value", "kind"), "marks": ("step", "text")}
x, y = axis("step", "step t"), log("value", "loss")


def test_a_chart_names_the_rows_and_columns_that_it_draws():
    drawn = chart("Loss", x, y, line(rows("loss", kind="measured")), notes("marks"))
    assert {told.name: columns for told, columns in drawn.reads.items()} == {
        "loss, kind measured": {"step", "value", "kind"}, "marks": {"step", "text"}}
    check(drawn, TABLES)


@pytest.mark.parametrize("wrong, said", [
    (line("losses"), "no table is called 'losses'; there are loss, marks"),
    (line("loss", by("method")), "'loss' has no column 'method'; it has step, value, kind"),
    (line(rows("loss", split="train")), "'loss' has no column 'split'"),
    (heads("marks"), "'marks' has no column 'value'")])
def test_a_wrong_table_or_column_is_named_with_what_there_is(wrong, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        check(chart("Loss", x, y, wrong), TABLES)
    with pytest.raises(ValueError, match="chart “Loss”"):
        View("Ravine", (ravine,), ([chart("Loss", x, y, line("losses"))],))


def test_a_table_of_words_is_checked_as_well():
    with pytest.raises(ValueError, match="has no column 'note'"):
        check(text_table("Shapes", "loss", ("step", "note")), TABLES)


def test_what_is_dashed_is_the_law():
    spec = json.loads(chart("Loss", x, y, line("loss")).spec)
    dash = spec["encoding"]["strokeDash"]["scale"]
    assert dict(zip(dash["domain"], dash["range"], strict=True)) == {"measured": [1, 0], "theory": [7, 5]}


def legend_of(drawn, layer):
    """The colored words of the legend and their colors, as the browser draws them for these rows."""
    spec = only_drawn(json.loads(chart("Loss", x, y, layer).spec)) | {"width": 300, "datasets": {"loss": drawn}}
    assert 300 < float(re.search(r' width="([^"]+)"', vegalite_to_svg(spec))[1]) < 600  # Vega's empty legend has no end
    entry = r'role-legend-symbol.*?stroke="(#\w+)".*?<text[^>]*>([^<]+)<'
    return {word: color for color, word in re.findall(entry, vegalite_to_svg(spec), re.S)}


def test_a_legend_names_what_is_drawn_alone_and_colors_stay():
    measured = [{"step": 1, "value": 2, "kind": "measured", "model": "cnn"}]
    both = legend_of([*measured, {"step": 1, "value": 2, "kind": "theory", "model": "cnn"}], line("loss"))
    assert list(both) == ["measured", "theory"] and len(set(both.values())) == 2
    for word in both:
        assert legend_of([{**measured[0], "kind": word}], line("loss")) == {word: both[word]}
    assert legend_of([], line("loss")) == both  # nothing is drawn: one without an entry cannot be
    assert list(legend_of(measured, line("loss", by("model", "cnn", "mlp")))) == ["CNN"]


def test_a_line_of_a_legend_is_dashed_as_what_it_names_is():
    def dashes(layer, *rows):
        spec = only_drawn(json.loads(chart("Loss", x, y, layer).spec)) | {"width": 300, "datasets": {"loss": [
            {"step": 1, "value": 2, **row} for row in rows]}}
        symbols = re.findall(r'<g class="mark-symbol role-legend-symbol".*?</g>', vegalite_to_svg(spec), re.S)
        return ["stroke-dasharray" in symbol and 'dasharray="1,0"' not in symbol for symbol in symbols]
    model = by("model", "cnn", "mlp")
    theory = [{"model": word, "kind": "theory"} for word in model.order]
    assert dashes(line("loss", model, by("kind", "theory")), *theory) == [True, True]
    assert dashes(line("loss", model, by("kind", "measured")), *theory) == [False, False]
    assert dashes(line("loss", model, None), *theory) == [False, False]
    known = model.dashing("mlp")
    assert dashes(line("loss", known, known), *theory) == [False, True]


def test_a_legend_may_say_a_word_in_other_words():
    drawn = [{"step": 1, "value": 2, "model": word} for word in ("cnn", "mlp")]
    assert list(legend_of(drawn, line("loss", by("model", "cnn", "mlp").reading({"mlp": "two layers"}), None))) == [
        "CNN", "two layers"]


def test_a_legend_names_what_a_pinned_run_alone_has():
    spec = only_drawn(ghosted(json.loads(chart("Loss", x, y, line("loss")).spec), 1))
    row = {"step": 1, "value": 2}
    sent = {"loss": [{**row, "kind": "measured"}], "pinned 1: loss": [{**row, "kind": "theory"}]}
    drawn = vegalite_to_svg(spec | {"width": 300, "datasets": sent})
    assert re.findall(r'role-legend-label.*?<text[^>]*>([^<]+)<', drawn, re.S) == ["measured", "theory"]


def test_what_is_told_apart_after_others_has_colors_of_its_own():
    models = by("model", "cnn", "mlp")
    drawn = [{"step": 1, "value": 2, "kind": "train", "model": "cnn"},
             {"step": 1, "value": 2, "kind": "test", "model": "mlp"}]
    first, then = legend_of(drawn, line("loss", models, None)), legend_of(drawn, line(
        "loss", by("kind", "train", "test").after(models), None))
    assert list(first) == ["CNN", "MLP"] and list(then) == ["train", "test"]
    assert not set(first.values()) & set(then.values())


def words_of(drawn, layer):
    """What the legends say, and how opaque each word is."""
    spec = only_drawn(json.loads(chart("Loss", x, y, layer).spec)) | {"width": 300, "datasets": {"loss": drawn}}
    entries = re.findall(r'role-legend-label.*?<text([^>]*)>([^<]+)<', vegalite_to_svg(spec), re.S)
    return [word for look, word in entries if 'fill-opacity="0"' not in look]


def test_a_legend_may_say_other_words_and_explains_no_dashes_where_all_is_solid():
    metrics = by("model", "rmse", "sup").reading({"sup": "largest error"})
    solid = [{"step": 1, "value": 2, "kind": "measured", "model": word} for word in ("rmse", "sup")]
    assert words_of(solid, line("loss", metrics)) == ["RMSE", "largest error"]
    dashed = [*solid, {**solid[0], "kind": "theory"}]
    assert words_of(dashed, line("loss", metrics)) == ["RMSE", "largest error", "measured", "theory"]


def test_a_broad_pale_line_is_broad_and_pale_in_the_legend():
    kinds = by("kind", "network", "target")
    spec = json.loads(chart("Fit", x, y, broad(rows("loss", kind="target"), kinds), line("loss", kinds, None)).spec)
    drawn = [{"step": 1, "value": 2, "kind": kind} for kind in kinds.order]
    sent = {"loss": drawn, "loss, kind target": drawn[1:]}
    svg = vegalite_to_svg(only_drawn(spec) | {"width": 300, "datasets": sent})
    looks = re.findall(r'role-legend-symbol.*?stroke-width="([^"]+)" opacity="([^"]+)"', svg, re.S)
    assert looks == [("2.5", "1"), ("5", "0.45")]


def test_a_round_room_is_worked_out_anew_for_each_size():
    """Vega works out the same rows again when a chart changes its size: no result may be read as what it came from."""
    made = json.loads(chart("Path", x, axis("value", "w"), room("loss", round=True)).spec)["transform"]
    results = [set(re.findall(r'"as": "(\w+)"', json.dumps(one))) for one in made]
    assert len(set.union(*results)) == sum(map(len, results))


def every_chart():
    for page in PAGES:
        topic = read(page)
        yield from [topic.card.picture] if topic.card.picture else []
        for view in topic.views:
            for row in getattr(view, "rows", None) or (view.row,):
                yield from (drawn for drawn in row if isinstance(drawn, Chart))


def test_every_field_of_a_specification_is_declared_or_made_there():
    """What a chart says that it reads is all that Vega-Lite looks up: nothing else travels to the browser."""
    for drawn in every_chart():
        spec = json.loads(drawn.spec)  # Altair has checked it against the schema of Vega-Lite
        sent = {}
        for told, columns in drawn.reads.items():
            sent.setdefault(told.name, set()).update(columns)
        for layer in spec.get("layer", [spec]):
            table = layer.get("data", spec.get("data", {})).get("name")
            if table is None:  # drawn from numbers that the browser makes, such as a circle
                continue
            known = sent.get(table, set())
            text = json.dumps(layer.get("transform", [])) + json.dumps(spec.get("transform", []))
            made = set(re.findall(r'"as": "(\w+)"', text))
            asked = set(re.findall(r'"field": "(\w+)"', json.dumps(layer.get("encoding", {}))))
            assert asked <= known | made, (drawn.title, asked - known - made)
            looked_up = set(re.findall(r"datum\.(\w+)|datum\['(\w+)'\]", text))
            looked_up = {a or b for a, b in looked_up} - made
            assert looked_up <= known, (drawn.title, looked_up - known)


def test_layers_take_few_parameters_and_the_gallery_shows_each_once():
    gallery = (ROOT / "docs/charts.md").read_text()
    for name in charts.__all__:
        made = getattr(charts, name)
        if inspect.isfunction(made) and name != "check":
            assert len(inspect.signature(made).parameters) <= 6, name
            assert f"{name}(" in gallery, name


def test_names_of_pictures_side_by_side_do_not_meet_on_a_phone():
    """Its 300 pixels hold some 48 letters."""
    found = 0
    for drawn in (one for one in every_chart() if "datum.image)" in one.spec):
        names = json.loads(re.search(r"indexof\((\[.*?\]), datum.image\)", drawn.spec)[1].replace("'", '"'))
        across = int(re.search(r"datum.index % (\d)", drawn.spec)[1])
        assert max(map(len, names)) * across <= 48, (drawn.title, names)
        found += 1
    assert found >= 5

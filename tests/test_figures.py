"""Charts as pictures and tables as files, as they are on the screen when somebody asks."""

import io
import json
import re
import struct
import time
from dataclasses import dataclass
from xml.etree import ElementTree

import pandas as pd
import pyarrow.parquet as pq
import pytest
from PIL import Image
from test_home import VIEWS
from walk import run, short

from dlcore.charts import Chart
from dlcore.export.data import csv, parquet
from dlcore.export.drawing import rows_where
from dlcore.params import values
from ui import painter
from ui.export import pictured, tabled
from ui.link import link_to
from ui.painting import paint, stop
from ui.session import OnScreen, Run, Session
from ui.show import tables_of

PAGE = "http://localhost/Momentum"
SVG = "{http://www.w3.org/2000/svg}"


def screen(view):
    """A reader who has a view open, at its defaults."""
    settings = [short(e) for e in view.experiments]
    results = [run(e, params) for e, params in zip(view.experiments, settings, strict=True)]
    return Session(shown=OnScreen(view.anchor, settings, results))


def words(svg):
    return " ".join(text.strip() for text in ElementTree.fromstring(svg).itertext() if text.strip())


@pytest.mark.parametrize("anchor", VIEWS)
def test_every_view_is_a_picture_with_its_charts_its_sentence_and_its_link(anchor):
    view = VIEWS[anchor][0]
    reader = screen(view)
    svg = pictured("svg", view.rows, view, reader, PAGE)
    said = words(svg)
    assert all(drawing.title in said for row in view.rows for drawing in row)
    assert re.sub(r"\W", "", reader.shown.results[0].sentence.replace("-", ""))[:40] in re.sub(r"\W", "", said)
    assert "v=1" in said and "NaN" not in svg.decode()
    names = re.findall(r' id="([^"]+)"', svg.decode())
    assert len(set(names)) == len(names)
    assert set(re.findall(r'url\(#([^)"]+)', svg.decode())) <= set(names)


# The measured line of a chart may be that of a network, a loss has the color of its distance; eight words do not have
# seven colors; scores without and with the root of d are called by their formulas in another chart.
ALIKE = [{"shallow", "measured"}, {"trained", "measured"}, {"js", "saturating", "discriminator"},
         {"kl", "non_saturating"}, {"wasserstein", "critic"}, {"t = 0", "pair 3"},
         {"no", "q·k"}, {"yes", "q·k / √d"}]


@pytest.mark.parametrize("anchor", VIEWS)
def test_one_color_means_one_thing_within_a_view(anchor):
    view = VIEWS[anchor][0]
    tables = tables_of(*screen(view).shown.results)
    meant = {}
    for drawn in (drawn for row in view.rows for drawn in row if isinstance(drawn, Chart)):
        told, spec = {rows.name: rows for rows in drawn.reads}, json.loads(drawn.spec)
        for layer in spec.get("layer", [spec]):
            rows = told.get(layer.get("data", spec.get("data", {})).get("name"))
            color = layer["encoding"].get("color", {})
            words = color.get("scale", {}).get("domain", []) if color.get("type") == "nominal" else []
            if rows and words and color["field"] in tables[rows.table]:
                here = set(rows_where(tables[rows.table], **dict(rows.equal))[color["field"]])
                for place, word in enumerate(words):
                    meant.setdefault(place % 7, set()).update({word} & here)
    assert [words for words in meant.values() if len(words) > 1 and words not in ALIKE] == []


def test_one_chart_is_a_picture_in_three_forms_for_print():
    view = VIEWS["momentum-ravine"][0]
    reader, row = screen(view), [view.rows[0][:1]]
    svg, pdf, png = (pictured(form, row, view, reader, PAGE) for form in ("svg", "pdf", "png"))
    assert ElementTree.fromstring(svg).find(f"{SVG}rect").get("fill") == "white"
    assert pdf.startswith(b"%PDF") and b"/Type /Page" in pdf
    image = Image.open(io.BytesIO(png)).convert("RGB")
    assert image.getpixel((1, 1)) == (255, 255, 255)
    assert image.convert("L").getextrema()[0] < 60  # ink


@pytest.mark.parametrize("whole, across", [(False, 16), (True, 25)])
def test_a_png_has_300_dots_an_inch_and_the_width_of_a_page(whole, across):
    view = VIEWS["momentum-ravine"][0]
    png = pictured("png", view.rows if whole else [view.rows[0][:1]], view, screen(view), PAGE)
    at = png.index(b"pHYs")
    a_meter, high, unit = struct.unpack(">IIB", png[at + 4:at + 13])
    assert (a_meter, high, unit) == (round(300 / 0.0254), round(300 / 0.0254), 1)  # 1: dots a meter
    assert struct.unpack(">I", png[16:20])[0] == pytest.approx(across / 2.54 * 300, abs=2)


@pytest.mark.parametrize("anchor, step", [("momentum-ravine", "step 300"), ("autodiff-tape", "Step 9 of 9"),
                                          ("gradients-chain", "")])
def test_a_picture_of_a_chart_with_a_slider_is_of_the_last_step_and_says_so(anchor, step):
    view = VIEWS[anchor][0]
    said = words(pictured("svg", view.rows, view, screen(view), PAGE))
    assert step in said and ("the last one is drawn" in said) == bool(step)


def test_a_picture_is_of_what_is_on_the_screen_when_it_is_asked_for():
    view = VIEWS["momentum-ravine"][0]
    reader, other = screen(view), view.experiments[0].Params(momentum=0.5)
    before = pictured("svg", view.rows, view, reader, PAGE)
    settings = [other, *reader.shown.settings[1:]]
    reader.shown = OnScreen(view.anchor, settings, [run(view.experiments[0], other), *reader.shown.results[1:]])
    after = pictured("svg", view.rows, view, reader, PAGE)
    assert "momentum=0.5" in after.decode() and after != before
    reader.shown = OnScreen("another-view", settings, [])
    with pytest.raises(LookupError, match="momentum-ravine is not on the screen"):
        pictured("svg", view.rows, view, reader, PAGE)


@pytest.mark.parametrize("anchor", VIEWS)
def test_tables_come_back_from_both_files_with_their_parameters(anchor):
    view = VIEWS[anchor][0]
    reader = screen(view)
    for cls, params, result in zip(view.classes, reader.shown.settings, reader.shown.results, strict=True):
        for name in ("summary", *(n for n in vars(result) if isinstance(getattr(result, n), pd.DataFrame))):
            table = getattr(result, name)
            text, packed = (tabled(form, name, cls, view, reader, PAGE) for form in ("csv", "parquet"))
            again = pd.read_csv(io.BytesIO(text), comment="#", keep_default_na=False)
            assert list(again.columns) == list(table.columns) and len(again) == len(table)
            pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(packed)), table.reset_index(drop=True))
            notes = pq.read_schema(io.BytesIO(packed)).metadata
            for field, value in values(params).items():
                assert f"# {field} = {value}\n" in text.decode()
                assert json.loads(notes[field.encode()]) == value


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_defused(cell):
    table = pd.DataFrame({"words": [cell, "plain"], "value": [-1.5, 2.0]})
    again = pd.read_csv(io.BytesIO(csv(table, {"note": f"a\n{cell}"})), comment="#")
    assert again.words[0] == f"'{cell}" and again.words[1] == "plain"
    assert list(again.value) == [-1.5, 2.0]
    assert pd.read_parquet(io.BytesIO(parquet(table, {}))).words[0] == cell  # no spreadsheet reads it


def test_a_download_holds_the_moment_of_the_screen_while_a_training_plays_on():
    @dataclass
    class Moment:
        history: pd.DataFrame
        sentence: str

    view = VIEWS["gradients-remedies"][0]
    params = short(view.experiments[0])
    moments = [Moment(pd.DataFrame({"step": range(i)}), f"{i} steps") for i in (1, 2, 3)]
    run_ = Run(params, iter(moments))
    reader = Session()
    for i in (1, 2):
        run_.advance()
        reader.shown = OnScreen(view.anchor, [params], [run_.last])
        text = tabled("csv", "history", view.classes[0], view, reader, PAGE).decode()
        assert len(pd.read_csv(io.StringIO(text), comment="#")) == i and f"# sentence = {i} steps" in text


def test_the_process_that_paints_ends_and_comes_back_and_says_what_it_cannot():
    chart = json.dumps({"mark": "point", "data": {"values": [{"a": 1}]}, "encoding": {"x": {"field": "a"}}})
    assert paint("chart", chart).startswith(b"<svg")
    stop()
    assert paint("chart", chart).startswith(b"<svg")
    with pytest.raises(ValueError, match="form must be chart, pdf, png or bundle, got 'gif'"):
        paint("gif", "")
    assert paint("chart", chart) == painter.paint("chart", chart)


def test_painting_leaves_python_to_other_readers():
    """A map takes a second of another processor; here a thread that sleeps a millisecond is not held up."""
    from threading import Thread
    view = VIEWS["momentum-ravine"][0]
    svg = pictured("svg", view.rows, view, screen(view), PAGE).decode()
    work, gaps = Thread(target=paint, args=("png", svg)), []
    work.start()
    while work.is_alive():
        before = time.perf_counter()
        time.sleep(0.001)
        gaps.append(time.perf_counter() - before)
    assert len(gaps) > 10 and sorted(gaps)[len(gaps) // 2] < 0.02


def test_a_link_of_a_picture_holds_every_value():
    view = VIEWS["gradients-deep_net"][0]
    link = link_to("http://here/~/+/Page?x=1", view, [view.experiments[0].Params(depth=7)])
    assert link.startswith("http://here/Page?v=1&view=Deep+net&") and "gradients.deep_net.depth=7" in link
    assert link.count("gradients.deep_net.") == len(view.controls)

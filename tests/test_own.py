"""Data of the reader's own: read, refused with the row and what was expected, kept by nobody."""

import io
import json
import math
import random
import re
import struct
import subprocess
import sys
import zlib
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest
from walk import PAGES, ROOT, numbers, run

from dlcore import many
from dlcore.address import Place
from dlcore.export import script
from dlcore.own.curve import own_curve, straight, wrong_curve
from dlcore.own.image import own_image, wrong_image
from dlcore.own.points import points_from_csv, wrong_cloud, wrong_points
from dlcore.params import LONGEST, Own, has_own, own, values
from dlcore.runs import experiment
from dlcore.topic import read
from dlcore.topics.adversarial import _coverage, _game, _moments, ring
from dlcore.topics.approximation import activations, training
from dlcore.topics.attention import translator
from dlcore.topics.attention._own import wrong_sentence
from dlcore.topics.autodiff import tape
from dlcore.topics.autodiff._own import own_expression, wrong_expression
from dlcore.topics.broadcasting import full_kernel
from dlcore.topics.convolution import matrix
from dlcore.topics.gradients import remedies
from ui import guess, once, uploads

POINTS = ";".join(f"{math.cos(i):.3f},{math.sin(i) + 3 * (i % 2):.3f},{i % 2}" for i in range(40))
FUNCTIONS = ("sin", "cos", "tan", "exp", "log", "sqrt", "tanh", "sigmoid", "relu", "abs")


def test_own_data_are_short_texts_in_one_form():
    spec = own(lambda text: "no" if "bad" in text else "", "example", "help")
    made = Own(**{name: getattr(spec.metadata["spec"], name) for name in ("wrong", "example", "help", "form")})
    assert made.cast("  1, 2 \r\n\n 3,4\n") == "1, 2;3,4" and made.cast(made.cast("a\nb")) == made.cast("a\nb")
    assert made.allows("") and made.allows("x" * LONGEST) and not made.allows("bad") and not made.allows(3)
    assert "2,001 characters" in made.problem("x" * (LONGEST + 1)) and "2,000" in made.problem("x" * (LONGEST + 1))


def test_a_refused_text_is_shown_with_its_reason_and_not_in_full():
    said = r"^own_curve must be empty or like .*row 1, y: expected a number, got “b”"
    with pytest.raises(ValueError, match=said) as it:
        activations.Params(own_curve="1,b;" + "0,1;" * 400)
    assert len(str(it.value)) < 250


# An expression

def python(text, x):
    """What Python makes of it: the expressions here are ours."""
    known = {name: getattr(torch, name) for name in FUNCTIONS}
    return eval(text, {"__builtins__": {}}, known | dict(zip(("x1", "x2", "x3"), x, strict=True)))


def random_expression(rng, depth=3):
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(["x1", "x2", "x3", "x1", "x2", "2", "0.5"])
    one, two = (random_expression(rng, depth - 1) for _ in range(2))
    return rng.choice([f"({one} + {two})", f"({one}) * ({two})", f"{one} - ({two})", f"-({one})", f"({one})**2",
                       f"({one}) / ({two} + 7)", f"{rng.choice(FUNCTIONS[:2] + FUNCTIONS[6:])}({one})", f"({one})**3"])


def test_the_tape_of_an_own_expression_agrees_with_autograd_and_with_finite_differences():
    rng, tried = random.Random(1), 0
    while tried < 60:
        text = random_expression(rng)
        if wrong_expression(text):
            continue
        tried += 1
        at = [rng.uniform(-1.5, 1.5) for _ in range(3)]
        found = numbers(tape.run(tape.Params(own_expression=text, x1=at[0], x2=at[1], x3=at[2])))
        x = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in at]
        y = python(text, x)
        assert found["y"] == pytest.approx(y.item(), rel=1e-12, abs=1e-12), text
        slopes = torch.autograd.grad(y, x, allow_unused=True)
        for i, slope in enumerate(slopes):
            if f"∂y/∂x{i + 1}" in found:
                assert found[f"∂y/∂x{i + 1}"] == pytest.approx(slope.item(), rel=1e-10, abs=1e-12), text
                ends = [python(text, [v.detach() + s * 1e-5 * (i == j) for j, v in enumerate(x)]) for s in (1, -1)]
                assert found[f"∂y/∂x{i + 1}"] == pytest.approx((ends[0] - ends[1]).item() / 2e-5, rel=1e-3, abs=1e-5)
            else:
                assert slope is None or slope == 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_rule_on_an_arrow_is_the_derivative(name):
    """The words of the local derivative, worked out by Python, are what torch finds."""
    expression = own_expression(f"{name}(x1)")
    rule = expression.operations[0].edges[0].rule.translate(str.maketrans({"·": "*", "−": "-", "²": "**2"}))
    rule = re.sub(r"\[(.*)\]", r"float(\1)", rule)
    x = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    y = getattr(torch, name)(x)
    known = {f: getattr(math, f, None) for f in FUNCTIONS} | {"sign": lambda v: math.copysign(1, v), "float": float}
    assert eval(rule, {"x1": 0.7, "y": y.item(), **known}) == pytest.approx(torch.autograd.grad(y, x)[0].item())


def test_a_box_that_is_part_of_another_argument_counts_once():
    """y = a·a' with a' made of x1 as well: by the product rule of 2x² + x³ at 1.5."""
    found = tape.run(tape.Params(own_expression="x1*x1*(2 + x1)"))
    assert numbers(found)["∂y/∂x1"] == pytest.approx(4 * 1.5 + 3 * 1.5**2)
    assert found.edges[found.edges.target == "y"].local_derivative.astype(float).tolist() == [3.5, 2.25]


@pytest.mark.parametrize("text, said", [
    ("2x1", "2x1"), ("x1^2", "x1**2"), ("x1 +", "not complete"), ("x4", "“x4” is not known"),
    ("(x1)(x2)", "not known"),
    ("__import__('os')", "“_”"), ("x1.real", "x1.real"), ("[x1]", "“[”"), ("x1 if x2 else x3", "not known"),
    ("x1 and x2", "not known"), ("True*x1", "True"), ("sin", "not known"), ("sin(x1)(x2)", "not known"),
    ("sin(*x1)", "not known"), ("x1//x2", "not known"), ("x1**x2", "exp(x2*log(x1))"), ("3 + 4", "computes nothing"),
    ("x1", "computes nothing"), ("9**9**9*x1", "not finite"), ("1/0 + x1", "not finite"), ("0x1 + x2", "0x1"),
    ("+".join(["x1*x2"] * 40), "at most 200"), ("sin(" * 9 + "x1" + ")" * 9, "room for 8"), ("x1*ｘ2", "place 4"),
    ("(" * 99 + "x1" + ")" * 99, "computes nothing"),
    ("1e400*x1", "not known"), ("x1=2", "“=”"), ("lambda: x1", "“:”")])
def test_what_is_no_expression_is_refused_with_what_was_expected(text, said):
    assert said in wrong_expression(text)


def test_nothing_but_known_operations_ever_runs(monkeypatch):
    for name in ("eval", "exec", "__import__", "compile"):
        if name != "compile":  # ast.parse is compile with a flag that makes a tree
            monkeypatch.setattr(f"builtins.{name}", lambda *given, **more: pytest.fail("evaluated"))
    assert wrong_expression("exec(x1)") and not wrong_expression("sin(x1*x2) + x3**2")


def test_where_an_expression_has_no_value_the_sentence_says_which_box():
    assert "a = log(x2) is not a finite number" in tape.run(tape.Params(own_expression="log(x2) * x1")).sentence
    kink = tape.run(tape.Params(own_expression="sqrt(x1 - 1.5)"))
    assert "no finite slope" in kink.sentence and list(kink.summary.quantity) == ["y"]


def test_boxes_of_an_own_expression_do_not_lie_on_each_other():
    for text in ("sin(x1*x2) + x3**2", "tanh(x1*x2 + x3)*exp(-x1)", "x1*x2 + x1*x3 + x2*x3", "x1 + x2 + x3 + x1*x2*x3"):
        nodes = tape.run(tape.Params(own_expression=text)).nodes
        last = nodes[nodes.step == nodes.step.max()]
        for _, column in last.groupby("depth"):
            assert (np.diff(np.sort(column.position)) >= 0.99).all(), text


# A sentence

def test_an_own_sentence_is_the_one_that_the_same_choices_make():
    said = run(translator, translator.Params(own_sentence="The european open area does not want a green dog."))
    assert said.sentence == run(translator, translator.Params()).sentence
    assert said.map.equals(run(translator, translator.Params()).map)


@pytest.mark.parametrize("text, said", [
    ("dog sees a cat", "word 1: expected the, a, this, an, got “dog”"),
    ("the dog want a cat", "word 3: expected wants"), ("a black green open dog wants a cat", "word 4: expected area"),
    ("the dog does want a cat", "word 4: expected not"),
    ("the dog wants a cat today", "word 6: expected the end"), ("the dog wants a", "word 5: expected european"),
    ("the dog does not wants a cat", "word 5: expected want, "), (";", "word 1"), ("the " * 300, "word 2")])
def test_a_word_that_does_not_fit_is_named_with_what_was_expected(text, said):
    assert wrong_sentence(text).startswith(said)


# A curve

def test_a_curve_is_numpys_interpolation_of_its_points():
    x = torch.linspace(-1.5, 1.5, 301, dtype=torch.float64)
    expected = np.interp(x.numpy(), [-1, -1 / 3, 1 / 3, 1], [0, 1, -0.25, 0.5])
    assert np.allclose(straight(*own_curve("3,1;0,0;1,2;2,-0.5"))(x).numpy(), expected)
    assert own_curve("0,1;0,3;1,0")[1].tolist() == [1.0, 0.0]  # the mean of both


@pytest.mark.parametrize("target, own_curve", [("abs", "-1,1;0,0;1,1"), ("cube", None)])
@pytest.mark.parametrize("activation, bias", [("square", True), ("identity", True), ("tanh", False), ("relu", False)])
def test_a_known_function_as_a_curve_has_its_known_errors(target, own_curve, activation, bias):
    if own_curve is None:
        own_curve = ";".join(f"{x:.3f},{x**3:.5f}" for x in np.linspace(-1, 1, 81))
    known, own = (numbers(activations.run(activations.Params(activation=activation, width=64, bias=bias, **given)))
                  for given in ({"target": target}, {"own_curve": own_curve}))
    assert own["rms_error"] == pytest.approx(known["rms_error"], rel=0.03, abs=5e-4)
    assert own.get("rms_floor", 0) == pytest.approx(known.get("rms_floor", 0), rel=0.01, abs=5e-4)


def test_the_teeth_as_a_curve_are_learned_as_the_sawtooth_is():
    known, own = (training.run(training.Params(width=8, steps=100, **given))
                  for given in ({"folds": 2}, {"own_curve": "0,0;1,1;2,0;3,1;4,0"}))
    assert own.sentence == known.sentence and "the target 4." in own.sentence
    assert np.allclose(own.fit.value, known.fit.value, atol=1e-5) and list(own.fit.kind) == list(known.fit.kind)


@pytest.mark.parametrize("width, depth", [(3, 1), (16, 4)])
def test_the_net_set_by_hand_joins_the_corners_of_an_own_curve(width, depth):
    params = training.Params(own_curve="3,1;0,0;1,2;1.5,1.25;2,0.5", width=width, depth=depth, steps=100)
    fit = training.run(params).fit.pivot(index="x", columns="kind", values="value")
    expected = np.interp(fit.index, [0, 1 / 3, 2 / 3, 1], [0, 1, 0.25, 0.5])  # one point lies on a line
    assert np.allclose(fit.constructed, expected, atol=1e-7) and np.allclose(fit.target, expected, atol=1e-6)
    found = numbers(training.run(params))
    assert found["pieces_of_the_target"] == 3
    assert found["rms_error_of_½"] == pytest.approx(np.sqrt(np.mean((expected - 0.5) ** 2)), rel=1e-6)


@pytest.mark.parametrize("text, said", [
    ("0,0;1", "row 2: expected 2 columns (x, y), got 1"), ("0,0;1,a", "row 2, y: expected a number, got “a”"),
    ("0,0;1,=A1+1", "row 2: expected a number, got the formula “=A1+1”"), ("0,0", "at least 2 rows"),
    ("1,0;1,2", "the same x"), ("0,0;1,nan", "row 2, y"), ("0,0;1,1e999", "row 2, y"), ("0,0;1e7,1", "±1,000,000"),
    ("0,;1,1", "row 1, y: expected a number, got an empty cell")])
def test_a_point_that_is_none_is_named_by_its_row(text, said):
    assert said in wrong_curve(text)


# Files

@pytest.mark.parametrize("raw, said", [
    (b"x,y\n0,0\n1,1\n", ""), (b"\xef\xbb\xbfx;y\r\n0;0,5\r\n1;1\r\n", ""), (b"0\t0\n1\t1", ""), (b"", "it is empty"),
    (b"x,y\n0,0,0\n1,1,1\n", "row 2: expected 2 columns (x, y), got 3"), (b"x,y\n0,0\n1,one\n", "row 3, y: expected"),
    (b"x,y\n0,=SUM(A1)\n1,1\n", "row 2: expected a number, got the formula"),
    (b"x,y\n", "at least 2 rows of x, y, got 0"),
    ("x,y\n0,0\n1,1\n".encode("utf-16"), "row 1: expected text in UTF-8"),
    (b"x,y\n0,0\n1,\xe9\n", "row 3: expected text"),
    (b"0,0\n" * 5001, "5,001 rows, and at most 5,000"), (b"0,0\n" * 250_000, "rows"),
    (b" " * (uploads.LARGEST + 1), "1,048,577 bytes, and at most 1,048,576 (1 MB)"),
    (b"PK\x03\x04\x00\x00", "row 1: expected text in UTF-8")], ids=range(14))
def test_a_bad_table_is_refused_with_its_row(raw, said):
    if not said:
        assert own_curve(uploads.curve(raw)[0])[0].tolist() == [-1.0, 1.0]
        return
    with pytest.raises(ValueError, match=re.escape(said)):
        uploads.curve(raw)


def test_a_long_table_is_kept_as_a_curve_that_fits_into_a_link():
    x = np.linspace(0, 5, 5000)
    text, said = uploads.curve("\n".join(f"{a},{b}" for a, b in zip(x, np.sin(x), strict=True)).encode())
    assert len(text) <= LONGEST and "5,000 points were read" in said and not wrong_curve(text)
    there = straight(*own_curve(text))(torch.from_numpy(2 * x / 5 - 1)).numpy()
    assert np.abs(there - np.sin(x)).max() < 2e-3


def png(width, height, body=b""):
    """A picture that says how large it is, whatever is in it."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize("raw, said", [
    (png(5000, 5000), "5,000 × 5,000 pixels"), (png(60_000, 60_000), "expected an image"),
    (b"x,y", "expected an image"),
    (png(8, 8, zlib.compress(b"\0" * 20)), "breaks off"), (b"", "empty"), (b"a" * (uploads.LARGEST + 1), "1 MB"),
    (png(100, 100, zlib.compress(b"\0" * 50_000_000, 9)), "")], ids=range(7))
def test_a_bad_picture_is_refused_before_it_is_decoded(raw, said):
    if not said:  # more in it than it said: what it said is read
        assert uploads.image(raw)
        return
    with pytest.raises(ValueError, match=said):
        uploads.image(raw)


def test_a_picture_comes_back_in_its_grays():
    gray = np.random.default_rng(0).integers(0, 256, (16, 16), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(gray).save(file, "PNG")
    text, said = uploads.image(file.getvalue())
    assert not wrong_image(text) and len(text) <= LONGEST and "16 × 16" in said
    assert np.abs(own_image(text, 16).numpy() - gray / 255).max() < 0.6 / 61
    assert np.allclose(own_image(text, 8).numpy(), own_image(text, 16).numpy().reshape(8, 2, 8, 2).mean((1, 3)))


@pytest.mark.parametrize("text, said", [
    ("0z;z", "row 2: expected 2 pixels as in row 1, got 1"), ("0z;z-", "row 2: expected 0 to 9"),
    ("0z", "a square of 2 to 32"), (";".join(["0" * 33] * 33), "a square of 2 to 32")])
def test_a_picture_in_letters_is_a_square_of_levels(text, said):
    assert said in wrong_image(text)


# The code taken home

OWN = (tape.Params(own_expression="sin(x1*x2) + x3**2"), translator.Params(own_sentence="this cat sees an open door"),
       activations.Params(own_curve="0,0;1,2;2,0.5;3,1", activation="square"),
       training.Params(own_curve="0,0;1,2;2,0.5;3,1", steps=100), matrix.Params(own_image="0z00;0z00;0z00;0zzz"),
       full_kernel.Params(own_image="0z00;0z00;0z00;0zzz"), remedies.Params(own_points=POINTS, steps=50),
       ring.Params(own_points=POINTS, steps=100, critic_steps=1))


def test_the_code_taken_home_has_the_own_data_in_it(tmp_path):
    topics = [read(page) for page in PAGES]
    for i, params in enumerate(OWN):
        topic, view = next((topic, view) for topic in topics for view in topic.views
                           if type(params) in getattr(view, "classes", ()))
        text = script(view, topic.about(view), [params])
        (tmp_path / f"{i}.py").write_text(text.partition("\nshown_1 = ")[0])
    ran = subprocess.run([sys.executable, "-I", ROOT / "tests/alone.py", tmp_path], env={"HOME": str(tmp_path)},
                         capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-3000:]
    found = json.loads((tmp_path / "found.json").read_text())
    for i, params in enumerate(OWN):
        assert found[f"{i}.py"] == pytest.approx(numbers(experiment(params).run(params)), rel=1e-9), params


def test_a_network_learns_the_points_that_were_brought():
    params = remedies.Params(own_points=POINTS, depth=4, initialization="he", learning_rate=0.1, steps=300)
    results = remedies.run_seeds(params, range(3))
    assert sum(numbers(result)["accuracy"] > 0.95 for result in results) >= 2
    found = results[0].points
    assert len(found) == 40 and found.label.tolist() == [i % 2 for i in range(40)]
    assert np.allclose(found[["x1", "x2"]].mean(), 0, atol=1e-6)


@pytest.mark.parametrize("text, said", [
    ("0,0,0;1,1,2;0,1,1;1,0,1", "row 2, class: expected 0 or 1, got 2"), ("0,0,0;1,1,0;0,1,0;1,0,0", "of one class"),
    ("0,0,0;0,0,1;0,0,0;0,0,1", "in one place"), ("0,0,0;1,1,1", "at least 4 rows"), ("0,0;1,1;1,0;0,1", "3 columns")])
def test_points_without_two_classes_are_refused(text, said):
    assert said in wrong_points(text)


def test_a_long_table_of_points_is_thinned_to_what_a_link_holds():
    text, said = uploads.points(b"x1,x2,class\n" + b"".join(b"%d,%d,%d\n" % (i, -i, i % 3 == 0) for i in range(5000)))
    assert len(text) <= LONGEST and not wrong_points(text) and "5,000 points were read" in said and "are kept" in said
    with pytest.raises(ValueError, match="row 3, class: expected 0 or 1, got 7"):
        uploads.points(b"x1,x2,class\n0,0,0\n1,1,7\n0,0,1\n1,2,0\n")


def test_points_on_the_ring_are_played_as_the_ring_is():
    circle = ";".join(f"{math.cos(i * math.pi / 4):.9f},{math.sin(i * math.pi / 4):.9f}" for i in range(8))
    own, known = (ring.run(ring.Params(critic_steps=1, steps=100, own_points=text)) for text in (circle, ""))
    first, other = (table[table.step <= 4].value.to_numpy() for table in (own.history, known.history))
    assert len(first) == 10 and np.allclose(first, other, rtol=1e-3)  # later on rounding tells
    assert "8 points of yours" in own.sentence and own.goal.value.iloc[0] == 8


def test_what_covers_an_own_point_is_counted_near_it():
    """With numpy, of samples that lie where two of four corners are; the classes are not used."""
    data = ring.Params(own_points="0,0,1;2,0,0;0,2,1;2,2,1", spread=0.01).ring()
    corners = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]]) * math.sqrt(2)
    assert np.allclose(data.centers().numpy(), corners)
    samples = corners[[0] * 930 + [1] * 70] + 0.2
    near = np.linalg.norm(samples[:, None] - corners, axis=2) <= 0.3
    assert (near.sum(0) >= 1000 / 16).sum() == 2
    found = _coverage.modes_covered(data, _coverage.gaps(data, torch.tensor(samples, dtype=torch.float32)[None]))
    assert found.item() == 2


@pytest.mark.parametrize("text, said", [
    ("0,0;1;2,2;3,3", "row 2: expected 2 columns (x1, x2), got 1"), ("0,0;1,a;2,2;3,3", "row 2, x2: expected a number"),
    ("1,1,0;1,1,1;1,1,0;1,1,1", "in one place"), ("0,0;1,1,1,1;2,2;3,3", "row 2: expected 2"),
    ("0,0;1,1", "at least 4")])
def test_a_cloud_needs_places(text, said):
    assert said in wrong_cloud(text)


def test_an_own_image_is_what_the_kernel_sees():
    images = full_kernel.run(full_kernel.Params(own_image="0z;z0", size=4, steps=0)).images
    seen = images[images.name == "image"].value.to_numpy().reshape(4, 4)
    assert (seen == np.kron([[0, 1], [1, 0]], np.ones((2, 2)))).all()


def test_a_circular_layer_answers_an_own_image_as_the_fourier_transform_says():
    found = matrix.run(matrix.Params(own_image="0z00;00z0;0zz0;z00z"))
    tile = lambda name: found.images[found.images.image == name].value.to_numpy().reshape(8, 8)  # noqa: E731
    row = found.matrix[found.matrix.row == 0].value.to_numpy().reshape(8, 8)  # the kernel around pixel (0, 0)
    answer = np.fft.ifft2(np.fft.fft2(row).conj() * np.fft.fft2(tile("x"))).real
    assert (tile("x") == np.kron([[0, 1, 0, 0], [0, 0, 1, 0], [0, 1, 1, 0], [1, 0, 0, 1]], np.ones((2, 2)))).all()
    assert np.allclose(tile("f(x)"), answer / np.abs(answer).max(), atol=1e-12)
    assert np.allclose(tile("f(Tx)"), np.roll(tile("f(x)"), 3, 1), atol=1e-12)


# On the page

def open_page(page, **link):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.switch_page(f"pages/{page}.py")
    for key, value in link.items():
        app.query_params[key.replace("__", ".")] = value
    app.run()
    assert not app.exception, app.exception
    return app


def said(app):
    return "\n".join(text.value for text in app.text)


def test_an_expression_is_typed_refused_and_linked():
    app = open_page("04_Autodiff")
    app.text_input("autodiff.tape.own_expression").set_value("sin(x1*x2) + x3**2").run()
    assert "takes 4 operations" in said(app) and app.selectbox("autodiff.tape.expression").disabled
    app.text_input("autodiff.tape.own_expression").set_value("2x1").run()
    assert "Not used: “2x1” is not known" in said(app) and "takes 3 operations" in said(app)
    assert "takes 2 operations" in said(open_page("04_Autodiff", autodiff__tape__own_expression="x1*x2*x2"))
    bad = said(open_page("04_Autodiff", autodiff__tape__own_expression="open(x1)"))
    assert "Not possible here and ignored: “own_expression = open(x1)”" in bad


def test_a_sentence_is_typed():
    app = open_page("07_Attention")
    app.text_input("attention.translator.own_sentence").set_value("this cat sees a door").run()
    assert "“ce”" in said(app) or "“cat”" in said(app)
    assert app.selectbox("attention.translator.noun").disabled


def test_a_curve_is_uploaded_and_the_file_is_let_go_of():
    app = open_page("01_Universal_approximation")
    key = "approximation.activations.own_curve"
    app.file_uploader[0].set_value(("curve.csv", b"x,y\n0,0\n1,2\n2,0\n", "text/csv")).run()
    assert app.text_area(key).value == "-1.000,0.000;0.000,1.000;1.000,0.000"
    assert "3 points were read" in said(app) and "your curve" in said(app)
    assert not app.file_uploader[0].value  # a new widget: the old one's file went with it
    app.file_uploader[0].set_value(("curve.csv", b"x,y\n0,0\n1,one\n", "text/csv")).run()
    assert "This file was not used: row 3, y: expected a number, got “one”." in said(app) and "your curve" in said(app)


def test_own_data_reach_no_memory_that_readers_share():
    params = activations.Params(own_curve="0,0;1,2;2,0", seed=77)
    kept, weights = once._kept(activations), activations.known_weights
    many.eight(activations.Params(seed=70))  # the weights of all these seeds, which are nobody's own, are known
    memories = kept, weights, many._kept, training.known, _game.centers_of, _moments.fixed
    taken_in = lambda: [memory.cache_info().misses for memory in memories]  # noqa: E731  (their sizes have an end)
    before = taken_in()
    assert has_own(params) and once.answer(activations, params).sentence
    shown = next(one for one in read(PAGES[0]).views if one.experiments == (activations,))
    assert guess.numbers_at(Place("", shown, {**values(params)}))
    assert len(many.eight(replace(params, seed=70))) == 8
    assert once.answer(training, training.Params(own_curve="0,0;1,2;2,0", steps=100)).sentence
    assert once.answer(ring, ring.Params(own_points=POINTS, steps=100, critic_steps=1)).sentence
    assert taken_in() == before
    once.answer(activations, activations.Params(seed=77))
    assert taken_in()[0] == before[0] + 1


def test_a_class_that_is_none_is_named_by_its_row_in_the_file():
    with pytest.raises(ValueError, match="row 4, class: expected 0 or 1, got 2"):
        points_from_csv("x1,x2,class\n0,0,0\n1,1,1\n2,2,2\n3,3,1\n")

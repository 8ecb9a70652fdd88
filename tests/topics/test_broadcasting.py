"""Known answers about one prediction and many targets: closed forms, autograd, torch's own layers and optimizer."""

import json
import re

import numpy as np
import pytest
import torch
import walk
from test_contracts import assert_drawable
from torch.nn import functional as F

from dlcore.charts import axis, chart, diverging, pixels, rows
from dlcore.spelling import plain
from dlcore.topics.broadcasting import batch_trap, full_kernel, shapes, terms
from dlcore.topics.broadcasting._pictures import IMAGES, TARGETS, scene

every_image = pytest.mark.parametrize("image", IMAGES)
every_target = pytest.mark.parametrize("target", TARGETS)


def kernel(**settings):
    return full_kernel.run(full_kernel.Params(**{"rule": "autograd", "learning_rate": 1.0} | settings))


def numbers(result):
    return result.summary.set_index("quantity").value


def picture(result, name):
    return result.images.value[result.images.name == name].to_numpy()


def losses(result, kind="measured"):
    return result.loss.value[result.loss.kind == kind].to_numpy()


def ledger(result):
    return result.ledger.set_index("tensor")["shape"]


@every_image
@every_target
@pytest.mark.parametrize("reduction, n_targets", [("sum", 64), ("mean", 1)])
def test_the_gradient_is_the_mean_error_times_the_image(image, target, reduction, n_targets):
    start = kernel(image=image, target=target, reduction=reduction, steps=0, seed=3)
    x, y = picture(start, "image"), picture(start, "target")
    closed = 2 * n_targets * (numbers(start).prediction - y.mean()) * x
    np.testing.assert_allclose(picture(start, "gradient"), closed, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("weight", range(1, 17))
def test_nudging_any_weight_finds_the_gradient_of_autograd(weight):
    checks = terms.run(terms.Params(weight=weight, target="noise", image="noise")).checks.set_index("method").value
    assert checks["finite difference"] == pytest.approx(checks["autograd"], rel=1e-6)
    assert checks["2N(ŷ − ȳ)X"] == pytest.approx(checks["autograd"], rel=1e-10)


@every_target
def test_the_terms_of_a_column_add_up_to_the_gradient_and_the_diagonal_is_the_sheets(target):
    table = terms.run(terms.Params(size=8, target=target)).terms
    start = kernel(target=target, steps=0)
    np.testing.assert_allclose(table.groupby("column").value.sum(), picture(start, "gradient"), rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(table.value[table.row == table.column], picture(start, "sheet_gradient"), atol=1e-13)


def test_every_weight_hears_the_same_error():
    start = kernel(image="noise", target="noise", steps=0)
    heard = picture(start, "gradient") / picture(start, "image")
    assert heard.std() <= 1e-10 * abs(heard.mean())


def test_all_gradients_of_a_training_have_rank_one():
    kernels = np.stack([picture(kernel(target="noise", learning_rate=0.3, steps=s), "kernel") for s in range(6)])
    assert np.linalg.matrix_rank(np.diff(kernels, axis=0), rtol=1e-10) == 1


@every_target
@every_image
def test_one_step_reaches_the_floor_from_any_first_kernel(image, target):
    for seed in range(3):
        end = kernel(image=image, target=target, steps=1, seed=seed)
        y = picture(end, "target")
        assert numbers(end).prediction == pytest.approx(y.mean(), abs=1e-9)
        assert losses(end)[1] == pytest.approx(64 * y.var(), abs=1e-9)
        assert numbers(end).floor == pytest.approx(64 * y.var(), abs=1e-9)


def test_descent_ends_at_the_solution_nearest_to_the_first_kernel():
    end = kernel(learning_rate=0.5, steps=200, target="noise")
    x, first = picture(end, "image"), picture(kernel(steps=0, target="noise"), "kernel")
    nearest = first + (picture(end, "target").mean() - first @ x) * np.linalg.pinv(x[None])[:, 0]
    np.testing.assert_allclose(picture(end, "kernel"), nearest, atol=1e-9)


@pytest.mark.parametrize("learning_rate, factor", [(1.98, -0.98), (2.02, -1.02), (0.25, 0.75)])
@pytest.mark.parametrize("rule, reduction", [("autograd", "sum"), ("autograd", "mean"), ("sheet", "sum")])
def test_the_error_shrinks_below_twice_the_inverse_curvature_and_grows_above(learning_rate, factor, rule, reduction):
    goal = {"autograd": "target_mean", "sheet": "weighted_mean"}[rule]
    ends = [numbers(kernel(learning_rate=learning_rate, rule=rule, reduction=reduction, steps=s)) for s in (10, 11)]
    errors = [end.prediction - end[goal] for end in ends]
    assert errors[1] / errors[0] == pytest.approx(factor, rel=1e-9)


def test_a_run_that_diverges_ends_and_says_so():
    end = kernel(learning_rate=2.2, steps=500)
    assert "diverges" in end.sentence and "The run stops there." in end.sentence
    assert end.norm.step.max() < 60 and abs(numbers(end).prediction) > 100


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("loss, twin", [("mse", F.mse_loss), ("l1", F.l1_loss)])
def test_the_loop_is_torchs_own_layer_and_optimizer(bias, loss, twin):
    image, target, first = scene(8, "digit", "noise", 0)
    layer = torch.nn.Conv2d(1, 1, 8, bias=bias, dtype=torch.float64, device="meta").to_empty(device="cpu")
    layer.load_state_dict({"weight": first, **({"bias": torch.zeros(1)} if bias else {})})
    ink = image.square().sum().item() + bias
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.3 / ink / (2 if loss == "mse" else 1))
    for _ in range(20):
        optimizer.zero_grad()
        twin(layer(image).expand(1, 8, 8), target[None]).backward()
        optimizer.step()
    ours = kernel(target="noise", bias=bias, loss=loss, reduction="mean", learning_rate=0.3, steps=20)
    np.testing.assert_allclose(picture(ours, "kernel"), layer.weight.detach().flatten(), rtol=1e-10)


def test_kernel_and_bias_move_in_the_ratio_of_image_to_one():
    end, start = kernel(bias=True, steps=1, learning_rate=0.4), kernel(bias=True, steps=0)
    x, moved = picture(end, "image"), picture(end, "kernel") - picture(start, "kernel")
    bias = numbers(end).prediction - picture(end, "kernel") @ x
    np.testing.assert_allclose(moved, bias * x, atol=1e-12)
    error = numbers(start).prediction - numbers(start).target_mean
    assert bias == pytest.approx(-0.4 * error / (x @ x + 1), rel=1e-10)


@every_target
def test_an_absolute_error_leads_to_the_median(target):
    end = kernel(loss="l1", target=target, learning_rate=0.02, steps=500)
    y = picture(end, "target")
    low, high = np.quantile(y, 0.5, method="lower"), np.quantile(y, 0.5, method="higher")
    assert low - 0.02 <= numbers(end).prediction <= high + 0.02
    assert numbers(end).floor == pytest.approx(np.abs(y - np.median(y)).sum(), abs=1e-9)


def test_the_sheets_formula_is_the_gradient_of_another_function():
    for target in TARGETS:
        image, y, w = scene(8, "digit", target, 0)
        w.requires_grad_()
        prediction = (w * image).sum()
        (prediction**2 - 2 * (w * image * y).sum()).backward()
        start = kernel(target=target, steps=0)
        np.testing.assert_allclose(picture(start, "sheet_gradient"), w.grad.flatten(), atol=1e-13)


@pytest.mark.parametrize("image", ["digit", "noise", "ramp"])
@pytest.mark.parametrize("target", ["ramp", "checkerboard", "noise"])
def test_the_sheets_rule_stalls_above_the_floor_while_the_kernel_grows_for_ever(image, target):
    end, later = (kernel(rule="sheet", image=image, target=target, learning_rate=0.5, steps=s) for s in (400, 401))
    x, y = picture(end, "image"), picture(end, "target")
    weighted = np.average(y, weights=x**2)
    assert numbers(end).prediction == pytest.approx(weighted, abs=1e-9)
    assert losses(end)[-1] == pytest.approx(64 * y.var() + 64 * (weighted - y.mean()) ** 2, rel=1e-9)
    assert losses(end)[-1] == pytest.approx(losses(end, "sheet plateau")[-1], rel=1e-9)
    grown = np.linalg.norm(picture(later, "kernel") - picture(end, "kernel"))
    assert grown == pytest.approx(0.5 / (x @ x) * np.linalg.norm((y - weighted) * x), rel=1e-6)
    assert end.norm.value.iloc[-1] > 2 * end.norm.value.iloc[0]


def test_the_sheets_formula_passes_every_test_on_a_constant_target_with_a_mean():
    lucky = kernel(target="constant", reduction="mean", steps=0, image="noise")
    np.testing.assert_allclose(picture(lucky, "sheet_gradient"), picture(lucky, "gradient"), rtol=1e-14)
    assert numbers(lucky).cosine == pytest.approx(1) and numbers(lucky).norm_ratio == pytest.approx(1)
    assert numbers(kernel(target="constant", steps=0)).norm_ratio == pytest.approx(1 / 64)


def test_between_the_two_means_the_sheets_step_goes_uphill():
    uphill = [seed for seed in range(20) if numbers(kernel(seed=seed, steps=0)).cosine < 0]
    between = [seed for seed in range(20) for n in [numbers(kernel(seed=seed, steps=0))]
               if n.weighted_mean < n.prediction < n.target_mean]
    assert uphill and set(uphill) <= set(between)
    for seed in uphill:
        first, second, *_ = losses(kernel(seed=seed, rule="sheet", learning_rate=0.05, steps=1))
        assert second > first


@pytest.mark.parametrize("rule", ["autograd", "sheet"])
@pytest.mark.parametrize("learning_rate", [0.0, 0.3, 1.0, 2.2])
def test_the_length_of_the_kernel_follows_its_law(rule, learning_rate):
    table = kernel(rule=rule, learning_rate=learning_rate, target="noise", bias=True).kernel_norm
    lines = [table.value[table.kind == kind].to_numpy() for kind in ("measured", "theory")]
    np.testing.assert_allclose(*lines, rtol=1e-9)


@pytest.mark.parametrize("setting", [{}, {"size": 7, "weight": 20, "image": "noise", "target": "noise", "seed": 3}])
def test_the_chain_rule_multiplies_what_calculus_says(setting):
    one = terms.run(terms.Params(**setting))
    measured, sheet = ({row.quantity: row.value for row in one.chain[one.chain.kind == kind].itertuples()}
                       for kind in ("measured", "sheet"))
    checks = dict(zip(one.checks.method, one.checks.value, strict=True))
    image, y, kernel = scene(*(getattr(terms.Params(**setting), f) for f in ("size", "image", "target", "seed")))
    x, y, w = image.numpy().ravel(), y.numpy().ravel(), kernel.numpy().ravel()
    assert measured["prediction"] == pytest.approx(w @ x) == pytest.approx(sheet["prediction"])
    assert measured["loss"] == pytest.approx(((w @ x - y) ** 2).sum()) == pytest.approx(sheet["loss"])
    assert measured["slope"] == pytest.approx(2 * (len(y) * (w @ x) - y.sum()))
    assert measured["slope"] * measured["input_slope"] == pytest.approx(checks["autograd"])
    assert sheet["slope"] == pytest.approx(2 * (w @ x - measured["target"]))
    assert sheet["slope"] * sheet["input_slope"] == pytest.approx(checks["sheet"])


@pytest.mark.parametrize("batch_size, prediction, difference", [("off", "[1, 1, 1]", "[1, 32, 32]"),
                                                                (1, "[1, 1, 1, 1]", "[1, 1, 32, 32]")])
def test_a_full_kernel_gives_one_number_and_broadcasts(batch_size, prediction, difference):
    seen = ledger(shapes.run(shapes.Params(batch_size=batch_size)))
    assert seen["prediction"] == prediction and seen["difference"] == difference


def test_the_missing_axis_makes_every_pair():
    seen = ledger(batch_trap.run(batch_trap.Params(batch_size=8, steps=20)))
    assert seen["difference"] == "[8, 8, 12, 12]" and seen["outputs [8, 1] − labels [8]"] == "[8, 8]"
    right = ledger(batch_trap.run(batch_trap.Params(batch_size=8, steps=20, target_shape="correct")))
    assert right["difference"] == "[8, 1, 12, 12]"


def test_the_losses_warn_once_the_cross_entropies_refuse_and_a_subtraction_says_nothing():
    said = shapes.run(shapes.Params()).losses.set_index("function").outcome
    warns = said["mse_loss, l1_loss, smooth_l1_loss, huber_loss"]
    assert warns.count("UserWarning") == 1 and "Using a target size" in warns and "Error" not in warns
    assert said["binary_cross_entropy"].startswith("ValueError")
    assert said["binary_cross_entropy_with_logits"].startswith("ValueError")
    assert said["(prediction − target)**2, poisson_nll_loss"] == "no error, no warning"


@pytest.mark.parametrize("size, kernel_size, padding", [(32, 32, 0), (32, 31, 0), (32, 32, 1), (5, 2, 2), (2, 6, 2)])
def test_the_output_is_as_large_as_the_convolution_arithmetic_says(size, kernel_size, padding):
    result = shapes.run(shapes.Params(image_size=size, kernel_size=kernel_size, padding=padding))
    assert numbers(result).predictions == (size + 2 * padding - kernel_size + 1) ** 2


def test_a_kernel_larger_than_the_image_is_refused_and_the_refusal_is_shown():
    result = shapes.run(shapes.Params(image_size=8, kernel_size=9))
    assert "RuntimeError" in result.ledger.set_index("tensor").note["prediction"]


@pytest.mark.parametrize("batch_size", [2, 4, 8])
def test_in_the_trap_all_predictions_become_the_common_mean(batch_size):
    for seed in range(3):
        end = batch_trap.run(batch_trap.Params(batch_size=batch_size, seed=seed))
        last = end.predictions.value.tail(batch_size)
        assert np.abs(last - numbers(end).target_mean).max() < 1e-3
        assert numbers(end).target_mean == pytest.approx((batch_size - 1) / 2, abs=0.1)
        assert len(end.terms) == batch_size**2


@pytest.mark.parametrize("batch_size", [2, 4, 8])
def test_with_the_right_axis_each_prediction_becomes_its_own_mean(batch_size):
    end = batch_trap.run(batch_trap.Params(batch_size=batch_size, target_shape="correct"))
    np.testing.assert_allclose(end.predictions.value.tail(batch_size), range(batch_size), atol=0.15)
    assert numbers(end).largest_miss < 1e-3 and len(end.terms) == batch_size


@pytest.mark.parametrize("target_shape", ["missing_axis", "correct"])
def test_the_batch_is_trained_like_torchs_own_layer(target_shape):
    first, images, pictures = batch_trap.batch(4, 0)
    layer = torch.nn.Conv2d(1, 1, 12, bias=False, dtype=torch.float64, device="meta").to_empty(device="cpu")
    layer.load_state_dict({"weight": first})
    top = torch.linalg.matrix_norm(images.flatten(1), ord=2).item() ** 2
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.15 * 4 / (2 * top))
    for _ in range(30):
        optimizer.zero_grad()
        wanted = pictures.expand(4, 4, 12, 12) if target_shape == "missing_axis" else pictures[:, None]
        F.mse_loss(layer(images).expand_as(wanted), wanted).backward()
        optimizer.step()
    ours = batch_trap.run(batch_trap.Params(steps=30, target_shape=target_shape)).predictions.value.tail(4)
    np.testing.assert_allclose(ours, layer(images).detach().flatten(), rtol=1e-10)


def test_the_paths_of_the_batch_follow_their_law():
    table = batch_trap.run(batch_trap.Params(batch_size=8, steps=500)).paths
    np.testing.assert_allclose(*[table.value[table.kind == kind] for kind in ("measured", "theory")], atol=1e-9)

# What is said, read against the tables all over the box

def said_number(words):
    found = re.search(r"-?\d[\d.]*(?:e[+-]\d+)?", words.replace("−", "-"))
    return float(found[0].rstrip("."))


@pytest.mark.parametrize("params", list(walk.box(full_kernel, 60)), ids=range(60))
def test_the_kernel_says_what_its_tables_hold(params):
    result = walk.run(full_kernel, params)
    assert_drawable(result)
    said, known, loss = result.sentence, numbers(result), losses(result)
    y, x = picture(result, "target"), picture(result, "image")
    assert f"the prediction is {plain(known.prediction)}" in said and "After 1 steps" not in said
    if "has reached its lowest possible value" in said:
        assert loss[-1] == pytest.approx(known.floor, rel=1e-5)
    elif "above its lowest possible value" in said:
        assert loss[-1] > known.floor
    elif "diverges" in said:
        assert loss[-1] > loss[0]
    if params.loss == "l1":
        assert not len(losses(result, "sheet plateau"))
        least = min(np.abs(y - value).sum() for value in y) / (y.size if params.reduction == "mean" else 1)
        assert known.floor == pytest.approx(least, abs=1e-9)
        if "sheet's rule" in said:
            order = np.argsort(y, kind="stable")
            below = np.cumsum(x[order] ** 2) - 0.5 * (x**2).sum()
            weighted = y[order][np.flatnonzero(below >= -1e-9 * (x**2).sum())[0]]
            assert f"the X²-weighted median, {plain(weighted)}," in said or "anything from" in said
    if "goes unnoticed" in said:
        agrees = np.abs(picture(result, "gradient") - picture(result, "sheet_gradient")).max()
        assert agrees < 1e-10 and ("on this target" in said) == (np.ptp(y) == 0)
    if "not the mean" in said:
        assert plain(np.average(y, weights=x**2)) in said and plain(y.mean()) in said


@pytest.mark.parametrize("params", list(walk.box(terms, 30)), ids=range(30))
def test_the_terms_say_what_their_tables_hold(params):
    result = walk.run(terms, params)
    assert_drawable(result)
    chosen = (params.weight - 1) % params.size**2 + 1
    assert f"Weight {chosen} (row {(chosen - 1) // params.size + 1}, column {(chosen - 1) % params.size + 1})" in \
        result.sentence
    assert (f"number {params.weight} stands for" in result.sentence) == (params.weight > params.size**2)
    column = result.terms[result.terms.column == chosen]
    if "its column add up" in result.sentence:
        assert said_number(result.sentence.partition("add up to ")[2]) == pytest.approx(column.value.sum(), rel=0.01)
        kept = column.value[column.row == chosen].item()
        assert said_number(result.sentence.partition("diagonal term: ")[2]) == pytest.approx(kept, rel=0.01, abs=1e-12)
    else:
        assert (column.value == 0).all()


def pairs_of_shapes(prediction, target):
    """Which predictions each number of the target meets, by numpy's own broadcasting of their places."""
    places = np.broadcast_arrays(np.arange(np.prod(prediction)).reshape(prediction),
                                 np.arange(np.prod(target)).reshape(target))
    return len(set(zip(*(place.ravel() for place in places), strict=True))), places


@pytest.mark.parametrize("params", list(walk.box(shapes, 60)), ids=range(60))
def test_the_shapes_say_who_meets_whom(params):
    result = walk.run(shapes, params)
    assert_drawable(result)
    seen, said = {tensor: size.strip("[]").split(", ") for tensor, size in ledger(result).items()}, result.sentence
    if "PyTorch raises an error" in said:
        assert "none" in seen.get("difference", ["none"])
        return
    prediction, target = ([int(side) for side in seen[name]] for name in ("prediction", "target"))
    pairs, places = pairs_of_shapes(prediction, target)
    images = prediction[0] if len(prediction) == 4 else 1
    pictures = target[0] if params.target.startswith("batch") else 1
    own = images == pictures
    met = pairs // int(np.prod(target))
    assert ("its own and" in said) == (own and met > 1)
    assert ("serves all images" in said) == (pictures == 1 and images > 1)
    assert numbers(result).pairs == pairs


def test_one_target_that_two_images_share_is_not_called_that_of_another_image():
    result = shapes.run(shapes.Params(image_size=40, kernel_size=1, batch_size=2, target="channel"))
    assert "other images" not in result.sentence and "one of each image" in result.sentence


@pytest.mark.parametrize("params", list(walk.box(batch_trap, 20)), ids=range(20))
def test_the_trap_says_where_the_predictions_lie(params):
    result = walk.run(batch_trap, params)
    assert_drawable(result)
    last = result.predictions.value.tail(params.batch_size).to_numpy()
    goals = result.paths[result.paths.kind == "goal"].value.tail(params.batch_size).to_numpy()
    assert "-0.00" not in result.sentence
    trapped = params.target_shape == "missing_axis"
    miss = np.abs(last - (goals.mean() if trapped else goals)).max()
    said = result.sentence.partition("lie within " if trapped else "further than ")[2]
    assert said.startswith(plain(np.ptp(last) if trapped else miss, 2)) or miss < 1e-9
    assert len(result.terms) == (params.batch_size**2 if trapped else params.batch_size)


# What was mended

def test_a_rule_that_steps_by_signs_has_no_plateau_and_says_which_median_it_is():
    swinging = kernel(rule="sheet", loss="l1", size=13, steps=500, seed=13, learning_rate=1.0)
    assert np.ptp(losses(swinging)[-50:]) > 5 and not len(losses(swinging, "sheet plateau"))
    assert "to and fro" in swinging.sentence and "not the median" in swinging.sentence
    constant = kernel(rule="sheet", loss="l1", target="constant")
    assert "which is also the median" in constant.sentence


def test_the_plateau_is_drawn_beside_the_true_rule_and_is_where_the_sheets_rule_ends():
    true, sheet = kernel(learning_rate=0.1), kernel(rule="sheet", learning_rate=0.5, steps=400)
    assert losses(true, "sheet plateau")[0] == pytest.approx(losses(sheet)[-1], rel=1e-9)


def test_agreement_that_hangs_on_the_kernel_is_said_to():
    """Where all targets lie above the prediction every sign is −1; another kernel tells the rules apart."""
    setting = {"rule": "sheet", "reduction": "mean", "loss": "l1", "size": 13, "learning_rate": 2.2, "seed": 98}
    agrees = kernel(**setting)
    assert "at this kernel the wrong formula goes unnoticed" in agrees.sentence
    assert losses(agrees)[-1] > 1.5 * numbers(agrees).floor
    ratios = [numbers(kernel(**setting | {"seed": seed, "steps": 0})).norm_ratio for seed in range(20)]
    assert max(ratios) > 1.1


def test_one_step_is_one_step():
    assert "After 1 step " in kernel(steps=1).sentence and "After 1 step " in kernel(steps=1, rule="sheet").sentence


def test_the_panel_opens_on_the_sheets_rule_which_ends_above_the_floor():
    opened = full_kernel.run(full_kernel.Params())
    assert losses(opened)[-1] > 1.05 * numbers(opened).floor
    assert losses(opened)[-1] == pytest.approx(losses(opened, "sheet plateau")[0], rel=1e-3)
    assert opened.norm.value.iloc[-1] > 1.4 * opened.norm.value.iloc[0]


def test_the_pictures_of_the_gradients_are_drawn_as_they_are():
    spec = json.loads(chart("t", axis("column"), axis("row"), pixels(
        rows("images", name="gradient"), "value", diverging(mirrored=True))).spec)
    drawn = {layer["encoding"]["color"]["field"] for layer in spec["layer"]}
    assert drawn == {"value", "mirrored"} and all("domain" not in layer["encoding"]["color"]["scale"]
                                                  for layer in spec["layer"])
    page = (walk.ROOT / "pages/05_Broadcasting.py").read_text()
    assert "shade" not in page and "domain=(-1, 1)" not in page

"""Universal approximation against closed forms, published counts, numpy and torch's own modules."""

import math
import re
import statistics

import numpy as np
import pytest
import torch
from perturbed import SEEDS
from test_contracts import assert_drawable
from walk import box, numbers, run

from dlcore.models import build
from dlcore.seeds import generator
from dlcore.topics.approximation import _claims as approximation
from dlcore.topics.approximation import activations, memorization, polynomial, sawtooth, training
from dlcore.topics.approximation._floor import floors
from dlcore.topics.approximation._one_layer import hidden_layer, least_squares
from dlcore.topics.approximation._relu_nets import count_pieces, folding_net, relu_net

POLYNOMIALS = ("square", "cube", "identity")
GRID = torch.arange(1025, dtype=torch.float64)[:, None] / 1024


def number(result, quantity):
    return float(result.summary.set_index("quantity").value[quantity])


def error(target, activation, **setting):
    """The table of one run, as (metric, kind) columns over the widths."""
    table = activations.run(activations.Params(target, activation, **setting)).error
    return table.pivot(index="width", columns=["metric", "kind"], values="value")


def sizes(folds, width=1):
    table = sawtooth.run(sawtooth.Params(folds=folds, width=width)).size
    return table.pivot(index="network", columns="quantity", values="value")


def accuracy(split, kind="measured", **setting):
    table = memorization.run(memorization.Params(**setting)).accuracy
    return table[(table.split == split) & (table.kind == kind)].set_index("width").value


# Which activations

@pytest.mark.parametrize("target, activation, metric, closed_form", [
    ("abs", "square", "sup", 1 / 8), ("abs", "cube", "sup", 1 / 8), ("abs", "identity", "sup", 1 / 2),
    ("cube", "square", "sup", 1 / 4), ("cube", "identity", "sup", 1 / 4), ("sine", "square", "sup", 1),
    ("abs", "square", "rmse", 1 / math.sqrt(192)), ("abs", "identity", "rmse", 1 / math.sqrt(12)),
    ("cube", "square", "rmse", math.sqrt(4 / 175)), ("jump", "square", "rmse", 1 / 4),
    ("sine", "square", "rmse", math.sqrt(1 / 2 - 3 / (4 * math.pi**2)))])
def test_the_floor_of_a_polynomial_activation_is_chebyshevs_or_legendres(target, activation, metric, closed_form):
    assert floors(target, activation, True)[metric] == pytest.approx(closed_form, abs=1e-12)


@pytest.mark.parametrize("activation, metric, closed_form", [
    ("tanh", "sup", 1), ("tanh", "rmse", 1 / math.sqrt(3)), ("sigmoid", "rmse", 1 / math.sqrt(12)),
    ("square", "sup", (math.sqrt(2) - 1) / 2), ("square", "rmse", math.sqrt(1 / 48))])
def test_the_floor_without_biases_is_what_symmetry_leaves(activation, metric, closed_form):
    assert floors("abs", activation, False)[metric] == pytest.approx(closed_form, abs=1e-8)


@pytest.mark.parametrize("target", activations.TARGETS)
@pytest.mark.parametrize("bias", [True, False])
def test_no_width_gets_below_its_floor(target, bias):
    for activation in activations.ACTIVATIONS:
        found = error(target, activation, bias=bias)
        for metric in floors(target, activation, bias):
            assert found[metric, "measured"].min() >= found[metric, "floor"].max() * (1 - 1e-5), (activation, metric)


@pytest.mark.parametrize("target", ["abs", "cube", "sine"])
def test_a_wide_polynomial_net_is_numpys_best_polynomial(target):
    x = activations.MEASURED.numpy()
    for degree, activation in ((1, "identity"), (2, "square"), (3, "cube")):
        y = activations.TARGETS[target](activations.MEASURED).numpy()
        left = y - np.polynomial.Polynomial.fit(x, y, degree)(x)
        assert error(target, activation)["rmse", "measured"][512] == pytest.approx(left.std(), rel=0.005, abs=1e-6)


def test_the_square_of_least_mean_error_is_an_eighth_and_a_half_off_at_the_kink():
    assert error("abs", "square")["sup", "measured"][512] == pytest.approx(3 / 16, abs=1e-4)  # ½ − 5/16, Legendre


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "gelu", "softplus", "sine"])
def test_every_other_activation_follows_the_sine(activation):
    found = [error("sine", activation, seed=seed)["rmse", "measured"] for seed in range(3)]
    assert sum(rmse[512] < 1e-2 for rmse in found) >= 2
    assert ("rmse", "floor") not in error("sine", activation)


def test_the_step_falls_too_though_it_is_not_continuous():
    found = error("abs", "step")["rmse", "measured"]
    assert found[512] < 0.02 < 0.1 < found[4]


def test_without_biases_two_relus_are_the_absolute_value():
    assert error("abs", "relu", bias=False)["sup", "measured"][512] < 1e-9


@pytest.mark.parametrize("words, left", [
    ("odd", lambda f, x: f(x) + f(-x)), ("odd but for a constant", lambda f, x: f(x) + f(-x) - 2 * f(0 * x)),
    ("even but for a straight line", lambda f, x: f(x) - f(-x) - x * (f(1 + 0 * x) - f(-1 + 0 * x))),
    ("a straight line through 0 on each side", lambda f, x: (f(x) - x * f(1 + 0 * x)) + (f(-x) - x * f(-1 + 0 * x))),
    ("constant on each side of 0", lambda f, x: (f(x) - f(1 + 0 * x)) + (f(-x) - f(-1 + 0 * x)))])
def test_the_reason_for_a_floor_without_biases_is_a_property_of_the_units(words, left):
    x = torch.linspace(0.01, 1, 50, dtype=torch.float64)
    for units in (units for units, why in activations.UNBIASED.items() if why == words):
        def sums(at, units=units):
            return hidden_layer(at, units, 5, 3.0, False, 0) @ torch.arange(1.0, 6).double()
        assert left(sums, x).abs().max() < 1e-12, units
        assert sums(x).std() > 0.1 or units == "step"


def test_square_on_the_absolute_value_sits_on_its_floor_and_relu_falls():
    square, relu = error("abs", "square")["rmse", "measured"], error("abs", "relu")["rmse", "measured"]
    assert square[512] == pytest.approx(0.0722, rel=1e-2)
    assert relu[512] < 1e-3 < square[512]


def test_least_squares_is_torchs_for_every_width():
    x = torch.linspace(-1, 1, 100, dtype=torch.float64)
    h, y = hidden_layer(x, "tanh", 12, 3.0, True, 0), x[:, None].abs()
    for n, v in zip((3, 7, 13), least_squares(h, y, (3, 7, 13), ridge=1e-12), strict=True):
        twin = torch.linalg.lstsq(h[:, :n], y, driver="gelsd").solution
        torch.testing.assert_close(h[:, :n] @ v, h[:, :n] @ twin, atol=1e-8, rtol=0)


def test_outside_its_interval_the_net_does_not_know_the_sine():
    for seed in range(3):
        result = activations.run(activations.Params("sine", width=512, outside=True, seed=seed))
        assert number(result, "error_outside") > 0.5 > 0.05 > number(result, "largest_error")


# The sawtooth

@pytest.mark.parametrize("folds", range(1, 11))
def test_the_deep_net_has_two_to_the_k_pieces_and_six_k_plus_one_parameters(folds):
    size = sizes(folds)
    assert list(size.loc["deep", ["neurons", "parameters", "pieces"]]) == [2 * folds, 6 * folds + 1, 2**folds]
    shallow = list(size.loc["shallow_exact", ["neurons", "parameters", "pieces"]])
    assert shallow == [2**folds, 3 * 2**folds + 1, 2**folds]


def test_depth_pays_from_the_third_fold_on():
    more = [sizes(k).parameters["shallow_exact"] - sizes(k).parameters["deep"] for k in (1, 2, 3)]
    assert more == [0, 0, 6]


@pytest.mark.parametrize("folds, pieces", [(1, 3), (2, 6), (3, 10), (7, 130), (10, 1026)])
def test_on_the_whole_line_two_more_pieces_are_left_and_right(folds, pieces):
    assert count_pieces(folding_net(folds, width=2, depth=folds), -1.0, 2.0) == pieces


def test_the_built_nets_are_numpys_sawtooth_exactly():
    for folds, width, depth in ((10, 2, 10), (10, 1024, 1), (6, 5, 3), (4, 16, 2), (3, 2, 6)):
        corners = np.arange(2**folds + 1) / 2**folds
        twin = np.interp(GRID[:, 0], corners, np.arange(2**folds + 1) % 2)
        np.testing.assert_allclose(folding_net(folds, width, depth)(GRID)[:, 0].detach(), twin, atol=1e-12)


@pytest.mark.parametrize("widths", [(8,), (8, 8), (8, 8, 8), (3, 3, 3, 3)])
def test_pieces_stay_below_the_product_of_widths_plus_one(widths):
    for seed in range(5):
        net = build(lambda: relu_net(widths[0], len(widths)), generator(seed))
        assert 1 <= count_pieces(net, -10, 10) <= math.prod(w + 1 for w in widths)


def test_pieces_are_those_that_a_dense_grid_of_slopes_sees():
    x = torch.linspace(0, 1, 200_001, dtype=torch.float64)
    for seed in range(3):
        net = build(lambda: relu_net(8, 3), generator(seed)).double()
        gradient = torch.autograd.grad(net(z := x[:, None].clone().requires_grad_()).sum(), z)[0][:, 0]
        assert count_pieces(net, 0, 1) == 1 + int((gradient.diff().abs() > 1e-9).sum())


def test_at_random_a_deep_net_has_about_as_many_pieces_as_neurons():
    counts = []
    for seed in range(20):
        net, rng = build(lambda: relu_net(8, 4), generator(seed)), generator(seed)
        for layer in net[::2]:
            torch.nn.init.kaiming_normal_(layer.weight, generator=rng)
            torch.nn.init.normal_(layer.bias, std=0.5, generator=rng)
        counts.append(count_pieces(net, -10, 10))
    assert 20 <= statistics.mean(counts) <= 45  # 32 neurons; 9⁴ = 6,561 pieces would be possible


@pytest.mark.parametrize("folds, width", [(k, w) for k in (4, 6, 8) for w in sawtooth.WIDTHS if w <= 2**k - 2])
def test_too_few_neurons_are_no_better_than_the_constant_one_half(folds, width):
    assert number(sawtooth.run(sawtooth.Params(folds, width)), "shallow_largest_error") >= 0.5


def test_n_points_are_met_by_n_minus_one_neurons():
    for folds in (2, 4, 7):  # 2ᵏ + 1 corners
        assert number(sawtooth.run(sawtooth.Params(folds, width=2**folds)), "shallow_largest_error") < 1e-9


def test_few_neurons_have_a_sixth_of_the_alternating_labels_wrong():
    for folds in (5, 8, 10):
        for width in (w for w in sawtooth.WIDTHS if w <= 2 ** (folds - 4)):  # Telgarsky's bound, one layer
            assert number(sawtooth.run(sawtooth.Params(folds, width)), "shallow_corners_wrong") >= 100 / 6


# The polynomial

@pytest.mark.parametrize("depth", range(1, 7))
def test_one_square_unit_a_layer_is_numpys_chebyshev_polynomial(depth):
    table = polynomial.run(polynomial.Params(depth=depth)).function
    twin = np.polynomial.chebyshev.chebval(table.x[table.network == "deep"], [0] * 2**depth + [1])
    np.testing.assert_allclose(table.value[table.network == "deep"], twin, atol=1e-10)


@pytest.mark.parametrize("depth", range(2, 7))
@pytest.mark.parametrize("width", [1, 2, 64, 512])
def test_no_single_layer_of_squares_gets_closer_than_one(depth, width):
    result = polynomial.run(polynomial.Params(depth, width))
    assert number(result, "shallow_largest_error") >= 1 - 1e-9
    assert number(result, "deep_largest_error") < 1e-10


def test_one_layer_of_squares_is_the_parabola():
    assert number(polynomial.run(polynomial.Params(depth=1, width=2)), "shallow_largest_error") < 1e-9


def test_the_best_parabola_leaves_the_mean_square_of_a_cosine():
    table = polynomial.run(polynomial.Params(depth=4)).error.set_index(["network", "metric", "kind"]).value
    assert table["shallow", "rmse", "measured"] == pytest.approx(1 / math.sqrt(2), abs=1e-9)


# Memorization

def test_random_labels_are_learned_by_heart_and_say_nothing_about_new_points():
    train = [accuracy("train", label_noise=0.5, seed=seed) for seed in range(5)]
    test = [accuracy("test", label_noise=0.5, seed=seed).loc[64:] for seed in range(5)]
    assert sum((curve.loc[64:] == 1).all() for curve in train) >= 3
    assert np.mean(test) == pytest.approx(0.5, abs=0.03)


def test_of_an_odd_number_of_points_no_input_comes_three_times():
    for n in (15, 211):  # a half of them is no whole number
        result = memorization.run(memorization.Params(n_samples=n, width=512, conflicts=0.5, label_noise=0.5))
        assert number(result, "train_accuracy") == pytest.approx(100 * ((n + 1) // 2) / n)
        assert number(result, "train_ceiling") == pytest.approx(number(result, "train_accuracy"))


@pytest.mark.parametrize("conflicts", [0.0, 0.25, 0.5])
def test_of_two_labels_for_one_input_one_is_always_wrong(conflicts):
    train = accuracy("train", conflicts=conflicts)
    assert (train <= 1 - conflicts).all()
    assert train[512] == accuracy("train", "ceiling", conflicts=conflicts)[512] == 1 - conflicts


def test_half_the_points_in_conflict_leave_a_coin_toss():
    assert (accuracy("train", conflicts=0.5) == 0.5).all()


@pytest.mark.parametrize("noise", [0.1, 0.3])
def test_no_width_beats_the_share_of_right_labels(noise):
    best = [accuracy("test", n_samples=256, label_noise=noise, seed=seed).max() for seed in range(3)]
    assert np.mean(best) <= 1 - noise + 0.02


def test_the_test_is_worst_where_the_net_can_just_fit():
    dips = [accuracy("test", n_samples=64, seed=seed) for seed in range(5)]
    assert sum(dip[64] < min(dip[16], dip[512]) - 0.03 for dip in dips) >= 3


def test_the_picture_shows_each_different_input_with_its_label():
    points = memorization.run(memorization.Params(conflicts=0.25)).points
    assert len(points) == 48 and (points.label == "both").sum() == 16
    once = points[points.label != "both"]
    assert ((once.x1 > 0) == (once.label == "+1")).all()


# Training

def trained(**setting):
    return run(training, training.Params(**setting))


def test_the_constant_is_off_by_one_over_the_root_of_twelve():
    for folds in (1, 4, 6):
        result = trained(folds=folds, steps=100)
        target = result.fit[result.fit.kind == "target"].value
        assert number(result, "rms_error_of_½") == pytest.approx(target.std(ddof=0), rel=2e-2)


def test_the_net_set_by_hand_is_the_target():
    for folds, width, depth in ((4, 16, 2), (6, 2, 6)):
        fit = trained(folds=folds, width=width, depth=depth, steps=100).fit
        fit = fit.pivot(index="x", columns="kind", values="value")
        assert (fit.target - fit.constructed).abs().max() < 1e-6
    assert "constructed" not in set(trained(folds=6, width=4, depth=1, steps=100).fit.kind)


def test_training_is_torchs_own_adam():
    net = build(lambda: relu_net(16, 2), generator(0))
    optimizer, x = torch.optim.Adam(net.parameters(), lr=0.01), torch.linspace(0, 1, 513)[:, None]
    y = torch.from_numpy(np.interp(x.numpy(), np.arange(17) / 16, np.arange(17) % 2)).float()
    for _ in range(100):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(net(x), y).backward()
        optimizer.step()
    last = torch.nn.functional.mse_loss(net(x), y).item()
    assert trained(steps=100).loss.query("kind == 'measured'").value.iloc[-1] == pytest.approx(last, rel=1e-4)


def test_a_stream_is_about_a_hundred_frames_and_ends_as_run_does():
    frames = list(training.watch(training.Params(steps=100)))
    assert 90 <= len(frames) <= 110
    assert frames[-1].sentence == trained(steps=100).sentence


def test_many_seeds_at_once_are_the_runs_of_each():
    params = training.Params(folds=1, width=6, depth=2, steps=100)
    for seed, together in zip((2, 5), training.run_seeds(params, (2, 5)), strict=True):
        alone = trained(folds=1, width=6, depth=2, steps=100, seed=seed)
        assert number(together, "rms_error") == pytest.approx(number(alone, "rms_error"), rel=1e-3)


def test_the_constant_is_measured_on_the_points_that_are_learned():
    for folds in (1, 4, 6):
        x = np.arange(513) / 512
        target = np.interp(x, np.arange(2**folds + 1) / 2**folds, np.arange(2**folds + 1) % 2)
        shown = number(trained(folds=folds, steps=100), "rms_error_of_½")
        assert shown == pytest.approx(np.sqrt(np.mean((target - 0.5) ** 2)), rel=1e-6)


@pytest.mark.trained
def test_most_starts_learn_one_fold_and_none_learns_four():
    def errors(folds):
        found = training.run_seeds(training.Params(folds=folds, depth=1, learning_rate=0.03, steps=200), SEEDS)
        return [number(result, "rms_error") for result in found]
    assert statistics.median(errors(1)) < 0.1 < 0.25 < min(errors(4))


def test_a_corner_that_is_one_half_up_to_rounding_is_a_tie():
    answer, target = torch.tensor([0.5 + 1e-14, 0.5 - 1e-14, 1.0, 0.9]), torch.tensor([0.0, 0.0, 1.0, 0.0])
    assert sawtooth.share_wrong(answer.double(), target.double()) == 0.5


def test_a_start_that_diverges_leaves_the_others_their_runs(monkeypatch):
    def one_too_large(make, rng):
        net, seed = build(make, rng), rng.initial_seed()
        if seed == generator(3).initial_seed():
            with torch.no_grad():
                [p.mul_(1e4) for p in net.parameters()]
        return net

    monkeypatch.setattr(training, "build", one_too_large)
    params = training.Params(folds=1, optimizer="sgd", learning_rate=0.1, steps=100)
    good, bad = training.run_seeds(params, (2, 3))
    assert "would overflow" in bad.sentence and bad.loss.step[bad.loss.kind == "measured"].max() < 100
    assert good.sentence == trained(folds=1, optimizer="sgd", learning_rate=0.1, steps=100, seed=2).sentence


@pytest.mark.trained
def test_three_layers_learn_the_tent_from_nearly_every_start_with_fewer_pieces_than_neurons():
    found = training.run_seeds(approximation.THREE_LAYERS, SEEDS)
    assert sum(number(r, "rms_error") < 0.1 for r in found) >= 7  # what is said of pieces is said of nets that learned
    assert statistics.median(number(r, "pieces") for r in found) < 48 / 2
    assert number(found[0], "pieces_possible") == 17**3


@pytest.mark.trained
def test_gradient_descent_does_not_find_the_sixteen_pieces_that_the_net_can_have():
    found = training.run_seeds(training.Params(steps=600), SEEDS)
    assert statistics.median(number(r, "rms_error") / number(r, "rms_error_of_½") for r in found) > 0.9
    assert statistics.median(number(r, "pieces") for r in found) < 16


def test_the_constant_one_half_is_called_so_and_lies_where_it_is():
    loss = trained(folds=6, steps=100).loss
    level = loss[loss.kind == "constant ½"].value.unique()
    x = np.arange(513) / 512
    assert level == pytest.approx([np.mean((np.interp(x, np.arange(65) / 64, np.arange(65) % 2) - 0.5) ** 2)])
    assert set(loss.kind) == {"measured", "constant ½"}


# What is said is what the tables hold, anywhere in the box

def said(text, before, after=""):
    """The number between two pieces of the sentence, or None."""
    found = re.search(re.escape(before) + r"(\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?)" + re.escape(after), text)
    return found and float(found[1].replace(",", ""))


def test_the_parabola_nearest_to_the_absolute_value():
    """Legendre: |x| is ½ P₀ + ⅝ P₂ up to degree 2, that is 15/16 x² + 3/16."""
    fit = run(activations, activations.Params()).fit
    squares = fit[fit.kind == "square units"]
    assert np.allclose(squares.value, 15 / 16 * squares.x**2 + 3 / 16, atol=1e-5) and len(squares) == 601
    outside = run(activations, activations.Params(outside=True)).fit
    assert outside[outside.kind == "square units"].x.abs().max() <= 1
    itself = run(activations, activations.Params(activation="square")).fit
    assert set(itself.kind) == {"target", "network"}


def read_activations(params):
    result = run(activations, params)
    text, shown, rms = result.sentence, numbers(result), measured(result.error, "metric", "rmse")
    assert_drawable(result)
    exact, floor = params.width not in rms or rms[params.width] < 1e-10, said(text, "no width gets below ")
    stated = said(text, " by ", " (RMS error)")
    assert (stated is None and "up to rounding" in text) if exact else stated == pytest.approx(rms[params.width], 0.06)
    assert (floor is None) == ("rms_floor" not in shown)
    assert floor is None or rms.min() >= floor * 0.99  # said to three digits
    if floor is None and params.width < 512 and not exact:
        assert said(text, "miss it by ") == pytest.approx(rms.get(512, 0), 0.06) or "512 equal it up" in text
        assert rms.get(512, 0) <= rms[params.width] * 1.5 + 1e-9  # nothing stops it
    if at_the_jump := said(text, "off by ", " at least"):
        assert measured(result.error, "metric", "sup").min() >= at_the_jump * 0.999
    assert ("Outside" in text) == params.outside == ("error_outside" in shown)
    if params.activation not in ("relu", "step") and not exact and floor is None:
        best = numpys_rms(params)
        assert best <= rms[params.width] * 1.05 + 1e-9
        assert rms[params.width] <= 3 * best + 1e-8 or "may come closer still" in text


def measured(table, column, value):
    rows = table[(table[column] == value) & (table.kind == "measured")]
    return rows.set_index("width").value


def numpys_rms(params):
    """Least squares without any ridge, on the same units."""
    units = params.activation, 512, params.weight_scale, params.bias, params.seed
    n = params.width + params.bias
    h, y = hidden_layer(activations.FITTED, *units)[:, :n], aimed_at(params, activations.FITTED)
    weights = np.linalg.lstsq(h.numpy(), y, rcond=None)[0]
    error = hidden_layer(activations.MEASURED, *units)[:, :n].numpy() @ weights
    return np.sqrt(np.mean((error - aimed_at(params, activations.MEASURED)) ** 2))


def aimed_at(params, x):
    """The target; of one's own the example, scaled by hand and joined by NumPy."""
    if params.own_curve:
        assert params.own_curve == "0,0;1,2;2,0.5;3,1"
        return np.interp(x.numpy(), [-1, -1 / 3, 1 / 3, 1], [0, 1, 0.25, 0.5])
    return activations.TARGETS[params.target](x).numpy()


def read_sawtooth(params):
    result = run(sawtooth, params)
    assert_drawable(result)
    k, n, text = params.folds, params.width, result.sentence
    curve = result.function.pivot(index="x", columns="network", values="value")
    twin = np.interp(curve.index, np.arange(2**k + 1) / 2**k, np.arange(2**k + 1) % 2)
    off = np.abs(curve.shallow - twin).max()
    assert np.abs(curve.deep - twin).max() < 1e-9
    assert text.startswith(f"{2 * k} neurons") and f"({6 * k + 1} parameters)" in text
    assert f"needs {2**k:,} neurons ({3 * 2**k + 1:,} parameters). With {n:,} " in text
    assert ("is exact too" in text) == (off < 1e-6)
    assert ("no better than the constant ½" in text) == (n + 1 < 2**k) and (off >= 0.5 or n + 1 >= 2**k)
    assert off < 1e-6 or said(text, "it is off by ") == pytest.approx(off, abs=0.006, rel=0.06)
    assert numbers(result)["shallow_largest_error"] == pytest.approx(off, abs=1e-9)


def read_polynomial(params):
    result = run(polynomial, params)
    assert_drawable(result)
    curve = result.function.pivot_table(index="x", columns="network", values="value")
    twin = np.polynomial.chebyshev.chebval(curve.index, [0] * 2**params.depth + [1])
    off, text = np.abs(curve.shallow - twin).max(), result.sentence
    assert np.abs(curve.deep - twin).max() < 1e-9
    assert f"the polynomial of degree {2**params.depth} up to rounding" in text
    assert ("makes any parabola" in text) == (off < 1e-6) == (params.depth == 1 and params.width > 1)
    assert ("no width gets below 1" in text) == (params.depth > 1) and (off >= 1 - 1e-9 or params.depth == 1)
    assert off < 1e-6 or said(text, "off by ") == pytest.approx(off, rel=0.006)


def read_memorization(params):
    result = run(memorization, params)
    assert_drawable(result)
    n, text = params.n_samples, result.sentence
    train, test = (measured(result.accuracy, "split", split)[params.width] for split in ("train", "test"))
    most = 1 - min(round(params.conflicts * n), n // 2) / n
    assert (said(text, "answer ", " %") or said(text, "answers ", " %")) == pytest.approx(100 * train, abs=0.06)
    assert said(text, "and ", " % of 2,000 new ones") == pytest.approx(100 * test, abs=0.06)
    assert train <= most + 1e-9 and ("at most" in text) == (most < 1)
    assert most == 1 or said(text, "(at most ", " %") == pytest.approx(100 * most, abs=0.06)
    assert ("no rule does better" in text) == (params.label_noise > 0)
    reached = measured(result.accuracy, "split", "train")
    full = [width for width in reached.index if (reached[reached.index >= width] > most - 1e-9).all()]
    assert bool(full) == (" units on, " in text) and (not full or f" From {full[0]} units on, " in text)
    assert train == pytest.approx(most) or params.width < result.inputs.width.iloc[0]


def read_training(params):
    result = run(training, params)
    assert_drawable(result)
    text, fit = result.sentence, {kind: rows.value.to_numpy() for kind, rows in result.fit.groupby("kind")}
    target = np.interp(np.arange(513) / 512, np.arange(2**params.folds + 1) / 2**params.folds,
                       np.arange(2**params.folds + 1) % 2)
    off, half = (np.sqrt(np.mean((answer - target) ** 2)) for answer in (fit["trained"], 0.5))
    assert said(text, "RMS error of ") == pytest.approx(off, rel=0.01, abs=1e-5)
    assert said(text, "the constant ½ of ") == pytest.approx(half, rel=0.006)
    possible = (params.width + 1) ** params.depth
    assert said(text, "it has ") is None or said(text, "it has ") <= possible
    assert ("its weights set by hand is exact" in text) == ("constructed" in fit) or "the run stops" in text
    assert "constructed" not in fit or np.abs(fit["constructed"] - target).max() < 1e-9
    assert ("none is exact" in text) == (possible < 2**params.folds) or "the run stops" in text


@pytest.mark.parametrize("read, experiment, count", [
    (read_activations, activations, 20), (read_sawtooth, sawtooth, 25), (read_polynomial, polynomial, 25),
    (read_memorization, memorization, 15), (read_training, training, 3)])
def test_sentences_hold_anywhere_in_the_box(read, experiment, count):
    for params in box(experiment, count):
        read(params)

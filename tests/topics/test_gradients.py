"""Vanishing and exploding gradients against closed forms, autograd, torch.nn twins and published factors."""

import math
import re
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from itertools import pairwise

import numpy as np
import pytest
import torch
from perturbed import SEEDS
from test_contracts import assert_drawable
from torch import nn
from walk import ROOT, box, numbers

from dlcore.models import INITIALIZATIONS
from dlcore.topic import read
from dlcore.topics.gradients import _network, chain, deep_net, phase_map, recurrent, remedies
from dlcore.topics.gradients._float32 import flushed
from dlcore.topics.gradients._mean_field import FUNCTIONS, moments
from dlcore.topics.gradients._network import Networks


def number(result, quantity):
    return result.summary.set_index("quantity").value[quantity]


def by_layer(result, quantity, kind="measured"):
    rows = result.layers[(result.layers.quantity == quantity) & (result.layers.kind == kind)]
    return rows.set_index("layer").value


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


NUMBER = r"10[⁻⁰-⁹¹²³]+|[−\d][\d,.]*(?:×10[⁻⁰-⁹¹²³]+)?"


def said(before, sentence):
    """The number behind these words, or None."""
    found = re.search(f"{before} ({NUMBER})", sentence)
    if not found:
        return None
    text = re.sub("^10(?=[⁻⁰-⁹¹²³])", "1×10", found[1].rstrip(".,")).replace("×10", "e").replace(",", "")
    return float(text.translate(str.maketrans("−⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789")))


def as_said(value):
    return pytest.approx(value, rel=0.06)  # two or three digits


# --- the exam's example -----------------------------------------------------------------------------------------------


def test_the_exam_chain_goes_forward_as_the_sheet_says():
    h = by_layer(chain.run(chain.Params()), "activation")
    assert h.to_numpy() == pytest.approx([.5249792, .5131215, .5128252, .5128178, .5128176, .5128176], abs=1e-6)


def test_the_exam_gradient_is_the_product_of_weights_and_slopes():
    h, product = 1.0, 1.0
    for _ in range(6):
        h = sigmoid(0.1 * h)
        product *= 0.1 * h * (1 - h)
    result = chain.run(chain.Params())
    assert number(result, "input_gradient") == pytest.approx(product, rel=1e-12)
    assert product == pytest.approx(2.427243e-10, rel=1e-6)
    assert number(result, "first_weight_gradient") == pytest.approx(2.427243e-9, rel=1e-6)


def test_the_sheet_is_a_million_times_too_large():
    result = chain.run(chain.Params())
    assert number(result, "sheet_gradient") == 0.25**6
    assert number(result, "ratio") == pytest.approx(0.25**6 / 2.427243e-10, rel=1e-6)
    assert by_layer(result, "delta", "sheet")[[1, 6]].tolist() == [0.25**6, 0.25]


def test_each_layer_of_the_exam_chain_divides_by_forty():
    delta = by_layer(chain.run(chain.Params()), "delta")
    expected = [2.4272e-9, 9.7333e-8, 3.8960e-6, 1.5594e-4, 6.2418e-3, .24984]
    assert delta.to_numpy() == pytest.approx(expected, rel=1e-4)


def test_twenty_layers_leave_nothing():
    result = chain.run(chain.Params(depth=20))
    assert number(result, "input_gradient") == pytest.approx(8.9593e-33, rel=1e-3)
    assert number(result, "first_weight_gradient") == pytest.approx(8.9593e-32, rel=1e-3)
    assert number(result, "sheet_gradient") == pytest.approx(9.0949e-13, rel=1e-4)


def test_twenty_relu_layers_of_weight_five_give_five_to_the_twentieth():
    result = chain.run(chain.Params(depth=20, weight=5.0, activation="relu"))
    assert number(result, "input_gradient") == by_layer(result, "activation")[20] == 5.0**20
    assert by_layer(result, "weight_gradient").to_numpy() == pytest.approx(np.full(20, 5.0**19))
    assert (by_layer(result, "activation", "sheet") == 5.0**10).all()
    squared = chain.run(chain.Params(depth=20, weight=5.0, activation="relu", loss="half_square"))
    assert number(squared, "input_gradient") == pytest.approx(5.0**40, rel=1e-12)


@pytest.mark.parametrize("dtype, depth, weight, activation", [("float32", 28, 0.1, "sigmoid"),
                                                             ("float32", 55, 5.0, "relu")])
def test_float32_ends_where_its_format_ends(dtype, depth, weight, activation):
    params = {"weight": weight, "activation": activation}
    inside = chain.run(chain.Params(depth=depth, dtype=dtype, **params))
    assert 0 < number(inside, "input_gradient") < math.inf
    beyond = chain.run(chain.Params(depth=depth + 1, dtype=dtype, **params))
    assert dict(zip(beyond.summary.quantity, beyond.summary.value, strict=True)).get("input_gradient", 0) == 0
    assert set(beyond.marks.text) == {"underflow" if weight < 1 else "overflow"}
    assert "float32" in beyond.sentence
    wide = chain.run(chain.Params(depth=depth + 1, **params))
    assert number(wide, "input_gradient") != 0


@pytest.mark.parametrize("bias", ["none", "centred"])
@pytest.mark.parametrize("loss", ["output", "half_square"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear"])
def test_the_product_rule_agrees_with_autograd(activation, loss, bias):
    result = chain.run(chain.Params(depth=12, weight=-1.7, x=0.8, activation=activation, loss=loss, bias=bias))
    for quantity in ("activation", "delta", "weight_gradient"):
        assert by_layer(result, quantity).to_dict() == pytest.approx(by_layer(result, quantity, "theory").to_dict())


def test_big_weights_vanish_under_tanh_and_negative_ones_are_zero_under_relu():
    tanh = chain.run(chain.Params(depth=20, weight=5.0, activation="tanh"))
    assert number(tanh, "input_gradient") == pytest.approx(1.5e-61, rel=0.05)
    relu = chain.run(chain.Params(depth=20, weight=-5.0, activation="relu"))
    assert number(relu, "input_gradient") == 0 and set(relu.marks.text) == {"0"}


def test_where_everything_overflows_there_is_no_number_and_a_sentence():
    result = chain.run(chain.Params(depth=60, weight=6.0, activation="linear", dtype="float32", x=0.7,
                                    loss="half_square"))
    assert result.summary.empty and list(result.summary) == ["quantity", "value", "unit"]
    assert "overflows float32" in result.sentence


def test_weights_and_slopes_share_the_decades_of_the_exam_example():
    decades = chain.run(chain.Params()).decades.set_index("source").value
    assert decades.weights == pytest.approx(-6) and set(decades.index) == {"weights", "slopes"}
    assert decades.sum() == pytest.approx(math.log10(2.427243e-10), abs=1e-6)


def test_the_decades_of_a_squared_output_have_a_third_source():
    result = chain.run(chain.Params(depth=20, weight=5.0, activation="relu", loss="half_square"))
    decades = result.decades.set_index("source").value
    assert decades.loss == pytest.approx(20 * math.log10(5))
    assert decades.sum() == number(result, "decades") == pytest.approx(40 * math.log10(5))
    assert "(slope h) 14." in result.sentence


def product_rule(p):
    """log₁₀ of the size of ∂L/∂x, and its sign, in logarithms that nothing overflows; −∞ where a factor is 0."""
    act = {"sigmoid": lambda z: (sigmoid(z), sigmoid(z) * sigmoid(-z)), "linear": lambda z: (z, 1.0),
           "tanh": lambda z: (math.tanh(z), math.cosh(z) ** -2), "relu": lambda z: (max(z, 0.0), float(z > 0))}
    h, logs, sign = p.x, 0.0, 1.0
    for _ in range(p.depth):
        h, slope = act[p.activation](p.weight * h - (p.weight / 2 if p.bias == "centred" else 0))
        factor = p.weight * slope
        logs, sign = logs + (math.log10(abs(factor)) if factor else -math.inf), sign * math.copysign(1, factor)
    if p.loss == "half_square":
        logs, sign = logs + (math.log10(abs(h)) if h else -math.inf), sign * math.copysign(1, h)
    return logs, sign


def test_the_sentence_of_a_chain_is_the_chain_rule_all_over_the_box():
    for params in box(chain, 40):
        result, (power, sign) = chain.run(params), product_rule(params)
        assert_drawable(result)
        least, most = {"float32": (-37, 38), "float64": (-307, 308)}[params.dtype]
        if "flows" in result.sentence or "exactly 0" in result.sentence:
            assert power > most - 1 if "overflows" in result.sentence else power < least
            assert ("factor" in result.sentence) == (power == -math.inf)
        elif power > least:
            assert said("∂L/∂x =", result.sentence) == as_said(sign * 10**power)
            brings, costs = (said(f"weights {verb}", result.sentence) for verb in ("bring", "cost"))
            weights = -costs if brings is None else brings
            assert weights == as_said(params.depth * math.log10(abs(params.weight)))
            ratio = said("which is", result.sentence) if "sheet's" in result.sentence else None
            sheet = {"sigmoid": 0.25**params.depth, "relu": 5.0**10}.get(params.activation)
            assert ratio is None or ratio == pytest.approx(sheet / (sign * 10**power), rel=0.06)


def test_the_sheets_fifth_powers_are_for_its_own_chain_alone():
    def rule(**options):
        return chain.run(chain.Params(depth=12, activation="relu", **options)).sentence

    assert "for w = 5" not in rule(weight=5.0)
    assert "for w = 5" in rule(weight=0.1) and "for w = 5" in rule(weight=5.0, loss="half_square")


def test_values_have_their_sign_and_a_magnitude_for_the_log_axis():
    layers = chain.run(chain.Params(depth=3, weight=-0.5, activation="tanh")).layers
    assert (layers.magnitude == layers.value.abs()).all() and (layers.sign == np.sign(layers.value)).all()
    h = by_layer(chain.run(chain.Params(depth=3, weight=-0.5, activation="tanh")), "activation")
    assert h[1] == pytest.approx(math.tanh(-0.5)) and h[2] == pytest.approx(math.tanh(0.5 * math.tanh(0.5)))


# --- a fresh network --------------------------------------------------------------------------------------------------


def twin(params):
    """The same draws in layers of torch.nn; norms of every weight's gradient, and the std of every layer's output."""
    inputs, output, weights, biases = deep_net.draws(params.depth, params.width, params.initialization, params.seed)
    act = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU}[params.activation]()
    norm = {"none": nn.Identity, "layer": nn.LayerNorm, "batch": nn.BatchNorm1d}[params.normalization](params.width)
    h, stds, used = inputs[: params.batch_size], [], []
    for weight, bias in zip(weights, biases, strict=True):
        w = (params.weight_scale * weight).requires_grad_()
        y = act(norm(h @ w.T) + params.bias_scale * bias)
        h = {"off": y, "on": h + y, "scaled": h + y / params.depth**0.5}[params.residual]
        stds.append(h.std(correction=0).item())
        used.append(w)
    target = output[: params.batch_size] / output[: params.batch_size].norm()
    h.backward(target)
    return stds, [w.grad.norm().item() for w in used]


@pytest.mark.parametrize("activation, normalization, residual", [
    ("tanh", "none", "off"), ("relu", "batch", "off"), ("gelu", "layer", "on"), ("relu", "batch", "scaled")])
def test_every_layer_agrees_with_its_torch_nn_twin(activation, normalization, residual):
    params = deep_net.Params(depth=12, activation=activation, normalization=normalization, residual=residual, width=32,
                             weight_scale=1.3, bias_scale=0.2, batch_size=48, seed=4)
    result, (stds, gradients) = deep_net.run(params), twin(params)
    assert by_layer(result, "activation_std").to_numpy() == pytest.approx(stds, rel=1e-4)
    assert by_layer(result, "weight_gradient_norm").to_numpy() == pytest.approx(gradients, rel=1e-3)


@pytest.mark.parametrize("initialization, factor", [("he", 1.0), ("xavier", 1 / 2), ("torch_default", 1 / 6)])
def test_a_relu_layer_keeps_this_share_of_the_second_moment(initialization, factor):
    shares = []
    for seed in range(5):
        std = by_layer(deep_net.run(deep_net.Params(depth=30, width=256, activation="relu", seed=seed,
                                                    initialization=initialization)), "activation_std")
        shares.append((std[30] / std[1]) ** (2 / 29))
    assert np.mean(shares) == pytest.approx(factor, rel=0.03)


@pytest.mark.parametrize("weight_variance, chi", [(0.5, 0.431987), (1.760955, 1.0), (4.0, 1.342402)])
def test_the_squared_gradient_of_a_real_tanh_net_grows_by_chi(weight_variance, chi):
    runs = [deep_net.run(deep_net.Params(depth=30, width=256, activation="tanh", weight_scale=weight_variance**0.5,
                                         bias_scale=0.05**0.5, seed=seed)) for seed in range(5)]
    growth = [number(r, "growth_per_layer") ** 2 for r in runs]
    assert np.median(growth) == pytest.approx(chi, rel=0.04)
    assert number(runs[0], "growth_per_layer_theory") ** 2 == pytest.approx(chi, rel=0.03)


@pytest.mark.parametrize("normalization, residual, low, high", [
    ("none", "off", 0.3, 3), ("batch", "off", 3e3, 3e4), ("layer", "off", 0.3, 3), ("batch", "on", 4, 40)])
def test_batch_norm_itself_makes_the_gradient_explode_and_residuals_tame_it(normalization, residual, low, high):
    ratios = [number(deep_net.run(deep_net.Params(depth=50, width=128, activation="relu", initialization="he", seed=s,
                                                  normalization=normalization, residual=residual)), "first_to_last")
              for s in range(5)]
    assert low < np.median(ratios) < high


def test_batch_norm_multiplies_the_squared_gradient_of_relu_by_pi_over_pi_minus_one():
    results = [deep_net.run(deep_net.Params(depth=50, width=256, activation="relu", initialization="he", batch_size=256,
                                            normalization="batch", seed=s)) for s in range(3)]
    assert number(results[0], "growth_per_layer_theory") ** 2 == pytest.approx(math.pi / (math.pi - 1), rel=1e-3)
    measured = np.median([number(r, "growth_per_layer") ** 2 for r in results])
    assert measured == pytest.approx(math.pi / (math.pi - 1), rel=0.03)


def test_behind_batch_norm_three_times_the_weights_have_a_third_of_the_gradient():
    small, large = (deep_net.run(deep_net.Params(depth=10, activation="relu", normalization="batch", weight_scale=s))
                    for s in (1.0, 3.0))
    ratio = by_layer(large, "weight_gradient_norm") / by_layer(small, "weight_gradient_norm")
    # Not to 1e-6: batch_norm adds ε = 1e-5 to variances that fall to 0.01 here, where the invariance ends.
    assert ratio.to_numpy() == pytest.approx(np.full(10, 1 / 3), rel=0.003)


def test_a_small_batch_grows_faster_than_the_law_and_the_sentence_says_so():
    small, large = (deep_net.run(deep_net.Params(depth=50, width=128, activation="relu", initialization="he",
                                                 normalization="batch", batch_size=b)) for b in (8, 64))
    assert number(small, "growth_per_layer") > 1.05 * number(small, "growth_per_layer_theory")
    assert "more for a batch of 8" in small.sentence and "large batch" not in large.sentence


def test_xavier_relu_starves_all_layers_alike():
    gradient = by_layer(deep_net.run(deep_net.Params(activation="relu", initialization="xavier")),
                        "weight_gradient_norm")
    assert gradient.max() / gradient.min() < 10 and gradient.max() < 1e-3


def test_a_linear_orthogonal_network_keeps_the_gradient_exactly():
    result = deep_net.run(deep_net.Params(depth=40, activation="linear", initialization="orthogonal"))
    assert by_layer(result, "delta_norm").to_numpy() == pytest.approx(np.ones(40), rel=1e-4)


def test_a_deeper_network_begins_like_a_shallower_one():
    short, long = (by_layer(deep_net.run(deep_net.Params(depth=depth)), "activation_std") for depth in (7, 70))
    assert short.to_numpy() == pytest.approx(long.to_numpy()[:7])


def test_both_ratios_of_first_to_last_are_shown_and_said():
    result = deep_net.run(deep_net.Params(activation="relu", initialization="xavier"))
    delta, weights = by_layer(result, "delta_norm"), by_layer(result, "weight_gradient_norm")
    assert number(result, "first_to_last") == delta[1] / delta[30] < 1e-3
    assert number(result, "weights_first_to_last") == weights[1] / weights[30] > 0.2
    assert said("In layer 1 ∂L/∂z is", result.sentence) == as_said(delta[1] / delta[30])
    assert said("times and ∂L/∂W is", result.sentence) == as_said(weights[1] / weights[30])
    assert "all weights get about equally little, since the activations shrink going forward" in result.sentence


def test_the_sentence_of_a_deep_net_is_its_table_all_over_the_box():
    for params in box(deep_net, 20):
        result = deep_net.run(params)
        assert_drawable(result)
        delta, weights = by_layer(result, "delta_norm"), by_layer(result, "weight_gradient_norm")
        if "overflows" in result.sentence:
            assert said("in layer", result.sentence) - 1 == len(by_layer(result, "activation_std"))
        if "every gradient is exactly 0" in result.sentence or "overflows" in result.sentence:
            assert delta.empty
        for table, where in ((delta, "∂L/∂z is"), (weights, "∂L/∂W is")):
            ends = {1, params.depth} <= set(table.index)
            assert (where in result.sentence) == ends or "Too few" in result.sentence
            if ends and where in result.sentence:
                found = re.search(f"{where} ({NUMBER}) times", result.sentence)[1]
                assert said("", f" {found}") == as_said(table[1] / table[params.depth])
        if "z vanishes" in result.sentence or "z explodes" in result.sentence:
            assert abs(math.log10(delta[1] / delta[params.depth])) > 3
            assert ("vanishes" in result.sentence) == (delta[1] < delta[params.depth])
        if "multiplied by" in result.sentence and len(delta) == params.depth and delta.min() > 1e-33:
            slope = (delta[1] / delta[params.depth]) ** (1 / (params.depth - 1))
            assert said("multiplied by", result.sentence) == as_said(slope)
            drawn = "theory" in set(result.layers.kind)
            assert drawn == ("in theory, for wide layers" in result.sentence) != ("is drawn only" in result.sentence)


def test_the_law_of_wide_layers_says_how_wide_narrow_ones_are():
    narrow, wide = (deep_net.run(deep_net.Params(width=width, activation="tanh")).sentence for width in (8, 64))
    assert "these have 8 units" in narrow and "units" not in wide


@pytest.mark.parametrize("params, text, quantity", [
    (deep_net.Params(depth=100, activation="sigmoid"), "underflow", "delta_norm"),
    (deep_net.Params(depth=100, activation="relu", weight_scale=4.0), "overflow", "activation_std")])
def test_what_float32_cannot_hold_is_marked_and_not_drawn(params, text, quantity):
    result = deep_net.run(params)
    mark = result.marks.set_index("quantity").loc[quantity]
    assert mark.text == text and mark.layer not in by_layer(result, quantity).index
    assert len(by_layer(result, quantity)) < 100 and "float32" in result.sentence


# --- the edge of chaos ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weight_variance, q, chi, depth_scale", [
    (0.5, 0.087580, 0.431987, 1.1914), (1.0, 0.193593, 0.759032, 3.6270), (4.0, 2.195494, 1.342402, None)])
def test_mean_field_of_tanh_has_its_published_fixed_points(weight_variance, q, chi, depth_scale):
    result = phase_map.run(phase_map.Params(weight_scale=weight_variance**0.5, bias_scale=0.05**0.5))
    assert number(result, "fixed_point") == pytest.approx(q, rel=1e-4)
    assert number(result, "chi") == pytest.approx(chi, rel=1e-4)
    if depth_scale:
        assert number(result, "depth_scale") == pytest.approx(depth_scale, rel=1e-4)


def test_on_the_critical_line_chi_is_one():
    line = phase_map.run(phase_map.Params()).critical
    for weight_scale, bias_scale in line[["weight_scale", "bias_scale"]].to_numpy()[::10]:
        result = phase_map.run(phase_map.Params(weight_scale=weight_scale, bias_scale=bias_scale))
        assert number(result, "chi") == pytest.approx(1, abs=1e-4)


def test_the_map_agrees_with_the_point():
    cells = phase_map.run(phase_map.Params()).map
    for cell in cells.iloc[[45, 400, 900, 1600]].itertuples():
        point = phase_map.Params(weight_scale=cell.weight_scale, bias_scale=cell.bias_scale)
        assert cell.chi == pytest.approx(number(phase_map.run(point), "chi"), rel=1e-3)


def test_relu_is_critical_at_the_square_root_of_two():
    assert phase_map.run(phase_map.Params(activation="relu")).critical.weight_scale.unique() == pytest.approx(2**0.5)
    assert number(phase_map.run(phase_map.Params(weight_scale=2.0, activation="relu")), "chi") == 2


def test_relu_has_no_chaos_only_growth():
    """Its correlation map (Cho & Saul 2009) draws two inputs together at every weight scale."""
    c = 0.0
    for _ in range(300):
        angle = math.acos(c)
        c = min((math.sin(angle) + (math.pi - angle) * c) / math.pi, 1.0)
    assert c > 0.999
    result = phase_map.run(phase_map.Params(activation="relu", weight_scale=1.45))
    assert "grows without bound" in result.sentence and "chaotic" not in result.sentence


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_words_on_the_phase_map_stand_on_their_sides_of_the_line(activation):
    words = phase_map.run(phase_map.Params(activation=activation)).phases.set_index("label")
    for label, below in (("vanishes", True), ("explodes", False)):
        at = words.loc[label]
        chi = number(phase_map.run(phase_map.Params(at.weight_scale, at.bias_scale, activation)), "chi")
        assert (chi < 1) == below


def test_on_the_critical_line_the_depth_scale_is_infinite_and_the_sentence_says_so():
    for params in (phase_map.Params(bias_scale=0.0), phase_map.Params(activation="relu", weight_scale=2**0.5)):
        result = phase_map.run(params)
        assert "depth_scale" not in set(result.summary.quantity) and "depth scale is infinite" in result.sentence


@pytest.mark.parametrize("bias_scale, words", [(0.0, "stays what it is"), (0.5, "grows by σ_b² = 0.25 per layer")])
def test_at_relus_critical_scale_the_variance_keeps_or_gains_the_bias(bias_scale, words):
    assert words in phase_map.run(phase_map.Params(activation="relu", weight_scale=2**0.5,
                                                   bias_scale=bias_scale)).sentence


def test_the_sentence_of_the_phase_map_is_the_mean_field_all_over_the_box():
    z = np.arange(-12, 12, 0.002)
    gauss = np.exp(-(z**2) / 2) * 0.002 / math.sqrt(2 * math.pi)
    for params in box(phase_map, 40):
        result, relu = phase_map.run(params), params.activation == "relu"
        assert_drawable(result)
        found, w2, b2 = numbers(result), params.weight_scale**2, params.bias_scale**2
        q = found.get("fixed_point")
        assert (q is None) == (relu and w2 >= 2)
        if q is not None:
            y = np.maximum(q**0.5 * z, 0) if relu else np.tanh(q**0.5 * z)
            assert q == pytest.approx(w2 * (gauss @ y**2) + b2, rel=1e-3, abs=1e-9)
            assert said("settles at", result.sentence) == as_said(q)
        chi = w2 * (0.5 if relu else gauss @ (1 - np.tanh(q**0.5 * z) ** 2) ** 2)
        assert said("gradient by", result.sentence) == as_said(chi)
        if abs(chi - 1) > 1e-3:
            assert ("vanishes, its" in result.sentence) == (chi < 1) != ("explodes, its" in result.sentence)
            assert said("factor of e every", result.sentence) == as_said(1 / abs(math.log(chi)))
        assert said("√χ =", result.sentence) == as_said(math.sqrt(chi))


@pytest.mark.parametrize("activation", FUNCTIONS)
def test_quadrature_agrees_with_a_million_draws_and_autograd(activation):
    z = (1.5 * torch.randn(10**6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)).requires_grad_()
    y = deep_net.ACTIVATIONS[activation](z)
    slope, = torch.autograd.grad(y.sum(), z)
    drawn = [y.mean().item(), y.square().mean().item(), slope.square().mean().item()]
    assert [float(m) for m in moments(activation, 1.5**2)] == pytest.approx(drawn, rel=0.01, abs=0.005)


def test_quadrature_of_relu_is_exact():
    assert [float(m) for m in moments("relu", 3.0)] == pytest.approx([(3 / (2 * math.pi)) ** 0.5, 1.5, 0.5], rel=1e-3)


# --- the cliff --------------------------------------------------------------------------------------------------------


def error(weight, bias, length):
    x = torch.tensor(recurrent.START, dtype=torch.float64)
    for _ in range(length):
        x = weight * torch.sigmoid(x) + bias
    return (torch.sigmoid(x) - recurrent.TARGET) ** 2


@pytest.mark.parametrize("weight, bias, length", [(5.0, -2.0, 50), (7.3, -3.5, 100), (0.4, 1.0, 5)])
def test_the_gradient_carried_forward_is_that_of_autograd(weight, bias, length):
    parameters = torch.tensor([weight, bias], dtype=torch.float64, requires_grad=True)
    value = error(*parameters, length)
    gradient, = torch.autograd.grad(value, parameters)
    expected = [value.item(), *gradient.tolist()]
    assert recurrent.loss_and_gradient(weight, bias, length) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("clip_norm, momentum", [(0.03, 0.0), (0.01, 0.9), ("off", 0.5)])
def test_the_path_is_that_of_torch_sgd_and_clip_grad_norm(clip_norm, momentum):
    params = recurrent.Params(weight=4.8, clip_norm=clip_norm, momentum=momentum, length=20, steps=10)
    w = torch.tensor([4.8, -2.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([w], params.learning_rate, momentum)
    path = recurrent.run(params).path
    assert clip_norm == "off" or path.gradient_norm.max() > clip_norm
    for row in path[path.kind == ("raw" if clip_norm == "off" else "clipped")].itertuples():
        assert w.tolist() == pytest.approx([row.weight, row.bias], abs=1e-8)
        optimizer.zero_grad()
        error(*w, 20).backward()
        norm = torch.nn.utils.clip_grad_norm_([w], math.inf if clip_norm == "off" else clip_norm)
        assert norm.item() == pytest.approx(row.gradient_norm)  # the norm before clipping
        optimizer.step()


def test_at_the_cliff_one_raw_step_leaps_and_a_clipped_one_cannot():
    """From starts that differ by less than 10⁻¹²: the last digits decide where a path ends."""
    results = [recurrent.run(recurrent.Params(weight=5 * (1 + k * 1e-13))) for k in range(-4, 5)]
    assert all(number(result, "raw_largest_step") > 1 for result in results)
    assert all(number(result, "largest_step") <= 0.05 for result in results)
    raw, clipped = (np.median([number(r, name) for r in results]) for name in ("raw_final_loss", "final_loss"))
    assert raw > 0.03 and clipped < 0.02
    assert all("Unclipped, one step is more than 10 times as long" in r.sentence for r in results)


def test_a_raw_path_that_the_twelfth_digit_decides_is_said_as_a_range():
    """Whatever the processor rounds: what starts beside it come to is not said as one number, and elsewhere it is."""
    cliff = recurrent.Params(weight=4.9, bias=-2.6, learning_rate=0.2, clip_norm="off")
    sentence = recurrent.run(cliff).sentence
    assert said("longest step is", sentence) < 0.9 * said(f"longest step is (?:{NUMBER}) to", sentence)
    smooth = recurrent.run(recurrent.Params(weight=2.8, bias=-2.75, clip_norm="off")).sentence
    assert "twelfth digit" in sentence and " to " not in smooth and "twelfth" not in smooth


def test_the_sentence_of_the_cliff_is_its_path_all_over_the_box():
    for params in box(recurrent, 30):
        result = recurrent.run(params)
        assert_drawable(result)
        cells, sentence = result.map, result.sentence
        for kind, path in result.path.groupby("kind"):
            last = path.iloc[-1]
            steps = np.hypot(path.weight.diff(), path.bias.diff()).max()
            bound = said("no step can be longer than", sentence)
            if kind == "raw" and bound is None and "twelfth digit" in sentence:
                for words, value in (("longest step is", steps), ("E ends at", last.loss)):
                    low, high = said(words, sentence), said(f"{words} (?:{NUMBER}) to", sentence)
                    assert 0.94 * low <= value <= 1.06 * (high or low)
            elif kind == "raw" and bound is None:
                assert said("longest step is", sentence) == as_said(steps)
                assert said("E ends at", sentence) == as_said(last.loss)
            elif kind == "raw":
                times = said("one step is more than", sentence)
                assert (steps < 10.06 * bound) if times is None else 0.99 * times <= steps / bound <= 10.1 * times
                clipped = result.path[result.path.kind == "clipped"].loss.iloc[-1]
                assert ("E ends higher" in sentence) == (last.loss > clipped)
            else:
                assert bound is None or steps <= 1.006 * bound
            assert (f"The {kind} path leaves the finite numbers" in sentence) == (len(path) <= params.steps)
            out = path[(path.weight < cells.weight.min()) | (path.weight > cells.weight.max())
                       | (path.bias < cells.bias.min()) | (path.bias > cells.bias.max())]
            assert said(f"The {kind} path leaves the map at step", sentence) == (None if out.empty else out.step.min())
            assert (f"The {kind} path arrives" in sentence or f"The {kind} path reaches a plain" in sentence) == \
                (last.gradient_norm == 0)
        if "changes nothing" in sentence:
            assert result.path.gradient_norm.max() <= params.clip_norm


def test_a_path_that_leaves_the_map_is_cut_at_its_edge_and_its_start_is_marked():
    result = recurrent.run(recurrent.Params(momentum=0.9))
    assert result.path.weight.max() > 10 and "The raw path leaves the map" in result.sentence
    (view,) = (v for v in page().TOPIC.views if v.experiments == (recurrent,))
    (low, high), (floor, top) = view.rows[0][0].x.domain, view.rows[0][0].y.domain
    for column, ends in (("weight", (low, high)), ("bias", (floor, top))):
        centers = np.sort(result.map[column].unique())
        half = (centers[1] - centers[0]) / 2
        assert ends == pytest.approx((centers[0] - half, centers[-1] + half))
    assert result.start[["weight", "bias"]].values.tolist() == [[5.0, -2.0]]


def test_the_square_holds_the_clipped_path_on_a_finer_grid_and_both_paths_up_to_its_edge():
    for params in (recurrent.Params(), recurrent.Params(clip_norm="off"), recurrent.Params(momentum=0.9),
                   recurrent.Params(weight=2.0), recurrent.Params(clip_norm="off", momentum=0.9), *box(recurrent, 20)):
        result = recurrent.run(params)
        place, start = ["weight", "bias"], [params.weight, params.bias]
        low, high = result.near[place].min(), result.near[place].max()
        assert result.frame[place].min().equals(low) and result.frame[place].max().equals(high)
        assert (low < start).all() and (start < high).all() and (high - low <= 2.001).all()
        for kind, path in result.path.groupby("kind"):
            near = result.near_path[result.near_path.kind == kind].reset_index(drop=True)
            inside = ((path[place] >= low) & (path[place] <= high)).all(axis=1).to_numpy()
            stays = len(path) if inside.all() else int(inside.argmin())
            assert len(near) == stays + (not inside.all())
            np.testing.assert_array_equal(near[place][:stays], path[place][:stays])
            if not inside.all():  # on the edge, and on the line of the step that leaves
                last, (before, after) = near[place].to_numpy()[-1], path[place].to_numpy()[stays - 1:stays + 1]
                ahead, along = after - before, last - before
                assert np.isclose(last, low).any() or np.isclose(last, high).any()
                assert (last >= low - 1e-9).all() and (last <= high + 1e-9).all()
                assert along[0] * ahead[1] == pytest.approx(along[1] * ahead[0], abs=1e-9 * np.abs(ahead).max())
    spot = result.near.sample(5, random_state=0)
    for row in spot.itertuples():
        assert row.loss == pytest.approx(recurrent.loss_and_gradient(row.weight, row.bias, params.length)[0])


def page():
    spec = spec_from_file_location("page_of_gradients", ROOT / "pages/10_Vanishing_gradients.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_gradient_that_is_never_longer_than_c_is_not_clipped():
    result = recurrent.run(recurrent.Params(weight=1.0, clip_norm=10.0))
    raw, clipped = (result.path[result.path.kind == kind].drop(columns="kind") for kind in ("raw", "clipped"))
    assert raw.gradient_norm.max() < 10 and np.array_equal(raw, clipped) and result.marks.empty


def test_a_plain_without_a_gradient_is_marked_and_not_drawn():
    result = recurrent.run(recurrent.Params(clip_norm="off", learning_rate=0.3, weight=1.5, bias=-3.3, momentum=0.99))
    lost = result.path[result.path.gradient_norm == 0]
    assert result.marks.values.tolist() == [[lost.step.min(), "0"]] and "reaches a plain" in result.sentence
    arrives = recurrent.run(recurrent.Params(clip_norm="off", learning_rate=0.5, weight=4.6, bias=-0.25))
    assert arrives.path.loss.iloc[-1] < 1e-20 and "arrives" in arrives.sentence


def test_the_error_map_is_the_error():
    cells = recurrent.run(recurrent.Params(length=30)).map
    for cell in cells.iloc[[0, 700, 2000, 3964]].itertuples():
        parameters = torch.tensor([cell.weight, cell.bias], dtype=torch.float64, requires_grad=True)
        value = error(*parameters, 30)
        gradient, = torch.autograd.grad(value, parameters)
        assert [cell.loss, cell.gradient_norm] == pytest.approx([value.item(), gradient.norm().item()], rel=1e-9)


# --- thirty layers ----------------------------------------------------------------------------------------------------


PRESETS = read(ROOT / "pages/10_Vanishing_gradients.py").view_of(remedies.Params).presets


def accuracies(params):
    return ends(remedies.run_seeds(params, SEEDS))


def ends(results):
    return sorted(number(result, "accuracy") for result in results)


@pytest.mark.trained
def test_pytorchs_default_stays_at_chance_with_every_seed():
    assert accuracies(remedies.Params()) == pytest.approx([0.5] * 8, abs=0.1)


@pytest.mark.trained
@pytest.mark.parametrize("name", [name for name in PRESETS if "learn" in name])
def test_a_preset_that_is_said_to_learn_does(name):
    found = accuracies(PRESETS[name])
    assert found[1] >= 0.9 and found[0] >= 0.8  # live it is one of these


@pytest.mark.trained
def test_adam_hides_a_vanishing_gradient():
    adam = PRESETS["Adam enlarges tiny gradients"]
    results = remedies.run_seeds(adam, SEEDS)
    assert ends(results)[1] >= 0.9 and accuracies(replace(adam, optimizer="sgd", learning_rate=0.01))[-2] <= 0.6
    assert max(result.gradient_history.value[:3].max() for result in results) < 1e-3  # before the first update


def test_the_sentence_of_a_remedy_is_its_tables_all_over_the_box():
    for params in box(remedies, 9):
        assert_the_remedy_is_told(replace(params, width=min(params.width, 16)))


FATES = ("it has learned", "is right on some points", "is at chance", "is wrong more often than chance")


def told_by(result, right):
    """Of the points that naming the larger class gets wrong, 80 % right: learned; 20 % more or fewer: chance."""
    chance = result.accuracy[result.accuracy.kind == "chance"].value.iloc[0]
    wrong, missed = 1 - chance, 1 - right
    return FATES[0 if missed <= 0.2 * wrong + 1e-7 else 1 if missed < 0.8 * wrong - 1e-7 else
                 2 if missed <= 1.2 * wrong + 1e-7 else 3]


def test_a_net_that_always_names_the_larger_class_of_a_readers_points_is_at_chance():
    nine = ";".join(f"{x},{x % 3},0" for x in range(9))
    result = remedies.run(remedies.Params(own_points=f"{nine};4,1,1", steps=50, learning_rate=0.1))  # on a point of 0
    assert result.accuracy.value.iloc[[-3, -1]].tolist() == pytest.approx([0.9, 0.9])
    assert "it is at chance: accuracy 0.90" in result.sentence


def assert_the_remedy_is_told(params):
    result = remedies.run(params)
    assert_drawable(result)
    sentence, last = result.sentence, len(result.gradients)
    if result.loss.empty:
        assert "very first gradient is not finite" in sentence and result.boundary.empty and result.gradients.empty
        return
    step, right = result.loss.step.max(), result.accuracy[result.accuracy.kind == "measured"].value.iloc[-1]
    assert said("accuracy", sentence) == pytest.approx(right, abs=0.0051) and len(result.boundary) == 400
    if "diverges" in sentence:
        assert step <= said("after step", sentence) < params.steps and said("shown is step", sentence) == step
        return
    assert said("After", sentence) == said("of", sentence) == step == params.steps
    assert 1 == sum(fate in sentence for fate in FATES) and told_by(result, right) in sentence
    assert ("before clipping" in sentence) == (params.clip_norm != "off" and last == params.depth)
    if last < params.depth:
        assert f"{params.depth - last} of {params.depth} layers" in sentence and not result.marks.empty
    else:
        assert said("has norm", sentence) == as_said(result.gradients.value.iloc[0])
        assert said("in layer 1 and", sentence) == as_said(result.gradients.value.iloc[-1])


def test_what_is_drawn_is_what_was_scored_even_behind_batch_norm(monkeypatch):
    params = remedies.Params(depth=30, width=16, normalization="batch", initialization="he")
    net = Networks(params, [torch.Generator().manual_seed(1)])
    x = torch.randn(2, 200, generator=torch.Generator().manual_seed(2))
    scored = net(x[None]).sigmoid().detach().numpy()  # in training mode
    monkeypatch.setattr(_network, "GRID", x.T)
    assert net.answers == pytest.approx(scored, abs=0.01)


def test_adam_trains_seeds_side_by_side_as_one_by_one():
    params = remedies.Params(depth=6, width=8, steps=50, initialization="he", optimizer="adam", clip_norm=0.1)
    for seed, result in zip((3, 0), remedies.run_seeds(params, (3, 0)), strict=True):
        alone = remedies.run(replace(params, seed=seed))
        assert result.loss.value[:6].tolist() == pytest.approx(alone.loss.value[:6].tolist(), rel=1e-4)


def test_the_first_frame_has_the_gradients_of_a_plain_torch_network():
    params = remedies.Params(depth=5, activation="tanh", steps=50, seed=2)
    frame = next(remedies.watch(params))
    linear = plain_layers([2, *[params.width] * 5, 1], generator_after_the_moons(params.seed))
    x = torch.tensor(frame.points[["x1", "x2"]].to_numpy())
    twin = nn.Sequential(*(part for layer in linear[:-1] for part in (layer, nn.Tanh())), linear[-1])
    loss = nn.BCEWithLogitsLoss()(twin(x).squeeze(1), torch.tensor(frame.points.label.to_numpy()).float())
    loss.backward()
    assert frame.loss.value[0] == pytest.approx(loss.item(), rel=1e-5)
    expected = [layer.weight.grad.norm().item() for layer in linear[:-1]]
    assert frame.gradients.value.tolist() == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("normalization", ["batch", "layer"])
@pytest.mark.parametrize("residual", ["off", "on", "scaled"])
def test_a_layer_with_every_remedy_is_that_of_torch_nn(normalization, residual):
    params = remedies.Params(depth=3, normalization=normalization, residual=residual, initialization="he")
    net = Networks(params, [torch.Generator().manual_seed(1)])
    x = torch.randn(50, 2, generator=torch.Generator().manual_seed(2))
    norms = [nn.BatchNorm1d(32, momentum=1.0) if normalization == "batch" else nn.LayerNorm(32) for _ in range(3)]
    share = {"off": 0.0, "on": 1.0, "scaled": 3**-0.5}[residual]

    def twin(h):
        for layer, weight in enumerate([net.first[0, 0], *net.hidden[:, 0]]):
            y = torch.relu(norms[layer](h @ weight.T + net.bias[layer, 0, :, 0]))
            h = y if residual == "off" or layer == 0 else h + share * y
        return (h @ net.readout[0, 0].T + net.offset[0, 0])[:, 0]

    def answer(x):
        return net(x.T[None])[0].tolist()

    assert answer(x) == pytest.approx(twin(x).tolist(), abs=1e-5)
    net.eval()
    for norm in norms:
        norm.eval()
    assert answer(x[:7]) == pytest.approx(twin(x[:7]).tolist(), abs=1e-5)  # with the moments of all fifty
    assert not net.bias.any()


@pytest.mark.parametrize("options", [
    {"normalization": "batch", "clip_norm": 0.03}, {"normalization": "layer", "residual": "on", "momentum": 0.5},
    {"residual": "scaled", "clip_norm": 1.0}, {"activation": "gelu", "normalization": "batch", "residual": "scaled"}])
def test_seeds_side_by_side_are_the_runs_one_by_one(options):
    params = remedies.Params(**{"depth": 4, "width": 8, "steps": 50, "initialization": "he", "activation": "tanh",
                                "learning_rate": 0.01, "momentum": 0.0} | options)
    for seed, result in zip((3, 0, 9), remedies.run_seeds(params, (3, 0, 9)), strict=True):
        alone = remedies.run(replace(params, seed=seed))
        for table in ("loss", "accuracy", "gradients", "boundary"):
            expected = getattr(alone, table).value.tolist()
            assert getattr(result, table).value.tolist() == pytest.approx(expected, abs=1e-3)


def test_one_network_that_diverges_leaves_the_others_alone():
    params = remedies.Params(depth=8, initialization="scaled", weight_scale=3.0, learning_rate=0.3, momentum=0.0,
                             steps=50)
    ends = [number(result, "step") for result in remedies.run_seeds(params, range(6))]
    assert ends == [number(remedies.run(replace(params, seed=seed)), "step") for seed in range(6)]


def test_a_processor_that_keeps_what_is_below_float32_shows_the_same_layers(monkeypatch):
    params = remedies.Params(depth=60, initialization="scaled", weight_scale=0.1, steps=50)
    dropped = remedies.run(params)
    monkeypatch.setattr(torch, "set_flush_denormal", lambda on: False)  # as on Arm
    kept = remedies.run(params)
    assert len(dropped.gradients) < 60 and dropped.gradients.layer.tolist() == kept.gradients.layer.tolist()
    assert dropped.marks.values.tolist() == kept.marks.values.tolist() and dropped.sentence == kept.sentence


def plain_layers(sizes, rng):
    layers = [nn.utils.skip_init(nn.Linear, n_in, n_out) for n_in, n_out in pairwise(sizes)]
    for layer in layers:
        bound = layer.in_features**-0.5
        for values in (layer.weight, layer.bias):
            nn.init.uniform_(values, -bound, bound, generator=rng)
    return layers


def generator_after_the_moons(seed):
    rng = torch.Generator().manual_seed(seed)
    torch.rand(200, generator=rng)
    torch.randn(200, 2, generator=rng)
    return rng


def test_a_stream_is_a_hundred_frames_of_constant_tables():
    frames = list(remedies.watch(remedies.Params(depth=3, steps=200)))
    assert len(frames) == 101
    assert [f.loss.step.iloc[-1] for f in frames] == list(range(0, 201, 2))
    for table in ("loss", "accuracy", "gradients", "gradient_history", "boundary", "points", "summary"):
        assert len({tuple(getattr(f, table).columns) for f in frames}) == 1
    assert frames[-1].gradient_history.step.nunique() <= 60 and len(frames[-1].boundary) == 400


def test_an_exploding_network_stops_and_says_so():
    result = remedies.run(remedies.Params(initialization="scaled", weight_scale=4.0, steps=50))
    assert "not finite" in result.sentence or "diverges" in result.sentence
    assert len(result.loss) <= 2


@pytest.mark.parametrize("initialization, variance", [("torch_default", 1 / 3), ("xavier", 1), ("he", 2),
                                                      ("orthogonal", 1), ("scaled", 1)])
def test_weights_are_drawn_with_this_variance_times_fan_in(initialization, variance):
    weight = INITIALIZATIONS[initialization](torch.empty(400, 400), torch.Generator().manual_seed(1))
    assert 400 * weight.var().item() == pytest.approx(variance, rel=0.02)


def test_what_is_below_float32_is_dropped_and_afterwards_kept_again():
    small = torch.tensor([1e-40])
    with flushed():
        assert (small * 1).item() == 0
    assert (small * 1).item() > 0


def test_a_deep_net_drops_it_and_only_while_it_runs(monkeypatch):
    said = []
    monkeypatch.setattr(torch, "set_flush_denormal", said.append)
    deep_net.run(deep_net.Params())
    assert said == [True, False]


def test_the_growth_of_a_gradient_that_goes_under_is_still_the_laws():
    result = deep_net.run(deep_net.Params(depth=100, activation="sigmoid", width=256, batch_size=256))
    found = result.summary.set_index("quantity").value
    assert found["layers_without_gradient"] > 20
    assert found["growth_per_layer"] == pytest.approx(found["growth_per_layer_theory"], rel=0.01)

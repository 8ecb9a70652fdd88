"""Autodiff against closed forms, torch.autograd.functional, gradcheck and the documented messages."""

import json
import math
import re

import mpmath
import numpy as np
import pytest
import torch
from test_contracts import assert_drawable
from torch.utils.flop_counter import FlopCounterMode
from walk import ROOT, box, run

from dlcore.topics.autodiff import differences, kinks, sweeps, tape, vector_jacobian
from dlcore.topics.autodiff._functions import FUNCTIONS
from dlcore.topics.autodiff._words import short

POINTS = [(1.5, -0.5, 2.0), (-2.2, 0.7, -1.3), (0.0, 3.0, 0.4)]
every_point = pytest.mark.parametrize("x1, x2, x3", POINTS)


def number(result, quantity):
    return result.summary.set_index("quantity").value[quantity]


def final(result):
    """Value and adjoint of every node once the tape has been read to its beginning."""
    rows = result.nodes[result.nodes.step == result.nodes.step.max()].set_index("node")
    return {node: (np.array(json.loads(row.value)), np.array(json.loads(row.adjoint))) for node, row in rows.iterrows()}


def adjoints(expression, *x):
    return {node: adjoint for node, (_, adjoint) in final(tape.run(tape.Params(expression, *x))).items()}


# The tape

@every_point
def test_speelpennings_product_has_the_product_of_the_others_as_derivative(x1, x2, x3):
    found = adjoints("product", x1, x2, x3)
    assert found["x1"] == pytest.approx(x2 * x3, abs=1e-12)
    assert found["x2"] == pytest.approx(x1 * x3, abs=1e-12)
    assert found["x3"] == pytest.approx(x1 * x2, abs=1e-12)


@every_point
def test_a_neuron_and_softplus_have_their_closed_derivatives(x1, x2, x3):
    z = x1 * x2 + x3
    neuron, softplus = adjoints("neuron", x1, x2, x3), adjoints("softplus", x1, x2, x3)
    for found, slope in ((neuron, 1 / math.cosh(z) ** 2), (softplus, 1 / (1 + math.exp(-z)))):
        assert [found["x1"], found["x2"], found["x3"]] == pytest.approx([slope * x2, slope * x1, slope], rel=1e-12)


@every_point
def test_a_node_used_twice_sums_what_both_paths_send_back(x1, x2, x3):
    found = adjoints("shared", x1, x2, x3)
    assert found["s"] == pytest.approx(math.cos(x1 * x2) + x3, abs=1e-12)
    assert found["x1"] == pytest.approx((math.cos(x1 * x2) + x3) * x2, abs=1e-12)


@every_point
def test_the_adjoint_of_a_matrix_is_an_outer_product(x1, x2, x3):
    found = final(tape.run(tape.Params("matrix", x1, x2, x3)))
    weight, x, z = found["W"][0], found["x"][0], found["z"][0]
    delta = 1 / np.cosh(z) ** 2
    np.testing.assert_allclose(z, weight @ x, atol=1e-12)
    np.testing.assert_allclose(found["W"][1], np.outer(delta, x), atol=1e-12)
    np.testing.assert_allclose(found["x"][1], weight.T @ delta, atol=1e-12)


@pytest.mark.parametrize("expression", ["neuron", "product", "softplus", "shared"])
def test_each_adjoint_is_the_sum_of_adjoint_times_local_derivative(expression):
    result = tape.run(tape.Params(expression, -1.1, 0.9, 0.3))
    found = {node: adjoint for node, (_, adjoint) in final(result).items()}
    for node in set(found) - {"y"}:
        uses = result.edges[result.edges.source == node]
        by_hand = sum(found[use.target] * float(use.local_derivative) for use in uses.itertuples())
        assert found[node] == pytest.approx(by_hand, abs=1e-12), node


def test_an_adjoint_has_the_shape_of_its_node_and_none_before_its_step():
    result = tape.run(tape.Params("matrix"))
    for value, adjoint in final(result).values():
        assert value.shape == adjoint.shape
    known = result.nodes.assign(known=result.nodes.adjoint != "").groupby("step").known.sum().tolist()
    assert known == [0, 0, 0, 0, 1, 2, 3, 4, 5]


def test_the_jacobian_of_a_linear_map_in_its_matrix_is_mostly_zero():
    edges = tape.run(tape.Params("matrix")).edges.set_index("source")
    outputs, rest = 2, 3
    assert edges.entries["W"] == outputs * outputs * rest
    assert edges.nonzero["W"] == edges.entries["W"] / outputs
    assert (edges.entries["z"], edges.nonzero["z"]) == (4, 2)  # elementwise: a diagonal


@pytest.mark.parametrize("value, text", [(-0.0, "0"), (-0.14021, "−0.1402"), (162754.79, "162,800"),
                                         (6.1442e-6, "6.144×10⁻⁶"), (2.0, "2")])
def test_numbers_are_said_in_four_digits(value, text):
    assert short(value) == text


CLOSED = {"neuron": lambda x1, x2, x3: math.tanh(x1 * x2 + x3), "product": lambda x1, x2, x3: x1 * x2 * x3,
          "softplus": lambda x1, x2, x3: math.log1p(math.exp(x1 * x2 + x3)),
          "shared": lambda x1, x2, x3: math.sin(x1 * x2) + x1 * x2 * x3,
          "matrix": lambda x1, x2, x3: (math.tanh(0.5 * x1 - x2 + 0.25 * x3)
                                        + math.tanh(-0.5 * x1 + x2 + 0.5 * x3))}


def read(text):
    """A number as a sentence writes it."""
    text = text.replace(",", "").replace("−", "-")
    power = text.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")).replace("×10", "e")
    return float(re.sub(r"^10(?=-?\d)", "1e", power) if re.match(r"10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]", text) else power)


def own_closed(x1, x2, x3):
    """The example of an expression of one's own."""
    return math.sin(x1 * x2) + x3**2


def test_the_sentence_of_the_tape_is_read_off_the_expression():
    for params in box(tape, 30):
        result, x = run(tape, params), [params.x1, params.x2, params.x3]
        assert_drawable(result)
        said = [read(found) for found in re.findall(r"(\S*\d[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*) in x\d", result.sentence)]
        for i, derivative in enumerate(said):
            ends = [[v + (s if j == i else 0) for j, v in enumerate(x)] for s in (1e-5, -1e-5)]
            closed = own_closed if params.own_expression else CLOSED[params.expression]
            slope = (closed(*ends[0]) - closed(*ends[1])) / 2e-5
            assert derivative == pytest.approx(slope, rel=2e-3, abs=1e-7), (params, result.sentence)
        assert len(said) == 3 and f"{len(set(result.nodes.node))} nodes" in result.sentence


def test_the_slider_of_the_tape_has_a_stop_for_each_step_of_the_longest_expression():
    longest = max(tape.run(tape.Params(name)).steps.step.max() for name in CLOSED)
    assert f"stops={longest}" in (ROOT / "pages/04_Autodiff.py").read_text()
    for name in CLOSED:
        steps = tape.run(tape.Params(name)).steps.step
        assert steps.tolist() == list(range(len(steps)))  # whole, and none is left out


# One sweep back, and m

def cost(quantity, kind="counted", **setting):
    rows = sweeps.run(sweeps.Params(**setting)).cost
    rows = rows[(rows.quantity == quantity) & ((rows.kind == kind) if kind == "theory" else (rows.kind != "theory"))]
    return rows.set_index("mode").value


def twin(inputs, outputs, hidden_size, batch_size):
    with torch.device("meta"):
        net = torch.nn.Sequential(torch.nn.Linear(inputs, hidden_size), torch.nn.Tanh(),
                                  torch.nn.Linear(hidden_size, outputs))
        return net, torch.empty(batch_size, inputs)


@pytest.mark.parametrize("shape", [(64, 16, 32, 64), (33, 7, 32, 1), (256, 256, 256, 64), (1, 1, 8, 3)])
def test_a_module_of_the_same_shape_costs_the_same(shape):
    net, x = twin(*shape)
    with FlopCounterMode(display=False) as forward:
        y = net(x)
    with FlopCounterMode(display=False) as back:
        y.sum().backward()
    counted = cost("flops", **dict(zip(("inputs", "outputs", "hidden_size", "batch_size"), shape, strict=True)))
    assert (counted["forward"], counted["vjp"]) == (forward.get_total_flops(), back.get_total_flops())


def test_a_vector_of_outputs_costs_one_sweep_what_a_scalar_costs():
    for outputs in (1, 7, 256):
        result = sweeps.run(sweeps.Params(outputs=outputs))
        assert number(result, "sweep_from_m_outputs") == number(result, "sweep_from_a_scalar")


@pytest.mark.parametrize("outputs", [1, 7, 16, 17, 256])
def test_the_jacobian_takes_a_sweep_for_each_output(outputs):
    counted = cost("flops", outputs=outputs, inputs=33, batch_size=1)
    assert counted["jacobian_reverse"] == outputs * counted["vjp"]


def test_a_gradient_costs_at_most_two_forward_passes_and_one_and_a_half_for_a_square_net():
    for inputs, outputs in ((256, 1), (1, 256), (64, 64)):
        counted = cost("flops", inputs=inputs, outputs=outputs)
        assert 1 <= counted["vjp"] / counted["forward"] <= 2
    assert counted["vjp"] / counted["forward"] == 1.5


def test_forward_mode_takes_a_sweep_of_two_passes_for_each_parameter():
    counted, parameters = cost("flops"), 64 * 32 + 32 + 32 * 16 + 16
    assert counted["jacobian_forward"] == parameters * 2 * counted["forward"]


def test_the_memory_of_a_jacobian_is_four_bytes_an_entry():
    net, _ = twin(64, 16, 32, 1)
    parameters = sum(p.numel() for p in net.parameters())
    measured = cost("bytes")
    assert (measured["vjp"], measured["jacobian_reverse"]) == (4 * parameters, 16 * 4 * parameters)
    assert sweeps.jacobian_bytes(1024, 10**6) == 4_096_000_000
    assert sweeps.jacobian_bytes(1024, 10**6) / 2**30 == pytest.approx(3.815, abs=1e-3)


def test_the_tape_keeps_the_input_and_the_hidden_activations():
    assert cost("bytes", inputs=10, hidden_size=24, batch_size=5)["forward"] == 4 * 5 * (10 + 24)


def test_a_jacobian_too_large_to_store_is_not_called_measured():
    measured = cost("bytes", inputs=256, outputs=256, hidden_size=256)
    assert set(measured.index) == {"forward", "vjp"}


@pytest.mark.parametrize("setting", [{}, {"inputs": 3, "outputs": 200, "hidden_size": 8, "batch_size": 2}])
def test_the_law_of_costs_is_what_is_counted(setting):
    for quantity in ("flops", "bytes"):
        counted, law = cost(quantity, **setting), cost(quantity, "theory", **setting)
        for mode in ("forward", "vjp", "jacobian_reverse"):
            assert counted[mode] == law[mode], (quantity, mode)


def test_going_back_wins_with_few_outputs_and_going_forward_with_many():
    table = sweeps.run(sweeps.Params(inputs=32)).crossover
    flops = table.pivot_table(index="outputs", columns=["kind", "mode"], values="value")
    counted = flops[sweeps.TIMES]
    cheaper = (counted.jacobian_reverse < counted.jacobian_forward).to_dict()
    assert cheaper == {1: True, 8: True, 64: False, 256: False}  # m = 2n = 64: a tie, counted as a loss
    law = flops["theory"].jacobian_reverse / flops["theory"].jacobian_forward
    np.testing.assert_allclose(law, law.index / 32)  # equal at m = n


def test_only_what_was_run_whole_is_called_measured():
    for params in box(sweeps, 15):
        result = run(sweeps, params)
        assert_drawable(result)
        flops = result.cost[(result.cost.quantity == "flops") & (result.cost.kind != "theory")]
        assert ((flops.kind == "measured") == (flops.sweeps == flops.sweeps_run)).all()
        stored = result.cost[(result.cost.quantity == "bytes") & (result.cost.kind == "measured")]
        assert "jacobian_forward" not in set(stored["mode"])  # nobody filled a matrix going forward
        assert "measured" not in set(result.crossover.kind)


def test_the_sentence_about_sweeps_is_read_off_the_counts():
    for params in box(sweeps, 15):
        result, n, m = run(sweeps, params), params.inputs, params.outputs
        flops = result.cost[(result.cost.quantity == "flops") & (result.cost.kind != "theory")].set_index("mode")
        said = re.match(r"One backward sweep costs (\S+) forward .* all (\S+) derivatives", result.sentence)
        ratio, total = said.groups()
        assert float(ratio) == pytest.approx(flops.value["vjp"] / flops.value["forward"], rel=5e-3)
        assert read(total) == flops.sweeps["jacobian_forward"] == (n + 1) * params.hidden_size + (
            params.hidden_size + 1) * m
        assert ("samples" in result.sentence) == (params.batch_size > 1 and m > 1)
        if m > 1:
            table = result.crossover[result.crossover.kind == sweeps.TIMES].set_index(["mode", "outputs"]).value
            for outputs in sweeps.GRID:  # at 2n outputs both would cost the same
                one, other = table["jacobian_reverse", outputs] / outputs, table["jacobian_forward", outputs] / n
                assert other == 2 * one


# backward(gradient=v)

def product(kind="autograd", **setting):
    table = vector_jacobian.run(vector_jacobian.Params(**setting)).product
    return table.value[table.kind == kind].to_numpy()


def jacobian(**setting):
    table = vector_jacobian.run(vector_jacobian.Params(**setting)).jacobian
    return table.pivot(index="row", columns="column", values="value").to_numpy()


@pytest.mark.parametrize("seed_vector", ["ones", "one-hot", "random", "weights"])
@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_backward_leaves_the_weighted_rows_of_the_jacobian(seed_vector, reduction):
    setting = {"seed_vector": seed_vector, "reduction": reduction, "inputs": 9, "outputs": 5, "seed": 3}
    np.testing.assert_allclose(product(**setting), product("explicit", **setting), rtol=0, atol=1e-14)


def test_ones_give_bit_for_bit_what_a_sum_gives():
    setting = {"seed_vector": "ones", "inputs": 31, "outputs": 17}
    np.testing.assert_array_equal(product(**setting), product(reduction="sum", **setting))
    np.testing.assert_allclose(product(**setting), 17 * product(reduction="mean", **setting), rtol=1e-13)


def test_one_hot_sweeps_give_the_rows_of_the_jacobian():
    rows = [product(index=i, outputs=3, inputs=5) for i in (1, 2, 3, 4)]
    np.testing.assert_array_equal(np.stack(rows[:3]), jacobian(outputs=3, inputs=5))
    np.testing.assert_array_equal(rows[3], rows[0])  # after the last row it starts again


def test_the_jacobian_is_the_one_of_torch_autograd_functional():
    rng = torch.Generator().manual_seed(7)
    weight = torch.randn(4, 6, generator=rng, dtype=torch.float64) / math.sqrt(6)
    x = torch.randn(6, generator=rng, dtype=torch.float64)
    known = torch.autograd.functional.jacobian(lambda x: torch.tanh(weight @ x), x)
    np.testing.assert_allclose(jacobian(seed=7), known, rtol=0, atol=1e-15)


@pytest.mark.parametrize("inputs, outputs", [(6, 4), (1, 64), (64, 1), (64, 64)])
def test_forward_and_reverse_mode_agree_on_their_inner_product(inputs, outputs):
    for seed in range(3):
        params = vector_jacobian.Params(inputs, outputs, seed_vector="random", seed=seed)
        assert number(vector_jacobian.run(params), "forward_against_reverse") <= 1e-12


def calls(**setting):
    return vector_jacobian.run(vector_jacobian.Params(**setting)).calls.set_index("call")


def test_backward_without_argument_takes_one_real_element_of_any_shape():
    many, one = calls(outputs=4, seed_vector="ones"), calls(outputs=1)
    refusal = "RuntimeError: grad can be implicitly created only for scalar outputs"
    assert many.outcome["y.backward()"] == refusal and many.outcome["y[:0].backward()"] == refusal
    assert one.verdict["y.backward()"] == "accepted"  # shape (1,)
    assert many.outcome["y[:1].reshape(1, 1, 1).backward()"] == "x.grad = row 1 of J"
    said = many.outcome["torch.complex(y[0], y[0]).backward()"]
    assert said.endswith("only for real scalar outputs but got torch.complex128")


def test_any_shape_passes_with_a_gradient_of_its_own_shape():
    said = calls(outputs=5)
    assert said.outcome["y.backward(gradient=v)"] == "x.grad = vᵀJ"
    assert said.outcome["y.backward(gradient=torch.cat([v, v]))"].startswith("RuntimeError: Mismatch in shape")


def test_gradients_accumulate_and_a_tape_is_read_once():
    said = calls().outcome
    assert said["y.backward(v, retain_graph=True), twice"] == "x.grad = 2 × vᵀJ"
    assert "Trying to backward through the graph a second time" in said["y.backward(gradient=v), twice"]


def test_a_mean_leaves_a_row_over_m():
    said = vector_jacobian.run(vector_jacobian.Params(index=4, reduction="mean")).sentence
    assert "here row 4 of J over 4," in said


def test_a_single_output_gets_its_row_whatever_v_would_have_been():
    assert calls(outputs=1, seed_vector="random").outcome["y.backward()"] == "x.grad = row 1 of J"


def test_the_sentence_and_the_calls_are_read_off_the_product():
    for params in box(vector_jacobian, 25):
        result, m = run(vector_jacobian, params), params.outputs
        assert_drawable(result)
        rows = result.jacobian.pivot(index="row", columns="column", values="value").to_numpy()
        left = result.product.value[result.product.kind == "autograd"].to_numpy()
        named = re.search(r"here row (\d+) of J(?: over (\d+))?,", result.sentence)
        assert bool(named) == (params.seed_vector == "one-hot" and m > 1)
        if named:
            np.testing.assert_allclose(left, rows[int(named[1]) - 1] / int(named[2] or 1), atol=1e-13)
        assert ("no v" in result.sentence) == (m == 1) == (result.calls.verdict[0] == "accepted")
        for told in result.calls.itertuples():
            if told.outcome.endswith("row 1 of J"):  # and the call took the first output alone
                assert told.call in ("y.backward()", "y[:1].reshape(1, 1, 1).backward()") or m == 1 or named


# Finite differences

def error(method, kind="measured", **setting):
    table = differences.run(differences.Params(**setting)).error
    table = table[(table.method == method) & (table.kind == kind)]
    return table.set_index(table.h.map(lambda h: round(math.log10(h), 2))).value


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_the_functions_pass_gradcheck_and_their_derivatives_follow_from_each_other(name):
    x = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(FUNCTIONS[name].run, x)
    found = [FUNCTIONS[name].run(x) + 0 * x.exp()]  # whose derivatives never end
    for _ in range(5):
        found.append(torch.autograd.grad(found[-1], x, create_graph=True)[0])
    assert [v.item() for v in found] == pytest.approx([float(v) for v in FUNCTIONS[name].exact(0.7)])


def test_a_central_difference_gains_two_digits_for_one_of_h():
    central = error("central")
    assert central[-2.0] == pytest.approx(4.463e-5, rel=1e-3) and central[-3.0] == pytest.approx(4.463e-7, rel=1e-3)
    assert central[-2.0] / central[-3.0] == pytest.approx(100, abs=1)


def test_a_forward_difference_gains_one_digit_for_one_of_h():
    forward = error("forward")
    assert forward[-3.0] / forward[-4.0] == pytest.approx(10, abs=0.1)


def test_the_best_steps_lie_near_the_roots_of_the_rounding_unit():
    for x in (1.3, 0.4, -1.1):  # the worst of three neighbors: where rounding happens to cancel is no best step
        central, forward = (error(method, x=x).rolling(3, center=True).max() for method in ("central", "forward"))
        assert -6.5 <= central.idxmin() <= -4 and -9.5 <= forward.idxmin() <= -7


def test_below_the_best_step_the_error_grows_like_rounding_over_h():
    central = error("central")
    small = central[(central.index < -7) & (central.index > -14)]
    slope = np.polyfit(small.index, np.log10(small), 1)[0]
    assert slope == pytest.approx(-1, abs=0.2)


@pytest.mark.parametrize("function", list(FUNCTIONS))
def test_autograd_and_the_complex_step_have_only_rounding(function):
    result = differences.run(differences.Params(function=function, x=1.3))
    scale = max(1.0, abs(float(FUNCTIONS[function].exact(1.3)[1])))
    assert number(result, "autograd_error") <= 1e-15 * scale
    assert error("complex_step", function=function).get(-16.0, 0.0) <= 1e-15 * scale


def test_where_truncation_rules_the_error_follows_the_law():
    for method in ("forward", "central"):
        measured, law = error(method), error(method, differences.THEORY)
        for digits in (-2.0, -3.0):
            assert measured[digits] == pytest.approx(law[digits], rel=0.02)


def test_float32_leaves_half_the_digits():
    double, single = differences.run(differences.Params()), differences.run(differences.Params(dtype="float32"))
    assert number(single, "best_central_error") > 1e4 * number(double, "best_central_error")
    assert number(single, "best_central_step") > 10 * number(double, "best_central_step")


@pytest.mark.parametrize("dtype", list(differences.DTYPES))
@pytest.mark.parametrize("function", list(FUNCTIONS))
def test_the_dashed_line_is_the_size_of_the_error_at_roots_and_turning_points_too(function, dtype):
    for x in (-2.0, -1.95, -1.55, -1.0, -0.15, 0.0, 0.35, 1.3):
        table = differences.run(differences.Params(function, x, dtype)).error
        table = table.pivot(index="h", columns=["kind", "method"], values="value")
        for method in ("forward", "central", "complex_step"):
            if ("measured", method) in table and (differences.THEORY, method) in table:  # no error, no row
                ratio = (table["measured"][method] / table[differences.THEORY][method]).dropna()
                assert ratio.max() < 5, (x, method)
                assert len(ratio) < 9 or method == "complex_step" or ratio.rolling(9).max().min() > 0.02, (x, method)


def test_at_a_root_away_from_zero_the_subtraction_loses_digits_all_the_same():
    assert error("forward", function="product", x=-1.0)[-12.0] > 1e-6
    assert "loses no digit" not in differences.run(differences.Params("product", x=-1.0)).sentence
    assert "loses no digit" in differences.run(differences.Params("product", x=0.0)).sentence


def test_errors_are_known_to_more_digits_than_any_processor_has(monkeypatch):
    """On Arm and on Windows `longdouble` is float64, and autograd's error would be 0."""
    monkeypatch.setattr(np, "longdouble", np.float64)
    x = torch.tensor(0.35, dtype=torch.float64, requires_grad=True)
    torch.exp(torch.sin(x)).backward()
    with mpmath.workdps(40):
        true = mpmath.cos(x.item()) * mpmath.exp(mpmath.sin(x.item()))
        expected = float(abs(mpmath.mpf(x.grad.item()) - true))
    assert number(differences.run(differences.Params(x=0.35)), "autograd_error") == pytest.approx(expected, rel=1e-9)
    assert 0 < expected < 1e-15


def test_the_sentence_about_differences_is_read_off_the_errors():
    for params in (*box(differences, 60), differences.Params("norm", 0.0, "float32")):
        result = run(differences, params)
        assert_drawable(result)
        table = result.error[result.error.kind == "measured"].pivot(index="h", columns="method", values="value")
        steps = differences.STEPS.to(differences.DTYPES[params.dtype]).double().numpy()
        table = table.reindex(index=steps, columns=["forward", "central"]).fillna(0.0)  # no error, no row
        found = re.findall(r"the (\w+) difference is best at h = (\S+) \((no error|error (\S+?))[ )]", result.sentence)
        for method, h, _, size in found:
            best = table[method].idxmin()
            assert read(h) == pytest.approx(best, rel=0.5), (params, result.sentence)
            assert (read(size) if size else 0) == pytest.approx(table[method].min(), rel=0.06)
        assert len(found) == 2
        if "a smaller h only adds rounding" in result.sentence:
            for method in ("forward", "central"):
                at = table[method].idxmin()
                assert at > table.index[0] and (table[method][table.index < at] > table[method][at]).all()
        assert ("loses no digit" in result.sentence) == (params.function == "product" and params.x == 0)


# Kinks

def autograd_at(x):
    return kinks.run(kinks.Params(x=x)).conventions.set_index("expression").autograd


def test_the_conventions_at_zero_are_those_of_the_documentation():
    said = autograd_at(0.0)
    assert (said["relu(x)"], said["|x|"], said["√x"], said["maximum(x, x)"]) == ("0", "0", "inf", "1")
    assert (said["relu(x) − relu(−x)"], said["where(x > 0, √x, 0)"]) == ("0", "nan")
    assert said["maximum(x, 0)"] == "0.5"  # equal arguments share the gradient


def test_the_same_function_written_otherwise_has_the_right_derivative():
    wrong, right = kinks.run(kinks.Params()), kinks.run(kinks.Params(expression="maximum"))
    assert (number(wrong, "autograd"), number(right, "autograd")) == (0, 1)
    assert number(wrong, "slope") == pytest.approx(1) and number(right, "slope") == pytest.approx(1)


def test_a_branch_not_taken_spoils_the_gradient():
    result = kinks.run(kinks.Params(expression="where_sqrt", x=-0.5))
    text = result.outcome.set_index("quantity").text
    assert text["autograd"] == "nan" and text["slope"] == "0"


@pytest.mark.parametrize("expression", ["abs", "sqrt", "where_sqrt", "relu_difference"])
def test_away_from_the_kink_autograd_is_the_slope(expression):
    curve = kinks.run(kinks.Params(expression=expression)).curve
    right = curve[curve.x > 0.02].pivot(index="x", columns="quantity", values="value")
    np.testing.assert_allclose(right.autograd, right.slope, atol=1e-3)


def test_where_there_is_no_derivative_no_slope_is_drawn():
    here = kinks.run(kinks.Params(expression="abs")).here
    assert set(here.quantity) == {"function", "autograd"}
    assert "none: −1 left, 1 right" in set(kinks.run(kinks.Params()).conventions.slope)


def test_the_sentence_about_a_kink_is_read_off_the_tables():
    for params in box(kinks, 60):
        result = run(kinks, params)
        assert_drawable(result)
        said, text = result.sentence, result.outcome.set_index("quantity").text
        program = {"relu_difference": lambda x: x, "where_sqrt": lambda x: math.sqrt(max(x, 0)), "abs": abs,
                   "sqrt": lambda x: math.sqrt(x) if x >= 0 else math.nan, "maximum": lambda x: x}[params.expression]
        slope = (program(params.x + 1e-7) - program(params.x - 1e-7)) / 2e-7
        smooth = params.expression in ("relu_difference", "maximum") or abs(params.x) > 1e-3
        if smooth and math.isfinite(slope):
            right = text["autograd"] != "nan" and read(text["autograd"]) == pytest.approx(slope, rel=2e-3, abs=2e-3)
            assert ("which is right" in said, "which is wrong" in said) == (right, not right), said
        elif not smooth and abs(params.x) < 1e-9:
            assert "has no slope there" in said

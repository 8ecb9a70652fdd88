"""Known answers for positions in sequences: closed forms, `torch.nn`, brute force."""

import math
import re
from dataclasses import replace
from functools import cache
from itertools import islice, product
from statistics import median

import numpy as np
import pytest
import torch
from perturbed import SEEDS, moved_data
from test_contracts import assert_drawable
from torch import nn
from walk import box, numbers

from dlcore.models import build
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.topics.positions import encodings, shuffle, tasks
from dlcore.topics.positions._batch import WIDTH, attention, draw_weights, enter, gru, rnn
from dlcore.topics.positions._encoding import rotate, sinusoidal
from dlcore.topics.positions._network import Block, Network
from dlcore.topics.positions._questions import VOCABULARY, ceiling, draw

seeds = pytest.mark.parametrize("seed", range(3))


def read(result, quantity):
    return float(result.summary.set_index("quantity").value[quantity])


def final(result, model, position):
    rows = result.accuracy[(result.accuracy.kind == "measured") & (result.accuracy.model == model)]
    return float(rows[rows.position == position].value.iloc[-1])


@seeds
@pytest.mark.parametrize("depth, n_heads", [(1, 1), (3, 4)])
def test_attention_without_positions_is_equivariant(seed, depth, n_heads):
    result = shuffle.run(shuffle.Params(depth=depth, n_heads=n_heads, seed=seed))
    assert read(result, "equivariance_gap") < 1e-12 and read(result, "pooled_gap") < 1e-12
    assert result.gap.value.max() == read(result, "equivariance_gap")


@seeds
def test_sines_added_to_the_input_break_equivariance(seed):
    assert read(shuffle.run(shuffle.Params(position="add", seed=seed)), "equivariance_gap") > 0.1


@seeds
def test_a_second_causal_layer_knows_the_order_and_one_does_not(seed):
    one, two = (read(shuffle.run(shuffle.Params(mask="causal", depth=depth, seed=seed)), "last_token_gap")
                for depth in (1, 2))
    assert one < 1e-12 and two > 1e-3


@seeds
@pytest.mark.parametrize("depth", [1, 3])
@pytest.mark.parametrize("position", ["add", "concat"])
def test_an_rnn_with_positions_is_one_whose_bias_moves(seed, depth, position):
    result = shuffle.run(shuffle.Params(model="rnn", position=position, depth=depth, seed=seed))
    assert read(result, "moving_bias_gap") < 1e-12 and "bias moves with the time" in result.sentence


def test_the_shuffled_row_is_a_permutation_that_moves_something():
    for seed in range(20):
        tokens = shuffle.run(shuffle.Params(length=4, seed=seed)).tokens
        given, moved = (tokens[tokens.order == order].token.tolist() for order in ("given", "shuffled"))
        assert given == sorted(moved) and given != moved


@torch.no_grad()
def test_addition_is_concatenation_with_equal_weights():
    added, joined = (build(lambda p=p: Network("rnn", p, 8, 1, 1, False).double(), generator(0))
                     for p in ("add", "concat"))
    joined.load_state_dict(added.state_dict())
    joined.place.weight.copy_(joined.embed.weight)
    x = torch.randn(12, 8, generator=generator(1), dtype=torch.float64)
    torch.testing.assert_close(added(x), joined(x), rtol=0, atol=1e-12)


@torch.no_grad()
def test_a_block_is_torchs_encoder_layer():
    ours = build(lambda: Block(16, 4).double(), generator(0))
    twin = nn.TransformerEncoderLayer(16, 4, 64, dropout=0, norm_first=True, batch_first=True, dtype=torch.float64)
    names = {"self_attn.in_proj_": "split.", "self_attn.out_proj.": "merge.", "linear1.": "mlp.0.",
             "linear2.": "mlp.2.", "norm1.": "norms.0.", "norm2.": "norms.1."}
    twin.load_state_dict({there + part: ours.state_dict()[here + part] for there, here in names.items()
                          for part in ("weight", "bias")})
    x = torch.randn(1, 9, 16, generator=generator(1), dtype=torch.float64)
    mask = nn.Transformer.generate_square_subsequent_mask(9, dtype=torch.float64)
    torch.testing.assert_close(ours(x[0], False, False), twin(x)[0], rtol=0, atol=1e-12)
    torch.testing.assert_close(ours(x[0], True, False), twin(x, src_mask=mask)[0], rtol=0, atol=1e-12)


def test_rotated_products_depend_on_the_distance_alone():
    q, k = torch.randn(2, 8, generator=generator(0), dtype=torch.float64)
    where = torch.arange(30)
    products = rotate(q.expand(30, 8), where) @ rotate(k.expand(30, 8), where).T  # (30, 30)
    torch.testing.assert_close(products[:-1, :-1], products[1:, 1:], rtol=0, atol=1e-12)
    torch.testing.assert_close(products[0, 0], q @ k, rtol=0, atol=1e-12)


def test_an_encoding_is_the_published_formula():
    code = encodings.run(encodings.Params(dimension=6, length=16)).encoding.set_index(["position", "feature"]).value
    for t, i in product(range(16), range(3)):
        angle = t / 10_000 ** (2 * i / 6)
        assert code[t, 2 * i] == pytest.approx(math.sin(angle), abs=1e-12)
        assert code[t, 2 * i + 1] == pytest.approx(math.cos(angle), abs=1e-12)


@pytest.mark.parametrize("dimension, shift", [(4, 1), (16, 17), (64, 20)])
def test_a_shift_is_one_rotation_for_all_positions(dimension, shift):
    result = encodings.run(encodings.Params(dimension=dimension, shift=shift))
    assert read(result, "shift_residual") < 1e-12
    shifted, rotated = (result.shifted[result.shifted.kind == kind].value for kind in ("shifted", "rotated"))
    np.testing.assert_allclose(shifted, rotated, atol=1e-12)


def test_encodings_have_one_length_and_products_of_the_distance():
    result = encodings.run(encodings.Params(dimension=16))
    assert read(result, "norm") ** 2 == pytest.approx(16 / 2, abs=1e-10)
    grid = result.similarity.pivot(index="row", columns="column", values="value").to_numpy()
    np.testing.assert_allclose(np.diag(grid, 1), 7.485166, atol=1e-6)
    np.testing.assert_allclose(np.diag(grid), 8, atol=1e-10)
    by_start = result.overlap.pivot(index="distance", columns="start", values="value")
    assert set(by_start.columns) == {"t = 0", "t = L/4", "t = L/2", "any t (law)"}
    for start in by_start:
        np.testing.assert_allclose(by_start[start], by_start["any t (law)"], atol=1e-10)


def test_wavelengths_go_from_two_pi_to_ten_thousand_times_that():
    result = encodings.run(encodings.Params(dimension=16))
    assert read(result, "shortest_wavelength") == pytest.approx(2 * math.pi)
    assert read(result, "longest_wavelength") == pytest.approx(2 * math.pi * 10_000 ** (14 / 16))


def some_sequences(model, n_seeds=2):
    rng = generator(0)
    weights = {k: w.detach() for k, w in draw_weights(model, VOCABULARY, 3, n_seeds, [rng]).items()}
    tokens, _ = draw("kth_token", (n_seeds, 5), 7, 7, rng)
    return weights, enter(weights, tokens, sinusoidal(torch.arange(7), WIDTH).float())


@pytest.mark.parametrize("ours, layer", [(rnn, nn.RNN), (gru, nn.GRU)])
@torch.no_grad()
def test_the_batched_networks_are_torchs(ours, layer):
    weights, x = some_sequences(ours.__name__)
    states = ours(weights, x)
    for m in range(4):
        twin = build(lambda: layer(WIDTH, WIDTH, batch_first=True), generator(0))
        for name, source in (("ih", "inward"), ("hh", "back")):
            getattr(twin, f"weight_{name}_l0").copy_(weights[source][m].T)
            getattr(twin, f"bias_{name}_l0").copy_(weights[f"{source}_bias"][m, 0])
        torch.testing.assert_close(states[m], twin(x[m])[1][0], rtol=0, atol=1e-5)


@torch.no_grad()
def test_batched_attention_is_blind_to_the_order_only_without_positions():
    weights, _ = some_sequences("attention")
    tokens, _ = draw("kth_token", (2, 5), 7, 7, generator(1))
    code = sinusoidal(torch.arange(7), WIDTH).float()
    one, other = (attention(weights, enter(weights, order, code)) for order in (tokens, tokens.flip(-1)))
    assert (one - other)[:2].abs().max() < 1e-5 < 1e-2 < (one - other)[2:].abs().max()


def test_positions_begin_where_their_absence_does():
    weights, x = some_sequences("gru")
    torch.testing.assert_close(x[2:] - x[:2], sinusoidal(torch.arange(7), WIDTH).float().expand_as(x[:2]))
    assert all(torch.equal(w[:2], w[2:]) for w in weights.values())


def test_answers_are_right():
    tokens, target = draw("order", (2, 10), 9, 9, generator(0))
    for row, answer in zip(tokens.flatten(0, 1).tolist(), target.flatten().tolist(), strict=True):
        assert row.count(0) == row.count(1) == 1 and answer == (row.index(0) < row.index(1))
    tokens, target = draw("locate", (2, 10), 18, 9, generator(0))
    assert [row.index(0) for row in tokens.flatten(0, 1).tolist()] == target.flatten().tolist()
    tokens, target = draw("kth_token", (2, 10), 18, 9, generator(0))
    assert torch.equal(tokens[..., 4], target)


def test_the_ceiling_is_what_counting_all_sequences_gives():
    largest = [np.bincount(row).max() for row in product(range(VOCABULARY), repeat=4)]
    assert ceiling("kth_token", 4) == pytest.approx(np.mean(largest) / 4, abs=1e-12)
    sample = torch.randint(VOCABULARY, (4000, 48), generator=generator(0))
    largest = nn.functional.one_hot(sample, VOCABULARY).sum(1).max(1).values.double()
    assert ceiling("kth_token", 48) == pytest.approx(largest.mean().item() / 48, abs=0.003)


@cache
def trained(params):
    """The same training for eight seeds."""
    with moved_data():
        return tasks.run_seeds(params, SEEDS)


def middle(params, model, position):
    return median(final(result, model, position) for result in trained(params))


def at_eight_times(params, model, position):
    def one(result):
        rows = result.extrapolation[result.extrapolation.length == 8 * params.length]
        return float(rows.set_index(["model", "position"]).value[model, position])
    return median(one(result) for result in trained(params))


PLACE = tasks.Params(steps=100)
ORDER = tasks.Params(task="order", length=10, steps=50)


@pytest.mark.trained
def test_no_training_lifts_a_bag_of_words_above_chance():
    for result in trained(ORDER):
        rows = result.accuracy[(result.accuracy.kind == "measured") & (result.accuracy.model == "attention")]
        assert (rows[rows.position == "without"].value - 0.5).abs().max() <= 0.05


@pytest.mark.trained
def test_positions_bring_a_gru_a_place_and_a_plain_rnn_less():
    assert middle(PLACE, "gru", "without") < 0.5 and middle(PLACE, "gru", "with") > 0.9
    gains = {model: middle(PLACE, model, "with") - middle(PLACE, model, "without") for model in ("rnn", "gru")}
    assert gains["gru"] > gains["rnn"] + 0.2
    assert middle(PLACE, "attention", "with") > 0.9
    assert middle(PLACE, "attention", "without") < ceiling("kth_token", 8) + 0.06
    assert at_eight_times(PLACE, "gru", "with") < 0.3


@pytest.mark.trained
def test_gates_without_positions_tell_a_place_no_better_than_counts_or_a_plain_rnn():
    assert middle(PLACE, "gru", "without") < ceiling("kth_token", 8) + 0.1
    assert middle(PLACE, "gru", "without") < middle(PLACE, "rnn", "without") + 0.05


@pytest.mark.trained
def test_the_order_is_learned_without_positions_and_with_them():
    for model in ("rnn", "gru"):
        assert min(middle(ORDER, model, position) for position in ("without", "with")) > 0.95


@pytest.mark.trained
def test_positions_that_taught_the_order_mislead_at_eight_times_the_length():
    assert at_eight_times(ORDER, "rnn", "without") > 0.95 and at_eight_times(ORDER, "rnn", "with") < 0.75
    assert at_eight_times(ORDER, "attention", "with") < 0.75


def test_many_seeds_at_once_are_each_the_run_of_its_seed():
    params = tasks.Params(n_seeds=2, steps=100)
    few = list(islice(zip(*(tasks.moments(params, [seed]) for seed in (3, 5)), strict=True), 3))
    both = list(islice(tasks.moments(params, (3, 5)), 3))
    for one, other in zip(few, both, strict=True):
        for (alone,), beside in zip(one, other, strict=True):
            assert alone.step == beside.step
            assert alone.scores == pytest.approx(beside.scores, abs=0.02)  # rounding turns an answer or two


def test_the_sentence_of_the_tasks_names_the_last_scores_and_all_of_them_are_numbers():
    for params in box(tasks, 2):
        result = tasks.run(replace(params, length=min(params.length, 9)))
        assert_drawable(result)
        shown, longest = numbers(result), result.extrapolation.length.max()
        said = re.findall(r"(?:attention|the RNN|the GRU) (\d\.\d\d) and (\d\.\d\d)", result.sentence)
        order = [(model, position) for model in ("attention", "rnn", "gru") for position in ("without", "with")]
        far = result.extrapolation[result.extrapolation.length == longest].set_index(["model", "position"]).value
        told = [shown[f"{m}_{p}"] for m, p in order]
        assert [float(n) for pair in said for n in pair] == pytest.approx(told, abs=0.00501)
        best = re.search(rf"On {longest} tokens, .* best is (?:the )?(\w+) (\w+) positions: (.*)\.$", result.sentence)
        assert best and float(best[3]) == pytest.approx(far.max(), abs=0.00501)
        assert far[best[1].lower(), best[2]] == far.max()
        assert ("average over" in result.sentence) == (params.n_seeds > 1)
        for (model, position) in order:
            assert shown[f"{model}_{position}"] == final(result, model, position)
        counted = re.search(r"give (\d\.\d\d) on average at most", result.sentence)
        assert bool(counted) == (params.task == "kth_token")


def test_the_sentence_of_the_shuffle_says_what_its_tables_say():
    for params in box(shuffle, 30):
        result = shuffle.run(params)
        assert_drawable(result)
        assert ("does not notice" in result.sentence) == (result.gap.value.max() < 1e-9)
        blind = params.model == "attention" and params.position == "none" and params.mask == "none"
        assert blind == ("does not notice" in result.sentence)
        assert ("rotary" in result.sentence) == (params.model != "attention" and params.position == "rotary")
        found = numbers(result)
        assert ("moving_bias_gap" in found) == (params.model == "rnn" and params.position in ("add", "concat"))
        assert ("bias moves" in result.sentence) == ("moving_bias_gap" in found)
        still = f"output {'does not change' if found['last_token_gap'] < 1e-9 else 'changes'}"
        assert (still in result.sentence) == (params.model == "attention" and params.mask == "causal")


def test_an_rnn_without_positions_has_a_constant_bias_and_one_with_them_has_not():
    for seed in range(8):
        none, added = (numbers(shuffle.run(shuffle.Params(model="rnn", position=position, seed=seed)))
                       for position in ("none", "add"))
        assert none["constant_bias_gap"] < 1e-12 and "moving_bias_gap" not in none
        assert added["constant_bias_gap"] > 0.1 and added["moving_bias_gap"] < 1e-12


def test_the_sentence_of_the_encodings_says_what_its_tables_say():
    for params in box(encodings, 30):
        result = encodings.run(params)
        assert_drawable(result)
        shown, found = sorted(set(result.encoding.position)), numbers(result)
        assert ("maps show" in result.sentence) == (len(shown) < params.length)
        if len(shown) < params.length:
            assert f"one in {shown[1] - shown[0]}." in result.sentence
        half = params.dimension // 2
        assert f"d/2 = {half} at 0" in result.sentence and found["largest_product"] == pytest.approx(half)
        curve = result.overlap[result.overlap.start == "t = L/2"].value.to_numpy()  # measured, from one start
        rise = (curve - np.minimum.accumulate(curve)).max()
        assert ("falls with the distance" in result.sentence) == (rise <= encodings.STEADY * half)
        if params.shift < params.length:
            assert found["product"] == pytest.approx(curve[params.shift])
            assert result.here.value.item() == found["product"]
        assert params.shift == 0 or f"rounding ({plain(found['shift_residual'])})" in result.sentence
        assert ("no rotation" in result.sentence) == (params.shift == 0)


def test_longer_sequences_come_at_the_end_and_the_ceiling_is_a_bag_of_words():
    params = tasks.Params(task="order", length=8, steps=50)
    *training, _, _, end = tasks.watch(params)
    assert {length for now in training for length in now.extrapolation.length} == {8}  # the chart is never empty
    assert set(end.extrapolation.length) == {8, 16, 32, 64}
    assert set(end.accuracy[end.accuracy.kind == "ceiling"].position) == {"without"}
    assert numbers(tasks.run(params)) == numbers(end)  # the tests on the way leave the training alone


def test_a_hand_is_a_pair_of_the_encoding_and_the_turn_ends_at_it(monkeypatch):
    def tips(params):
        """How far each hand's tip lies from (sin ωt, cos ωt), and the end of the turn from the second hand's line."""
        result, found = encodings.run(params), []
        for (line, part), rows in result.clocks[result.clocks.text == ""].groupby(["line", "part"]):
            _, row, column = line.rsplit(" ", 2) if part != "face" else ("", "0", "0")
            if part in ("face", "turn by ωk"):
                continue
            speed = 10_000 ** (-2 * (0, 8, 16)[int(column)] / 128)
            t = (0, params.length // 2)[int(row)] + (params.shift if part == "p(t + k)" else 0)
            foot, tip = rows.sort_values("point")[["x", "y"]].to_numpy()
            found.append(np.abs(tip - foot - [math.sin(speed * t), math.cos(speed * t)]).max())
            if part == "p(t + k)":
                arc = result.clocks[result.clocks.line == f"turn by ωk {row} {column}"].sort_values("point")
                end = arc[["x", "y"]].to_numpy()[-1] - foot
                found.append(np.abs(end / np.hypot(*end) - (tip - foot)).max())
        return found

    assert len(tips(encodings.Params())) == 18 and max(tips(encodings.Params())) < 1e-9
    whole = encodings.sinusoidal
    monkeypatch.setattr(encodings, "sinusoidal", lambda at, d: whole(at + 1, d))
    assert max(tips(encodings.Params())) > 0.1  # what is drawn comes from the encoding

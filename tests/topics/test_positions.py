"""Known answers for positions in sequences: closed forms, `torch.nn`, brute force."""

import math
from itertools import product

import numpy as np
import pytest
import torch
from torch import nn

from dlcore.seeds import generator
from dlcore.topics.positions import encodings, shuffle, tasks
from dlcore.topics.positions._batch import WIDTH, attention, draw_weights, enter, gru, rnn
from dlcore.topics.positions._encoding import rotate, sinusoidal
from dlcore.topics.positions._network import Block, Network
from dlcore.topics.positions._questions import VOCABULARY, ceiling, draw
from dlcore.models import build

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
    result = encodings.run(encodings.Params())
    assert read(result, "norm") ** 2 == pytest.approx(16 / 2, abs=1e-10)
    grid = result.similarity.pivot(index="row", columns="column", values="value").to_numpy()
    np.testing.assert_allclose(np.diag(grid, 1), 7.485166, atol=1e-6)
    np.testing.assert_allclose(np.diag(grid), 8, atol=1e-10)
    by_start = result.overlap.pivot(index="distance", columns="start", values="value")
    assert set(by_start.columns) == {"0", "L/4", "L/2", "any"}
    for start in by_start:
        np.testing.assert_allclose(by_start[start], by_start["any"], atol=1e-10)


def test_wavelengths_go_from_two_pi_to_ten_thousand_times_that():
    result = encodings.run(encodings.Params(dimension=16))
    assert read(result, "shortest_wavelength") == pytest.approx(2 * math.pi)
    assert read(result, "longest_wavelength") == pytest.approx(2 * math.pi * 10_000 ** (14 / 16))


def some_sequences(model, n_seeds=2):
    rng = generator(0)
    weights = {k: w.detach() for k, w in draw_weights(model, VOCABULARY, 3, n_seeds, rng).items()}
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


def test_no_training_lifts_a_bag_of_words_above_chance():
    for seed in range(3):
        result = tasks.run(tasks.Params(task="order", length=8, steps=100, seed=seed))
        rows = result.accuracy[(result.accuracy.kind == "measured") & (result.accuracy.model == "attention")]
        assert (rows[rows.position == "without"].value - 0.5).abs().max() <= 0.05


def test_a_gru_needs_positions_to_report_the_middle_token():
    result = tasks.run(tasks.Params(length=20, steps=300, n_seeds=3))
    assert final(result, "gru", "without") <= 0.30 and final(result, "gru", "with") >= 0.95
    assert final(result, "attention", "without") <= ceiling("kth_token", 20) + 0.06
    longest = result.extrapolation[result.extrapolation.length == 160].set_index(["model", "position"]).value
    assert longest["gru", "with"] < 0.5


def test_positions_that_taught_the_order_mislead_a_gru_at_eight_times_the_length():
    result = tasks.run(tasks.Params(task="order", length=12, steps=200, n_seeds=3))
    longest = result.extrapolation[result.extrapolation.length == 96].set_index(["model", "position"]).value
    assert longest["gru", "without"] > 0.95 and longest["gru", "with"] < 0.85
    assert final(result, "attention", "with") > 0.95


def test_longer_sequences_come_at_the_end_and_the_ceiling_is_a_bag_of_words():
    *training, _, _, end = tasks.watch(tasks.Params(task="order", length=8, steps=100))
    assert len(training[0].extrapolation) == 0 and set(end.extrapolation.length) == {8, 16, 32, 64}
    assert set(end.accuracy[end.accuracy.kind == "ceiling"].position) == {"without"}

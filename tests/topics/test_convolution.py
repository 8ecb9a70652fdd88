"""Known answers: published counts, torch's own operators, closed forms, and runs over several seeds."""

import re
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import walk
from perturbed import SEEDS
from test_contracts import assert_drawable
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from dlcore.many import finding
from dlcore.models import build
from dlcore.runs import experiment
from dlcore.seeds import generator
from dlcore.topics.convolution import _images, _networks, architectures, digits, matrix, position, shuffle


def table(frame, value="value"):
    return frame.pivot(index="row", columns="column", values=value).to_numpy()


def counted(result):
    return result.counts.set_index(["layer", "quantity"])["value"]


def parameters(architecture, quantity="parameters"):
    layers = architectures.run(architectures.Params(architecture)).layers
    return layers[layers["quantity"] == quantity].set_index("layer")["value"]


def means(result, split="test"):
    kept = result.accuracy[result.accuracy["split"] == split]
    return kept.groupby(["model", kept.columns[1] if "condition" in kept else "n_samples"])["value"].mean()


def flops(call):
    with FlopCounterMode(display=False) as counter:
        call()
    return counter.get_total_flops()


# --- the layer as a matrix


@pytest.mark.parametrize("padding", ["valid", "zeros", "circular"])
@pytest.mark.parametrize(("kernel_size", "stride"), [(3, 1), (5, 2)])
def test_the_matrix_is_the_jacobian_of_torchs_convolution(padding, kernel_size, stride):
    params = matrix.Params(size=8, kernel_size=kernel_size, padding=padding, stride=stride)
    shown = table(matrix.run(params).matrix)
    kernel = build(lambda: matrix.convolution(params), generator(0)).weight.double()
    pad = 0 if padding == "valid" else kernel_size // 2

    def twin(x):
        x = F.pad(x.view(1, 1, 8, 8), [pad] * 4, mode="circular" if padding == "circular" else "constant")
        return F.conv2d(x, kernel, stride=stride).flatten()

    jacobian = torch.func.jacrev(twin)(torch.zeros(64, dtype=torch.float64)).detach().numpy()
    assert np.allclose(shown, jacobian, atol=1e-12)


def test_the_fourier_transform_of_the_kernel_holds_the_singular_values_of_the_circular_matrix():
    shown = table(matrix.run(matrix.Params(size=8)).matrix)  # 64 × 64: the whole of it
    kernel = shown[9].reshape(8, 8)[:3, :3]  # output pixel (1, 1) sees input rows and columns 0 to 2
    law = np.abs(np.fft.fft2(kernel, (8, 8))).ravel()
    assert np.allclose(np.sort(np.linalg.svd(shown, compute_uv=False)), np.sort(law), atol=1e-12)


def test_a_convolution_is_a_cross_correlation_so_an_impulse_answers_with_the_flipped_kernel():
    shown = table(matrix.run(matrix.Params(size=7, padding="valid")).matrix)  # (25, 49)
    kernel = shown[0].reshape(7, 7)[:3, :3]
    impulse = shown[:, 3 * 7 + 3].reshape(5, 5)  # the answer to one bright pixel in the middle
    assert np.array_equal(impulse[1:4, 1:4], kernel[::-1, ::-1]) and np.count_nonzero(impulse) == 9


def test_a_five_by_five_kernel_on_28_pixels_leaves_3_percent_of_the_matrix_and_25_values():
    counts = counted(matrix.run(matrix.Params(size=28, kernel_size=5, padding="valid")))
    assert counts["dense", "parameters"] == counts["dense", "distinct"] == 576 * 784
    assert counts["convolution", "nonzeros"] == 14_400
    assert counts["convolution", "distinct"] == counts["convolution", "parameters"] == 25


@pytest.mark.parametrize("kernel_size", [1, 3, 5, 7])
@pytest.mark.parametrize("size", [7, 12, 28])
def test_convolution_to_dense_is_k2_to_n2m2_in_parameters_and_k2_to_n2_in_multiply_adds(size, kernel_size):
    counts = counted(matrix.run(matrix.Params(size=size, kernel_size=kernel_size, padding="valid")))
    side = counts["convolution", "output_side"]
    ratio = counts["convolution", "parameters"] / counts["dense", "parameters"]
    work = counts["convolution", "multiply_adds"] / counts["dense", "multiply_adds"]
    assert ratio == pytest.approx(kernel_size**2 / (size**2 * side**2))
    assert work == pytest.approx(kernel_size**2 / size**2)


@pytest.mark.parametrize(("size", "kernel_size", "stride", "padding", "side"),
                         [(28, 5, 1, "valid", 24), (28, 5, 1, "zeros", 28), (7, 3, 2, "zeros", 4),
                          (8, 3, 2, "valid", 3)])
def test_output_sides(size, kernel_size, stride, padding, side):
    params = matrix.Params(size=size, kernel_size=kernel_size, stride=stride, padding=padding)
    assert counted(matrix.run(params))["convolution", "output_side"] == side


@pytest.mark.parametrize("padding", ["valid", "zeros", "circular"])
def test_the_matrix_is_the_whole_answer_until_a_relu_follows(padding):
    linear, relu = (matrix.run(matrix.Params(padding=padding, activation=name)) for name in ("linear", "relu"))
    missed = [r.summary.set_index("quantity")["value"]["superposition_gap"] for r in (linear, relu)]
    assert missed[0] < 1e-12 and missed[1] > 0.1
    assert linear.matrix.equals(relu.matrix) and linear.counts.equals(relu.counts)


def gaps(**params):
    found = matrix.run(matrix.Params(shift=6, **params)).equivariance
    return {layer: part.set_index("shift")["gap"] for layer, part in found.groupby("layer")}


@pytest.mark.parametrize("seed", range(3))
def test_circular_padding_moves_with_the_image_and_zero_padding_does_not(seed):
    circular, zeros = gaps(seed=seed), gaps(seed=seed, padding="zeros")
    assert (circular["convolution"] <= 1e-12).all()
    assert (zeros["convolution"][1:] > 0.1).all() and (circular["dense"][1:] > 0.5).all()


def test_stride_two_moves_with_the_image_only_by_even_shifts_of_an_even_side():
    even, odd = gaps(stride=2, size=8)["convolution"], gaps(stride=2, size=9)["convolution"]
    assert (even[0::2] <= 1e-12).all() and (even[1::2] > 0.1).all()
    assert (odd[1:] > 0.1).all()


@pytest.mark.parametrize(("params", "said"), [
    (matrix.Params(size=28, kernel_size=7, padding="valid", shift=3), "except at the edge, in 3 of 22 columns"),
    (matrix.Params(size=28, padding="zeros", shift=1), "except at the edge, in 3 of 28 columns"),
    (matrix.Params(size=8, stride=2, shift=1), "does not shift with it"),
    (matrix.Params(), "shifts with the image exactly")])
def test_the_sentence_says_how_many_columns_did_not_move(params, said):
    assert said in matrix.run(params).sentence


# --- the published nets


def test_lenet5_as_published():
    own, work = parameters("lenet5"), parameters("lenet5", "multiply_adds")
    assert dict(own) == {"C1": 156, "S2": 12, "C3": 1_516, "S4": 32, "C5": 48_120, "F6": 10_164}
    assert own.sum() == 60_000
    outputs = {"C1": 6 * 28**2, "S2": 6 * 14**2, "C3": 16 * 10**2, "S4": 16 * 5**2, "C5": 120, "F6": 84}
    connections = {name: work[name] + outputs[name] for name in outputs}  # each output has a bias, too
    assert connections == {"C1": 122_304, "S2": 5_880, "C3": 151_600, "S4": 2_000, "C5": 48_120, "F6": 10_164}


def test_the_table_of_c3_gives_each_map_below_ten_readers():
    assert [len(s) for s in architectures.C3_SEES] == [3] * 6 + [4] * 9 + [6]
    assert len({tuple(sorted(s)) for s in architectures.C3_SEES}) == 16
    assert Counter(i for s in architectures.C3_SEES for i in s) == dict.fromkeys(range(6), 10)


def test_alexnet_as_published():
    own, work = parameters("alexnet"), parameters("alexnet", "multiply_adds")
    assert own["conv1"] == 34_944 and work["conv1"] == 105_415_200
    assert own.sum() == 60_965_224
    conv = [name for name in own.index if name.startswith("conv")]
    assert own[conv].sum() / own.sum() == pytest.approx(0.038, abs=5e-4)
    assert work[conv].sum() / work.sum() == pytest.approx(0.919, abs=5e-4)


def test_vgg16_as_published():
    own = parameters("vgg16")
    assert own.sum() == 138_357_544
    assert own[[name for name in own.index if name.startswith("conv")]].sum() == 14_714_688


@pytest.mark.parametrize("architecture", architectures.NETS)
def test_multiply_adds_are_half_of_torchs_flops(architecture):
    layers, shape = architectures.NETS[architecture]
    with torch.device("meta"):
        net, x = nn.Sequential(*(layer for _, layer in layers())), torch.empty(1, *shape)
    assert parameters(architecture, "multiply_adds").sum() == flops(lambda: net(x)) / 2


def test_a_dense_layer_in_the_place_of_lenets_first():
    summary = architectures.run(architectures.Params()).summary.set_index("quantity")["value"]
    with torch.device("meta"):
        dense = nn.Linear(32 * 32, 6 * 28 * 28)
    assert summary["first_layer_if_dense"] == sum(p.numel() for p in dense.parameters()) == 4_821_600


@pytest.mark.parametrize(("architecture", "inputs", "outputs"), [("vgg16", 224 * 224 * 3, 1000), ("lenet5", 1024, 84)])
def test_the_small_mlp_that_a_net_is_compared_with(architecture, inputs, outputs):
    summary = architectures.run(architectures.Params(architecture)).summary.set_index("quantity")["value"]
    assert summary["MLP_of_300_units"] == inputs * 300 + 300 + 300 * outputs + outputs


# --- the nets that are trained


def test_size_of_the_two_small_nets():
    cnn, mlp = (lambda: _networks.conv_net((8,), 3, "zeros", "max", 2)), (lambda: _networks.dense_net(144, 64, 2))
    assert _networks.size(cnn, 12) == (98, 10_384) and _networks.size(mlp, 12) == (9_410, 9_344)
    x = torch.empty(1, 1, 12, 12, device="meta")
    assert [flops(lambda net=net: net().to("meta")(x)) / 2 for net in (lambda: build(cnn, generator(0)), mlp)] \
        == [10_384, 9_344]


def test_a_circular_net_with_a_global_pool_gives_one_answer_wherever_the_image_is_rolled():
    x = torch.randn(5, 1, 12, 12, generator=generator(1), dtype=torch.float64)
    for pooling in ("max", "average"):
        net = build(lambda pool=pooling: _networks.conv_net((8, 8), 3, "circular", pool, 2), generator(0)).double()
        assert (net(x) - net(x.roll((5, 3), (2, 3)))).abs().max() < 1e-12


def test_global_pool_is_torchs_adaptive_pool():
    x = torch.randn(3, 4, 6, 6, generator=generator(0))
    assert torch.equal(_networks.GlobalPool("max")(x), F.adaptive_max_pool2d(x, 1).flatten(1))
    assert torch.allclose(_networks.GlobalPool("average")(x), F.adaptive_avg_pool2d(x, 1).flatten(1))


def batches(seed, nets):
    rng = generator(seed)
    return lambda: (torch.randn(nets, 16, 1, 6, 6, generator=rng), torch.randint(2, (nets, 16), generator=rng))


@pytest.mark.parametrize("shape", [lambda: _networks.conv_net((4,), 3, "circular", "max", 2),
                                   lambda: _networks.dense_net(36, 8, 2)], ids=["cnn", "mlp"])
def test_nets_trained_as_one_batch_are_nets_trained_alone(shape):
    nets = [build(shape, generator(seed)) for seed in range(3)]
    stack = _networks.Stack(nets)
    assert list(_networks.train([stack], batches(9, 3), 1e-2, 12, 4)) == [0, 3, 6, 9, 12]
    draw = batches(9, 3)
    optimizers = [torch.optim.Adam(net.parameters(), 1e-2) for net in nets]
    for _ in range(12):
        x, label = draw()
        for i, (net, optimizer) in enumerate(zip(nets, optimizers, strict=True)):
            optimizer.zero_grad()
            F.cross_entropy(net(x[i]), label[i]).backward()
            optimizer.step()
    for name, weights in stack.parameters.items():
        alone = torch.stack([dict(net.named_parameters())[name] for net in nets])
        assert torch.allclose(weights, alone, atol=1e-5), name


def test_an_mlp_whose_first_weights_are_shuffled_alike_learns_the_same_from_shuffled_pixels():
    order = torch.randperm(36, generator=generator(3))
    plain = _networks.Stack([build(lambda: _networks.dense_net(36, 8, 2), generator(0)).double()])
    mixed = _networks.Stack([build(lambda: _networks.dense_net(36, 8, 2), generator(0)).double()])
    mixed.parameters["1.weight"].data = mixed.parameters["1.weight"].data[..., order]
    draw, again = batches(5, 1), batches(5, 1)
    list(_networks.train([plain], lambda: (lambda x, y: (x.double(), y))(*draw()), 1e-2, 30, 1))
    list(_networks.train([mixed], lambda: (lambda x, y: (_images.permute_pixels(x.double(), order), y))(*again()),
                         1e-2, 30, 1))
    x = torch.randn(1, 9, 1, 6, 6, generator=generator(6), dtype=torch.float64)
    assert torch.allclose(plain(x), mixed(_images.permute_pixels(x, order)), atol=1e-9)


def test_exams_sat_at_once_are_exams_sat_one_by_one():
    stack = _networks.Stack([build(lambda: _networks.dense_net(36, 8, 2), generator(seed)) for seed in range(3)])
    rng, world = generator(4), slice(1, 3)
    exams = {name: (torch.randn(2, n, 1, 6, 6, generator=rng), torch.randint(2, (2, n), generator=rng))
             for name, n in (("short", 7), ("long", 20))}
    assert _networks.sit(stack, exams, world) == {
        name: (stack(x, world).argmax(-1) == label).float().mean(1).tolist() for name, (x, label) in exams.items()}


# --- shuffled and moved


def test_both_patterns_have_five_bright_pixels_and_wrap_around():
    assert _images.PATTERNS.sum((1, 2)).tolist() == [5, 5]
    image = _images.place(_images.PATTERNS, torch.tensor([11, 0]), torch.tensor([0, 11]), 12)
    assert image.sum((1, 2, 3)).tolist() == [5, 5]
    centred = _images.place(_images.PATTERNS, torch.tensor([4, 4]), torch.tensor([4, 4]), 12)
    assert torch.equal(image[0], centred[0].roll((7, -4), (1, 2)))


@lru_cache(maxsize=8)
def many(params):
    """The share right for each of the eight seeds, one column for each question."""
    frames = [r.accuracy.assign(seed=i) for i, r in enumerate(experiment(params).run_seeds(params, SEEDS))]
    found = pd.concat(frames)
    columns = ["model", "condition" if "condition" in found else "n_samples", "split"]
    return found.pivot(index="seed", columns=columns, values="value")


def most(holds):
    """Of eight runs, at least six."""
    return holds.sum() >= 6


@pytest.mark.trained
def test_on_shuffled_pixels_the_cnn_loses_to_the_mlp_which_does_not_notice():
    end = many(shuffle.Params(n_samples=512, steps=120))
    cnn, mlp = end["cnn"].xs("test", axis=1, level="split"), end["mlp"].xs("test", axis=1, level="split")
    assert most(cnn["shuffled"] <= 0.70) and most(cnn["in place"] > 0.93) and most(mlp["shuffled"] > cnn["shuffled"])
    assert (mlp["shuffled"] - mlp["in place"]).abs().median() <= 0.06
    assert (mlp["shuffled"] - cnn["shuffled"]).median() > 0.08


@pytest.mark.trained
def test_moved_patterns_are_new_to_the_mlp_and_not_to_the_cnn():
    end = many(shuffle.Params(jitter=0, test_shift=6, shuffle_pixels=False, steps=120))
    assert most(end["cnn", "shifted", "test"] >= 0.9) and most(end["mlp", "in place", "test"] > 0.95)
    assert 0.25 < end["mlp", "shifted", "test"].median() < 0.75  # arbitrary, not wrong


@pytest.mark.parametrize("params", [shuffle.Params(n_samples=64, steps=20), digits.Params(n_samples=30, steps=20)],
                         ids=["shuffle", "digits"])
def test_seeds_trained_together_are_the_same_seeds_trained_alone(params):
    module = experiment(params)
    together = [means(result) for result in module.run_seeds(params, (0, 1, 2))]
    again = means(module.run_seeds(params, (2, 0))[0])
    assert np.allclose(sum(together) / 3, means(module.run(params)), atol=0.02)  # a test image more or less
    assert np.allclose(again, together[2], atol=0.02)
    assert not np.allclose(together[0], together[2], atol=0.02)


def test_left_or_right_with_many_seeds_is_each_of_them_alone():
    params = position.Params(steps=20)
    for seed, together in zip((3, 0), position.run_seeds(params, (3, 0)), strict=True):
        alone = position.run(replace(params, seed=seed))
        assert finding(together.sentence) == finding(alone.sentence)
        assert np.allclose(together.summary.value, alone.summary.value, atol=1)  # percent: a few test images
        assert np.allclose(together.pair.value, alone.pair.value)
        assert np.allclose(together.response.value, alone.response.value, atol=0.02)


def test_the_band_spans_the_seeds():
    result = shuffle.run(shuffle.Params(steps=40))
    end = result.learning.query("step == 40 and model == 'mlp' and condition == 'shifted'").iloc[0]
    seeds = result.accuracy.query("model == 'mlp' and condition == 'shifted'")["value"]
    assert len(seeds) == 3 and end["low"] == seeds.min() and end["high"] == seeds.max()
    assert end["value"] == pytest.approx(seeds.mean())


def test_a_one_pixel_kernel_is_blind_to_the_shuffle():
    mean = means(shuffle.run(shuffle.Params(kernel_size=1, n_seeds=2, steps=60)))
    assert mean["cnn", "in place"] == mean["cnn", "shifted"] and 0.35 < mean["cnn", "in place"] < 0.65


# --- left and right


@pytest.mark.parametrize("params", [position.Params(padding="circular"),
                                    position.Params(padding="circular", depth=2, kernel_size=5, background=0.4, seed=1),
                                    position.Params(kernel_size=1)], ids=str)
def test_a_circular_cnn_gets_exactly_half_of_the_pairs_at_every_moment(params):
    accuracy = position.run(params).accuracy
    assert (accuracy[accuracy["model"] == "cnn"]["value"] == 0.5).all()


@lru_cache(maxsize=8)
def at_the_end(**params):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(position, "MOMENTS", 1)  # what is asked on the way costs more than the training
        runs = [position.run(position.Params(padding="zeros", seed=seed, **params)) for seed in SEEDS]
    ends = [r.accuracy.query("kind == 'measured'").groupby("model")["value"].last() for r in runs]
    return pd.DataFrame(ends).reset_index(drop=True)


@pytest.mark.trained
def test_zero_padding_gives_the_place_away_as_far_as_the_net_can_see():
    near, far = at_the_end(steps=160), at_the_end(depth=2, kernel_size=5, steps=60)
    assert most(near["cnn"].between(0.65, 0.83))  # the law: 0.75
    assert most(far["cnn"] >= 0.95)  # the law: 1
    assert most(near["mlp"] >= 0.95)


def test_a_bound_is_called_a_ceiling_and_not_a_theory():
    accuracy = position.run(position.Params(padding="zeros", steps=20)).accuracy
    bound = accuracy[accuracy["kind"] == "ceiling"]
    assert set(accuracy["kind"]) == {"measured", "ceiling"} and (bound["value"] == 0.75).all()
    assert accuracy[accuracy["line"] == "ceiling"].equals(bound)


@pytest.mark.parametrize("ground", [0, 1])
@pytest.mark.parametrize(("depth", "kernel_size"), [(1, 1), (1, 3), (1, 5), (2, 3), (1, 7), (2, 5)])
def test_the_ceiling_is_that_of_a_net_that_knows_which_windows_an_image_has(depth, kernel_size, ground):
    side = 2 * depth * (kernel_size // 2) + 1
    columns = torch.tensor([0, 1, 2, 3, 6, 7, 8, 9])
    kind, row, column = torch.cartesian_prod(torch.arange(2), torch.arange(12), columns).T
    image = ground + _images.place(_images.PATTERNS[kind], row, column, 12)
    windows = F.unfold(image, side, padding=side // 2).transpose(1, 2).int()  # (N, 144, side²)
    groups = {}
    for seen, is_right in zip(windows, column >= 6, strict=True):
        groups.setdefault(frozenset(map(bytes, seen.to(torch.uint8).numpy())), []).append(bool(is_right))
    best = sum(max(sum(g), len(g) - sum(g)) for g in groups.values()) / len(image)
    params = position.Params(padding="zeros", depth=depth, kernel_size=kernel_size, background=float(ground))
    assert best <= position.ceiling(params) <= best + (0 if ground else 0.02)  # dark: a pattern cut in two tells less


def test_what_a_layer_sees_grows_by_k_minus_one_with_each_layer():
    for depth, kernel_size in ((1, 3), (2, 3), (2, 5)):
        net = build(lambda d=depth, k=kernel_size: _networks.conv_net((4,) * d, k, "zeros", "max", 2), generator(0))
        x = torch.full((1, 1, 25, 25), 0.1, requires_grad=True)
        net[: 2 * depth - 1](x)[0, :, 12, 12].sum().backward()
        assert (x.grad[0, 0].abs().sum(0) > 0).sum() == depth * (kernel_size - 1) + 1


# --- real digits


def test_the_digits_are_the_test_set_of_the_uci_repository():
    image, label = _images.handwritten_digits()
    assert image.shape == (1797, 8, 8) and image.min() == 0 and image.max() == 1
    assert torch.bincount(label).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    folder = Path(_images.__file__).parent
    assert (folder / "digits.npz").stat().st_size <= 150_000
    assert "CC BY 4.0" in (folder / "digits_source.md").read_text()


def test_training_and_test_digits_do_not_meet():
    image, _ = digits.draw(digits.Params(n_samples=1000, shift=0), generator(0))
    patches = {bytes((16 * patch).byte().numpy().tobytes()) for patch in image[:1000]}
    shared = sum(bytes((16 * patch).byte().numpy().tobytes()) in patches for patch in image[-digits.TESTED:])
    assert len(image) == 1000 + digits.TESTED and shared == 0


def test_more_digits_are_trained_on_for_longer():
    assert [digits.updates(n, 120) for n in (20, 100, 400, 900)] == [120, 120, 240, 360]
    sentence = digits.run(digits.Params(n_samples=400, n_seeds=1, steps=20)).sentence
    assert sentence.startswith("After 40 of 40 steps with 400 training images")


def test_a_line_joins_digits_that_were_trained_to_the_end():
    params = digits.Params(n_samples=50, n_seeds=1, steps=20)
    frames = list(digits.watch(params))
    for result in frames:
        done = set(result.spread.query("model != 'chance'").n_samples)
        assert done.isdisjoint(result.unfinished.n_samples)
        assert result.sentence.startswith("Still training") == bool(len(result.unfinished))
        assert len(result.accuracy) == 4 * len(done | set(result.unfinished.n_samples))
    assert len(frames[0].unfinished) == 4 and not len(frames[-1].unfinished) and done == {20, 50}


def test_the_kernel_that_is_drawn_is_the_one_of_the_matrix():
    result = matrix.run(matrix.Params())
    assert set(result.kernel["value"]) == set(result.matrix["value"]) - {0} and len(result.kernel) == 9


@pytest.mark.trained
def test_moving_digits_need_many_examples_in_the_mlp_and_few_in_the_cnn():
    end = many(digits.Params(n_samples=70, steps=100))
    assert most(end["cnn", 70, "test"] >= 0.7) and most(end["mlp", 70, "test"] <= 0.5)
    assert most(end["cnn", 70, "train"] >= 0.9) and most(end["mlp", 70, "train"] >= 0.9)  # both do well


@pytest.mark.trained
def test_on_digits_that_stay_the_mlp_is_as_good():
    end = many(digits.Params(n_samples=70, shift=0, steps=40))
    assert end["mlp", 70, "test"].median() >= 0.65
    assert (end["mlp", 70, "test"] - end["cnn", 70, "test"]).median() >= -0.1


# --- every sentence says what its tables hold


def shares(text):
    return [int(found) for found in re.findall(r"(\d+) %", text)]


def in_words(values):
    return f"{100 * values.mean():.0f} % ({100 * values.min():.0f} to {100 * values.max():.0f}"


@pytest.mark.parametrize("params", list(walk.box(shuffle, 10)), ids=repr)
def test_the_shuffle_sentence_holds_the_means_and_ends_of_its_table(params):
    result = walk.run(shuffle, walk.brief(params))
    assert_drawable(result)
    table = result.accuracy[result.accuracy["split"] == "test"].groupby(["model", "condition"])["value"].mean()
    shown = [(model, condition) for model in ("cnn", "mlp") for condition in ("in place", "shifted")]
    shown += [("cnn", "shuffled"), ("mlp", "shuffled")] if params.shuffle_pixels else []
    assert shares(result.sentence) == [round(100 * table[exam]) for exam in shown]


@pytest.mark.parametrize("params", list(walk.box(digits, 8)), ids=repr)
def test_the_digits_sentence_holds_the_largest_set_of_its_table(params):
    result = walk.run(digits, walk.brief(params))
    assert_drawable(result)
    assert f"with {params.n_samples} training images" in result.sentence
    for model, words in zip(("cnn", "mlp"), result.sentence.split(";"), strict=True):
        largest = result.accuracy[result.accuracy["n_samples"] == params.n_samples]
        asked = largest[largest["model"] == model].set_index("split")["value"]
        assert in_words(asked["test"]).replace(" (", " of new digits (") in words
        assert shares(words)[-1] == round(100 * np.mean(asked["train"]))


@pytest.mark.parametrize("params", list(walk.box(position, 20)), ids=repr)
def test_the_position_sentence_says_what_is_possible_and_what_came(params):
    result = walk.run(position, walk.brief(params))
    assert_drawable(result)
    ends = result.accuracy.query("kind == 'measured'").groupby("model")["value"].last()
    blind = params.padding == "circular" or params.kernel_size == 1
    assert f"correct half in {100 * ends['cnn']:.1f} %" in result.sentence
    assert f"the MLP in {100 * ends['mlp']:.1f} %." in result.sentence
    assert ("does not change" in result.sentence) == blind and (not blind or ends["cnn"] == 0.5)
    top = result.accuracy.query("kind == 'ceiling'")["value"].max()
    assert blind or f"{100 * top:.3g} % at most" in result.sentence


@pytest.mark.parametrize("params", list(walk.box(matrix, 30)), ids=repr)
def test_the_matrix_sentence_is_arithmetic(params):
    result = walk.run(matrix, params)
    assert_drawable(result)
    k, n, s = params.kernel_size, params.size, params.stride
    side = (n + (0 if params.padding == "valid" else 2 * (k // 2)) - k) // s + 1
    assert f"a {side**2} × {n**2} matrix" in result.sentence and f"{k * k} different weight" in result.sentence
    assert f"dense layer has {side**2 * n**2:,}." in result.sentence
    gap = result.equivariance.query("layer == 'convolution'")["gap"].iloc[-1]
    assert ("exactly" in result.sentence) == (gap < 1e-12)
    assert ("With the ReLU" in result.sentence) == (walk.numbers(result)["superposition_gap"] > 1e-12)


@pytest.mark.parametrize("params", [architectures.Params(name) for name in architectures.NETS], ids=repr)
def test_the_architecture_sentence_adds_up_its_layers(params):
    result = walk.run(architectures, params)
    assert_drawable(result)
    own, work = (result.layers[result.layers["quantity"] == q] for q in ("parameters", "multiply_adds"))
    dense = 100 * own[own["part"] == "dense"]["value"].sum() / own["value"].sum()
    conv = 100 * work[work["part"] == "convolution"]["value"].sum() / work["value"].sum()
    assert f"Of {own['value'].sum():,} parameters {dense:.3g} % lie in dense layers" in result.sentence
    assert f"{conv:.3g} % of the multiply-adds" in result.sentence

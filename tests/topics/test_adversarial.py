"""The game against closed forms, autograd, published values, and majorities over seeds."""

import json
import math
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
import torch
import walk
from perturbed import FIRST_SEED, SEEDS
from test_contracts import assert_drawable
from torch import nn
from torch.nn import functional as F

from dlcore.charts import axis, cells, chart, diverging, map_room, room
from dlcore.charts import walk as walk_layer
from dlcore.many import finding
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.topics.adversarial import dirac, distances, penalty, ring
from dlcore.topics.adversarial._coverage import (
    gaps,
    modes_covered,
    modes_of_one_blob,
    shadows,
    share_within,
    sliced_wasserstein,
)
from dlcore.topics.adversarial._game import LOSSES, Game, Ring, draws
from dlcore.topics.adversarial._networks import forward, slopes, stack
from dlcore.topics.adversarial._words import kinds


def number(result, quantity):
    return result.summary.set_index("quantity").value[quantity]


def now(shift, spread):
    """Distances and gradients at one θ, unrounded."""
    theta = torch.tensor([shift], dtype=torch.float64)
    pulls = {f"{loss}_gradient": value for loss, value in distances.gradients(theta, spread).items()}
    return {name: value.item() for name, value in (distances.distances(theta, spread) | pulls).items()}


# Distances

@pytest.mark.parametrize("mean, expected", [(0.5, 0.030311), (1, 0.111421), (2, 0.336831), (4, 0.632720)])
def test_js_of_two_gaussians(mean, expected):
    found = distances.run(distances.Params(shift=float(mean), spread=1.0))
    assert number(found, "js") == pytest.approx(expected, abs=1e-5)


def test_js_of_gaussians_eight_deviations_apart():
    assert number(distances.run(distances.Params(shift=4.0, spread=0.5)), "js") == pytest.approx(0.693054, abs=1e-5)


def test_js_of_disjoint_distributions_is_ln_2_and_never_more():
    assert now(4.0, 0.05)["js"] == pytest.approx(math.log(2), abs=1e-9)
    table = distances.run(distances.Params(spread=0.05)).distances
    assert table.value[table.distance == "js"].max() <= math.log(2) + 1e-12


@pytest.mark.parametrize("shift", [0.1, -0.5, 1.0, 4.0])
def test_wasserstein_is_the_shift_whatever_the_spread(shift):
    for spread in (0.05, 0.3, 2.0):
        assert now(shift, spread)["wasserstein"] == pytest.approx(abs(shift), abs=1e-9)


@pytest.mark.parametrize("shift, spread", [(1.0, 1.0), (-2.0, 0.3), (4.0, 0.05)])
def test_kl_is_the_closed_form_and_torch_agrees(shift, spread):
    p, q = (torch.distributions.Normal(torch.tensor(m, dtype=torch.float64), spread) for m in (0.0, shift))
    assert now(shift, spread)["kl"] == pytest.approx(torch.distributions.kl_divergence(p, q).item(), rel=1e-9)


@pytest.mark.parametrize("shift, saturating", [(0.3, 2.9586), (1.0, 4.46e-5)])
def test_the_saturating_gradient_vanishes(shift, saturating):
    assert now(shift, 0.1)["saturating_gradient"] == pytest.approx(saturating, rel=1e-3)


@pytest.mark.parametrize("shift, spread", [(0.3, 0.1), (1.0, 0.5), (-2.0, 1.0)])
def test_the_saturating_gradient_is_twice_the_slope_of_js(shift, spread):
    theta = torch.tensor([shift], dtype=torch.float64, requires_grad=True)
    slope, = torch.autograd.grad(distances.distances(theta, spread)["js"].sum(), theta)
    assert now(shift, spread)["saturating_gradient"] == pytest.approx(2 * slope.abs().item(), rel=1e-9)


def test_the_non_saturating_gradient_explodes():
    found = now(1.0, 0.1)  # the gradient of KL(q‖p) − 2 JS
    assert found["non_saturating_gradient"] == pytest.approx(1 / 0.1**2 - found["saturating_gradient"], rel=1e-9)
    assert found["non_saturating_gradient"] > 99.99
    assert found["wasserstein_gradient"] == pytest.approx(1.0, abs=1e-9)


def test_the_best_discriminator_has_value_2_js_minus_ln_4():
    shift, spread = 0.7, 0.5
    p, q = (torch.distributions.Normal(torch.tensor(m, dtype=torch.float64), spread) for m in (0.0, shift))
    x = torch.linspace(-8, 8, 20001, dtype=torch.float64)
    best = p.log_prob(x).exp() / (p.log_prob(x).exp() + q.log_prob(x).exp())
    value = torch.trapezoid(p.log_prob(x).exp() * best.log() + q.log_prob(x).exp() * (1 - best).log(), x)
    assert value.item() == pytest.approx(2 * now(shift, spread)["js"] - math.log(4), abs=1e-9)
    curve = distances.run(distances.Params(shift=shift, spread=spread)).curves
    drawn = curve[curve.curve == "discriminator"]
    np.testing.assert_allclose(drawn.value, torch.sigmoid(p.log_prob(torch.tensor(drawn.x.to_numpy()))
                                                          - q.log_prob(torch.tensor(drawn.x.to_numpy()))), atol=1e-9)


def test_the_best_critic_of_slope_1_is_drawn_with_slope_1_and_its_gap_is_the_distance():
    for shift in (2.0, -0.7):
        curve = distances.run(distances.Params(shift=shift)).curves.query("curve == 'critic'")
        np.testing.assert_allclose(np.diff(curve.value) / np.diff(curve.x), -np.sign(shift), atol=1e-9)
        at = np.interp([0, shift], curve.x, curve.value)
        assert at[0] - at[1] == pytest.approx(abs(shift), abs=1e-9)


@pytest.mark.parametrize("spread", [0.3, 1.0])
def test_the_densities_have_area_1(spread):
    for _, bell in distances.run(distances.Params(shift=1.0, spread=spread)).densities.groupby("curve"):
        assert np.trapezoid(bell.value, bell.x) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("params", list(walk.box(distances, 30)), ids=range(30))
def test_what_the_distances_say_is_in_their_tables(params):
    result = distances.run(params)
    assert_drawable(result)
    found = walk.numbers(result)
    if params.shift == 0:
        assert "same" in result.sentence
        return
    assert ("saturated" in result.sentence) == (found["js"] > 0.99 * math.log(2))
    assert ("less than 10⁻¹²" in result.sentence) == (found["saturating_gradient"] < 1e-12)
    assert f"W₁ is {plain(abs(params.shift))}." in result.sentence
    # The gradient of KL(q‖p) − 2 JS, with KL = θ²/(2σ²).
    pulls = abs(params.shift) / params.spread**2 - found["saturating_gradient"]
    assert f"{plain(pulls)} for the non-saturating loss," in result.sentence


# The losses of the game

def test_a_discriminator_that_knows_nothing_costs_ln_4_and_the_generator_ln_2():
    nothing = torch.zeros(1, 8, 1)
    assert LOSSES["non_saturating"].critic(nothing, nothing).item() == pytest.approx(1.386294, abs=1e-6)
    assert LOSSES["non_saturating"].generator(nothing).mean().item() == pytest.approx(math.log(2), abs=1e-6)
    assert LOSSES["saturating"].generator(nothing).mean().item() == pytest.approx(-math.log(2), abs=1e-6)


def test_the_log_losses_are_torchs_binary_cross_entropy():
    real, fake = (torch.randn(1, 32, 1, generator=generator(i)) for i in (0, 1))
    bce = F.binary_cross_entropy_with_logits
    twin = bce(real, torch.ones_like(real)) + bce(fake, torch.zeros_like(fake))
    assert LOSSES["r1"].critic(real, fake).item() == pytest.approx(twin.item(), abs=1e-6)
    torch.testing.assert_close(LOSSES["saturating"].generator(fake).mean(), -bce(fake, torch.zeros_like(fake)))


@pytest.mark.parametrize("slope, cost", [(0.0, 10.0), (0.5, 2.5), (1.0, 0.0), (1.5, 2.5)])
def test_the_gradient_penalty_of_a_linear_critic(slope, cost):
    critic = [(torch.tensor([[[slope], [0.0]]]), torch.zeros(1, 1, 1))]
    found = 10 * (slopes(critic, torch.randn(1, 5, 2, generator=generator(0))) - 1).square()
    torch.testing.assert_close(found, torch.full((1, 5), cost), atol=1e-4, rtol=0)


def twin(net):
    """The first network of a stack as torch's own modules."""
    layers = [nn.Linear(w.shape[1], w.shape[2]) for w, _ in net]
    with torch.no_grad():
        for layer, (w, b) in zip(layers, net, strict=True):
            layer.weight.copy_(w[0].T), layer.bias.copy_(b[0, 0])
    return nn.Sequential(*[part for layer in layers for part in (layer, nn.ReLU())][:-1])


@pytest.fixture
def double():
    """Rounding that no optimizer makes visible."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_turn_is_the_one_written_with_torchs_modules_and_optimizers(loss, double):
    blobs, streams = Ring(8, 2.0, 0.025), [generator(0), generator(1)]  # of no other test: its centers are kept
    game = Game(loss, 3, 2e-3, 0.1, 0.05, streams)
    make, judge = twin(game.generator), twin(game.critic)
    move_make, move_judge = (torch.optim.Adam(net.parameters(), 2e-3, betas=(0.5, 0.9)) for net in (make, judge))
    real, latent, share = draws(blobs, 128, 2, streams)
    for x, z, mix in zip(real[:, 0], latent[:, 0], share[:, 0], strict=False):
        fake = make(z).detach()
        at = (mix * x + (1 - mix) * fake if loss == "wgan_gp" else x).requires_grad_()
        slope = torch.autograd.grad(judge(at).sum(), at, create_graph=True)[0].norm(dim=1)
        extra = {"wgan_gp": 0.1 * (slope - 1).square().mean(), "r1": 0.05 * slope.square().mean()}.get(loss, 0.0)
        log = -F.logsigmoid(judge(x)).mean() - F.logsigmoid(-judge(fake)).mean()
        cost = (judge(fake).mean() - judge(x).mean() if "wgan" in loss else log) + extra
        move_judge.zero_grad(), cost.backward(), move_judge.step()
        if loss == "wgan_clip":
            [p.data.clamp_(-0.05, 0.05) for p in judge.parameters()]
    score = judge(make(latent[-1, 0]))
    cost = {"saturating": F.logsigmoid(-score), "non_saturating": -F.logsigmoid(score), "r1": -F.logsigmoid(score)}
    move_make.zero_grad(), cost.get(loss, -score).mean().backward(), move_make.step()
    game.turn(real, latent, share)
    at = torch.randn(1, 20, 2, generator=generator(2))
    torch.testing.assert_close(forward(game.critic, at.expand(2, -1, -1))[0], judge(at[0]), atol=1e-6, rtol=0)
    torch.testing.assert_close(forward(game.generator, at.expand(2, -1, -1))[0], make(at[0]), atol=1e-6, rtol=0)


def test_a_net_begins_as_torchs_linear_layers_do():
    net, torchs = stack([2, 64, 1], [generator(0), generator(1)]), (nn.Linear(2, 64), nn.Linear(64, 1))
    for (weight, bias), layer in zip(net, torchs, strict=True):
        assert weight.shape == (2, *layer.weight.T.shape) and bias.shape == (2, 1, *layer.bias.shape)
        assert not torch.equal(weight[0], weight[1])
        limit = 1 / math.sqrt(layer.in_features)  # of both: kaiming_uniform_ with a = √5, and the bias
        for drawn in (weight, bias):
            assert drawn.abs().max() <= limit * 1.0001 and layer.weight.abs().max() <= limit * 1.0001
        assert weight.std().item() == pytest.approx(limit / math.sqrt(3), rel=0.15)


def test_a_run_among_many_is_the_run_alone():
    many = ring.run(ring.Params(steps=100, critic_steps=1, n_seeds=2, seed=3)).history
    alone = ring.run(ring.Params(steps=100, critic_steps=1, seed=4)).history
    early = [table.query("seed == 4 and metric == 'sliced_wasserstein' and step in (0, 15)")
             for table in (many, alone)]  # many runs are looked at less often
    assert len(early[0]) == 2
    np.testing.assert_allclose(early[0].value, early[1].value, rtol=1e-3)


# What is counted

def test_a_mode_counts_from_a_quarter_of_its_fair_share_nearby():
    blobs = Ring(8, 2.0, 0.02)
    perfect = blobs.centers().repeat_interleave(125, 0)
    far = perfect.clone()
    far[:125] *= 1.16  # 0.32 from its center: the circle ends at 0.3
    few = blobs.centers()[:1].repeat(1000, 1)
    few[:62] = blobs.centers()[1:3].repeat_interleave(31, 0)  # 31 of 1,000 do not make a mode, 31.25 would
    gap = gaps(blobs, torch.stack([perfect, far, few]))
    assert modes_covered(blobs, gap).tolist() == [8, 7, 1]
    assert share_within(gap, 0.08).tolist() == pytest.approx([1.0, 0.875, 1.0])


def test_one_blob_in_the_middle_covers_no_mode():
    blobs = Ring(8, 2.0, 0.02)
    assert modes_covered(blobs, gaps(blobs, 0.3 * torch.randn(1, 1000, 2, generator=generator(0)))).item() == 0


def test_sliced_wasserstein_of_a_shift_is_its_mean_projection():
    x = torch.randn(1, 500, 2, generator=generator(0))
    found = sliced_wasserstein(shadows(x), shadows(x + torch.tensor([3.0, 4.0])))
    assert found.item() == pytest.approx(5 * 2 / math.pi, rel=2e-3)  # the mean of |cos| is 2/π


@pytest.mark.parametrize("clip, limit", [(0.01, 5.793e-3), (0.05, 0.7241), (0.1, 5.793), (0.5, 724.1)])
def test_clipping_bounds_the_slope_far_above_what_it_is(clip, limit):
    params = ring.Params(loss="wgan_clip", clip_value=clip, hidden_layers=2, steps=100, critic_steps=1)
    *_, last = ring.moments(params)
    critic = last.games["wgan_clip"].critic
    assert number(ring.describe(params, last), "slope_limit") == pytest.approx(limit, rel=1e-3)
    steepest = slopes(critic, 4 * torch.randn(1, 2000, 2, generator=generator(0))).max().item()
    assert 1e-6 < steepest < limit / 3
    assert max(p.abs().max().item() for layer in critic for p in layer) <= clip * 1.0001


@pytest.mark.trained
def test_clipping_presses_most_weights_against_the_limit():
    small = ring.Params(loss="wgan_clip", clip_value=0.01, hidden_layers=2, learning_rate=2e-4, steps=120)
    assert number(ring.run(replace(small, n_seeds=8, seed=FIRST_SEED)), "weights_at_clip") >= 0.6  # of all seeds


def test_no_slope_of_a_critic_passes_the_product_of_its_norms():
    net = stack([2, 64, 64, 1], [generator(0)])
    bound = math.prod(torch.linalg.matrix_norm(w[0], 2).item() for w, _ in net)
    assert slopes(net, torch.randn(1, 500, 2, generator=generator(1))).max().item() <= bound


# What the game does

@cache
def covered(params):
    """Modes covered at the end, by loss: one number a seed."""
    result = ring.run(replace(params, n_seeds=8, seed=SEEDS[0]))
    last = result.history.query("metric == 'modes_covered' and step == @params.steps")
    return {loss: rows.value.to_numpy() for loss, rows in last.groupby("loss")}


# That more critic steps cover the easy ring, and that a large step collapses the GAN alone, is what the claims measure.

@pytest.mark.trained
def test_the_same_networks_collapse_with_one_loss_and_cover_the_ring_with_another():
    found = covered(ring.Params(against="wgan_gp", steps=150))
    assert np.median(found["non_saturating"]) <= 5 and np.median(found["wgan_gp"]) >= 7
    assert (found["non_saturating"] < found["wgan_gp"]).sum() >= 6


STEP = {"loss": "saturating", "against": "wgan_gp", "radius": 1.1, "spread": 0.05, "batch": 64, "steps": 200}


@pytest.mark.trained
def test_with_a_large_step_the_gan_covers_half_of_the_ring_at_most_and_wgan_gp_more():
    found = covered(ring.Params(learning_rate=0.005, **STEP))
    assert (found["saturating"] <= 4).sum() >= 6 and np.median(found["wgan_gp"]) >= 5


@pytest.mark.trained
def test_with_a_fifth_of_the_large_step_most_runs_cover_most_of_the_ring():
    found = covered(ring.Params(learning_rate=0.001, **STEP))
    assert all(np.median(modes) > 5 for modes in found.values())


@pytest.mark.trained
def test_with_one_critic_step_both_losses_collapse():
    one = ring.Params(against="wgan_gp", critic_steps=1, learning_rate=0.001, hidden_layers=2, radius=1.0, spread=0.05,
                      steps=150)
    assert all(np.median(modes) <= 3 for modes in covered(one).values())


def test_the_circles_of_two_modes_never_overlap():
    for modes in range(4, 13):
        for blobs in (Ring(modes, 1.0, 0.2), Ring(modes, 3.0, 0.2), Ring(modes, 1.0, 0.01)):
            apart = torch.pdist(blobs.centers()).min().item()
            assert blobs.reach <= apart / 2 + 1e-6


@pytest.mark.parametrize("modes, radius, spread", [(8, 1.0, 0.2), (12, 1.0, 0.1), (12, 2.0, 0.2), (8, 2.0, 0.02)])
def test_one_blob_of_the_data_is_one_mode(modes, radius, spread):
    blobs = Ring(modes, radius, spread)
    points = blobs.centers()[3] + spread * torch.randn(1, 1000, 2, generator=generator(5))
    assert modes_covered(blobs, gaps(blobs, points)).item() == 1


def test_blobs_that_run_into_one_another_are_said_to():
    wide = ring.Params(modes=12, radius=1.0, spread=0.2, critic_steps=1, steps=100)
    assert modes_of_one_blob(wide.ring()) > 1
    assert "run into one another" in walk.run(ring, wide).sentence


@pytest.mark.parametrize("params", list(walk.box(ring, 6)), ids=range(6))
def test_what_the_game_says_is_in_its_tables(params):
    params = walk.brief(params, 20)
    result, data = walk.run(ring, params), params.ring()
    assert_drawable(result)
    end = result.history[result.history.step == params.steps]
    for loss in params.losses():
        modes, sharp = (end.value[(end.loss == loss) & (end.metric == metric)].to_numpy()
                        for metric in ("modes_covered", "high_quality"))
        parts = result.sentence.split("steps: ", 1)[1].split(". A ")[0].split("; ")
        said = next(part for part in parts if part.startswith(f"the {LOSSES[loss].label}"))
        middle = np.sort(sharp)[(len(sharp) - 1) // 2]
        assert f"{100 * middle:.0f} % of" in said
        if len(modes) == 1:
            assert f"covers {modes[0]:.0f} of {data.modes} {kinds(data)}" in said
        else:
            assert f"in {(modes <= data.modes / 2).sum()} of {len(modes)} runs" in said
            assert ("none at all" in said) == (modes == 0).any()


def test_samples_beyond_the_map_are_counted_on_it():
    params = ring.Params(steps=100, critic_steps=1, learning_rate=0.005)
    *_, last = ring.moments(params)
    last.games["non_saturating"].generator[-1][1].data[:] = 50.0  # every sample leaves
    result = ring.describe(params, last)
    assert "150 beyond the map" in set(result.left.label)


def test_run_shows_what_watch_shows_last():
    params = ring.Params(steps=100, critic_steps=1, against="r1")
    *_, last = ring.watch(params)
    for name in ("samples", "field", "history", "slopes", "summary"):
        pd.testing.assert_frame_equal(getattr(ring.run(params), name), getattr(last, name))


def test_each_line_and_each_bar_is_named_by_its_loss():
    result = ring.run(ring.Params(steps=100, critic_steps=1, loss="r1", against="wgan_clip", batch=64))
    for table in (result.progress, result.weights, result.slopes):
        assert dict(zip(table.role, table.loss, strict=True)) == {"loss": "r1", "against": "wgan_clip"}
    assert set(result.goal.loss) == {"r1"}


# A critic between two points

@pytest.mark.trained
def test_two_starts_of_one_setting_end_on_the_two_slopes():  # the page's two seeds
    near, wrong = penalty.run_seeds(penalty.Params(penalty=10.0, steps=400), [0, 1])
    assert number(near, "estimate") == pytest.approx(2.2, rel=0.1)
    assert number(wrong, "estimate") == pytest.approx(-1.8, rel=0.1)


@pytest.mark.trained
@pytest.mark.parametrize("weight, slope", [(0.1, 11.0), (1.0, 2.0)])
def test_a_penalized_critic_is_steeper_than_one(weight, slope):
    found = [number(result, "slope") for result in penalty.run_seeds(penalty.Params(penalty=weight, steps=400), SEEDS)]
    assert np.median(found) == pytest.approx(slope, rel=0.06)


@pytest.mark.trained
@pytest.mark.parametrize("weight, shift", [(10.0, 2.0), (10.0, 4.0)])
def test_where_the_penalty_outweighs_half_the_distance_there_are_two_ends(weight, shift):
    results = penalty.run_seeds(penalty.Params(penalty=weight, shift=shift, steps=400), SEEDS)
    found, half = np.array([number(result, "slope") for result in results]), shift / (2 * weight)
    nearest = np.where(found > 0, 1 + half, half - 1)
    assert (np.abs(found - nearest) < 0.12).sum() >= 7  # one that begins near slope 0 may be under way
    assert 0 < (found < 0).sum() < 8  # some begin with a falling slope
    for slope, result in zip(found, results, strict=True):
        assert (slope < 0) == (number(result, "estimate") < 0) == ("wrong way" in result.sentence)


def test_the_second_end_is_a_maximum_of_gain_less_penalty():
    for weight, shift in ((10.0, 2.0), (3.0, 4.0), (1.0, 0.5)):
        slopes_ = np.linspace(-3, 6, 90001)
        value = slopes_ * shift - weight * (np.abs(slopes_) - 1) ** 2
        peaks = slopes_[1:-1][(value[1:-1] > value[:-2]) & (value[1:-1] >= value[2:])]
        lines = penalty.run(penalty.Params(penalty=weight, shift=shift, steps=200)).slope.groupby("kind").value.last()
        assert peaks == pytest.approx([lines["wrong-way theory"], lines["theory"]], abs=1e-3)


def test_no_second_end_is_drawn_where_there_is_one():
    assert "wrong-way theory" not in set(penalty.run(penalty.Params(penalty=1.0, steps=200)).slope.kind)  # λ = W/2


def test_a_game_among_many_is_the_game_alone():
    params = ring.Params(steps=100, critic_steps=2, against="wgan_clip", n_seeds=4)
    for seed, result in zip((3, 0), ring.run_seeds(params, (3, 0)), strict=True):
        alone = ring.run(replace(params, seed=seed, n_seeds=1))
        assert finding(result.sentence) == finding(alone.sentence) and set(result.history.seed) == {seed}
        np.testing.assert_allclose(result.summary.value, alone.summary.value, atol=0.05)
        np.testing.assert_allclose(result.weights["count"], alone.weights["count"], atol=30)


def test_a_critic_among_many_is_the_critic_alone():
    many = penalty.run_seeds(penalty.Params(steps=200), [3, 4])[1]
    alone = penalty.run(penalty.Params(steps=200, seed=4))
    np.testing.assert_allclose(many.slope.value[:8], alone.slope.value[:8], rtol=1e-3)


@pytest.mark.parametrize("params", list(walk.box(penalty, 8)), ids=range(8))
def test_what_the_penalty_says_is_in_its_tables(params):
    result = walk.run(penalty, walk.brief(params, 20))
    assert_drawable(result)
    slope, estimate = number(result, "slope"), number(result, "estimate")
    assert result.slope.query("kind == 'measured'").value.iloc[-1] == slope
    assert f"slope is {plain(slope)}. " in result.sentence and f"scores is {plain(estimate)}, while" in result.sentence
    assert f"= {plain(1 + params.shift / (2 * params.penalty))}." in result.sentence
    assert ("wrong way" in result.sentence) == (slope < 0 and params.penalty > params.shift / 2)


def test_run_describes_the_critic_that_watch_shows_last():
    params = penalty.Params(steps=200)
    *_, last = penalty.watch(params)
    pd.testing.assert_frame_equal(penalty.run(params).critic, last.critic)


def test_the_penalized_critic_does_not_measure_the_distance():
    result = penalty.run(penalty.Params(penalty=0.1, steps=400))
    assert number(result, "estimate") == pytest.approx(2 * (1 + 2 / 0.2), rel=0.06)


# The smallest game

def test_a_penalty_of_zero_is_not_blamed():
    said = dirac.run(dirac.Params(method="wgan_gp", penalty=0.0)).sentence
    assert "penalty" not in said and "spirals outward" in said


LINEAR = [("wgan", "alternating", 0.37, 450), ("wgan", "simultaneous", 0.03, 1000), ("gan", "alternating", 0.5, 1000),
          ("gan", "simultaneous", 0.02, 300), ("r1", "simultaneous", 0.1, 200)]


def one_round(params):
    """The linearized game as a matrix of (θ, ψ), derived here by finite differences of its own gradients."""
    slope = {"gan": 0.5, "r1": 0.5}.get(params.method, 1.0)
    kept = 1 - params.step_size * (params.penalty if params.method == "r1" else 0)

    def play(theta, psi):
        new = kept * psi + params.step_size * slope * theta
        return theta - params.step_size * slope * (new if params.updates == "alternating" else psi), new
    return np.array([play(1, 0), play(0, 1)]).T


@pytest.mark.parametrize("method, updates, step_size, steps", LINEAR)
def test_the_fate_of_the_walk_is_that_of_the_eigenvalue(method, updates, step_size, steps):
    params = dirac.Params(method=method, updates=updates, step_size=step_size, steps=steps)
    largest = np.abs(np.linalg.eigvals(one_round(params))).max()
    said = dirac.run(params).sentence
    assert ("circles for ever" in said) == (abs(largest - 1) < 1e-9)
    assert ("spirals outward" in said) == (largest > 1 + 1e-9)
    assert ("moves inward" in said or "settles" in said) == (largest < 1 - 1e-9)


@pytest.mark.parametrize("method, updates", [("wgan", "simultaneous"), ("wgan", "alternating"), ("r1", "simultaneous")])
def test_the_law_of_the_radius_is_the_power_of_the_matrix(method, updates):
    params = dirac.Params(method=method, updates=updates, penalty=1.0)
    law = dirac.run(params).radius.query("kind != 'measured'")
    expected = [np.linalg.norm(np.linalg.matrix_power(one_round(params), k) @ [1, 0]) for k in law.step]
    np.testing.assert_allclose(law.value, expected, rtol=1e-9)


def test_the_law_of_a_wgan_is_the_walk_itself_and_that_of_r1_stays_by_it():
    for updates in ("simultaneous", "alternating"):
        radius = dirac.run(dirac.Params(method="wgan", updates=updates)).radius.pivot(index="step", columns="kind")
        np.testing.assert_allclose(radius["value"]["theory"], radius["value"]["measured"], rtol=1e-9)
    radius = dirac.run(dirac.Params(method="r1", penalty=1.0)).radius.groupby("kind").value.last()
    assert 1 / 3 < radius["measured"] / radius["linearized theory"] < 3  # at the page's own double eigenvalue


def test_a_closed_walk_has_no_growth():
    assert number(dirac.run(dirac.Params(method="wgan", updates="alternating", step_size=0.37, steps=450)),
                  "growth_per_step") == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("params", list(walk.box(dirac, 60)), ids=range(60))
def test_what_the_smallest_game_says_is_in_its_tables(params):
    result = dirac.run(params)
    assert_drawable(result)
    said, theta = result.sentence, result.orbit.generator.abs()
    size = np.hypot(result.orbit.generator, result.orbit.critic)
    if "leaves for good" in said:
        assert size.iloc[-1] > 1e6
    elif "circles for ever" in said:
        assert size.max() / size.min() < 1.5 and f"between {plain(size.min())} and {plain(size.max())}" in said
    elif params.method == "wgan_gp" and params.penalty:
        tail = theta.iloc[-50:]
        target = 2 * params.penalty
        rests = np.ptp(tail) < 0.01 * tail.max() and abs(tail.max() - target) < 0.01 * target
        assert ("comes to rest" in said) == rests
        assert rests or f"between {plain(tail.min())} and {plain(tail.max())}" in said
    else:
        assert f"the radius was 1 and is {plain(size.iloc[-1])} after" in said
        assert "spirals outward" not in said or size.iloc[-1] > 1
        assert "moves inward" not in said or size.iloc[-1] < 1
        assert "settles at" not in said or size.iloc[-1] < 0.01


def test_a_point_that_rests_has_one_distance():
    said = dirac.run(dirac.Params(method="wgan_gp", penalty=1.0, steps=1000)).sentence
    assert "rest" in said and "|θ| = 2;" in said and "between" not in said


def units_are_equal(spec):
    """Whether the unseen frame lengthens the shorter side by the chart's own width and height."""
    rooms = [t["calculate"] for layer in json.loads(spec.spec)["layer"] for t in layer.get("transform", [])
             if t.get("as") in ("x_room", "y_room")]
    return len(rooms) == 2 and all(re.search("width.*height|height.*width", room) for room in rooms)


def test_the_ring_and_the_orbit_are_round():
    x, y = axis("x1", "x"), axis("x2", "y")
    assert units_are_equal(chart("Map", x, y, cells("field", "value", diverging()), map_room("field")))
    assert units_are_equal(chart("Walk", x, y, walk_layer("orbit"), room("room", round=True)))


def test_the_real_point_is_in_view_of_every_orbit():
    room = dirac.run(dirac.Params(step_size=0.01, steps=50)).room  # a short arc far from it
    assert (room.min() <= 0).all() and (room.max() >= 0).all() and room.generator.max() == 1


def torch_orbit(method, weight, step_size, updates, steps):
    theta, psi = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (1.0, 0.0))
    payoff = (lambda s: s) if "wgan" in method else F.logsigmoid
    for _ in range(steps):
        cost = {"wgan_gp": weight * (psi.abs() - 1) ** 2, "r1": weight * psi**2 / 2}.get(method, 0.0)
        up, = torch.autograd.grad(payoff(psi * theta) - cost, psi)
        old = psi
        psi = (psi + step_size * up).detach().requires_grad_()
        down, = torch.autograd.grad(payoff(theta * (psi if updates == "alternating" else old)), theta)
        theta = (theta - step_size * down).detach().requires_grad_()
    return theta.item(), psi.item()


@pytest.mark.parametrize("method", ["gan", "wgan", "wgan_gp", "r1"])
@pytest.mark.parametrize("updates", ["simultaneous", "alternating"])
def test_the_walk_is_gradient_descent_by_autograd(method, updates):
    end = dirac.run(dirac.Params(method=method, updates=updates, steps=60)).orbit.iloc[-1]
    assert (end.generator, end.critic) == pytest.approx(torch_orbit(method, 0.3, 0.1, updates, 60), abs=1e-9)


@pytest.mark.parametrize("step_size", [0.05, 0.2])
def test_a_wgan_without_limit_grows_by_the_root_of_one_plus_the_step_squared(step_size):
    found = dirac.run(dirac.Params(method="wgan", step_size=step_size))
    assert number(found, "growth_per_step") == pytest.approx(math.sqrt(1 + step_size**2), abs=1e-9)


@pytest.mark.parametrize("method, updates", [(m, u) for m in ("gan", "r1") for u in ("simultaneous", "alternating")])
def test_the_linearized_factor_is_an_eigenvalue(method, updates):
    h, kept = 0.1, 1 - 0.1 * (0.3 if method == "r1" else 0.0)
    critic, both = np.array([[1, 0], [h / 2, kept]]), np.array([[1, -h / 2], [h / 2, kept]])
    matrix = np.array([[1, -h / 2], [0, 1]]) @ critic if updates == "alternating" else both
    found = number(dirac.run(dirac.Params(method=method, updates=updates)), "theory_change")
    assert 1 + found / 100 == pytest.approx(abs(np.linalg.eigvals(matrix)).max(), abs=1e-12)


def test_r1_settles_and_the_gradient_penalty_rests_at_twice_its_weight():
    assert number(dirac.run(dirac.Params(method="r1", steps=1000)), "last_radius") < 1e-3
    end = dirac.run(dirac.Params(method="wgan_gp", penalty=1.0, steps=1000)).orbit.generator.iloc[-1]
    assert abs(end) == pytest.approx(2.0, abs=1e-3)
    late = dirac.run(dirac.Params(method="wgan_gp", penalty=0.1, steps=1000)).orbit.tail(300)
    assert late.generator.max() - late.generator.min() > 0.5


@pytest.mark.parametrize("method", ["gan", "wgan", "wgan_gp", "r1"])
@pytest.mark.parametrize("updates", ["simultaneous", "alternating"])
def test_the_step_that_is_written_is_the_step_that_is_made(method, updates):
    """The formulas of the sentence, worked out as they stand."""
    params = dirac.Params(method=method, updates=updates)
    said = dirac.run(params).sentence.partition("One step: ")[2]

    def value(player, theta, psi):
        text = re.search(f"{player} ← ([^,]+?)(?= and |,| at once|\\.)", said)[1]
        text = text.replace("−", "-").replace("sign ψ", "v")
        known = {"h": params.step_size, "λ": params.penalty, "θ": theta, "ψ": psi, "v": np.sign(psi),
                 "s": 1 / (1 + math.exp(theta * psi))}
        return eval(re.sub(r"(?<=[2hsλθψ])(?=[hsλθψv(])", "*", text), known)  # ours: the sentence of a run

    orbit = dirac.run(params).orbit[["generator", "critic"]].to_numpy()
    for (theta, psi), after in zip(orbit[:20], orbit[1:21], strict=True):
        critic = value("ψ", theta, psi)
        np.testing.assert_allclose((value("θ", theta, critic if updates == "alternating" else psi), critic), after)

"""The game against closed forms, autograd, published values, and majorities over seeds."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from dlcore.seeds import generator
from dlcore.topics.adversarial import dirac, distances, penalty, ring
from dlcore.topics.adversarial._coverage import gaps, modes_covered, shadows, share_within, sliced_wasserstein
from dlcore.topics.adversarial._game import LOSSES, Game, Ring, draws
from dlcore.topics.adversarial._networks import forward, slopes, stack


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


@pytest.mark.parametrize("loss", LOSSES)
def test_a_turn_is_the_one_written_with_torchs_modules_and_optimizers(loss):
    blobs, streams = Ring(8, 2.0, 0.02), [generator(0), generator(1)]
    game = Game(loss, 3, 2e-3, 0.1, 0.05, streams)
    make, judge = twin(game.generator), twin(game.critic)
    move_make, move_judge = (torch.optim.Adam(net.parameters(), 2e-3, betas=(0.5, 0.9)) for net in (make, judge))
    real, latent, share = draws(blobs, 2, streams)
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
    torch.testing.assert_close(forward(game.critic, at.expand(2, -1, -1))[0], judge(at[0]), atol=2e-4, rtol=0)
    torch.testing.assert_close(forward(game.generator, at.expand(2, -1, -1))[0], make(at[0]), atol=2e-4, rtol=0)


def test_a_run_among_many_is_the_run_alone():
    many = ring.run(ring.Params(steps=100, critic_steps=1, n_seeds=2, seed=3)).history
    alone = ring.run(ring.Params(steps=100, critic_steps=1, seed=4)).history
    early = (many.seed == 4) & (many.metric == "sliced_wasserstein") & (many.step <= 12)
    expected = alone[(alone.metric == "sliced_wasserstein") & (alone.step <= 12)].value
    np.testing.assert_allclose(many[early].value, expected, rtol=1e-3)


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


def test_clipping_presses_most_weights_against_the_limit():
    small = ring.Params(loss="wgan_clip", clip_value=0.01, hidden_layers=2, learning_rate=2e-4, steps=120)
    shares = [number(ring.run(replace(small, seed=seed)), "weights_at_clip") for seed in range(3)]
    assert np.median(shares) >= 0.6


def test_no_slope_of_a_critic_passes_the_product_of_its_norms():
    net = stack([2, 64, 64, 1], [generator(0)])
    bound = math.prod(torch.linalg.matrix_norm(w[0], 2).item() for w, _ in net)
    assert slopes(net, torch.randn(1, 500, 2, generator=generator(1))).max().item() <= bound


# What the game does

def covered(params):
    """Modes covered at the end, by loss: one number a seed."""
    last = ring.run(params).history.query("metric == 'modes_covered' and step == @params.steps")
    return {loss: rows.value.to_numpy() for loss, rows in last.groupby("loss")}


def test_the_same_networks_collapse_with_one_loss_and_cover_the_ring_with_another():
    found = covered(ring.Params(against="wgan_gp", n_seeds=8))
    assert np.median(found["non_saturating"]) <= 5 and np.median(found["wgan_gp"]) == 8
    assert (found["non_saturating"] <= 4).sum() >= 4


def test_a_large_step_collapses_one_loss_and_a_fifth_of_it_recovers():
    large = ring.Params(loss="saturating", against="wgan_gp", learning_rate=0.005, radius=1.1, spread=0.05, steps=200,
                        n_seeds=4)
    found, small = covered(large), covered(replace(large, learning_rate=0.001))
    assert (found["saturating"] <= 5).sum() >= 3 and (found["wgan_gp"] >= 6).sum() >= 3
    assert (small["saturating"] >= 6).sum() >= 3 and (small["wgan_gp"] >= 6).sum() >= 3


def test_with_one_critic_step_both_losses_collapse_where_five_cover():
    five = ring.Params(against="wgan_gp", learning_rate=0.001, hidden_layers=2, radius=1.0, spread=0.05, steps=250,
                       n_seeds=4)
    assert all((modes >= 6).sum() >= 3 for modes in covered(five).values())
    assert all((modes <= 3).sum() >= 3 for modes in covered(replace(five, critic_steps=1)).values())


def test_run_shows_what_watch_shows_last():
    params = ring.Params(steps=100, critic_steps=1, against="r1")
    *_, last = ring.watch(params)
    for name in ("samples", "field", "history", "slopes", "summary"):
        pd.testing.assert_frame_equal(getattr(ring.run(params), name), getattr(last, name))


# A critic between two points

@pytest.mark.parametrize("weight, slope", [(0.1, 11.0), (1.0, 2.0), (10.0, 1.1)])
def test_a_penalized_critic_is_steeper_than_one(weight, slope):
    found = [number(penalty.run(penalty.Params(penalty=weight, seed=seed)), "slope") for seed in range(3)]
    assert np.median(found) == pytest.approx(slope, rel=0.06)


def test_run_describes_the_critic_that_watch_shows_last():
    params = penalty.Params(steps=200)
    *_, last = penalty.watch(params)
    pd.testing.assert_frame_equal(penalty.run(params).critic, last.critic)


def test_the_penalized_critic_does_not_measure_the_distance():
    result = penalty.run(penalty.Params(penalty=0.1))
    assert number(result, "estimate") == pytest.approx(2 * (1 + 2 / 0.2), rel=0.06)


# The smallest game

def test_a_penalty_of_zero_is_not_blamed():
    said = dirac.run(dirac.Params(method="wgan_gp", penalty=0.0)).sentence
    assert "penalty" not in said and "spirals outward" in said


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

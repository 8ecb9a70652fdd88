"""Known answers for the diffusion bound: closed forms, dense Gaussians, autograd, published end points."""

import math
import re

import numpy as np
import pandas as pd
import pytest
import torch
from perturbed import SEEDS
from test_contracts import assert_drawable
from torch.distributions import MultivariateNormal, Normal, kl_divergence
from walk import box, run

from dlcore.models import build
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.topics.diffusion import (
    _autoencoder,
    _chain,
    _mixture,
    _quadrature,
    brightness,
    elbo,
    schedule,
    training,
    vae,
)
from dlcore.topics.diffusion._bound import bound_of
from dlcore.topics.diffusion._schedules import SCHEDULES, betas


def number(result, quantity):
    return result.summary.set_index("quantity").value[quantity]


def slope(result, term, parameter):
    return result.derivatives.set_index(["term", "parameter"]).value[term, parameter]


@pytest.mark.parametrize("name, left", [
    ("linear", 4.035830e-05), ("cosine", 2.428767e-09), ("scaled_linear", 4.660099e-03)])
def test_schedules_end_where_the_papers_say(name, left):
    signal = schedule.run(schedule.Params(schedule=name)).signal
    last = signal[(signal.quantity == "alpha_bar") & (signal.step == 1000)].value.item()
    assert last == pytest.approx(left, rel=1e-4)


def test_published_square_roots_and_signal_to_noise():
    ends = {name: math.sqrt(number(schedule.run(schedule.Params(schedule=name)), "alpha_bar_T")) for name in SCHEDULES}
    assert ends["linear"] == pytest.approx(0.006353, abs=1e-6)
    assert ends["cosine"] == pytest.approx(4.928e-5, abs=1e-8)
    assert ends["scaled_linear"] == pytest.approx(0.068265, abs=1e-6)
    snr = schedule.run(schedule.Params(schedule="scaled_linear")).signal.query("quantity == 'snr'").value.iloc[-1]
    assert snr == pytest.approx(0.004682, abs=1e-6)


@pytest.mark.parametrize("steps", [10, 100])
def test_end_points_stay_whatever_the_number_of_steps(steps):
    ends = {"coarse": (0.05, 0.5), "linear": (1e-4, 0.02), "scaled_linear": (0.00085, 0.012)}
    for name, (first, last) in ends.items():
        beta = betas(name, steps)
        assert beta[0].item() == pytest.approx(first) and beta[-1].item() == pytest.approx(last)
    root = torch.linspace(0.00085**0.5, 0.012**0.5, steps, dtype=torch.float64)
    torch.testing.assert_close(betas("scaled_linear", steps), root**2)


@pytest.mark.parametrize("moment, nats", [(1.0, 2.0180e-5), (0.25, 5.0452e-6), (1 / 3, 9.7047e-6 * math.log(2))])
def test_prior_term_of_ddpm_is_about_1e_5_bits(moment, nats):
    result = schedule.run(schedule.Params(schedule="linear", second_moment=moment))
    left = torch.tensor(4.035830e-05, dtype=torch.float64)
    x_t = Normal((left * moment).sqrt(), (1 - left).sqrt())  # two points ±√moment have this mean square
    unit = Normal(torch.zeros((), dtype=torch.float64), torch.ones((), dtype=torch.float64))
    assert number(result, "prior_nats") == pytest.approx(nats, rel=1e-3)
    assert number(result, "prior_nats") == pytest.approx(kl_divergence(x_t, unit).item(), rel=1e-4)
    assert number(result, "prior_bits") == pytest.approx(nats / math.log(2), rel=1e-3)


def test_few_steps_between_the_same_ends_leave_1_69_bits():
    few = schedule.run(schedule.Params(schedule="linear", steps=10))
    assert number(few, "prior_bits") == pytest.approx(1.69, abs=5e-3)


@pytest.mark.parametrize(("moment", "step"), [(100, 10), (40, 4)])
def test_a_picture_walked_to_step_t_keeps_its_share_of_signal(moment, step):
    result = schedule.run(schedule.Params(schedule="linear", moment=moment, steps=10, second_moment=4.0))
    cells = result.pictures
    clean, noised = (cells[cells.kind == kind].value.to_numpy() for kind in ("clean", "noised"))
    assert (clean**2).mean() == pytest.approx(4)
    left = np.prod(1 - np.linspace(1e-4, 0.02, 10)[:step])
    assert result.here.values.tolist()[0] == [step, pytest.approx(left), "alpha_bar"]
    assert clean @ noised / (clean @ clean) == pytest.approx(math.sqrt(left), abs=0.05)
    assert np.var(noised - math.sqrt(left) * clean) == pytest.approx(1 - left, rel=0.35)


@pytest.mark.parametrize("name", SCHEDULES)
def test_averaged_copies_show_the_picture_as_far_as_their_signal_goes(name):
    result = schedule.run(schedule.Params(schedule=name))
    signal = 1024 * number(result, "alpha_bar_T") * schedule.smile().var().item()
    assert number(result, "likeness_of_1024_copies") == pytest.approx(math.sqrt(signal / (signal + 1)), abs=0.15)


def test_kl_is_that_of_torch():
    mean, other = torch.tensor([0.0, 1.0, -2.0]).double(), torch.tensor([0.5, 1.0, 3.0]).double()
    std, wide = torch.tensor([1.0, 0.2, 3.0]).double(), torch.tensor([2.0, 0.3, 0.1]).double()
    expected = kl_divergence(Normal(mean, std), Normal(other, wide))
    torch.testing.assert_close(_chain.kl(mean, std**2, other, wide**2), expected)


def dense(params):
    """ELBO, log p and gap from the joint normal law of all states, as matrices; nothing of the chain's own code."""
    beta = np.linspace(0.05, 0.5, params.steps)
    left = np.cumprod(1 - beta)
    before, m, v0 = np.r_[1, left[:-1]], params.mean, params.spread**2
    seen = v0 * left + 1 - left
    pull = params.gain * v0 * np.sqrt(left) / seen
    variance = beta * (1 - before) / (1 - left)
    variance[0] = v0 * (1 - left[0]) / seen[0]
    c0, c1 = np.sqrt(before) * beta / (1 - left), np.sqrt(1 - beta) * (1 - before) / (1 - left)
    t = params.steps  # model: x = S x + r + noise, states in the order 0 … T
    step, offset = np.zeros((t + 1, t + 1)), np.zeros(t + 1)
    step[range(t), range(1, t + 1)] = c0 * pull + c1
    offset[:t] = c0 * m * (1 - pull * np.sqrt(left))
    inverse = np.linalg.inv(np.eye(t + 1) - step)
    model = inverse @ offset, inverse @ np.diag(np.r_[variance, 1.0]) @ inverse.T
    walk = np.linalg.inv(np.eye(t) - np.diag(np.sqrt(1 - beta[1:]), -1))
    return model, (walk, beta)


def test_bound_and_gap_are_those_of_the_dense_joint_law():
    for gain in (0.7, 1.0):
        params = elbo.Params(gain=gain)
        (mean, covariance), (walk, beta) = dense(params)
        gaps, likelihoods = [], []
        for x0 in (params.mean - params.spread, params.mean + params.spread):  # exact: all is quadratic in x₀
            first = np.r_[np.sqrt(1 - beta[0]) * x0, np.zeros(params.steps - 1)]
            q = MultivariateNormal(torch.tensor(walk @ first), torch.tensor(walk @ np.diag(beta) @ walk.T))
            ratio = covariance[1:, 0] / covariance[0, 0]
            p = MultivariateNormal(torch.tensor(mean[1:] + ratio * (x0 - mean[0])),
                                   torch.tensor(covariance[1:, 1:] - np.outer(ratio, covariance[0, 1:])))
            gaps.append(kl_divergence(q, p).item())
            likelihoods.append(Normal(mean[0], covariance[0, 0] ** 0.5).log_prob(torch.tensor(x0)).item())
        result = elbo.run(params)
        assert number(result, "gap") == pytest.approx(np.mean(gaps), rel=1e-9)
        assert number(result, "log_likelihood") == pytest.approx(np.mean(likelihoods), rel=1e-6)
        assert number(result, "elbo") == pytest.approx(np.mean(likelihoods) - np.mean(gaps), rel=1e-6)


def test_the_bound_rises_and_the_gap_rises_too():
    low, high = elbo.run(elbo.Params(gain=0.7)), elbo.run(elbo.Params(gain=1.0))
    assert number(low, "elbo") == pytest.approx(-1.35222, abs=1e-4)
    assert number(high, "elbo") == pytest.approx(-1.03073, abs=1e-4)
    assert number(low, "gap") == pytest.approx(0.23026, abs=1e-4)
    assert number(high, "gap") == pytest.approx(0.28417, abs=1e-4)


def test_a_hundred_linear_steps():
    result = elbo.run(elbo.Params(gain=1.0, schedule="linear", steps=100))
    expected = {"elbo": -2.12275, "log_likelihood": -0.72860, "gap": 1.39415}
    assert {q: number(result, q) for q in expected} == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("variance", _chain.VARIANCES)
def test_log_p_is_bound_plus_gap(name, variance):
    result = elbo.run(elbo.Params(schedule=name, steps=200, mean=-0.5, gain=0.97, reverse_variance=variance))
    scale = max(1, abs(number(result, "elbo")))
    assert abs(number(result, "identity_residual")) < 1e-10 * scale
    terms = result.terms.set_index("term").value
    assert -terms[["prior", "denoising", "reconstruction"]].sum() == pytest.approx(number(result, "elbo"))


def test_the_gain_moves_every_term_but_the_prior():
    result = elbo.run(elbo.Params(gain=0.7))
    assert slope(result, "prior", "gain") == 0.0
    assert all(abs(slope(result, term, "gain")) > 0.05 for term in ("denoising", "reconstruction", "gap"))
    low, high = (elbo.run(elbo.Params(gain=g)).terms.set_index("term").value for g in (0.7 - 1e-6, 0.7 + 1e-6))
    for term in ("denoising", "reconstruction", "gap"):
        assert slope(result, term, "gain") == pytest.approx((high[term] - low[term]) / 2e-6, rel=1e-5)


def test_over_the_gain_only_the_prior_line_is_flat_and_the_gap_lies_between_the_bound_and_log_p():
    for params in (elbo.Params(), elbo.Params(schedule="linear", steps=100, mean=2.0)):
        result = elbo.run(params)
        lines = result.sweep.pivot(index="gain", columns="quantity", values="value")
        flat = {name for name in lines if lines[name].max() == lines[name].min()}
        assert flat == {"prior"} and set(result.sweep[result.sweep.part == "term"].quantity) == set(elbo.TERMS)
        np.testing.assert_allclose(-lines.elbo, lines.prior + lines.denoising + lines.reconstruction)
        room = result.between.set_index("gain")
        np.testing.assert_allclose(room.high - room.low, lines.gap, rtol=1e-6, atol=1e-9)
        for row in result.here.itertuples():
            drawn = np.interp(params.gain, lines.index, lines[row.quantity])
            assert drawn == pytest.approx(row.value, rel=0.02, abs=0.02)


def test_the_schedule_moves_the_prior():
    def prior(end):
        left = np.prod(1 - np.linspace(1e-4, end, 1000))
        return 0.5 * (left * (0.34 - 1) - math.log1p(-left))
    measured = number(elbo.run(elbo.Params(gain=1.0, schedule="linear", steps=1000)), "prior_gradient_schedule")
    assert measured == pytest.approx(-3.477445e-3, rel=1e-4)
    assert measured == pytest.approx((prior(0.02 + 1e-6) - prior(0.02 - 1e-6)) / 2e-6, rel=1e-5)


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_can_be_differentiated_by_their_end(name):
    end = torch.tensor({"cosine": 0.008}.get(name, 0.3), dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda e: betas(name, 10, e)[:-1], (end,))


@pytest.mark.parametrize("name", SCHEDULES)
def test_prior_is_a_distance_and_a_mutual_information(name):
    """E KL(q(x_T|x₀) ‖ N) = KL(q(x_T) ‖ N) + I(x₀; x_T)."""
    for mean, spread in ((0.3, 0.5), (-2.0, 2.0)):
        result = elbo.run(elbo.Params(gain=1.0, schedule=name, steps=20, mean=mean, spread=spread))
        left = torch.prod(1 - betas(name, 20))
        seen = spread**2 * left + 1 - left
        last = Normal(left.sqrt() * mean, seen.sqrt())
        distance = kl_divergence(last, Normal(torch.zeros(()).double(), torch.ones(()).double()))
        information = 0.5 * (seen / (1 - left)).log()
        assert result.terms.value[0] == pytest.approx((distance + information).item(), abs=1e-10)


def test_a_perfect_denoiser_stands_on_the_floor_and_not_at_zero():
    result = elbo.run(elbo.Params(gain=1.0, schedule="linear", steps=100, reverse_variance="optimal"))
    table = result.per_step.pivot(index="step", columns="kind", values="value")
    np.testing.assert_allclose(table.measured, table.floor, rtol=1e-8)
    assert table.floor.sum() > 1
    worse = elbo.run(elbo.Params(schedule="linear", steps=100, gain=0.8, reverse_variance="beta")).per_step
    worse = worse.pivot(index="step", columns="kind", values="value")
    assert (worse.measured > worse.floor).all()


def test_the_last_step_is_drawn():
    assert elbo.run(elbo.Params(gain=1.0, schedule="linear", steps=1000)).per_step.step.max() == 1000


def test_an_optimum_beyond_the_slider_is_not_named():
    said = elbo.run(elbo.Params(gain=1.0, spread=0.1, reverse_variance="beta")).sentence
    assert "log p at gain 0.30 or below" in said and "it is smallest at gain 1.20 or above" in said


def test_a_trace_left_at_the_end_pulls_the_samples_to_the_prior():
    """Sampling starts at 0 on average though the data noised to step 100 do not: mean 2.0 becomes 1.75."""
    density = elbo.run(elbo.Params(gain=1.0, schedule="linear", steps=100, mean=2.0)).density.query("kind == 'model'")
    measured = np.average(density.x, weights=density.value)
    left = np.prod(1 - np.linspace(1e-4, 0.02, 100))
    assert "mean 1.75" in elbo.run(elbo.Params(gain=1.0, schedule="linear", steps=100, mean=2.0)).sentence
    missing = 2 * math.sqrt(left) * 0.25 * math.sqrt(left) / (0.25 * left + 1 - left)  # κ_T times the mean of q(x_T)
    assert measured == pytest.approx(2 - missing, abs=1e-3) and measured == pytest.approx(1.75, abs=5e-3)


@pytest.mark.parametrize("name, dimension, spread", [
    ("cosine", 3072, 1.000), ("linear", 3072, 0.994), ("scaled_linear", 3072, 0.355), ("scaled_linear", 16384, 0.160)])
def test_a_constant_prior_term_costs_brightness(name, dimension, spread):
    result = brightness.run(brightness.Params(schedule=name, dimension=dimension))
    assert number(result, "theory_spread") == pytest.approx(spread, abs=5e-4)
    assert number(result, "measured_spread") == pytest.approx(spread, rel=4 / math.sqrt(2 * 2000))


def test_few_steps_sample_the_same_law_as_many():
    for dimension in (1, 4, 64):
        result = brightness.run(brightness.Params(schedule="coarse", steps=10, dimension=dimension))
        law = number(result, "theory_spread")
        assert number(result, "measured_spread") == pytest.approx(law, rel=4 / math.sqrt(2 * 2000))


def test_the_brightness_law_is_that_of_a_dense_chain():
    """Four pixels and ten steps with whole matrices: the denoiser E[x₀|x_t] of x = b · (1, 1, 1, 1), pixel by pixel."""
    beta = np.linspace(0.05, 0.5, 10)
    left, data = np.cumprod(1 - beta), np.ones((4, 4))
    before, state = np.r_[1, left[:-1]], np.eye(4)  # covariance of x_T
    for t in range(9, -1, -1):
        best = np.sqrt(left[t]) * data @ np.linalg.inv(left[t] * data + (1 - left[t]) * np.eye(4))
        c0 = math.sqrt(before[t]) * beta[t] / (1 - left[t])
        step = c0 * best + math.sqrt(1 - beta[t]) * (1 - before[t]) / (1 - left[t]) * np.eye(4)
        unknown = data - best @ data * math.sqrt(left[t])
        noise = beta[t] * (1 - before[t]) / (1 - left[t]) * np.eye(4) + c0**2 * unknown
        state = step @ state @ step.T + noise
    law = brightness.run(brightness.Params(schedule="coarse", steps=10, dimension=4))
    assert number(law, "theory_spread") == pytest.approx(math.sqrt(state.mean()), rel=1e-9)


def test_total_prior_of_a_large_picture():
    result = brightness.run(brightness.Params(schedule="scaled_linear", dimension=16384))
    assert number(result, "prior_total") == pytest.approx(38.3, abs=0.05)


def linear_noise(gain):
    """ε of the denoiser x̂₀ = m + g κ (x − √ᾱ m) with the mixture's own mean and variance."""
    mean, variance = 0.4, 1.0225 - 0.16

    def noise(x, t):
        left = _mixture.chain().alpha_bar[t]
        pull = gain * variance * left.sqrt() / (variance * left + 1 - left)
        guess = mean + pull * (x.double() - left.sqrt() * mean)
        return (x.double() - left.sqrt() * guess) / (1 - left).sqrt()
    return noise


@pytest.mark.parametrize("gain", [1.0, 0.8])
def test_quadrature_of_a_linear_denoiser_is_the_closed_form(gain):
    """Only the first two moments of the data enter; the model's density is Gaussian."""
    q, terms = _mixture.chain(), _quadrature.terms_of(linear_noise(gain))
    p = _chain.reverse(q, torch.tensor([gain], dtype=torch.float64), 0.4, math.sqrt(1.0225 - 0.16), "posterior")
    bound = bound_of(q, p, 0.4, math.sqrt(1.0225 - 0.16))
    assert terms.denoising == pytest.approx(bound.denoising.item(), rel=1e-6)
    assert terms.prior == pytest.approx(bound.prior.item(), rel=1e-9)
    last = p.variance[0] - q.beta[0]  # the network's last step takes β₁
    model = Normal(bound.mean, (bound.variance - last).sqrt())
    np.testing.assert_allclose(terms.model, model.log_prob(_mixture.GRID).exp(), atol=1e-6)
    assert terms.mass == pytest.approx(1, abs=1e-6)


def test_the_best_denoiser_of_two_modes_is_the_posterior_mean():
    """Against brute-force integration over x₀."""
    x0 = torch.linspace(-4, 4, 40001, dtype=torch.float64)
    left = torch.tensor(0.3, dtype=torch.float64)
    for x in (-1.5, 0.0, 0.2, 2.0):
        weight = _mixture.density(x0, torch.ones(())) * Normal(left.sqrt() * x0, (1 - left).sqrt()).log_prob(
            torch.tensor(x)).exp()
        mean = (weight * x0).sum() / weight.sum()
        variance = (weight * x0**2).sum() / weight.sum() - mean**2
        found = _mixture.posterior(torch.tensor([x], dtype=torch.float64), left[None])
        assert [v.item() for v in found] == pytest.approx([mean.item(), variance.item()], rel=1e-6)


def test_a_perfect_denoiser_keeps_a_gap_of_1_08_nats():
    assert training.perfect().gap == pytest.approx(1.084, abs=5e-3)
    assert training.perfect().mass == pytest.approx(1, abs=1e-6)


def test_the_prior_term_of_two_modes_is_a_quadrature_over_them():
    x = torch.linspace(-3, 3, 20001, dtype=torch.float64)
    left = _mixture.chain().alpha_bar[-1]
    unit = Normal(torch.zeros(()).double(), torch.ones(()).double())
    each = kl_divergence(Normal(left.sqrt() * x, (1 - left).sqrt()), unit)
    mean = torch.trapezoid(_mixture.density(x, torch.ones(())) * each, x).item()
    terms = _quadrature.terms_of(linear_noise(0.5))
    assert terms.prior == pytest.approx(mean, rel=1e-6) == pytest.approx(3.960e-6, rel=1e-3)


@pytest.mark.trained
def test_training_closes_the_gap_and_leaves_the_prior_term_alone():
    """The clear outcome of a short training of most seeds; at the end a perfect denoiser's 1.08 nats would be left."""
    falls = []
    for result in training.run_seeds(training.Params(steps=300, hidden_size=32, learning_rate=0.005), SEEDS):
        terms = {term: rows.value.tolist() for term, rows in result.history.groupby("term")}
        assert max(terms["prior"]) == min(terms["prior"]) == pytest.approx(3.960e-6, rel=1e-3)
        falls.append((terms["gap"][-1] / terms["gap"][0], terms["denoising"][-1] / terms["denoising"][0]))
        assert min(terms["gap"]) > training.perfect().gap
    gap, denoising = np.median(falls, axis=0)
    assert gap < 0.8 and denoising < 0.6


def test_a_band_of_a_kernel_is_the_whole_kernel():
    """A narrow one reaches few points of the grid; means may lie beyond it."""
    means = torch.cat([torch.linspace(-6.2, 6.2, 300), torch.tensor([-40.0, 9.0, 1e6])]).double()
    p = torch.rand(303, generator=generator(0), dtype=torch.float64)
    one, other = (send(p, means, 0.05, _mixture.GRID) for send in (_quadrature.narrow, _quadrature.wide))
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-30)


def test_an_untrained_network_has_no_gap_yet():
    first = next(training.watch(training.Params(steps=300)))
    assert set(first.history.term) == {"prior", "denoising"} and "cannot be computed yet" in first.sentence


def test_terms_of_the_autoencoder_add_up():
    rng = generator(5)
    encoder = build(lambda: torch.nn.Linear(1, 2), rng)
    decoder = build(lambda: torch.nn.Linear(1, 1), rng)
    terms = _autoencoder.terms_of(encoder, decoder)
    w, b = decoder.weight.item(), decoder.bias.item()
    likelihood = Normal(b, math.sqrt(w**2 + 0.36)).log_prob(_autoencoder.X).mean().item()
    assert terms["elbo"] + terms["gap"] == pytest.approx(likelihood, abs=1e-5)
    assert terms["elbo"] == pytest.approx(-terms["reconstruction"] - terms["prior"])


@pytest.mark.parametrize("weight", [0.1, 1.0, 2.0, 2.7, 4.0])
def test_the_autoencoder_ends_where_a_search_over_its_three_numbers_ends(weight):
    """L-BFGS on the closed-form loss of a linear encoder and decoder."""
    free = torch.tensor([0.9, 0.6, -0.5], dtype=torch.float64, requires_grad=True)  # w, encoder slope, ln spread
    variance = _autoencoder.X.double().square().mean()

    def parts():
        w, a, spread = free[0], free[1], free[2].exp()
        error = ((1 - w * a) ** 2 * variance + (w * spread) ** 2) / 0.72 + 0.5 * math.log(2 * math.pi * 0.36)
        return error, 0.5 * (spread**2 + a**2 * variance - 1 - 2 * free[2])
    search = torch.optim.LBFGS([free], max_iter=500, tolerance_grad=1e-12, tolerance_change=1e-16,
                               line_search_fn="strong_wolfe")

    def closure():
        search.zero_grad()
        loss = parts()[0] + weight * parts()[1]
        loss.backward()
        return loss
    search.step(closure)
    law = _autoencoder.theory(weight)
    assert law["reconstruction"] == pytest.approx(parts()[0].item(), abs=1e-4)
    assert law["prior"] == pytest.approx(parts()[1].item(), abs=1e-4)


@pytest.mark.trained
def test_the_prior_term_holds_the_latent_open():
    kept, dropped, heavy = (vae.run_seeds(vae.Params(weight=weight, steps=200), SEEDS) for weight in (1.0, 0.0, 4.0))

    def middle(results, quantity):
        return np.median([number(result, quantity) for result in results])

    assert middle(kept, "prior_gradient_norm") > 0.1
    assert 0.5 < middle(kept, "spread") < 0.7 and middle(kept, "gap") < 0.05
    assert middle(dropped, "spread") < 0.05 and middle(dropped, "gap") > 1
    assert middle(heavy, "spread") > 0.9 and middle(heavy, "prior") < 0.05


@pytest.mark.parametrize("experiment, setting", [(vae, {"steps": 100}), (training, {"steps": 300, "hidden_size": 16})])
def test_seeds_trained_at_once_are_those_trained_alone(experiment, setting):
    alone = experiment.run(experiment.Params(**setting, seed=4))
    together = experiment.run_seeds(experiment.Params(**setting), (2, 4))[1]
    assert list(alone.history.term) == list(together.history.term)
    np.testing.assert_allclose(alone.history.value, together.history.value, rtol=1e-3, atol=1e-4)


def test_no_denoiser_passes_the_floor_however_many_steps():
    for steps in (10, 230, 1000):
        table = elbo.run(elbo.Params(gain=1.0, steps=steps)).per_step
        table = table.pivot(index="step", columns="kind", values="value").dropna()
        assert (table.measured > table.floor * (1 - 1e-6)).all()


def test_curves_that_fall_by_hundreds_do_not_press_the_others_flat():
    result = elbo.run(elbo.Params(gain=1.0, schedule="linear", steps=100, mean=2.0))
    drawn = pd.concat([result.sweep[result.sweep.near], result.here])
    assert drawn.value.max() - drawn.value.min() < 20 < 100 < result.sweep.value.max() - result.sweep.value.min()
    assert elbo.run(elbo.Params()).sweep.near.all()


def test_after_ten_linear_steps_one_picture_is_enough():
    few = schedule.run(schedule.Params(schedule="linear", steps=10))
    assert number(few, "likeness_of_one") == pytest.approx(0.947, abs=0.02)  # √ᾱ = 0.95 of unit pixels
    assert "the face is still visible" in few.sentence and "the face is back" not in few.sentence
    default = schedule.run(schedule.Params())
    assert number(default, "likeness_of_one") < 0.3 < 0.5 < number(default, "likeness_of_1024_copies")
    assert "the face is hidden in noise" in default.sentence and "the face is back" in default.sentence


def test_the_sentence_about_a_schedule_is_read_off_its_pictures():
    for params in box(schedule, 25):
        result = run(schedule, params)
        assert_drawable(result)
        pixels = {kind: rows.value.to_numpy() for kind, rows in result.pictures.groupby("kind")}
        one, many = (np.corrcoef(pixels["clean"], pixels[kind])[0, 1] for kind in ("noised", "stacked"))
        assert ("the face is still visible" in result.sentence) == (one > 0.5)
        assert ("does not come back" in result.sentence) == (one <= 0.5 and many <= 0.5)
        assert f"(correlation {one:.2f} with x₀)" in result.sentence and f"(correlation {many:.2f})" in result.sentence


def test_the_sentence_about_the_bound_is_read_off_its_tables():
    for params in box(elbo, 25):
        result = run(elbo, params)
        assert_drawable(result)
        table = result.sweep.pivot(index="gain", columns="quantity", values="value")
        best = (table.elbo.idxmax(), table.log_likelihood.idxmax(), table.gap.idxmin())
        said = re.findall(r"at gain (\d\.\d\d)( or \w+)?", result.sentence)
        assert [gain for gain, _ in said] == [f"{gain:.2f}" for gain in best]
        assert [bool(beyond) for _, beyond in said] == [gain in (table.index[0], table.index[-1]) for gain in best]
        assert slope(result, "prior", "gain") == 0 and "derivative exactly 0" in result.sentence


def test_the_sentence_about_brightness_is_read_off_its_numbers():
    for params in box(brightness, 25):
        result = run(brightness, params)
        assert_drawable(result)
        law, measured = number(result, "theory_spread"), number(result, "measured_spread")
        assert measured == pytest.approx(law, rel=4 / math.sqrt(2 * 2000))
        assert ("as in the data" in result.sentence) == (abs(law - 1) < 0.02)
        assert f"standard deviation {measured:.3f} (in theory {law:.3f}" in result.sentence


def test_the_sentences_about_trainings_are_read_off_their_tables():
    for params in (*box(vae, 4), *box(training, 1)):
        experiment = vae if isinstance(params, vae.Params) else training
        result = run(experiment, params)
        assert_drawable(result)
        last = result.history[result.history.step == result.history.step.max()].set_index("term").value
        if experiment is vae:
            assert ("shrinks for ever" in result.sentence) == (params.weight == 0)
            assert f"the gap {plain(last.gap)} nats" in result.sentence
        elif "gap went from" in result.sentence:
            first = result.history[result.history.term == "gap"].value.iloc[0]
            assert f"the gap went from {plain(first)} to {plain(last.gap)} nats" in result.sentence

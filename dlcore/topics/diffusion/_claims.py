"""What the answer sheet says about the KL terms of the diffusion bound, and the runs that decide it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dlcore.claims import Claim
from dlcore.topics.diffusion import brightness, elbo, schedule, training, vae

LOW, BEST = elbo.Params(gain=0.7), elbo.Params(gain=1.0)
# With many small steps bound and likelihood agree on the best gain.
FINE = elbo.Params(gain=1.0, schedule="linear", steps=1000)
SEEDS = 8  # what most of these trainings do
LEARNED, TRAINED = vae.Params(weight=1.0, steps=100), vae.Params(weight=1.0, steps=150)  # here q has parameters
DDPM = "Ho, Jain & Abbeel 2020"


def number(result: Any, *quantities: str) -> float:
    """The first of these quantities that the summary has."""
    found = result.summary.set_index("quantity").value
    return float(next(found[q] for q in quantities if q in found))


def values(result: Any, term: str) -> list[float]:
    """A term of the bound: at one gain, or over a training."""
    rows = result.history if hasattr(result, "history") else result.terms
    return rows[rows.term == term].value.tolist()


def prior_moves(*results: Any) -> float:
    """Largest minus smallest prior term of several settings of the model, or of a training."""
    found = [value for result in results for value in values(result, "prior")]
    return max(found) - min(found)


def gap_left(*results: Any) -> float:
    """The last gap over the first: of a training, or of two settings of the model."""
    found = [value for result in results for value in values(result, "gap")]
    return found[-1] / found[0]


def best_gain(result: Any, quantity: str) -> float:
    """The gain at which a curve of the sweep is best: the smallest gap, the largest of the others."""
    curve = result.sweep[result.sweep.quantity == quantity].set_index("gain").value
    return float(curve.idxmin() if quantity == "gap" else curve.idxmax())


def gap_slope(result: Any) -> float:
    """Size of the derivative of the gap by the gain."""
    rows = result.derivatives
    return abs(float(rows[(rows.term == "gap") & (rows.parameter == "gain")].value.iloc[0]))


CLAIMS = (
    Claim("9a-1", "The mathematical basis for ignoring the KL-divergence term lies in the variational inference "
          "framework.", "true under conditions",
          "The basis is that a KL divergence is never negative: log p = ELBO + gap, so without the gap a lower bound "
          "remains. It costs nothing only where the gap is zero; here it is 0.284 nats.", DDPM,
          BEST, "nats between log p and the bound", lambda r: number(r, "gap"), 0.01, 1.0,
          "reverse steps that miss the true ones",
          elbo.Params(gain=1.0, steps=1000, reverse_variance="optimal")),
    Claim("9a-2", r"In variational inference, we approximate a complex posterior distribution "
          r"$p_{\theta}(x_{1:T}|x_0)$ with a simpler variational distribution $q(x_{1:T}|x_0)$.",
          "true under conditions",
          "The form is right. But the q of DDPM is fixed and has no parameters: the model is fitted to q, the reverse "
          "of usual variational inference. What depends on q alone stands still when the model moves.", DDPM,
          (LOW, BEST), "nats by which the prior term, which knows only q, moves with the model", prior_moves, 0.0, 0.0,
          "a q without parameters", LEARNED, SEEDS),
    Claim("9a-3", "The goal is to minimize the KL divergence between these two distributions.",
          "true under conditions",
          r"True where q has parameters and θ stands still, as the autoencoder shows; DDPM has none. The goal over "
          r"θ is a high $\log p_\theta(x_0)$, or a high bound on it: the gain with the smallest gap (0.75) is "
          "not the one with the best likelihood (1.10).", "Kingma & Welling 2014",
          BEST, "best gain for the likelihood minus best gain for the gap",
          lambda r: best_gain(r, "log_likelihood") - best_gain(r, "gap"), 0.1, 1.0,
          "few coarse steps, in which the denoiser cannot follow q", FINE),
    Claim("9a-4", r"The ELBO is defined as: $ELBO(\theta) = E_q[log(\frac{p_{\theta}(x_0;T)}{q(x_{1:T}|x_0)})]$.",
          "note",
          r"A slip of the pen: the density on top is that of all states together, $p_\theta(x_{0:T})$.", DDPM),
    Claim("9a-5", "By maximizing the ELBO, we indirectly minimize the KL divergence.", "true under conditions",
          "True over q while θ stands still, for then log p is fixed. Over θ it is not: from gain 0.7 to 1.0 the bound "
          "rises from −1.352 to −1.031 and the gap rises too, from 0.230 to 0.284.", "Kingma & Welling 2014",
          (LOW, BEST), "nats by which the gap grows while the bound rises",
          lambda a, b: (number(b, "gap") - number(a, "gap")) * (number(b, "elbo") > number(a, "elbo")), 0.01, 1.0,
          "coarse steps: log p rises faster than its bound",
          (elbo.Params(schedule="linear", steps=1000, gain=0.7), FINE)),
    Claim("9a-6", "The KL-divergence term itself is a constant with respect to the variational parameters.", "false",
          "The gap depends on θ: its slope by the gain is 0.44 nats here, and in training it falls from more than 3 "
          "nats to about 1.2. The prior term is the constant one.", DDPM,
          BEST, "size of the gap's derivative by the gain, nats", gap_slope, 0.01, 10.0,
          "a reverse chain that is not exactly that of q",
          elbo.Params(gain=1.0, steps=1000, reverse_variance="optimal")),
    Claim("9a-7", "This means that optimizing the ELBO is equivalent to minimizing the KL divergence.",
          "true under conditions",
          "True where q has parameters and θ stands still, as the autoencoder shows; DDPM has none. Over θ the two "
          "have different optima: the bound is best at gain 1.00, the gap smallest at 0.75. (And a constant "
          "could not be minimized.)", "Kingma & Welling 2014",
          BEST, "best gain for the bound minus best gain for the gap",
          lambda r: best_gain(r, "elbo") - best_gain(r, "gap"), 0.1, 1.0,
          "few coarse steps, in which the denoiser cannot follow q", FINE),
    Claim("9a-8", "Therefore, we can safely ignore the KL-divergence term during training, as it does not affect the "
          "optimization process.", "false",
          "Leaving the gap out moves the optimum: the likelihood is best at gain 1.10, the bound at 1.00. We leave it "
          "out because we must, not because it has no effect.", DDPM,
          BEST, "best gain for the likelihood minus best gain for the bound",
          lambda r: best_gain(r, "log_likelihood") - best_gain(r, "elbo"), 0.05, 0.2,
          "few coarse steps, in which the gap has a slope", FINE),
    Claim("9a-9", "However, since we cannot directly compute the posterior distribution, we instead maximize the "
          "Evidence Lower Bound (ELBO).", "true under conditions",
          "Usually it raises log p too: by 0.375 nats from gain 0.7 to 1.0. Not always: from 1.1 to 1.0 the bound "
          "rises and log p falls.", "Kingma & Welling 2014",
          (LOW, BEST), "nats by which log p rises while the bound rises",
          lambda a, b: (number(b, "log_likelihood") - number(a, "log_likelihood"))
          * (number(b, "elbo") > number(a, "elbo")), 0.01, 1.0,
          "a start below the gain that is best for both", (elbo.Params(gain=1.1), BEST)),
    Claim("9b-1", r"We cannot directly compute the KL-divergence term because it involves the true posterior "
          r"distribution $p_{\theta}(x_{1:T}|x_0)$, which is often intractable. In many cases, the exact posterior is "
          r"too complex to calculate.", "true under conditions",
          r"This holds for the gap of a network: Bayes' rule needs $p_\theta(x_t)$, which nobody has. It is false for "
          "the prior term. That is about two Gaussians, so the data's mean square and the schedule give it in closed "
          "form.", DDPM,
          (BEST, schedule.Params(schedule="coarse", steps=10, second_moment=0.34)),
          "nats between the prior term as averaged and in closed form",
          lambda a, b: abs(float(a.terms.value[0]) - number(b, "prior_nats")), 0.0, 1e-12,
          "a closed form that is given the data's own mean square, 0.3² + 0.5²",
          (BEST, schedule.Params(schedule="coarse", steps=10, second_moment=1.0))),
    Claim("9b-2", "The variational inference framework aims to address this issue by approximating the intractable "
          r"posterior with a simpler variational distribution $q(x_{1:T}|x_0)$. By maximizing the ELBO, we "
          "indirectly minimize the KL divergence between the approximate and true posteriors, even without explicitly "
          "calculating the KL-divergence term.", "true under conditions",
          "An autoencoder that trains q shows it: the gap, which is in no loss, falls to a few hundredths. It takes "
          "the whole bound; with the prior term left out the gap grows.", "Kingma & Welling 2014",
          TRAINED, "last gap over first gap", gap_left, 0.0, 0.5,
          "the prior term in the loss", replace(TRAINED, weight=0.0), SEEDS),
    Claim("9c-1", r"The term $-D_{KL}(q(x_T|x_0) \mid\mid p_0(x_T))$ is ignored during training because it is constant "
          "with respect to the learnable parameters of the model.", "true under conditions",
          "Its derivative by the model's parameter is exactly 0, as long as q is fixed. DDPM fixes the schedule for "
          "this; a learned schedule or encoder puts parameters into q, and the term must stay.", DDPM,
          BEST, "size of the prior term's derivative by what is learned",
          lambda r: abs(number(r, "prior_gradient_gain", "prior_gradient_norm")), 0.0, 0.0,
          "a q that is not learned", LEARNED, SEEDS),
    Claim("9c-2", r"$p_0(x_T)$", "note", r"The prior has no parameter and no index: $p(x_T) = N(0, I)$.", DDPM),
    Claim("9c-3", "In the variational inference framework, the goal is to optimize the variational parameters by "
          r"minimizing the KL divergence between the approximate posterior $q(x_{1:T}|x_0)$ and the true posterior "
          r"$p_0(x_{1:T}|x_0)$, which is equivalent to maximizing the ELBO.",
          "true under conditions",
          "True where q has parameters and θ stands still, as the autoencoder shows; DDPM has none. There the model is "
          "fitted to a q that stands still, and a higher bound may come with a wider gap.", "Kingma & Welling 2014",
          TRAINED, "last gap over first gap, while the bound rises", gap_left, 0.0, 0.5,
          "a q with parameters", (LOW, BEST), SEEDS),
    Claim("9c-4", r"Since the term $-D_{KL}(q(x_T|x_0) \mid\mid p_0(x_T))$ does not involve any trainable parameters "
          "and only depends on the fixed prior and data", "true under conditions",
          "It depends on the schedule as well: −0.00348 nats per unit of its last β for a thousand linear steps. "
          "Variational diffusion models learn the schedule and keep the term.", "Kingma et al. 2021",
          FINE, "size of the prior term's derivative by the schedule's end",
          lambda r: abs(number(r, "prior_gradient_schedule")), 1e-4, 1.0,
          "a schedule that leaves a trace of the data",
          elbo.Params(gain=1.0, schedule="cosine", steps=1000)),
    Claim("9c-5", "it provides no useful gradient information during optimization",
          "true under conditions",
          "True as long as q is not learned: the term is the same number at every gain. Where q is learned, its "
          "gradient is what holds the latent open.", DDPM,
          (LOW, BEST), "nats by which the prior term moves with the model", prior_moves, 0.0, 0.0,
          "a q that is not learned", LEARNED, SEEDS),
    Claim("9c-6", "As a result, we can safely ignore it without affecting the optimization process",
          "true under conditions",
          r"No gradient is lost. But constant is not small: sampling starts from $p(x_T)$, and where $q(x_T)$ is not "
          "near it even a perfect denoiser makes pictures of brightness spread 0.16 instead of 1.", "Lin et al. 2023",
          brightness.Params(schedule="scaled_linear", dimension=16384),
          "spread of the generated brightness, 1 in the data", lambda r: number(r, "measured_spread"), 0.0, 0.3,
          "a schedule that leaves a trace of the data at step T",
          brightness.Params(schedule="cosine", dimension=16384)),
    Claim("9c-7", "allowing the remaining terms in the ELBO to guide the training towards a better approximation of "
          "the true posterior", "true under conditions",
          "Without the prior term the denoiser's gap falls all the same, since no parameter enters it. An autoencoder "
          "without its prior term drifts away from the true posterior instead.", DDPM,
          training.Params(steps=300, hidden_size=32, learning_rate=0.005),
          "last gap over first gap", gap_left, 0.0, 0.9,
          "a prior term without parameters", replace(TRAINED, weight=0.0), SEEDS),
)

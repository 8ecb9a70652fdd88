"""What the answer sheet says about question 8, and what decides it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dlcore.claims import Claim
from dlcore.topics.adversarial import dirac, distances, penalty, ring

EASY = {"learning_rate": 0.001, "hidden_layers": 2, "radius": 1.0, "spread": 0.08, "steps": 100, "n_seeds": 4}
ON_HARD = ring.Params(against="wgan_gp", n_seeds=4, steps=120)  # narrow blobs, a large step
ON_EASY = ring.Params(against="wgan_gp", **EASY)
ONE_STEP = ring.Params(critic_steps=1, **EASY)


def read(result: Any, quantity: str) -> float:
    """One row of the summary."""
    return float(result.summary.set_index("quantity").value[quantity])


def over(one: str, other: str) -> Callable[[Any], float]:
    """One row of the summary divided by another one."""
    return lambda result: read(result, one) / read(result, other)


def wins_at_the_data(result: Any) -> float:
    """The best discriminator's answer at a real point, x = 0."""
    line = result.curves[result.curves.curve == "discriminator"]
    return line.value.iloc[line.x.abs().argmin()]


CLAIMS = (
    Claim("8-1", "The basic GAN employs a generator and a discriminator, with the generator creating fake data and the "
          "discriminator distinguishing between real and fake.",
          "true",
          "For a fixed generator the best discriminator is D = p/(p + q), and the value of the game is then "
          "2 JS − ln 4. Where the two distributions are the same it can do no better than one half.",
          "Goodfellow et al. 2014", distances.Params(), "the best discriminator's answer at a real point",
          wins_at_the_data, 0.9, 1.0, "a difference between data and generated points", distances.Params(shift=0.0)),
    Claim("8-2", "However, this adversarial setup often suffers from instability, like mode collapse.",
          "true under conditions",
          "It is an effect of the settings as much as of the setup. On an easy ring the non-saturating GAN covers all "
          "of the eight modes with five critic steps for each step of the generator, and hardly one with a single "
          "critic step. A vanishing gradient is another failure than collapse.",
          "Lucic et al. 2018", ONE_STEP, "modes of 8 that the plain GAN covers, the median of four runs",
          lambda r: read(r, "modes_covered"), 0, 4, "the single critic step", ON_EASY),
    Claim("8-3", "WGAN addresses these issues by using the Wasserstein distance, a more stable metric for measuring "
          "the difference between distributions.",
          "true under conditions",
          "Where the two hardly overlap, JS has saturated at ln 2 and the gradient of the saturating loss is "
          "0.00004, while W₁ keeps slope 1. Where they overlap JS has a slope too. (JS is not a metric; √JS is. And "
          "the critic's gap is W₁ only where its slope is held at 1: with a penalty of λ = 0.1 two points at distance "
          "2 are said to be 22 apart.)",
          "Arjovsky, Chintala & Bottou 2017; Arjovsky & Bottou 2017", distances.Params(shift=1.0, spread=0.1),
          "saturating gradient over Wasserstein gradient", over("saturating_gradient", "wasserstein_gradient"),
          0, 0.001,
          "two distributions that hardly overlap", distances.Params(shift=1.0, spread=2.0)),
    Claim("8-4", "By enforcing a Lipschitz constraint using techniques like weight clipping or gradient penalty",
          "true under conditions",
          "The penalty does not enforce slope 1, it asks for it: the best compromise is 1 + W/(2λ), which is 2 for "
          "λ = 1 and W = 2, and 11 for λ = 0.1. It is two sided, and felt only between real and generated points. "
          "Clipping enforces some limit, not a chosen one: the product over all layers is 0.006 for c = 0.01 and 724 "
          "for c = 0.5.",
          "Gulrajani et al. 2017; Arjovsky, Chintala & Bottou 2017", penalty.Params(steps=200),
          "slope that the penalized critic ends with", lambda r: read(r, "slope"), 1.6, 2.4,
          "a small weight of the penalty", penalty.Params(penalty=10.0, steps=200)),
    Claim("8-5", "WGAN ensures smoother gradients",
          "true under conditions",
          "Where the two hardly overlap, the usual, non-saturating loss pulls with θ/σ² = 100 and the Wasserstein loss "
          "with 1, wherever they are. Where they overlap the GAN's gradient is the smaller one.",
          "Arjovsky & Bottou 2017", distances.Params(shift=1.0, spread=0.1),
          "non-saturating gradient over Wasserstein gradient", over("non_saturating_gradient", "wasserstein_gradient"),
          10, 1000, "two distributions that hardly overlap", distances.Params(shift=1.0, spread=2.0)),
    Claim("8-6", "and prevents instability",
          "false",
          "In the smallest game, one real point and one generated point, WGAN without a limit spirals outward, and "
          "WGAN-GP comes to rest at |θ| = 2λ beside the data, or circles. R1, a penalty on a plain GAN, settles.",
          "Mescheder, Geiger & Nowozin 2018", dirac.Params(method="wgan_gp", penalty=1.0, steps=1000),
          "distance of the generated point from the data at the end",
          lambda r: abs(r.orbit.generator.iloc[-1]), 1.9, 2.1,
          "a penalty that pulls the slope to 1 and not to 0", dirac.Params(method="r1", penalty=1.0, steps=1000)),
    Claim("8-7", "leading to improved training stability",
          "true under conditions",
          "With a small step on the easy ring there is nothing to improve: both cover it. With a large step on the "
          "hard ring it is so: the GAN is left with about three modes, and WGAN-GP covers seven from the same weights, "
          "a little later all eight.",
          "Gulrajani et al. 2017; Lucic et al. 2018", ON_EASY,
          "modes that WGAN-GP covers more than the GAN, medians of four runs",
          lambda r: read(r, "modes_covered, WGAN-GP") - read(r, "modes_covered"), -1, 1, "wide blobs and a small step",
          ON_HARD),
    Claim("8-8", "and higher-quality generated samples",
          "false",
          "Sharp samples, within 4σ of a center: on the easy ring, where both losses cover, WGAN-GP has a smaller "
          "share of them than the GAN (0.47 against 0.60). It has the larger share "
          "where the GAN got too few updates of its critic.",
          "Lucic et al. 2018", ON_EASY, "sharp samples of WGAN-GP over those of the GAN, medians of four runs",
          lambda both, other=None: read(both, "high_quality, WGAN-GP") / read(other or both, "high_quality"), 0, 0.97,
          "a GAN that covers the ring too", (ON_EASY, ONE_STEP)),
)

"""What the answer sheet says about question 8, and what decides it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dlcore.claims import Claim
from dlcore.topics.adversarial import dirac, distances, penalty, ring

HARD = ring.Params(steps=200)  # the default ring: narrow blobs, a large step
EASY = ring.Params(learning_rate=0.001, hidden_layers=2, radius=1.0, spread=0.05, steps=250)


def read(result: Any, quantity: str) -> float:
    """One row of the summary."""
    return float(result.summary.set_index("quantity").value[quantity])


def modes(result: Any) -> float:
    """Modes covered at the end."""
    return read(result, "modes_covered")


def more_modes(one: Any, other: Any) -> float:
    """How many modes the first covers more than the second."""
    return modes(one) - modes(other)


def sharper(one: Any, other: Any) -> float:
    """Sharp samples of the first, over those of the second."""
    return read(one, "high_quality") / read(other, "high_quality")


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
          "It is an effect of the settings as much as of the setup. On an easy ring the non-saturating GAN covers 7 "
          "or 8 of 8 modes with five critic steps for each step of the generator, and one or none with a single "
          "one. A vanishing gradient is another failure than collapse.",
          "Lucic et al. 2018", replace(EASY, critic_steps=1), "modes of 8 that the plain GAN covers", modes, 0, 4,
          "the single critic step", EASY),
    Claim("8-3", "WGAN addresses these issues by using the Wasserstein distance, a more stable metric for measuring "
          "the difference between distributions.",
          "true under conditions",
          "Where the two hardly overlap, JS has saturated at ln 2 and the gradient of the saturating loss is "
          "0.00004, while W₁ keeps slope 1. Where they overlap JS has a slope too. And the usual loss is not the "
          "saturating one: its non-saturating twin does not vanish there, it explodes to θ/σ² = 100. (JS is not a "
          "metric; √JS is.)",
          "Arjovsky, Chintala & Bottou 2017; Arjovsky & Bottou 2017", distances.Params(shift=1.0, spread=0.1),
          "saturating gradient over Wasserstein gradient",
          lambda r: read(r, "saturating_gradient") / read(r, "wasserstein_gradient"), 0, 0.001,
          "two distributions that hardly overlap", distances.Params(shift=1.0, spread=2.0)),
    Claim("8-4", "By enforcing a Lipschitz constraint using techniques like weight clipping or gradient penalty",
          "true under conditions",
          "The penalty does not enforce slope 1, it asks for it: the best compromise is 1 + W/(2λ), which is 2 for "
          "λ = 1 and W = 2, and 11 for λ = 0.1. It is two sided, and felt only between real and generated points.",
          "Gulrajani et al. 2017", penalty.Params(), "slope that the penalized critic ends with",
          lambda r: read(r, "slope"), 1.6, 2.4, "a small weight of the penalty", penalty.Params(penalty=10.0)),
    Claim("8-5", "WGAN ensures smoother gradients and prevents instability",
          "false",
          "It ensures neither. On the easy ring, where WGAN-GP covers all 8 modes with five critic steps, it "
          "collapses to two or fewer with one, as the plain GAN does.",
          "Mescheder, Geiger & Nowozin 2018", replace(EASY, loss="wgan_gp", critic_steps=1),
          "modes of 8 that WGAN-GP covers", modes, 0, 4, "the single critic step", replace(EASY, loss="wgan_gp")),
    Claim("8-6", "leading to improved training stability and higher-quality generated samples",
          "true under conditions",
          "Not in general. On the hard ring WGAN-GP covers the modes, but a smaller share of its samples is sharp "
          "than of the collapsed GAN's; on the easy ring both cover, and the GAN's samples are still a little "
          "sharper.",
          "Lucic et al. 2018", (replace(HARD, loss="wgan_gp", seed=5), replace(HARD, seed=5)),
          "sharp samples of WGAN-GP over those of the GAN", sharper, 0, 0.5, "narrow blobs and a large step",
          (replace(EASY, loss="wgan_gp", seed=5), replace(EASY, seed=5))),
    Claim("8-7", "using the Wasserstein distance",
          "true under conditions",
          "The critic's gap is W₁ only if its slope is held at 1. With λ = 0.1, the weight used for such rings, two "
          "points at distance 2 are said to be 22 apart; with λ = 10, 2.2.",
          "the maximum of sW − λ(s − 1)²", penalty.Params(penalty=0.1), "estimated over true distance",
          lambda r: read(r, "estimate") / read(r, "true_distance"), 9, 13, "a small weight of the penalty",
          penalty.Params(penalty=10.0)),
    Claim("8-8", "leading to improved training stability",
          "true under conditions",
          "With a large step on the hard ring: there the GAN is left with about three modes, and WGAN-GP covers "
          "seven or eight from the same weights. With a smaller step on the easy ring both cover the ring.",
          "Gulrajani et al. 2017; Lucic et al. 2018", (replace(HARD, loss="wgan_gp", seed=3), replace(HARD, seed=3)),
          "modes that WGAN-GP covers more than the GAN", more_modes, 2, 8, "narrow blobs and a large step",
          (replace(EASY, loss="wgan_gp", seed=3), replace(EASY, seed=3))),
    Claim("8-9", "weight clipping",
          "true under conditions",
          "It enforces some limit, not a chosen one: the bound goes with the product of all layers, 0.006 for c = "
          "0.01 and 724 for c = 0.5. And a small c presses most weights against ±c, so that the critic stays simple.",
          "Arjovsky, Chintala & Bottou 2017; Gulrajani et al. 2017",
          replace(EASY, loss="wgan_clip", clip_value=0.01, learning_rate=2e-4, steps=120),
          "share of the weights within one percent of ±c",
          lambda r: read(r, "weights_at_clip"), 0.6, 1.0, "the small c",
          replace(EASY, loss="wgan_clip", clip_value=0.5, learning_rate=2e-4, steps=120)),
    Claim("8-10", "and prevents instability",
          "false",
          "In the smallest game, one real point and one generated point, WGAN without a limit spirals outward, and "
          "WGAN-GP comes to rest at |θ| = 2λ beside the data, or circles. R1, a penalty on a plain GAN, settles.",
          "Mescheder, Geiger & Nowozin 2018", dirac.Params(method="wgan_gp", penalty=1.0, steps=1000),
          "distance of the generated point from the data at the end",
          lambda r: abs(r.orbit.generator.iloc[-1]), 1.9, 2.1,
          "a penalty that pulls the slope to 1 and not to 0", dirac.Params(method="r1", penalty=1.0, steps=1000)),
)

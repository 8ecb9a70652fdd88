"""What the answer sheet says about question 8, and what decides it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcore.claims import Claim
from dlcore.tables import number_of
from dlcore.topics.adversarial import dirac, distances, penalty, ring

RUNS: dict[str, Any] = {"n_seeds": 8, "steps": 100, "batch": 64}  # what one run does is chance: eight seeds decide
EASY: dict[str, Any] = {"learning_rate": 0.002, "hidden_layers": 2, "radius": 1.0, "spread": 0.1, **RUNS}
ON_EASY = ring.Params(against="wgan_gp", critic_steps=3, **EASY)
ONE_STEP = ring.Params(critic_steps=1, **EASY)
LARGE_STEP = ring.Params(loss="saturating", against="wgan_gp", learning_rate=0.005, radius=1.1, spread=0.05, **RUNS)


def over(one: str, other: str) -> Callable[[Any], float]:
    """One row of the summary divided by another one."""
    return lambda result: number_of(result, one) / number_of(result, other)


def at_the_end(result: Any, metric: str, loss: str) -> np.ndarray:
    """One metric of one loss after the last step: a number for each seed."""
    rows = result.history[(result.history.metric == metric) & (result.history.loss == loss)]
    return rows.value[rows.step == rows.step.max()].to_numpy()


def gan_covers(result: Any) -> np.ndarray:
    """Modes that the plain GAN covers, by seed."""
    return at_the_end(result, "modes_covered", "non_saturating")


def more_modes(result: Any) -> np.ndarray:
    """Modes that WGAN-GP covers more than the GAN it is compared with, by seed."""
    gan = result.history.loss[result.history.loss != "wgan_gp"].iloc[0]
    return at_the_end(result, "modes_covered", "wgan_gp") - at_the_end(result, "modes_covered", gan)


def quality_ratio(result: Any) -> np.ndarray:
    """Share of WGAN-GP's samples within 4σ of a center over that of the GAN, by seed."""
    gan = result.history.loss[result.history.loss != "wgan_gp"].iloc[0]
    one_sample = 1 / 1000  # a GAN without any good sample is counted as with one
    of_the_gan = np.maximum(at_the_end(result, "high_quality", gan), one_sample)
    return at_the_end(result, "high_quality", "wgan_gp") / of_the_gan


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
          "Goodfellow et al. 2014", distances.Params(), "best discriminator's answer at a real point",
          wins_at_the_data, 0.9, 1.0, "a difference between data and generated points", distances.Params(shift=0.0)),
    Claim("8-2", "However, this adversarial setup often suffers from instability, like mode collapse.",
          "true under conditions",
          "It is an effect of the settings as much as of the setup. On an easy ring the non-saturating GAN covers all "
          "of the eight modes with three critic steps for each step of the generator, and half of them or fewer with "
          "a single critic step, in most of eight runs. A vanishing gradient is another failure than collapse.",
          "Lucic et al. 2018", ONE_STEP, "modes of 8 that the plain GAN covers",
          gan_covers, 0, 4, "the single critic step", ON_EASY),
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
          "Clipping enforces some limit, not a chosen one: with two hidden layers of 64 units the bound is 0.006 for "
          "c = 0.01 and 724 for c = 0.5, with three 0.004 and 23,170.",
          "Gulrajani et al. 2017; Arjovsky, Chintala & Bottou 2017", penalty.Params(steps=200),
          "slope that the penalized critic ends with", lambda r: number_of(r, "slope"), 1.6, 2.4,
          "a small weight of the penalty", penalty.Params(penalty=10.0, steps=200), seeds=8),
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
          "With a small step on the easy ring there is nothing to improve: both cover it. With a step two and a half "
          "times as large, deeper networks and narrower blobs it is so: in most of eight runs the saturating GAN "
          "covers at most half of the eight modes after 100 steps, and WGAN-GP more of them from the same weights.",
          "Gulrajani et al. 2017; Lucic et al. 2018", ON_EASY, "modes that WGAN-GP covers more than the GAN",
          more_modes, -1.5, 1.5, "wide blobs and a small step", LARGE_STEP),
    Claim("8-8", "and higher-quality generated samples",
          "true under conditions",
          "It depends on the settings. On the easy ring, where both losses cover, WGAN-GP has the smaller share of "
          "sharp samples, within 4σ of a center: about seven tenths of the GAN's. With a large step the GAN collapses, "
          "and after 100 steps WGAN-GP has the larger share, in the median of eight runs.",
          "Lucic et al. 2018: no loss is consistently better than the non-saturating one; Gulrajani et al. 2017",
          ON_EASY, "share of WGAN-GP's samples within 4σ of a center, over the GAN's",
          quality_ratio, 0, 0.95, "a GAN that covers the ring too", LARGE_STEP),
)

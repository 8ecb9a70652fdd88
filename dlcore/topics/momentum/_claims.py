"""What the answer sheet says about question 3, and what decides it."""

from __future__ import annotations

import math
from typing import Any

from dlcore.claims import Claim
from dlcore.tables import number_of
from dlcore.topics.momentum import counterexample, noise, ravine

TUNED_DESCENT = ravine.Params(method="gradient_descent", learning_rate=2 / 1.01)
TUNED_BALL = ravine.Params(learning_rate=400 / 121, momentum=81 / 121)


def speed_up(momentum: Any, plain: Any) -> float:
    """How many times fewer steps the first needs to settle."""
    return number_of(plain, "settled_steps") / number_of(momentum, "settled_steps")


def moved(momentum: Any, plain: Any) -> float:
    """How far the first went along the flat direction in 50 steps, over the second."""
    return (1 - momentum.path.w1[50]) / (1 - plain.path.w1[50])


CLAIMS = (
    Claim("3-1", "Yes, using momentum can still help the optimization process, even when the loss function is convex",
          "true",
          "Convexity does not make the way short. In a ravine with κ = 100 tuned descent needs 709 steps, a tuned "
          "heavy ball 95: per step the error shrinks by (√κ − 1)/(√κ + 1) instead of (κ − 1)/(κ + 1).",
          "Polyak 1964; Nesterov 2004",
          (TUNED_BALL, TUNED_DESCENT), "steps of tuned descent over steps of a tuned heavy ball", speed_up, 5, 15,
          "the momentum",
          (ravine.Params(learning_rate=2 / 1.01, momentum=0.0), TUNED_DESCENT)),
    Claim("3-2", "the loss function is convex (and therefore has a single minimum value)",
          "true under conditions",
          "If a minimum is attained, its value is unique. But the minimizer need not be (a flat bottom), and there may "
          "be none: on separable data the logistic loss falls for ever while w grows like ln t. Strong convexity is "
          "what gives one minimizer.",
          "Boyd & Vandenberghe, Convex Optimization, 2004; Soudry et al. 2018",
          counterexample.Params(function="separable", method="gradient_descent", learning_rate=1.0),
          "distance that w still moves between steps 100 and 300",
          lambda r: abs(r.path.w[300] - r.path.w[100]), 0.5, 2.0,
          "a loss that is convex, but not strongly",
          counterexample.Params(method="gradient_descent", learning_rate=1.0)),
    Claim("3-3", "So, It reduces the number of iterations needed to reach the minimum and also Improving Efficiency.",
          "true under conditions",
          "Only where there is a ravine, and with a tuned β. Without one (κ = 1) plain descent arrives in 1 step and "
          "β = 0.9 needs 272; at κ = 100 and α = 1/L, β = 0.99 needs 2,825 where tuned descent needs 709. "
          "It also stores one more number per weight.",
          "Goh 2017",
          (ravine.Params(condition_number=1.0),
           ravine.Params(condition_number=1.0, method="gradient_descent")),
          "steps of descent over steps with momentum, on a round bowl", speed_up, 0.0, 0.5,
          "the roundness of the bowl",
          (ravine.Params(), ravine.Params(method="gradient_descent"))),
    Claim("3-4", "Momentum can help to reduce oscillations and smooth out these oscillations",
          "true under conditions",
          "It damps a zigzag from step to step, whose gradients cancel in the velocity. But beyond β = (1 − √(αλ))² "
          "the roots are complex, and momentum itself makes a slow oscillation: in the flat direction of κ = 100 at "
          "α = 1/L from β = 0.81 on.",
          "Goh 2017",
          ravine.Params(momentum=0.99), "overshoot of the flat weight beyond the minimum",
          lambda r: max(0.0, -r.path.w1.min()), 0.5, 1.0,
          "a momentum above critical damping",
          ravine.Params(momentum=0.8)),
    Claim("3-5", "(Because it Smooths out weight updates)",
          "true under conditions",
          "The updates do become smoother, but under noise at a fixed α the weight is thrown farther: for α = 0.05 its "
          "stationary variance grows from 0.0256 to 0.253, by the law, as β goes from 0 to 0.9. The step is then worth "
          "α/(1 − β); only with a tenth of α is the noise back where it was.",
          "stationary variance of a second-order autoregression",
          (noise.Params(), noise.Params(momentum=0.0)), "variance at β = 0.9 over that of plain descent",
          lambda ball, plain: number_of(ball, "variance") / number_of(plain, "variance"), 7, 13,
          "the learning rate that stays the same",
          (noise.Params(learning_rate=0.005), noise.Params(momentum=0.0))),
    Claim("3-6", "Momentum can help to reduce oscillations … leading to faster convergence",
          "true under conditions",
          "On quadratics. On a strongly convex function with kinks in its slope (L/m = 25) the heavy ball tuned for "
          "quadratics circles for ever through −1.80, 2.12 and 0.647, while tuned descent converges.",
          "Lessard, Recht & Packard 2016",
          counterexample.Params(), "largest |w| in the last three steps",
          lambda r: r.path.w.tail(3).abs().max(), 2.0, 2.2,
          "the momentum, each rule at its own tuned step",
          counterexample.Params(method="gradient_descent", learning_rate=25 / 13)),
    Claim("3-7", "Momentum can help to reduce oscillations … leading to … more stable updates",
          "true under conditions",
          "A heavy ball stays stable up to αλ = 2(1 + β), beyond plain descent's 2. Nesterov's momentum only up to "
          "2(1 + β)/(1 + 2β): at αλ = 1.5 and β = 0.9 it explodes where plain descent converges.",
          "Goh 2017; the roots of z² − (1 + β)(1 − αλ)z + β(1 − αλ)",
          ravine.Params(method="nesterov", learning_rate=1.5), "log₁₀ of the loss after 300 steps",
          lambda r: math.log10(r.loss.value[r.loss.kind == "measured"].iloc[-1]), 30, 300,
          "the momentum",
          ravine.Params(method="nesterov", learning_rate=1.5, momentum=0.0)),
    Claim("3-8", "Momentum can help to accelerate the convergence to the minimum value and speed up the optimization "
                 "process, by allowing the updates to move more quickly in the direction of the optimal solution",
          "true under conditions",
          "In a direction whose gradient keeps its sign the steps add up to 1/(1 − β) of one: ten times the way at "
          "β = 0.9. Where the gradient changes its sign nothing adds up, and the ball may move away from the minimum.",
          "Goh 2017",
          (ravine.Params(condition_number=1000.0),
           ravine.Params(condition_number=1000.0, method="gradient_descent")),
          "way along the flat direction in 50 steps, over that of plain descent", moved, 5, 10,
          "a gradient that keeps its sign",
          (ravine.Params(condition_number=1.0),
           ravine.Params(condition_number=1.0, method="gradient_descent"))),
)

"""Does the game settle?

One real point at 0, one generated point at θ, and a critic f(x) = ψx: the smallest game there is.

Source: Mescheder, Geiger & Nowozin, "Which Training Methods for GANs do actually Converge?", ICML 2018.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dlcore.params import Ranged, choice, number

LARGEST = 1e6  # beyond this radius a walk has left for good


@dataclass(frozen=True)
class Params(Ranged):
    method: str = choice("gan", ("gan", "wgan", "wgan_gp", "r1"), "Loss; wgan has no limit on the slope here")
    step_size: float = number(0.1, 0.01, 0.5, 0.01, "Step h of gradient descent, for both players")
    penalty: float = number(0.3, 0.0, 2.0, 0.05, "λ(|ψ| − 1)² for WGAN-GP, λψ²/2 for R1")
    updates: str = choice("simultaneous", ("simultaneous", "alternating"), "Both at once, or first the critic")
    steps: int = number(200, 50, 1000, 10, "Number of updates of each player")

    def idle(self) -> set[str]:
        return {"penalty"} if self.method in ("gan", "wgan") else set()


@dataclass(frozen=True)
class Result:
    """`orbit`: step, generator (θ), critic (ψ). `radius`: step, value (√(θ² + ψ²)), kind (measured, theory).

    Theory is the linearized game at the equilibrium (0, 0); WGAN-GP has no theory, for its game has a kink at ψ = 0.
    `summary`: quantity, value, unit; growth_per_step is the geometric mean of the second half.
    """

    orbit: pd.DataFrame
    radius: pd.DataFrame
    summary: pd.DataFrame
    sentence: str


def run(params: Params) -> Result:
    """The critic ascends θψ (or its logistic loss) minus its penalty, the generator descends; from (1, 0)."""
    theta, psi = 1.0, 0.0
    walk = [(theta, psi)]
    for _ in range(params.steps):
        new_psi = psi + params.step_size * critic_slope(params, theta, psi)
        seen = new_psi if params.updates == "alternating" else psi
        theta, psi = theta - params.step_size * pull(params.method, theta * seen) * seen, new_psi
        walk.append((theta, psi))
        if math.hypot(theta, psi) > LARGEST:
            break
    orbit = pd.DataFrame(walk, columns=["generator", "critic"]).rename_axis("step").reset_index()
    size = np.hypot(orbit.generator, orbit.critic)
    factor = None if params.method == "wgan_gp" else linear_factor(params)
    radius = pd.DataFrame({"step": orbit.step, "value": size, "kind": "measured"})
    if factor is not None:
        law = pd.DataFrame({"step": orbit.step, "value": factor**orbit.step.astype(float), "kind": "theory"})
        radius = pd.concat([radius, law], ignore_index=True)
    radius = radius[radius.value > 1e-30]
    return Result(orbit, radius.reset_index(drop=True), numbers(size, factor), words(params, orbit, size))


def pull(method: str, score: float) -> float:
    """Slope of the payoff in the score ψθ: 1 for a Wasserstein game, a logistic for a GAN."""
    return 1.0 if method.startswith("wgan") else 1 / (1 + math.exp(min(score, 700.0)))


def critic_slope(params: Params, theta: float, psi: float) -> float:
    """What the critic climbs: payoff minus penalty."""
    cost = {"wgan_gp": 2 * params.penalty * (psi - math.copysign(1.0, psi) if psi else 0.0), "r1": params.penalty * psi}
    return pull(params.method, theta * psi) * theta - cost.get(params.method, 0.0)


def linear_factor(params: Params) -> float:
    """Largest |eigenvalue| of one round at (0, 0): by how much a small orbit grows."""
    turn = params.step_size * (1.0 if params.method == "wgan" else 0.5)
    kept = 1 - params.step_size * (params.penalty if params.method == "r1" else 0.0)
    trace, determinant = 1 + kept, kept + turn**2
    if params.updates == "alternating":
        trace, determinant = trace - turn**2, kept
    root = trace**2 / 4 - determinant
    return math.sqrt(determinant) if root < 0 else abs(trace) / 2 + math.sqrt(root)


def growth(size: pd.Series) -> float:
    """Factor on the radius a step, over the second half."""
    half = len(size) // 2
    return float((size.iloc[-1] / size.iloc[half]) ** (1 / (len(size) - 1 - half)))


def numbers(size: pd.Series, factor: float | None) -> pd.DataFrame:
    """How fast it moves away, and where it is."""
    rows = [("growth_per_step", growth(size), ""), ("radius_change", 100 * (growth(size) - 1), "% a step")]
    rows += [("theory_change", 100 * (factor - 1), "% a step")] if factor is not None else []
    rows += [("last_radius", float(size.iloc[-1]), "")]
    return pd.DataFrame(rows, columns=["quantity", "value", "unit"])


def words(params: Params, orbit: pd.DataFrame, size: pd.Series) -> str:
    """Whether the generated point comes to rest on the real one."""
    factor, last, n = growth(size), float(size.iloc[-1]), len(size) - 1
    theta = orbit.generator.iloc[-50:].abs()
    if last > LARGEST:
        return f"It leaves for good: after {n} steps the radius has passed a million. The equilibrium is at (0, 0)."
    if last < 1e-3 or (factor < 0.999 and last < 0.5):
        return (f"It settles: the radius shrinks by {100 * (1 - factor):.2f} % a step, and the point comes to the real "
                "one.")
    if params.method == "wgan_gp" and params.penalty:
        return (f"It does not settle on the data: over the last steps |θ| stays between {theta.min():.3g} and "
                f"{theta.max():.3g}. A penalty that pulls the slope to 1 also pulls it away from the equilibrium's 0.")
    fate = "spirals outward" if factor > 1.0005 else "circles for ever" if factor > 0.9995 else "shrinks slowly"
    return f"It {fate}: the radius is multiplied by {factor:.4f} a step and is now {last:.3g}."

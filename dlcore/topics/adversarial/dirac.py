"""Does the smallest GAN come to rest on the data?

One real point at 0, one generated point at θ, and a critic f(x) = ψx: the smallest game there is.

Source: Mescheder, Geiger & Nowozin, "Which Training Methods for GANs do actually Converge?", ICML 2018.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd

from dlcore.params import Ranged, choice, number
from dlcore.spelling import plain
from dlcore.tables import summary

LARGEST = 1e6  # beyond this radius a walk has left for good


@dataclass(frozen=True)
class Params(Ranged):
    method: str = choice("gan", ("gan", "wgan", "wgan_gp", "r1"), "Loss of the game; the WGAN has no limit on ψ here")
    step_size: float = number(0.1, 0.01, 0.5, 0.01, "Step size h of gradient descent, for both players", symbol="h")
    penalty: float = number(0.3, 0.0, 2.0, 0.05, "Weight λ: λ(|ψ| − 1)² for WGAN-GP, λψ²/2 for R1", symbol="λ")
    updates: str = choice("simultaneous", ("simultaneous", "alternating"), "Both players at once, or the critic first")
    steps: int = number(200, 50, 1000, 10, "Number of updates of each player")

    def idle(self) -> set[str]:
        return {"penalty"} if self.method in ("gan", "wgan") else set()


@dataclass(frozen=True)
class Result:
    """`orbit`: step, generator (θ), critic (ψ). `start`, `goal`: name, generator, critic: the place of the first step,
    and the equilibrium (0, 0). `room`: generator, critic: the corners of a map with the walk and the equilibrium.

    `radius`: step, value (√(θ² + ψ²)), kind: measured; theory: the same matrix at every step, which for a WGAN is the
    game itself; linearized theory: the same for a GAN, a straightening that holds near (0, 0) only. Both laws start
    at (1, 0) as the walk does. WGAN-GP has no law, for its game has a kink at ψ = 0.
    `summary`: quantity, value, unit. growth_per_step: from the largest radius of the third quarter of the steps to
    the largest of the fourth; theory_change: the largest |eigenvalue| of that matrix.
    """

    orbit: Annotated[pd.DataFrame, "step", "generator", "critic"]
    start: Annotated[pd.DataFrame, "name", "generator", "critic"]
    goal: Annotated[pd.DataFrame, "name", "generator", "critic"]
    room: Annotated[pd.DataFrame, "generator", "critic"]
    radius: Annotated[pd.DataFrame, "step", "value", "kind"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
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
    radius = pd.DataFrame({"step": orbit.step, "value": size, "kind": "measured"})
    if has_law(params):
        law = pd.DataFrame({"step": orbit.step, "value": linear_walk(params, len(orbit)), "kind": law_kind(params)})
        radius = pd.concat([radius, law[law.value <= 2 * size.max()]], ignore_index=True)  # no law far from (0, 0)
    radius = radius[radius.value > 1e-30]
    start, goal = (pd.DataFrame([row], columns=["name", "generator", "critic"])
                   for row in (("start", 1.0, 0.0), ("goal", 0.0, 0.0)))
    room = pd.concat([orbit, goal])[["generator", "critic"]].agg(["min", "max"]).reset_index(drop=True)
    return Result(orbit, start, goal, room, radius.reset_index(drop=True), numbers(params, size),
                  sentence(params, orbit, size))


def pull(method: str, score: float) -> float:
    """Slope of the payoff in the score ψθ: 1 for a Wasserstein game, a logistic for a GAN."""
    return 1.0 if method.startswith("wgan") else 1 / (1 + math.exp(min(score, 700.0)))


def critic_slope(params: Params, theta: float, psi: float) -> float:
    """What the critic climbs: payoff minus penalty."""
    cost = {"wgan_gp": 2 * params.penalty * (psi - math.copysign(1.0, psi) if psi else 0.0), "r1": params.penalty * psi}
    return pull(params.method, theta * psi) * theta - cost.get(params.method, 0.0)


def played(params: Params) -> str:
    """The game that is played: with a penalty of 0, WGAN-GP is a WGAN and R1 a GAN."""
    return params.method if params.penalty else {"wgan_gp": "wgan", "r1": "gan"}.get(params.method, params.method)


def has_law(params: Params) -> bool:
    """Whether the game is smooth at (0, 0), so that one matrix describes it there."""
    return played(params) != "wgan_gp"


def law_kind(params: Params) -> str:
    """A Wasserstein game is linear everywhere, a GAN only near (0, 0)."""
    return "theory" if played(params) == "wgan" else "linearized theory"


def matrix(params: Params) -> np.ndarray:
    """One round of the linearized game, of (θ, ψ): (2, 2)."""
    turn = params.step_size * (1.0 if played(params) == "wgan" else 0.5)  # a logistic has slope ½ where it is unsure
    kept = 1 - params.step_size * (params.penalty if params.method == "r1" else 0.0)
    if params.updates == "alternating":  # the generator answers the critic's new slope
        return np.array([[1.0, -turn], [0.0, 1.0]]) @ np.array([[1.0, 0.0], [turn, kept]])
    return np.array([[1.0, -turn], [turn, kept]])


def linear_walk(params: Params, count: int) -> np.ndarray:
    """Radius of the linearized game's walk from (1, 0): (count)."""
    round_, where, sizes = matrix(params), np.array([1.0, 0.0]), []
    for _ in range(count):
        sizes.append(math.hypot(*where))
        where = round_ @ where
    return np.array(sizes)


def linear_factor(params: Params) -> float:
    """Largest |eigenvalue| of one round at (0, 0): by how much a small orbit grows in the long run."""
    trace, determinant = float(np.trace(matrix(params))), float(np.linalg.det(matrix(params)))
    root = trace**2 / 4 - determinant
    return math.sqrt(determinant) if root < 0 else abs(trace) / 2 + math.sqrt(root)


def growth(size: pd.Series) -> float:
    """Factor on the radius a step, from the largest of the third quarter to the largest of the fourth.

    A closed walk that is not a circle comes near and goes away in each turn: its largest radius stays.
    """
    third, fourth = size.iloc[len(size) // 2:3 * len(size) // 4], size.iloc[3 * len(size) // 4:]
    return float((fourth.max() / third.max()) ** (1 / (fourth.idxmax() - third.idxmax()))) if third.max() else 1.0


def numbers(params: Params, size: pd.Series) -> pd.DataFrame:
    """How fast it moves away, and where it is."""
    rows = [("growth_per_step", growth(size), ""), ("radius_change", 100 * (growth(size) - 1), "% per step")]
    rows += [("theory_change", 100 * (linear_factor(params) - 1), "% per step")] if has_law(params) else []
    rows += [("last_radius", float(size.iloc[-1]), "")]
    return summary(rows)


def sentence(params: Params, orbit: pd.DataFrame, size: pd.Series) -> str:
    """Whether the generated point comes to rest on the real one: judged by the law where there is one."""
    last, n, game, steps = float(size.iloc[-1]), len(size) - 1, played(params), one_step(params)
    if last > LARGEST:
        return f"The walk leaves for good: after {n:,} steps the radius, which was 1, has passed a million. {steps}"
    if game == "wgan_gp":
        return f"{beside(params.penalty, orbit.generator.iloc[-50:].abs())} {steps}"
    change = 100 * (linear_factor(params) - 1)
    if abs(change) < 1e-9:
        return (f"The walk circles for ever: the radius stays between {plain(size.min())} and {plain(size.max())}. "
                f"In theory a small orbit around (0, 0) neither grows nor shrinks. {steps}")
    law = (f"In theory {'it' if game == 'wgan' else 'near (0, 0) it'} changes by {change:+.3g} % per step in the long "
           "run.")
    if change < 0:
        fate = "settles at the goal" if last < 0.01 else "moves inward" if last < 1 else "has not come closer yet"
    else:
        fate = "spirals outward" if game != "r1" or growth(size) > 1.0001 else "does not settle"
    sure = game == "gan" and pull("gan", float(orbit.generator.iloc[-1] * orbit.critic.iloc[-1])) < 0.01
    stuck = " It hardly moves any more: the critic is so sure that the gradient has vanished." if sure else ""
    return f"The walk {fate}: the radius was 1 and is {plain(last)} after {n:,} steps. {law}{stuck} {steps}"


def one_step(params: Params) -> str:
    """One step of both players as formulas."""
    game, both = played(params), params.updates == "simultaneous"
    s, told = ("", "") if game.startswith("wgan") else ("s", ", with s = 1/(1 + exp(θψ))")
    cost = {"r1": " − hλψ", "wgan_gp": " − 2hλ(ψ − sign ψ)"}.get(game, "")
    critic, moved = f"ψ ← ψ + h{s}θ{cost}", f"θ ← θ − h{s}ψ"
    return f"One step: {f'{moved} and {critic} at once' if both else f'{critic}, then {moved}'}{told}."


def beside(penalty: float, distance: pd.Series) -> str:
    """Where WGAN-GP ends, from the last |θ|."""
    least, most = distance.min(), distance.max()
    if most - least < 0.01 * most and abs(most - 2 * penalty) < 0.02 * penalty:
        return (f"The walk comes to rest beside the data, at |θ| = {plain(most)}; the law is 2λ = {plain(2 * penalty)}."
                " The penalty pulls the critic's slope to 1, but at the goal the slope has to be 0.")
    return (f"The walk has not settled on the data: in the last {len(distance)} steps |θ| is between {plain(least)} "
            f"and {plain(most)}. The penalty pulls the critic's slope to 1, but at the goal the slope has to be 0.")

"""What happened to one kernel, in plain words with the numbers."""

from __future__ import annotations

import numpy as np

from dlcore.topics.broadcasting._laws import Levels
from dlcore.words import plain


def fate(rule: str, loss: str, learning_rate: float, numbers: dict[str, float], levels: Levels, losses: np.ndarray,
         norms: np.ndarray, predictions: np.ndarray, law: str, ended: bool) -> str:
    """Where the prediction went, and how the loss stands to its floor, whose formula is `law`."""
    steps = len(losses) - 1
    after = f"{steps} step" + "s" * (steps != 1)
    at = f"the prediction is {numbers['prediction']:.3g}"
    if steps == 0 or learning_rate == 0:
        return f"Nothing has been learned: {at}, and the loss is {losses[-1]:.3g}."
    if loss == "mse" and learning_rate > 2:
        return (f"It diverges: beyond 2/curvature every step overshoots by more than it corrects, and after {after} "
                f"{at}." + (" There the run ends." if ended else ""))
    if rule == "autograd":
        mean = f"the target's mean is {numbers['target_mean']:.3g}"
        goal = mean if loss == "mse" else f"the goal is the target's median, {between(levels.median)}"
        return f"After {after} {at}; {goal}. {end(float(losses[-1]), numbers['floor'], law)}"
    low, high = levels.weighted_median
    crossed = loss == "l1" and predictions.min() < low <= high < predictions.max()
    verb = "its steps, which do not fade, lead to and fro across" if crossed else "it heads for"
    return (f"After {after} of the sheet's rule {at}: {verb} {sheet_goal(loss, numbers, levels)}. "
            f"{end(float(losses[-1]), numbers['floor'], law)} Meanwhile the kernel went from length {norms[0]:.3g} to "
            f"{norms[-1]:.3g}.")


def between(median: tuple[float, float]) -> str:
    """A median of an even number of targets may be anything between two of them."""
    low, high = median
    return f"{low:.3g}" if high - low < 1e-9 else f"anything from {low:.3g} to {high:.3g}"


def sheet_goal(loss: str, numbers: dict[str, float], levels: Levels) -> str:
    """What the sheet's rule averages."""
    if loss == "l1":
        same = np.allclose(levels.median, levels.weighted_median, rtol=0, atol=1e-9)
        other = "which is the median, too" if same else f"not the median, {between(levels.median)}"
        return f"the X²-weighted median, {between(levels.weighted_median)}, {other}"
    if numbers["floor"] == 0:
        return f"the X²-weighted mean, which equals the mean, {numbers['target_mean']:.3g}, as all targets are the same"
    if abs(numbers["weighted_mean"] - numbers["target_mean"]) < 1e-9:
        return f"the X²-weighted mean, which happens to equal the mean, {numbers['target_mean']:.3g}"
    return f"the X²-weighted mean, {numbers['weighted_mean']:.3g}, not the mean, {numbers['target_mean']:.3g}"


def end(loss: float, floor: float, law: str) -> str:
    """The last loss beside its floor."""
    if floor == 0:
        return f"The loss is {loss:.2g}; its floor is 0, as one number can be right for equal targets."
    if loss - floor < 1e-6 * floor:
        return f"The loss stands on its floor, {law} = {floor:.3g}: one number cannot do better for all targets."
    if f"{loss:.3g}" == f"{floor:.3g}":
        return f"The loss is {plain(loss - floor, 2)} above its floor, {law} = {floor:.3g}."
    return f"The loss is {loss:.3g}, above its floor, {law} = {floor:.3g}."


def verdict(cosine: float | None, ratio: float | None, gap: float, gap_times_n: float, n_targets: int,
            everywhere: bool) -> str:
    """How the sheet's gradient compares with the true one at the first kernel, and whether it does at every other."""
    start = "At the first kernel the sheet's gradient"
    if ratio is None:
        return "At the first kernel the true gradient is exactly 0, so there is no direction to compare with."
    if cosine is None:
        return f"{start} is exactly 0, and the true one is not."
    if gap < 1e-12:
        survives = ("on this target the mistake survives the test." if everywhere else
                    "at this kernel the mistake survives the test, as all targets lie on one side of ŷ.")
        return f"{start} agrees with autograd {rounding(gap)}: {survives}"
    if gap_times_n < 1e-12:
        return (f"{start} points the right way, {n_targets} times too short, as it kept one target a weight; times "
                f"{n_targets} it agrees with autograd {rounding(gap_times_n)}.")
    if cosine < 0:
        return (f"{start} points uphill: its cosine with the true one is {cosine:.2g}, and a small step along it "
                "raises the loss.")
    return f"{start} has a cosine of {cosine:.3g} with the true one and {ratio:.2g} of its length."


def rounding(gap: float) -> str:
    """A relative difference that is rounding and no more."""
    return "to the last bit" if gap == 0 else f"to {plain(gap, 2)} of its largest entry"

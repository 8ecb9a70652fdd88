"""What happened to one kernel, in words with the numbers."""

from __future__ import annotations

import numpy as np

from dlcore.spelling import plain
from dlcore.topics.broadcasting._laws import Levels


def fate(rule: str, loss: str, learning_rate: float, numbers: dict[str, float], levels: Levels, losses: np.ndarray,
         predictions: np.ndarray, law: str, ended: bool) -> str:
    """Where the prediction went, and how the loss stands to its floor, whose formula is `law`."""
    steps = len(losses) - 1
    after = f"{steps} step" + "s" * (steps != 1)
    at = f"the prediction is {plain(numbers['prediction'])}"
    if steps == 0 or learning_rate == 0:
        return f"Nothing has been learned: {at} and the loss is {plain(float(losses[-1]))}."
    if loss == "mse" and learning_rate > 2:
        return (f"The training diverges: with a step size above 2/curvature each step overshoots by more than it "
                f"corrects. After {after} {at}." + (" The run stops there." if ended else ""))
    if rule == "autograd":
        mean = f"the mean of the targets is {plain(numbers['target_mean'])}"
        goal = mean if loss == "mse" else f"the median of the targets is {between(levels.median)}"
        return f"{end(float(losses[-1]), numbers['floor'], law)} After {after} along the true gradient {at}; {goal}."
    low, high = levels.weighted_median
    crossed = loss == "l1" and predictions.min() < low <= high < predictions.max()
    verb = "Its steps do not shrink, so it goes to and fro across" if crossed else "It approaches"
    return (f"{end(float(losses[-1]), numbers['floor'], law)} After {after} of the sheet's rule {at}. {verb} "
            f"{sheet_goal(loss, numbers, levels)}.")


def between(median: tuple[float, float]) -> str:
    """A median of an even number of targets may be anything between two of them."""
    low, high = median
    return plain(low) if high - low < 1e-9 else f"anything from {plain(low)} to {plain(high)}"


def sheet_goal(loss: str, numbers: dict[str, float], levels: Levels) -> str:
    """What the sheet's rule averages."""
    if loss == "l1":
        same = np.allclose(levels.median, levels.weighted_median, rtol=0, atol=1e-9)
        other = "which is also the median" if same else f"not the median, {between(levels.median)}"
        return f"the X²-weighted median, {between(levels.weighted_median)}, {other}"
    if numbers["floor"] == 0:
        return (f"the mean of y weighted with X², which equals the mean ȳ = {plain(numbers['target_mean'])}, as all "
                "targets are equal")
    if abs(numbers["weighted_mean"] - numbers["target_mean"]) < 1e-9:
        return f"the mean of y weighted with X², which happens to equal the mean ȳ = {plain(numbers['target_mean'])}"
    return (f"{plain(numbers['weighted_mean'])}, the mean of y weighted with X², and not the mean ȳ = "
            f"{plain(numbers['target_mean'])}")


def end(loss: float, floor: float, law: str) -> str:
    """The last loss beside its floor."""
    if floor == 0:
        return f"The loss is {plain(loss)}; its lowest possible value is 0, as all targets are equal."
    if loss - floor < 1e-6 * floor:
        return (f"The loss has reached its lowest possible value, {law} = {plain(floor)}: one number cannot fit all "
                "targets better.")
    if plain(loss) == plain(floor):
        return f"The loss is {plain(loss - floor, 2)} above its lowest possible value, {law} = {plain(floor)}."
    return f"The loss is {plain(loss)}, above its lowest possible value, {law} = {plain(floor)}."


def verdict(cosine: float | None, ratio: float | None, gap: float, gap_times_n: float, n_targets: int,
            everywhere: bool) -> str:
    """What is remarkable about the sheet's gradient at the first kernel; its cosine and length stand elsewhere."""
    start = "At the first kernel the sheet's gradient"
    if ratio is None:
        return "At the first kernel the true gradient is exactly 0, so no direction can be compared with it."
    if cosine is None:
        return f"{start} is exactly 0, and the true one is not."
    if gap < 1e-12:
        survives = ("on this target the wrong formula goes unnoticed." if everywhere else
                    "at this kernel the wrong formula goes unnoticed, as all targets lie on one side of ŷ.")
        return f"{start} equals the true one {rounding(gap)}: {survives}"
    if gap_times_n < 1e-12:
        return (f"{start} has the right direction and is {n_targets} times too short, as it keeps one of {n_targets} "
                "targets per weight.")
    if cosine < 0:
        return (f"{start} points uphill: its cosine with the true one is {cosine:.2g}, so following it raises "
                "the loss at first.")
    return ""


def rounding(gap: float) -> str:
    """A relative difference that is rounding and no more."""
    return "exactly" if gap == 0 else f"up to {plain(gap, 2)} of its largest entry"

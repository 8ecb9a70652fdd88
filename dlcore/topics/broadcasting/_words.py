"""What happened to one kernel, in plain words with the numbers."""

from __future__ import annotations

import numpy as np

from dlcore.words import plain


def fate(rule: str, loss: str, learning_rate: float, numbers: dict[str, float], losses: np.ndarray,
         norms: np.ndarray, law: str, ended: bool) -> str:
    """Where the prediction went, and how the loss stands to its floor, whose formula is `law`."""
    steps = len(losses) - 1
    at = f"the prediction is {numbers['prediction']:.3g}"
    if steps == 0 or learning_rate == 0:
        return f"Nothing has been learned: {at}, and the loss is {losses[-1]:.3g}."
    if loss == "mse" and learning_rate > 2:
        return (f"It diverges: beyond 2/curvature every step overshoots by more than it corrects, and after {steps} "
                f"steps {at}." + (" There the run ends." if ended else ""))
    if rule == "autograd":
        mean = f"the target's mean is {numbers['target_mean']:.3g}"
        goal = mean if loss == "mse" else "the goal is the target's median"
        return f"After {steps} steps {at}; {goal}. {end(losses[-1], numbers['floor'], law)}"
    return (f"After {steps} steps of the sheet's rule {at}: it heads for {sheet_goal(loss, numbers)}. "
            f"{end(losses[-1], numbers['floor'], law)} Meanwhile the kernel went from length {norms[0]:.3g} to "
            f"{norms[-1]:.3g}.")


def sheet_goal(loss: str, numbers: dict[str, float]) -> str:
    """What the sheet's rule averages."""
    if loss == "l1":
        return "the X²-weighted median, not for the median"
    if numbers["floor"] == 0:
        return f"the X²-weighted mean, which equals the mean, {numbers['target_mean']:.3g}, as all targets are the same"
    return f"the X²-weighted mean, {numbers['weighted_mean']:.3g}, not for the mean, {numbers['target_mean']:.3g}"


def end(loss: float, floor: float, law: str) -> str:
    """The last loss beside its floor."""
    if floor == 0:
        return f"The loss is {loss:.2g}; its floor is 0, as one number can be right for equal targets."
    if loss - floor < 1e-6 * floor:
        return f"The loss stands on its floor, {law} = {floor:.3g}: one number cannot do better for all targets."
    return f"The loss is {loss:.3g}, above its floor, {law} = {floor:.3g}."


def verdict(cosine: float | None, ratio: float | None, gap: float, gap_times_n: float, n_targets: int) -> str:
    """How the sheet's gradient compares with the true one at the first kernel."""
    start = "At the first kernel the sheet's gradient"
    if ratio is None:
        return "At the first kernel the true gradient is exactly 0, so there is no direction to compare with."
    if cosine is None:
        return f"{start} is exactly 0, and the true one is not."
    if gap < 1e-12:
        return f"{start} agrees with autograd {rounding(gap)}: on this target the mistake survives the test."
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

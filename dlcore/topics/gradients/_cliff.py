"""What a path down the loss of a recurrent unit comes to, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from dlcore.spelling import plain

WEIGHTS, BIASES = np.linspace(0, 8, 65), np.linspace(-4, 2, 61)  # the map


def sentence(params: Any, paths: dict[str, np.ndarray], beside: Sequence[np.ndarray]) -> str:
    """What the cliff did to each path; `beside`: raw paths that began next to the raw one, if no other is drawn."""
    raw, clipped = paths["raw"], paths.get("clipped", paths["raw"])
    if isinstance(params.clip_norm, str):  # "off"
        text = f"Without clipping, {leap([raw, *beside])}."
    elif clipped is raw:
        text = (f"The gradient is never longer than {params.clip_norm:g}, so that clipping changes nothing: "
                f"{leap([raw])}.")
    else:
        bound = params.learning_rate * params.clip_norm / (1 - params.momentum)
        end = "higher" if raw[-1, 2] > clipped[-1, 2] else "no higher"
        text = f"Clipped at {params.clip_norm:g}, no step can be longer than {plain(bound)}. " \
               f"Unclipped, {longer(raw, bound)}, and E ends {end} than with clipping."
    stopped = [f" The {kind} path leaves the finite numbers after step {len(path) - 1}." for kind, path in paths.items()
               if len(path) <= params.steps]
    away = [f" The {kind} path leaves the map at step {outside(path).argmax()}." for kind, path in paths.items()
            if outside(path).any()]
    flat = [f" The {kind} path {'arrives' if path[-1, 2] < 1e-20 else 'reaches a plain'}: its gradient is exactly 0."
            for kind, path in paths.items() if path[-1, 3] == 0]
    return text + "".join(stopped + away + flat)


def leap(paths: Sequence[np.ndarray]) -> str:
    """The longest step and the last loss of a path, and of those that began beside it where they went elsewhere."""
    steps, losses = (span(values) for values in zip(*((longest_step(path), float(path[-1, 2])) for path in paths),
                                                    strict=True))
    apart = ", as the twelfth digit of the start decides" if " to " in steps + losses else ""
    return f"the longest step is {steps} and E ends at {losses}{apart}"


def span(values: Sequence[float]) -> str:
    """A number, or from where to where several go that are not the same to one part in a hundred."""
    low, high = min(values), max(values)
    alike = high - low <= max(0.01 * high, 1e-20)  # 1e-32 and 0 are the same loss
    return plain(values[0]) if alike else f"{plain(low)} to {plain(high)}"


def longest_step(path: np.ndarray) -> float:
    """How far its longest update goes."""
    return float(np.hypot(*np.diff(path[:, :2], axis=0).T).max(initial=0))


def longer(path: np.ndarray, bound: float) -> str:
    """How far its longest update goes beyond a bound, by the power of ten below it."""
    times = longest_step(path) / bound
    power = plain(10.0 ** math.floor(math.log10(times))).removeprefix("1.0×") if times >= 10 else ""
    return f"one step is more than {power} times as long" if power else "no step is 10 times as long"


def outside(path: np.ndarray) -> np.ndarray:
    """Which moments of a path the map does not show."""
    weight, bias = path[:, :2].T
    return (weight < WEIGHTS[0]) | (weight > WEIGHTS[-1]) | (bias < BIASES[0]) | (bias > BIASES[-1])

"""Does autograd always give the derivative?

Autograd differentiates the program, operation by operation; where an operation has a kink it takes a convention,
and conventions put together need not give the derivative of the function.

Source: Griewank & Walther, "Evaluating Derivatives", 2008; Kakade & Lee 2018; PyTorch documentation of autograd.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from dlcore.params import Ranged, choice, number
from dlcore.tables import summary
from dlcore.topics.autodiff._programs import CONVENTIONS, EXPRESSIONS, ask, slope, wrong
from dlcore.topics.autodiff._words import short

VIEW = (0.0, 1.2)  # slopes that are always in view


@dataclass(frozen=True)
class Params(Ranged):
    expression: str = choice("relu_difference", tuple(EXPRESSIONS), "The function f(x), as the program is written")
    x: float = number(0.0, -1.0, 1.0, 0.01, "Point x at which the derivative is asked for")


@dataclass(frozen=True)
class Result:
    """`curve`: x, value, quantity: function, autograd, or slope, the difference quotient where its left and its
    right one agree. What is not a finite number has no row. `here`: the same at the chosen x alone. `labels`, the
    words at these dots: x, value, text, inside.

    `outcome`: x, quantity (function, autograd, slope), text (nan and inf as words).
    `conventions`: expression, autograd, slope: the same question to each of seven programs, in words.
    `summary`: quantity, value, unit.
    """

    curve: Annotated[pd.DataFrame, "x", "value", "quantity"]
    here: Annotated[pd.DataFrame, "x", "value", "quantity"]
    labels: Annotated[pd.DataFrame, "x", "value", "text", "inside"]
    outcome: Annotated[pd.DataFrame, "x", "quantity", "text"]
    conventions: Annotated[pd.DataFrame, "expression", "autograd", "slope"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """The function, what autograd says, and what the function itself does, on a grid and at x."""
    program = EXPRESSIONS[params.expression].run
    grid = torch.linspace(-1, 1, 200, dtype=torch.float64)  # (200,); the kink lies between two points, `at` is exact
    at = torch.tensor([params.x], dtype=torch.float64)  # (1,)
    rows, here = ask(program, grid), ask(program, at)
    others = {name: ask(other.run, at) for name, other in CONVENTIONS.items()}
    return describe(params, grid, rows, here, others)


def curve(x: Tensor, answers: dict[str, Tensor]) -> pd.DataFrame:
    """The finite rows of function, autograd and slope."""
    both = zip(answers["slope_left"].tolist(), answers["slope_right"].tolist(), strict=True)
    found = {"slope": [slope(*sides) for sides in both],
             "function": answers["function"].tolist(), "autograd": answers["autograd"].tolist()}
    rows = [(at, value, quantity) for quantity, values in found.items()
            for at, value in zip(x.tolist(), values, strict=True) if math.isfinite(value)]
    return pd.DataFrame(rows, columns=["x", "value", "quantity"])


def describe(params: Params, grid: Tensor, rows: dict[str, Tensor], here: dict[str, Tensor],
             others: dict[str, dict[str, Tensor]]) -> Result:
    """Tables, numbers and one sentence."""
    at = torch.tensor([params.x], dtype=torch.float64)
    outcome = [(params.x, quantity, word(here[quantity].item())) for quantity in ("function", "autograd")]
    outcome.append((params.x, "slope", slope_words(here)))
    conventions = [(CONVENTIONS[name].text, word(answer["autograd"].item()), slope_words(answer))
                   for name, answer in others.items()]
    shown = curve(at, here)
    found = shown.set_index("quantity").value
    numbers = [(quantity, found[quantity], "") for quantity in ("function", "slope", "autograd") if quantity in found]
    numbers.append(("programs_answered_wrongly", sum(map(wrong, others.values())), f"of {len(others)}"))
    drawn = curve(grid, rows)
    return Result(drawn, shown, labels(drawn, shown), pd.DataFrame(outcome, columns=["x", "quantity", "text"]),
                  pd.DataFrame(conventions, columns=["expression", "autograd", "slope"]),
                  summary(numbers), f"{sentence(params, here)} {counted(others)}")


def labels(drawn: pd.DataFrame, here: pd.DataFrame) -> pd.DataFrame:
    """The two slopes at their dots, each a line below its dot; of two that are equal, the words stand together."""
    slopes = (table[table.quantity != "function"].value for table in (drawn, here))
    below = 0.13 * float(np.ptp(np.concatenate([*slopes, VIEW])))
    found: dict[str, tuple[float, float, str]] = {}  # by the number as it is written
    for x, value, quantity in here[["x", "value", "quantity"]].itertuples(index=False):
        name = {"slope": "true slope", "autograd": "autograd"}.get(quantity, "")
        if name:
            before = found[short(value)][2] + " and " if short(value) in found else ""
            found[short(value)] = (min(max(x, -0.8), 0.8), value - below, before + name)
    rows = [(x, value, f"{text}: {number}", False) for number, (x, value, text) in found.items()]
    return pd.DataFrame(rows, columns=["x", "value", "text", "inside"])


def word(value: float) -> str:
    """A number in four digits; nan and inf as words."""
    if math.isfinite(value):
        return short(value)
    return "nan" if math.isnan(value) else "inf" if value > 0 else "−inf"


def slope_words(answer: dict[str, Tensor]) -> str:
    """The slope of the function, or why there is none."""
    left, right = answer["slope_left"].item(), answer["slope_right"].item()
    found = slope(left, right)
    if math.isfinite(found):
        return word(found)
    return f"none: {word(left)} left, {word(right)} right"


def counted(others: dict[str, dict[str, Tensor]]) -> str:
    """Which of the seven programs are answered wrongly."""
    found = [CONVENTIONS[name].text for name, answer in others.items() if wrong(answer)]
    if not found:
        return f"All {len(others)} programs below get the right slope here."
    return f"Of the {len(others)} programs below, wrong here: {'; '.join(found)}."


def sentence(params: Params, here: dict[str, Tensor]) -> str:
    """Autograd's answer beside the function's own."""
    words = {"nan": "nan (not a number)", "inf": "infinity", "−inf": "minus infinity"}
    text, answer = word(here["autograd"].item()), slope_words(here)
    program, given = EXPRESSIONS[params.expression].text, words.get(text, text)
    start = f"For {program} at x = {short(params.x)}, autograd gives {given}"
    for name, spelled in words.items():
        answer = answer.replace(f" {name} ", f" {spelled} ")
    if answer.startswith("none"):
        kind = "a convention" if math.isfinite(here["autograd"].item()) else "no usable gradient"
        sides = answer[6:].replace(" left,", " on the left,").replace(" right", " on the right")
        return f"{start}. This is {kind}: the function has no slope there ({sides})."
    right = "which is wrong" if wrong(here) else "which is right"
    return f"{start}, {right}: the function itself has the slope {answer}."

"""Why are positions written as sines and cosines?

A shift by k turns each pair (sin ωt, cos ωt) by the angle ωk, wherever it starts: one matrix for all positions.

Source: Vaswani et al., "Attention Is All You Need", 2017.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch
from torch import Tensor

from dlcore.params import Ranged, number
from dlcore.spelling import plain
from dlcore.tables import of_rows, summary
from dlcore.topics.positions._clocks import clocks, degrees, speeds
from dlcore.topics.positions._encoding import frequencies, sinusoidal

MOST, CELLS = 64, 6400  # positions in a picture, and their features
STARTS = {"t = 0": 0, "t = L/4": 1 / 4, "t = L/2": 1 / 2}  # where distances are counted from
STEADY = 0.02  # of the largest product: a curve that rises by less than this falls


@dataclass(frozen=True)
class Params(Ranged):
    shift: int = number(3, 0, 20, 1, "Shift k, in places: from p(t) to p(t + k)", symbol="k")
    dimension: int = number(128, 4, 128, 2, "Number of features d: d/2 sines and d/2 cosines", symbol="d")
    length: int = number(32, 8, 256, 8, "Number of positions L that are encoded", symbol="L")


@dataclass(frozen=True)
class Result:
    """`encoding`: position, feature, value (at most 64 positions, evenly spaced).

    `similarity`: row, column (two of these positions), value: their scalar product.
    `overlap`: distance, value, start (t = 0, t = L/4, t = L/2, any t (law)), kind: p(t)·p(t + k) measured, and its
    theory Σ cos ω_i k; `here`: distance, value: that of the shift.
    `clocks`: line, part, x, y, point, text: up to three pairs of p(t), from t = 0 and from t = L/2, as hands that turn.
    `shifted`: feature, value, kind: p(L/2 + k), shifted, and p(L/2) turned by R_k, rotated.
    `hands`: pair, cosine, sine, kind: from (0, 0) to the first four pairs of p(L/2), and of p(L/2 + k), as hands.
    `summary`: quantity, value, unit.
    """

    encoding: Annotated[pd.DataFrame, "position", "feature", "value"]
    similarity: Annotated[pd.DataFrame, "row", "column", "value"]
    overlap: Annotated[pd.DataFrame, "distance", "value", "start", "kind"]
    here: Annotated[pd.DataFrame, "distance", "value"]
    clocks: Annotated[pd.DataFrame, "line", "part", "x", "y", "point", "text"]
    shifted: Annotated[pd.DataFrame, "feature", "value", "kind"]
    hands: Annotated[pd.DataFrame, "pair", "cosine", "sine", "kind"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Encode all positions, and undo a shift by a rotation."""
    every, dimension = one_in(params), params.dimension // 2 * 2  # sines and cosines come in pairs
    code = sinusoidal(torch.arange(params.length + params.shift), dimension)  # (L + k, d)
    seen = code[:params.length:every]  # (at most 64, d)
    turned = code[:params.length] @ rotation(dimension, params.shift).T  # (L, d)
    moved = code[params.shift:]  # (L, d)
    residual = float((turned - moved).abs().max())
    middle = params.length // 2
    wavelength = 2 * math.pi / frequencies(dimension)  # (d/2)
    norm = float(code.norm(dim=1).mean())
    product = float(code[params.shift] @ code[0])
    return Result(
        encoding=picture(seen, ("position", "feature"), every, 1),
        similarity=picture(seen @ seen.T, ("row", "column"), every, every),
        overlap=of_rows("distance value start kind", (
            (k, value, start, kind) for start, kind, values in overlaps(params.length, dimension)
            for k, value in enumerate(values.tolist()))),
        here=of_rows("distance value", [(params.shift, product)] if params.shift < params.length else []),
        clocks=clocks(code, params.shift, (0, middle)),
        shifted=of_rows("feature value kind", (
            (i, value, kind) for kind, values in (("shifted", moved[middle]), ("rotated", turned[middle]))
            for i, value in enumerate(values.tolist()))),
        hands=of_rows("pair cosine sine kind", (
            (f"pair {i}", end * p[2 * i + 1].item(), end * p[2 * i].item(), kind)
            for kind, p in (("p(t + k)", moved[middle]), ("p(t)", code[middle]))
            for i in range(min(4, dimension // 2)) for end in (0, 1))),
        summary=summary([
            ("product", product, ""), ("largest_product", norm**2, ""),
            ("shift_residual", residual, ""), ("norm", norm, ""),
            ("shortest_wavelength", wavelength[0].item(), "positions"),
            ("longest_wavelength", wavelength[-1].item(), "positions")]),
        sentence=sentence(params, residual, product))


def one_in(params: Params) -> int:
    """Of how many positions a picture shows one."""
    return math.ceil(params.length / min(MOST, CELLS // params.dimension))


def rotation(dimension: int, shift: int) -> Tensor:
    """R_k: blocks [[cos ωk, sin ωk], [−sin ωk, cos ωk]] along the diagonal. Shape: (d, d)."""
    angles = [shift * 10_000 ** (-2 * i / dimension) for i in range(dimension // 2)]
    return torch.block_diag(*(torch.tensor([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]],
                                           dtype=torch.float64) for a in angles))


def law(dimension: int, length: int) -> Tensor:
    """Σ cos ω_i k for every distance k: sin a sin b + cos a cos b = cos(a − b). Shape: (L)."""
    distance = torch.arange(length, dtype=torch.float64)
    return sum(torch.cos(distance * 10_000 ** (-2 * i / dimension)) for i in range(dimension // 2))


def picture(values: Tensor, names: tuple[str, str], first_step: int, second_step: int) -> pd.DataFrame:
    """A matrix as rows of a table; the indices count in steps."""
    first, second = torch.meshgrid(*(torch.arange(n) for n in values.shape), indexing="ij")
    return pd.DataFrame({names[0]: (first * first_step).flatten().numpy(),
                         names[1]: (second * second_step).flatten().numpy(), "value": values.flatten().numpy()})


def overlaps(length: int, dimension: int) -> list[tuple[str, str, Tensor]]:
    """Products with the encodings that follow, from several starts, and the law of them all: start, kind, (L)."""
    code = sinusoidal(torch.arange(2 * length), dimension)  # (2 L, d)
    begins = {name: int(share * length) for name, share in STARTS.items()}
    return [*((name, "measured", code[begin : begin + length] @ code[begin]) for name, begin in begins.items()),
            ("any t (law)", "theory", law(dimension, length))]


def sentence(params: Params, residual: float, product: float) -> str:
    """What a shift is, wherever it begins, and what the products tell."""
    k, half = params.shift, params.dimension // 2
    *first, last = [degrees(speed * k) for speed in speeds(params.dimension)]
    turn = (f"From every start t, {k} place{'s' * (k > 1)} turn the hands by {', '.join(first)} and {last}, up to "
            f"rounding ({plain(residual)}). So p(t)·p(t + {k}) is {plain(product)} for every t." if k else
            "A shift by 0 is no rotation: the two sets of hands are the same.")
    every = one_in(params)
    few = f" Of the {params.length} positions the maps show one in {every}." if every > 1 else ""
    return f"{turn} {falls(law(params.dimension, params.length), half)}{few}"


def falls(products: Tensor, half: int) -> str:
    """Whether a larger distance has a smaller product."""
    rise = float((products - products.cummin(0).values).max())
    if rise <= STEADY * half:
        return f"The product falls with the distance, from d/2 = {half} at 0 to {plain(float(products[-1]))} at " \
               f"{len(products) - 1}: it tells roughly how far apart two words are."
    return (f"With {half} speeds the product, d/2 = {half} at 0, does not only fall: further away it rises again by up "
            f"to {plain(rise)}.")

"""Why are positions written as sines?

A shift by k turns each pair (sin ωt, cos ωt) by the angle ωk, wherever it starts: one matrix for all positions.

Source: Vaswani et al., "Attention Is All You Need", 2017.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor

from dlcore.params import Ranged, number
from dlcore.topics.positions._encoding import frequencies, sinusoidal
from dlcore.topics.positions._tables import table
from dlcore.words import plain

MOST = 64  # positions in a picture
STARTS = {"t = 0": 0, "t = L/4": 1 / 4, "t = L/2": 1 / 2}  # where distances are counted from
HANDS, FINE = 3, 8  # pairs on the clock, and its moments between one position and the next


@dataclass(frozen=True)
class Params(Ranged):
    dimension: int = number(16, 4, 64, 2, "Number d of features of p(t): half sines, half cosines")
    length: int = number(64, 8, 256, 8, "Number L of positions that are encoded")
    shift: int = number(7, 0, 20, 1, "Shift k: distance between the two positions compared")


@dataclass(frozen=True)
class Result:
    """`encoding`: position, feature, value (at most 64 positions, evenly spaced).

    `similarity`: row, column (two of these positions), value: their scalar product.
    `overlap`: distance, value, start (t = 0, t = L/4, t = L/2, any t), kind: p(t)·p(t + k) measured, and its theory
    Σ cos ω_i k.
    `shifted`: feature, value, kind: p(L/2 + k), shifted, and p(L/2) turned by R_k, rotated.
    `clock`: step (positions moved on from L/2, up to k), pair (0, 1, 2), x, y: cosine and sine of the first three
    pairs, each on a circle of its own. `face`: line, point, x, y: these circles, and the hands at L/2 and at L/2 + k.
    `summary`: quantity, value, unit.
    """

    encoding: pd.DataFrame
    similarity: pd.DataFrame
    overlap: pd.DataFrame
    shifted: pd.DataFrame
    clock: pd.DataFrame
    face: pd.DataFrame
    summary: pd.DataFrame
    sentence: str


def run(params: Params) -> Result:
    """Encode all positions, and undo a shift by a rotation."""
    every, dimension = math.ceil(params.length / MOST), params.dimension // 2 * 2  # sines and cosines come in pairs
    code = sinusoidal(torch.arange(params.length + params.shift), dimension)  # (L + k, d)
    seen = code[:params.length:every]  # (at most 64, d)
    turned = code[:params.length] @ rotation(dimension, params.shift).T  # (L, d)
    moved = code[params.shift:]  # (L, d)
    residual = float((turned - moved).abs().max())
    middle = params.length // 2
    wavelength = 2 * math.pi / frequencies(dimension)  # (d/2)
    norm = float(code.norm(dim=1).mean())
    return Result(
        encoding=picture(seen, ("position", "feature"), every, 1),
        similarity=picture(seen @ seen.T, ("row", "column"), every, every),
        overlap=table("distance value start kind", (
            (k, value, start, kind) for start, kind, values in overlaps(params.length, dimension)
            for k, value in enumerate(values.tolist()))),
        shifted=table("feature value kind", (
            (i, value, kind) for kind, values in (("shifted", moved[middle]), ("rotated", turned[middle]))
            for i, value in enumerate(values.tolist()))),
        clock=table("step pair x y", hands(middle, params.shift, dimension)),
        face=table("line point x y", face(middle, params.shift, dimension)),
        summary=table("quantity value unit", [
            ("shift_residual", residual, ""), ("norm", norm, ""),
            ("shortest_wavelength", wavelength[0].item(), "positions"),
            ("longest_wavelength", wavelength[-1].item(), "positions")]),
        sentence=sentence(params, residual, norm, wavelength[-1].item()))


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


def hands(start: int, shift: int, dimension: int) -> list[tuple[float, str, float, float]]:
    """The first pairs while they turn from `start` on: step, pair, cosine and sine; the fastest hand is the longest."""
    steps = torch.arange(shift * FINE + 1, dtype=torch.float64) / FINE
    code = sinusoidal(start + steps, dimension)  # (k · FINE + 1, d)
    return [(step, f"pair {i}", radius(i) * cosine, radius(i) * sine) for i in range(min(HANDS, dimension // 2))
            for step, sine, cosine in zip(steps.tolist(), *code[:, 2 * i : 2 * i + 2].T.tolist(), strict=True)]


def radius(pair: int) -> float:
    """The length of a hand."""
    return 1 - pair / HANDS


def face(start: int, shift: int, dimension: int) -> list[tuple[str, int, float, float]]:
    """What lies below the hands: a circle for each, and their places at the start and at the end."""
    turn = [2 * math.pi * i / 60 for i in range(61)]
    rows = [(f"circle {i}", n, radius(i) * math.cos(a), radius(i) * math.sin(a))
            for i in range(min(HANDS, dimension // 2)) for n, a in enumerate(turn)]
    for step, pair, x, y in hands(start, shift, dimension):
        if step in (0, shift):
            rows += [(f"{pair}, step {step:g}", n, n * x, n * y) for n in (0, 1)]
    return rows


def overlaps(length: int, dimension: int) -> list[tuple[str, str, Tensor]]:
    """Products with the encodings that follow, from several starts, and the law of them all: start, kind, (L)."""
    code = sinusoidal(torch.arange(2 * length), dimension)  # (2 L, d)
    begins = {name: int(share * length) for name, share in STARTS.items()}
    return [*((name, "measured", code[begin : begin + length] @ code[begin]) for name, begin in begins.items()),
            ("any t", "theory", law(dimension, length))]


def sentence(params: Params, residual: float, norm: float, longest: float) -> str:
    """What a shift is, and what every encoding has in common."""
    turn = (f"A shift by {params.shift} is the same rotation R at all positions: p(t + {params.shift}) and R p(t) "
            f"differ by {plain(residual)} at most." if params.shift else "A shift by 0 is no rotation: nothing turns.")
    every = math.ceil(params.length / MOST)
    few = f" Of the {params.length} positions the maps show one in {every}." if every > 1 else ""
    return (f"{turn} Every p(t) has length {norm:.3f} = √(d/2), and the product of two of them depends on their "
            f"distance alone. The slowest pair needs {longest:,.0f} positions for one turn.{few}")

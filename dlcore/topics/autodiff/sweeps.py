"""What do the derivatives of a network cost, computed backward or forward?

A sweep back through a network n → h → m gives the gradient of one weighted sum of its m outputs in all P
parameters; every output apart, the Jacobian, takes m of them, and P if one goes forward.

Source: Baur & Strassen 1983; Griewank & Walther, "Evaluating Derivatives", 2008.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pandas as pd
import torch

from dlcore.params import Ranged, number
from dlcore.seeds import generator
from dlcore.spelling import plain
from dlcore.tables import summary
from dlcore.topics.autodiff._costs import counted, draw, input_sweeps, network, saved
from dlcore.topics.autodiff._forward import jvp

LOOPED = 16  # up to so many outputs, all sweeps of the Jacobian are really run
ALLOCATED = 16e6  # bytes; a larger Jacobian is computed with, not stored
WAYS = {"forward": "forward pass: y alone", "vjp": "1 backward sweep",
        "jacobian_reverse": "Jacobian: m backward sweeps", "jacobian_forward": "Jacobian: P forward sweeps"}
TIMES = "one sweep, multiplied"
SIZES = ("", "thousand", "million", "billion", "trillion")
GRID = (1, 8, 64, 256)  # outputs at which the crossover is measured


@dataclass(frozen=True)
class Params(Ranged):
    inputs: int = number(64, 1, 256, 1, "Number n of inputs of the network", symbol="n")
    outputs: int = number(16, 1, 256, 1, "Number m of outputs of the network; 1 is a loss", symbol="m")
    hidden_size: int = number(32, 8, 256, 8, "Number h of hidden units", symbol="h")
    batch_size: int = number(64, 1, 64, 1, "Number B of samples that pass together", symbol="B")


@dataclass(frozen=True)
class Result:
    """`cost`: mode, quantity (flops, bytes), value, kind (measured; one sweep, multiplied, where not
    all were run; theory), side (counted, theory), way (the mode in words), sweeps (how many the mode takes), sweeps_run
    (how many of them torch has counted here; the value is that of all), text (the value in words). The outputs are
    y₁ … yₘ, each summed over the batch: every sample's own would take B times as many sweeps.

    Modes: forward (one pass, and the bytes that its tape keeps), vjp (one sweep back, without the forward pass),
    jacobian_reverse (m sweeps back), jacobian_forward (P sweeps forward); derivatives in the P parameters.
    `crossover`: outputs, value, mode, kind, way: FLOPs of the Jacobian in the n inputs, at other numbers of outputs;
    one sweep of each is run.
    `summary`: quantity, value, unit.
    """

    cost: Annotated[pd.DataFrame, "mode", "quantity", "value", "kind", "sweeps", "sweeps_run", "way", "text", "side"]
    crossover: Annotated[pd.DataFrame, "outputs", "value", "mode", "kind", "way"]
    summary: Annotated[pd.DataFrame, "quantity", "value", "unit"]
    sentence: str


def run(params: Params) -> Result:
    """Count the FLOPs and the bytes of each way to a derivative."""
    m = params.outputs
    x, parameters = draw(params.inputs, params.hidden_size, m, params.batch_size)  # (B, n)
    total = sum(p.numel() for p in parameters)
    (y, tape), forward = counted(lambda: saved(lambda: network(x, parameters), parameters))  # (B, m)

    v = torch.randn(y.shape, generator=generator(1))  # (B, m)
    gradients, vjp = counted(lambda: torch.autograd.grad(y, parameters, v, retain_graph=True))
    _, scalar = counted(lambda: torch.autograd.grad(y.sum(), parameters, retain_graph=True))
    _, tangent = counted(lambda: jvp(lambda *p: network(x, p), parameters, gradients))

    looped = m if m <= LOOPED else 1  # one sweep for each output; of many outputs, only the first
    one_hot = torch.eye(m)[:looped, None].expand(looped, *y.shape)  # (looped, B, m)
    rows, reverse = counted(lambda: [torch.autograd.grad(y, parameters, v, retain_graph=True) for v in one_hot])
    flops = {"forward": (forward, 1, 1), "vjp": (vjp, 1, 1),
             "jacobian_reverse": (reverse * m // looped, m, looped),
             "jacobian_forward": ((tangent - forward) * total, total, 1)}
    stored = {"forward": tape, "vjp": sum(g.nbytes for g in gradients)}
    if 4 * m * total < ALLOCATED:
        jacobian = torch.empty(m, total)
        for i, row in enumerate(rows):
            jacobian[i] = torch.cat([g.reshape(-1) for g in row])
        stored |= {"jacobian_reverse": jacobian.nbytes}
    return describe(params, flops, stored, scalar)


def describe(params: Params, flops: dict[str, tuple[int, int, int]], stored: dict[str, int],
             scalar: int) -> Result:
    """Tables, numbers and one sentence."""
    law, total = theory(params), flops["jacobian_forward"][1]
    rows = [(mode, "flops", value, "measured" if run == sweeps else TIMES, sweeps, run)
            for mode, (value, sweeps, run) in flops.items()]
    rows += [(mode, "bytes", value, "measured", *flops[mode][1:]) for mode, value in stored.items()]
    rows += [(mode, quantity, value, "theory", flops[mode][1], 0) for (mode, quantity), value in law.items()]
    cost = pd.DataFrame(rows, columns=["mode", "quantity", "value", "kind", "sweeps", "sweeps_run"])
    text = cost.value.map(spelled).where(cost.quantity == "flops", cost.value.map(in_bytes))
    cost = cost.assign(way=cost["mode"].map(WAYS), text=text, side=cost.kind.where(cost.kind == "theory", "counted"))
    ratio = flops["vjp"][0] / flops["forward"][0]
    numbers = [("parameters", total, ""), ("sweep_from_m_outputs", ratio, "forward passes"),
               ("sweep_from_a_scalar", scalar / flops["forward"][0], "forward passes"),
               ("gradient_memory", law["vjp", "bytes"] / 1e6, "MB"),
               ("jacobian_memory", law["jacobian_reverse", "bytes"] / 1e6, "MB")]
    return Result(cost, crossover(params), summary(numbers),
                  sentence(params, total, ratio, "jacobian_reverse" in stored))


def theory(params: Params) -> dict[tuple[str, str], int]:
    """A matrix product costs 2 FLOPs an entry, and a sweep as much for each of its factors that has a derivative."""
    n, m, h, batch = params.inputs, params.outputs, params.hidden_size, params.batch_size
    total = (n + 1) * h + (h + 1) * m
    forward = 2 * batch * (n * h + h * m)
    vjp = 2 * forward - 2 * batch * n * h  # in x there is none
    return {("forward", "flops"): forward, ("vjp", "flops"): vjp, ("jacobian_reverse", "flops"): m * vjp,
            ("jacobian_forward", "flops"): total * vjp,  # torch needs more: it multiplies the zero tangent of x, too
            ("forward", "bytes"): 4 * batch * (n + h), ("vjp", "bytes"): 4 * total,
            ("jacobian_reverse", "bytes"): jacobian_bytes(m, total),
            ("jacobian_forward", "bytes"): jacobian_bytes(m, total)}


def jacobian_bytes(outputs: int, parameters: int) -> int:
    """m·P numbers in float32."""
    return 4 * outputs * parameters


def spelled(value: float) -> str:
    """327,680 as "328 thousand"."""
    power = min(max((len(str(int(value))) - 1) // 3, 0), len(SIZES) - 1)
    return f"{plain(value / 1000**power)} {SIZES[power]}".strip()


def in_bytes(value: float) -> str:
    """10,432 bytes as "10.4 kB"."""
    return f"{plain(value / 1e6)} MB" if value >= 1e6 else f"{plain(value / 1e3)} kB"


def crossover(params: Params) -> pd.DataFrame:
    """The Jacobian in the inputs: m sweeps back or n sweeps forward; in theory each costs a forward pass."""
    n, h, batch = params.inputs, params.hidden_size, params.batch_size
    rows = []
    for m in GRID:
        back, along = input_sweeps(n, h, m, batch)
        one = 2 * batch * (n * h + h * m)
        rows += [(m, m * back, "jacobian_reverse", TIMES), (m, n * along, "jacobian_forward", TIMES),
                 (m, m * one, "jacobian_reverse", "theory"), (m, n * one, "jacobian_forward", "theory")]
    table = pd.DataFrame(rows, columns=["outputs", "value", "mode", "kind"])
    ways = table["mode"].map(WAYS).str.removeprefix("Jacobian: ")
    return table.assign(way=ways.str.replace("P", "n"))  # in the inputs, not the parameters


def sentence(params: Params, total: int, ratio: float, allocated: bool) -> str:
    """What the counts say."""
    m = params.outputs
    one = f"One backward sweep costs {ratio:.2f} forward passes and gives all {total:,} derivatives"
    if m == 1:
        return f"{one}. With a single output, they are the whole Jacobian."
    much = ", which is too large to be stored here" if not allocated else ""
    batch = f", over {params.batch_size} samples" if params.batch_size > 1 else ""
    return (f"{one} of a weighted sum of the {m} outputs{batch}. The Jacobian, with each output apart, takes {m} "
            f"backward sweeps and {m} times the memory{much}. Going forward, it takes P = {total:,} sweeps: one of "
            "them is run, and its FLOPs are multiplied.")

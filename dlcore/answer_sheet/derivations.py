"""The sheet's worked examples, line by line: its words and numbers, the law used, and what a run measures.

Each line of a derivation has the columns line (what is computed), says (the sheet's words), law (what should be used),
sheet (its number), measured (ours, from a run made now), apart (sheet / measured) and parts (where the sheet leaves
the path, or what it does not say; "" while there is nothing to remark).
"""

from __future__ import annotations

import pandas as pd

from dlcore.topics.broadcasting import shapes, terms
from dlcore.topics.gradients import chain

COLUMNS = ("line", "says", "law", "sheet", "measured", "apart", "parts")

Line = tuple[str, str, str, float | None, float, str]  # all but `apart`

_SILENT = "(not given)"

# The sheet's numbers for h, from the first layer to the last, as it writes them.
_FORWARD = (
    (1, "σ(0.1 * 1) ≈ 0.525", 0.525, ""),
    (2, "σ(0.1 * 0.525) ≈ 0.513", 0.513, ""),
    (3, "σ(0.1 * 513) ≈ 0.5128", 0.5128, "513 has lost its point: as it stands, σ(51.3) = 1"),
    (4, "σ(0.1 * 0.5128) ≈ 0.5128", 0.5128, ""),
    (5, "σ(0.1 * 0.5128) ≈ 0.5128", 0.5128, ""),
    (6, "σ(0.1 * 0.5128) ≈ 0.5128", 0.5128, ""),
)
# And for ∂L/∂z, from the last layer to the first.
_BACKWARD = (
    (6, "σ'(0.5128) ≈ 0.25", 0.25,
     "the number is right, the argument is h₆: σ'(0.5128) is 0.234, and σ'(z₆ = 0.0513) 0.25"),
    (5, "σ'(z_6) * 0.25 ≈ 0.0624", 0.0624, "**here it leaves the path**: the weight 0.1 is dropped, and the slope is "
                                           "that of z₆, used a second time, not of z₅"),
    (4, "σ'(z_5) * 0.0624 ≈ 0.0156", 0.0156, "the weight is dropped again; the slope is that of z₅, not of z₄"),
    (3, "σ'(z_4) * 0.0156 ≈ 3.9x10⁻³", 3.9e-3, "and again; the slope is that of z₄, not of z₃"),
    (2, "σ'(z_3) * 3.9x10⁻³ ≈ 9.75x10⁻⁴", 9.75e-4, "and again; the slope is that of z₃, not of z₂"),
    (1, "σ'(z_2) * 9.75x10⁻⁴ ≈ 2.44x10⁻⁴", 2.44e-4, "and again; the slope is that of z₂, and z₁ is never used"),
)
_FIRST_LAYER = "Layer 1: … ≈ 2.44x10⁻⁴"


def vanishing() -> pd.DataFrame:
    """Question 10 b, six sigmoid layers with w = 0.1 and x = 1."""
    six, twenty = chain.run(chain.Params()), chain.run(chain.Params(depth=20))
    h, delta = _by_layer(six, "activation"), _by_layer(six, "delta")
    lines: list[Line] = [
        (f"h{_low(layer)}", says, "σ(w · hₗ₋₁)" if layer > 1 else "σ(w · x)", sheet, h[layer], why)
        for layer, says, sheet, why in _FORWARD]
    lines += [(f"∂L/∂z{_low(layer)}", says, "σ'(zₗ) · w · ∂L/∂zₗ₊₁" if layer < 6 else "σ'(z₆)", sheet, delta[layer],
               why) for layer, says, sheet, why in _BACKWARD]
    lines.append(("∂L/∂w₁", _FIRST_LAYER, "∂L/∂z₁ · x", 2.44e-4, _number(six, "first_weight_gradient"),
                  "if the gradient of layer 1 is that of its weight, five weights of 0.1 are missing"))
    lines.append(("∂L/∂x", _FIRST_LAYER, "w · ∂L/∂z₁", 2.44e-4, _number(six, "input_gradient"),
                  "if it is that of the input, six are: a factor of a million"))
    lines.append(("∂L/∂x, 20 layers", "almost zero(~10x-10)", "∏ w σ'(zₗ)", 1e-10, _number(twenty, "input_gradient"),
                  "twenty weights of 0.1 are missing, and by its own rule it is 0.25²⁰ = 9.1·10⁻¹³"))
    return _derivation(lines)


def exploding() -> pd.DataFrame:
    """Question 10 b, ReLU layers with w = 5 and x = 1."""
    twenty = chain.run(chain.Params(depth=20, activation="relu", weight=5.0))
    h, delta = _by_layer(twenty, "activation"), _by_layer(twenty, "delta")
    lines: list[Line] = [
        (f"h{_low(layer)}", says, "w · hₗ₋₁", sheet, h[layer], "")
        for layer, says, sheet in ((1, "ReLU(5) = 5", 5.0), (2, "ReLU(5 * 5) = 25", 25.0),
                                   (3, "ReLU(5 * 25) = 125", 125.0), (4, "ReLU(125 * 5) = 625", 625.0),
                                   (10, "ReLU(5 * 5⁹) = 5¹⁰", 5.0**10))]
    lines.append(("h₂₀", _SILENT, "w · hₗ₋₁", None, h[20], "the example has twenty layers, and its forward pass ten"))
    lines.append(("∂L/∂z₁₀", _SILENT, "w¹⁰, over layers 11 to 20", None, delta[10],
                  "**here the sheet stops**, half-way back"))
    lines.append(("∂L/∂x", "we will get that ∂L/∂x = 5¹⁰", "w²⁰, over all layers", 5.0**10,
                  _number(twenty, "input_gradient"), "ten of the twenty factors"))
    return _derivation(lines)


def kernel_gradient() -> pd.DataFrame:
    """Question 5: the shapes of the exam's own case, then one weight of a kernel that is small enough to write down."""
    exam, one = shapes.run(shapes.Params()), terms.run(terms.Params())
    made, checks = _numbers(exam.summary), dict(zip(one.checks.method, one.checks.value, strict=True))
    measured, sheet = (_numbers(one.chain[one.chain.kind == kind]) for kind in ("measured", "sheet"))
    return _derivation([
        ("side of ŷ", "the size of y_hat is [1,1,1]", "n + 2p − k + 1 = 32 − 32 + 1", 1.0, made["predictions"] ** 0.5,
         ""),
        ("pairs in ŷ − y", "we use the broadcasting mechanism", "[1, 1, 1] − [32, 32] → [1, 32, 32]", None,
         made["pairs"], "one prediction meets every target"),
        ("ŷ", "y_hat = Σ W_ij X_ij", "Σ W_ij X_ij", sheet["prediction"], measured["prediction"], ""),
        ("loss", "loss = Σ (y_hat - y_ij)²", "Σ_pq (ŷ − y_pq)²", sheet["loss"], measured["loss"], ""),
        ("∂loss/∂W_ij, by the chain rule", "∂loss/∂y_hat * ∂y_hat/∂W_ij * ∂y_hat/∂W_ij", "∂loss/∂ŷ · ∂ŷ/∂W_ij",
         measured["slope"] * measured["input_slope"] ** 2, checks["autograd"],
         "the first departure: ∂ŷ/∂W_ij stands twice; the next step drops one without a word"),
        ("∂loss/∂ŷ", "2 * (y_hat - y_ij)", "Σ_pq 2 (ŷ − y_pq) = 2N (ŷ − ȳ)", sheet["slope"], measured["slope"],
         "**here it leaves for good**: ŷ is in all N terms, and one is kept; i, j, already the weight's, becomes the "
         "target's"),
        ("∂ŷ/∂W_ij", "X_ij", "X_ij", sheet["input_slope"], measured["input_slope"], ""),
        ("∂loss/∂W_ij", "2 * (y_hat - y_ij) * X_ij", "2 Σ_pq (ŷ − y_pq) · X_ij", checks["sheet"], checks["autograd"],
         "the other terms of the sum are still missing"),
        ("the same, nudged", _SILENT, "(L(W + h) − L(W − h)) / 2h", None, checks["finite difference"], ""),
        ("the same, closed form", _SILENT, "2N (ŷ − ȳ) X_ij", None, checks["2N(ŷ − ȳ)X"], ""),
    ])


def _derivation(lines: list[Line]) -> pd.DataFrame:
    rows = [(line, says, law, sheet, measured, None if sheet is None or not measured else sheet / measured, why)
            for line, says, law, sheet, measured, why in lines]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _by_layer(result: chain.Result, quantity: str) -> dict[int, float]:
    rows = result.layers[(result.layers.quantity == quantity) & (result.layers.kind == "measured")]
    return dict(zip(rows.layer.tolist(), rows.value.tolist(), strict=True))


def _number(result: chain.Result, quantity: str) -> float:
    return _numbers(result.summary)[quantity]


def _numbers(table: pd.DataFrame) -> dict[str, float]:
    return {quantity: float(value) for quantity, value in zip(table.quantity, table.value, strict=True)}


def _low(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))

"""The sheet's worked examples, line by line: its words and numbers, the law used, and what a run measures.

Each line of a derivation has the columns line (what is computed), says (the sheet's words), law (what should be used),
sheet (its number), measured (ours, from a run made now), apart (sheet / measured) and parts ("" while they agree, else
where the sheet leaves the path).
"""

from __future__ import annotations

import pandas as pd

from dlcore.topics.broadcasting import terms
from dlcore.topics.gradients import chain

COLUMNS = ("line", "says", "law", "sheet", "measured", "apart", "parts")

Line = tuple[str, str, str, float | None, float, str]  # all but `apart`

# The sheet's numbers for ∂L/∂z, from the last layer to the first, as it writes them.
_BACKWARD = (
    (6, "σ'(0.5128) ≈ 0.25", 0.25, "the slope at the activation is 0.234; at z₆ = 0.0513 it is 0.25"),
    (5, "σ'(z_6) * 0.25 ≈ 0.0624", 0.0624, "here it leaves the path: the weight 0.1 is dropped, and z₆ is used twice"),
    (4, "σ'(z_5) * 0.0624 ≈ 0.0156", 0.0156, "the weight is dropped again"),
    (3, "σ'(z_4) * 0.0156 ≈ 3.9x10⁻³", 3.9e-3, "and again"),
    (2, "σ'(z_3) * 3.9x10⁻³ ≈ 9.75x10⁻⁴", 9.75e-4, "and again"),
    (1, "σ'(z_2) * 9.75x10⁻⁴ ≈ 2.44x10⁻⁴", 2.44e-4, "and again; z₁ is never used"),
)


def vanishing() -> pd.DataFrame:
    """Question 10 b, six sigmoid layers with w = 0.1 and x = 1."""
    six, twenty = chain.run(chain.Params()), chain.run(chain.Params(depth=20))
    delta = _by_layer(six, "delta")
    lines = [(f"∂L/∂z{_low(layer)}", says, "σ'(zₗ) · w · ∂L/∂zₗ₊₁" if layer < 6 else "σ'(z₆)", sheet, delta[layer], why)
             for layer, says, sheet, why in _BACKWARD]
    lines.append(("∂L/∂x", "(as the gradient of layer 1) ≈ 2.44x10⁻⁴", "w · ∂L/∂z₁", 2.44e-4,
                  _number(six, "input_gradient"), "six weights of 0.1 are missing: a factor of a million"))
    lines.append(("∂L/∂x, 20 layers", "almost zero(~10x-10)", "∏ w σ'(zₗ)", 1e-10, _number(twenty, "input_gradient"),
                  "twenty weights of 0.1 are missing, and by its own rule it is 0.25²⁰ = 9.1·10⁻¹³"))
    return _derivation(lines)


def exploding() -> pd.DataFrame:
    """Question 10 b, ReLU layers with w = 5 and x = 1."""
    twenty = chain.run(chain.Params(depth=20, activation="relu", weight=5.0))
    h = _by_layer(twenty, "activation")
    lines = [(f"h{_low(layer)}", says, "w · hₗ₋₁", sheet, h[layer], "")
             for layer, says, sheet in ((1, "ReLU(5) = 5", 5.0), (2, "ReLU(5 * 5) = 25", 25.0),
                                        (3, "ReLU(5 * 25) = 125", 125.0), (4, "ReLU(125 * 5) = 625", 625.0),
                                        (10, "ReLU(5 * 5⁹) = 5¹⁰", 5.0**10))]
    lines.append(("h₂₀", "(not given)", "w · hₗ₋₁", None, h[20], ""))
    lines.append(("∂L/∂x", "we will get that ∂L/∂x = 5¹⁰", "∏ w, over 20 layers", 5.0**10,
                  _number(twenty, "input_gradient"), "ten of the twenty factors: 5¹⁰ is where layer 10 stands"))
    return _derivation(lines)


def kernel_gradient() -> pd.DataFrame:
    """Question 5, the gradient of one weight of a kernel as large as the image."""
    one = terms.run(terms.Params())
    checks = dict(zip(one.checks.method, one.checks.value, strict=True))
    lines = [("∂L/∂W, one weight", "2 * (y_hat - y_ij) * X_ij", "2 Σ_pq (ŷ − y_pq) · X_ij", checks["sheet"],
              checks["autograd"], "the loss is a sum over all targets, and ŷ is in every term: the sheet keeps one")]
    lines.append(("nudged", "(not given)", "(L(W + h) − L(W − h)) / 2h", None, checks["nudged"], ""))
    return _derivation(lines)


def _derivation(lines: list[Line]) -> pd.DataFrame:
    rows = [(line, says, law, sheet, measured, None if sheet is None or not measured else sheet / measured, why)
            for line, says, law, sheet, measured, why in lines]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _by_layer(result: chain.Result, quantity: str) -> dict[int, float]:
    rows = result.layers[(result.layers.quantity == quantity) & (result.layers.kind == "measured")]
    return dict(zip(rows.layer.tolist(), (rows.value * rows.sign).tolist(), strict=True))


def _number(result: chain.Result, quantity: str) -> float:
    return float(result.summary.set_index("quantity").value[quantity])


def _low(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))

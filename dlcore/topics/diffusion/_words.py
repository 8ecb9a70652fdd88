"""Numbers as text, for the words beside a bar and for the sentences."""

from __future__ import annotations

import math

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
BIT = math.log(2)  # nats in one bit


def short(value: float, digits: int = 3) -> str:
    """Three significant digits; outside 0.001–100,000 with a power of ten."""
    if value == 0 or 0.001 <= abs(value) < 100_000:
        text = f"{value:,.{max(0, digits - 1 - exponent(value))}f}"
    else:
        mantissa, power = f"{value:.{digits - 1}e}".split("e")
        text = f"{mantissa}×10{str(int(power)).translate(RAISED)}"
    return text.replace("-", "−")


def exponent(value: float) -> int:
    """The power of ten of the first digit; an exact zero takes 2, and so reads "0", not "0.00"."""
    return int(f"{value:e}".split("e")[1]) if value else 2

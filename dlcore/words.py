"""How names and numbers are shown."""

from __future__ import annotations

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def label(name: str) -> str:
    """`weight_scale` as "Weight scale"."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def option(value: object) -> str:
    """An option or a number as the widget and the link spell it: `heavy_ball` as "heavy ball", 100.0 as "100"."""
    if isinstance(value, float):
        short = f"{value:.12g}"
        return short if float(short) == value else repr(value)  # 400/121 must come back whole
    return str(value).replace("_", " ")


def plain(value: float, digits: int = 3) -> str:
    """Three significant digits, a true minus, thousands with a comma, outside 0.001 … 100,000 as 8.3×10⁻¹³."""
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        short = f"{value + 0.0:.{digits}g}"  # + 0.0 turns −0 into 0
        text = short if abs(float(short)) < 1000 else f"{value:,.0f}"
    else:
        mantissa, exponent = f"{value:.{digits - 2}e}".split("e")
        text = f"{mantissa}×10{str(int(exponent)).translate(_SUPERSCRIPT)}"
    return text.replace("-", "−")

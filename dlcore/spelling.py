"""How names and numbers are shown."""

from __future__ import annotations

import re

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
ACRONYMS = ("js", "kl", "elbo", "rnn", "gru", "cnn", "mlp", "rmse", "snr")
# What a name is called in words, where its letters do not say it.
_SAID = {"n_samples": "Number of samples", "n_seeds": "Number of seeds", "chi": "Factor χ",
         "js": "JS divergence", "wasserstein": "Wasserstein W₁", "sliced_wasserstein": "Sliced W₁",
         "high_quality": "Sharp samples", "alpha_bar_T": "ᾱ of the last step", "against": "Compare with",
         "second_moment": "Mean square"}


def label(name: str) -> str:
    """`weight_scale` as "Weight scale", `gru_with` as "GRU with", `x1` as it is."""
    if name in _SAID or len(name) < 3:
        return _SAID.get(name, name)
    first, *more = name.split("_")
    said = first.upper() if first in ACRONYMS else first[:1].upper() + first[1:]
    return " ".join([_SAID.get(first, said), *more])


def option(value: object) -> str:
    """An option or a number as the widget and the link spell it: `heavy_ball` as "heavy ball", 100.0 as "100"."""
    if isinstance(value, float):
        short = f"{value:.12g}"
        return short if float(short) == value else repr(value)  # 400/121 must come back whole
    return str(value).replace("_", " ")


def plain(value: float, digits: int = 3) -> str:
    """Three significant digits, a true minus, thousands with a comma, outside 0.001 … 100,000 as 8.3×10⁻¹³.

    A factor near 1 has four decimals: 1.0013 a step is not 1.
    """
    if 5e-5 <= abs(value - 1) < 5e-3:
        text = f"{value:.4f}"
    elif value == 0 or 1e-3 <= abs(value) < 1e5:
        short = f"{value + 0.0:.{digits}g}"  # + 0.0 turns −0 into 0
        text = short if abs(float(short)) < 1000 else f"{value:,.0f}"
    else:
        mantissa, exponent = f"{value:.{digits - 2}e}".split("e")
        text = f"{mantissa}{_power(exponent)}"
    return text.replace("-", "−")


def _power(exponent: str) -> str:
    return f"×10{raised(int(exponent))}"


def raised(exponent: int) -> str:
    """−12 as ⁻¹²."""
    return str(exponent).translate(_SUPERSCRIPT)


def typeset(sentence: str) -> str:
    """A sentence with true minus signs and powers of ten, where its numbers were formatted by Python: −1.2×10⁻⁷."""
    powers = re.sub(r"(?<=\d)e([+-]\d+)", lambda found: _power(found[1]), sentence)
    return re.sub(r"(?<![\w)])-(?=\d)", "−", powers)

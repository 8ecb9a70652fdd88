"""The colors of charts, seen in grey print and with the three common color blindnesses.

Simulated by the matrices of full severity of Machado, Oliveira & Fernandes 2009, "A Physiologically-based Model for
Simulation of Color Vision Deficiency", applied to linear RGB; distances are those of CIELAB (ΔE of 1976, D65).
"""

import tomllib
from itertools import pairwise

import numpy as np
import pytest
from walk import ROOT

SIGHT = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                   [0.0193339, 0.1191920, 0.9503041]])
# Least distances: of hues next to each other in a legend, of the first two in L*, of the steps of a scale in L*. A
# difference of 2.3 is just seen (Mahy et al. 1994).
APART, IN_GREY, STEP = 15, 4, 3
THEMES = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"]
theme = pytest.mark.parametrize("theme", ["light", "dark"])


def linear(color):
    """Linear RGB of `#rrggbb`."""
    value = np.array([int(color[i:i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIELAB of linear RGB."""
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / (TO_XYZ @ np.ones(3))
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def seen(color, sight):
    return lab(np.array(SIGHT[sight]) @ linear(color))


def test_the_simulation_leaves_greys_grey_and_makes_red_and_green_meet():
    for sight in SIGHT:
        assert abs(seen("#808080", sight)[1:]).max() < 1
    red, green = "#b56a4a", "#7f8a3c"
    for sight in ("protanopia", "deuteranopia"):
        assert np.linalg.norm(seen(red, sight) - seen(green, sight)) < 0.5 * np.linalg.norm(
            lab(linear(red)) - lab(linear(green)))


@theme
@pytest.mark.parametrize("sight", SIGHT)
def test_lines_next_to_each_other_in_a_legend_are_told_apart(theme, sight):
    colors = [seen(color, sight) for color in THEMES[theme]["chartCategoricalColors"]]
    distances = [round(float(np.linalg.norm(a - b)), 1) for a, b in pairwise(colors)]
    assert min(distances) >= APART, distances


def test_in_grey_print_the_first_two_lines_differ():
    """Paper is always in the light theme. More lines than two differ in grey by their dashes, not by their hues."""
    first, second = (lab(linear(color))[0] for color in THEMES["light"]["chartCategoricalColors"][:2])
    assert abs(first - second) >= IN_GREY


@theme
def test_a_sequential_scale_goes_one_way_in_grey(theme):
    steps = np.diff([lab(linear(color))[0] for color in THEMES[theme]["chartSequentialColors"]])
    assert (np.sign(steps) == np.sign(steps[0])).all() and abs(steps).min() >= STEP


@theme
@pytest.mark.parametrize("sight", SIGHT)
def test_the_two_ends_of_a_diverging_scale_are_told_apart(theme, sight):
    colors = THEMES[theme]["chartDivergingColors"]
    assert np.linalg.norm(seen(colors[0], sight) - seen(colors[-1], sight)) >= 2 * APART

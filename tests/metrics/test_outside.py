"""What curves do outside, by hand."""

from __future__ import annotations

import numpy as np
from scipy.stats import linregress

from core.metrics.outside import rms_by_distance, slope_and_bend, straightness


def test_errors_are_told_by_distance_and_ends_belong_to_both():
    x, off = np.array([-2.0, -1, 0, 1, 2]), np.array([[3.0, 1, 1, 1, 4]])
    found = rms_by_distance(off, x, (0, 1, 2))
    np.testing.assert_allclose(found, [[1, np.sqrt((9 + 1 + 1 + 16) / 4)]])


def test_straightness_is_scipys_r_squared_of_both_sides():
    x, rng = np.linspace(-3, 3, 25), np.random.default_rng(0)
    curve = rng.normal(size=25) + x
    sides = [linregress(x[side], curve[side]).rvalue ** 2 for side in (x >= 1, x <= -1)]
    found = straightness(np.stack([curve, np.abs(x)]), x, 1.0)
    np.testing.assert_allclose(found, [np.mean(sides), 1])


def test_a_line_has_a_slope_and_no_bend_and_a_parabola_both():
    at = np.array([[-2.0, -2.5, -3.0], [2.0, 2.5, 3.0]])
    slope, bend = slope_and_bend(np.stack([3 * at, at**2]), 0.5)
    np.testing.assert_allclose(slope, [3, 4.5])
    np.testing.assert_allclose(bend, [0, 0.5])


def test_a_curve_that_is_level_is_a_line():
    x = np.linspace(-3, 3, 25)
    np.testing.assert_allclose(straightness(np.maximum(x, 0)[None], x, 1.0), [1])
    np.testing.assert_allclose(straightness(np.zeros((1, 25)), x, 1.0), [1])

"""When a level is first reached."""

from __future__ import annotations

import numpy as np

from core.metrics.milestones import first_reached


def test_a_level_is_reached_on_the_line_between_two_looks():
    steps = np.array([0, 10, 20])
    curves = np.array([[0.0, 0.9, 0.0], [0.5, 0.2, 0.1], [1.0, 0.9, 0.2]])
    np.testing.assert_allclose(first_reached(steps, curves, 0.75), [15, 0, np.nan])

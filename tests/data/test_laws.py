"""Laws: their values by hand, nested draws, and fits."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.far_places import MIDDLE, REACH, circle
from core.data.laws import LAWS, NOISE, draw


def test_laws_say_what_they_are_called():
    x = np.array([-1.0, 0.0, 0.25, 2.0])
    np.testing.assert_allclose(LAWS["sine"](x), [0, 0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(LAWS["quadratic"](x), [0.5, 0, 0.03125, 2])
    np.testing.assert_allclose(LAWS["line"](x), x)


def test_a_longer_draw_begins_with_the_shorter_and_another_reach_stretches_it():
    short, long = draw("sine", 10, 1.0, 3), draw("sine", 100, 1.0, 3)
    np.testing.assert_array_equal(short, np.array(long)[:, :10])
    x, y = draw("sine", 10, 2.0, 3)
    np.testing.assert_array_equal(x, 2 * short[0])
    np.testing.assert_allclose(y - LAWS["sine"](x), short[1] - LAWS["sine"](short[0]))


@pytest.mark.parametrize("law", LAWS)
def test_a_fit_of_the_law_is_right_beyond_its_examples(law):
    x, y = draw(law, 300, 1.0, 5)
    assert np.abs(x).max() <= 1
    assert np.std(y - LAWS[law](x)) == pytest.approx(NOISE, rel=0.2)
    far = np.linspace(-3, 3, 7)
    np.testing.assert_allclose(LAWS[law].fitted(x, y, far), LAWS[law](far), atol=0.25)


def test_places_far_away_lie_in_all_directions_at_one_distance():
    off = circle(10, 8) - np.array(MIDDLE)
    np.testing.assert_allclose(np.hypot(*off.T), 10 * REACH)
    np.testing.assert_allclose(off.mean(0), 0, atol=1e-9)

from __future__ import annotations

import numpy as np
import pytest

from core.metrics.parallel_scaling import Line, amdahl, fit_line, gustafson, ring


def test_a_line_is_found_again_over_six_powers_of_ten():
    sizes = np.array([4, 400, 40_000, 4_000_000.0])
    line = Line(2e-4, 1e-9)
    found = fit_line(sizes, line.at(sizes))
    assert (found.fixed, found.each) == pytest.approx((2e-4, 1e-9))


def test_times_never_become_negative():
    found = fit_line(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.5, 4.0]))
    assert found.fixed == 0 and found.each > 0
    assert fit_line(np.array([1.0, 2.0]), np.array([2.0, 1.0])).each == 0
    with pytest.raises(ValueError, match="two sizes"):
        fit_line(np.array([3.0, 3.0]), np.ones(2))


def test_a_ring_of_as_many_takes_what_was_measured_and_one_process_nothing():
    message = Line(1e-3, 1e-8)
    assert ring(message, 2, 2, 1e6) == pytest.approx(1e-3 + 1e-2)
    assert ring(message, 4, 4, 1e6) == pytest.approx(float(message.at(1e6)))
    assert ring(message, 2, 1, 1e6) == 0
    # Three times the messages; each process sends 2 * 3/4 of the bytes instead of 2 * 1/2.
    assert ring(message, 2, 4, 1e6) == pytest.approx(3e-3 + 1.5e-2)


def test_the_two_laws_by_hand():
    assert amdahl(0.5, 2) == pytest.approx(4 / 3)
    assert gustafson(0.5, 2) == pytest.approx(1.5)
    assert amdahl(0.1, 1e9) == pytest.approx(10, rel=1e-6)
    for law in (amdahl, gustafson):
        assert law(0.0, 8) == 8 and law(1.0, 8) == 1 and law(0.3, 1) == pytest.approx(1)

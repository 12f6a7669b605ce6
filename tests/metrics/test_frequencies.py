"""Frequencies of what stands for numbers: waves made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core.metrics.frequencies import concentration, power

P = 11
NUMBERS = np.arange(P)


def wave(frequency: int, phase: float = 0.0) -> np.ndarray:
    return np.cos(2 * np.pi * frequency * NUMBERS / P + phase)


def test_a_pure_wave_has_all_its_power_at_its_frequency():
    units = np.column_stack([wave(1), wave(4, 0.7), 3 * wave(5)])
    found = power(units)
    assert found.shape == (P // 2, 3)
    assert found.argmax(axis=0).tolist() == [0, 3, 4]
    assert concentration(units) == pytest.approx(1.0)
    # Half of p for a wave of height 1, squared.
    assert found[0, 0] == pytest.approx((P / 2) ** 2)


def test_the_mean_over_the_numbers_is_left_out():
    assert concentration((wave(2) + 7.0)[:, None]) == pytest.approx(1.0)


def test_two_waves_share_the_power_by_the_square_of_their_height():
    units = (2 * wave(2) + wave(3))[:, None]
    assert concentration(units) == pytest.approx(0.8)


def test_units_count_by_their_power():
    """A strong pure wave and a weak mixed one: (16 + 0.5) of (16 + 1)."""
    units = np.column_stack([4 * wave(1), (wave(2) + wave(3)) / 2**0.5])
    assert concentration(units) == pytest.approx(16.5 / 17)


def test_stacks_are_computed_network_by_network():
    both = np.stack([wave(1)[:, None], (wave(2) + wave(3))[:, None]])
    assert concentration(both) == pytest.approx([1.0, 0.5])


def test_no_power_is_not_defined():
    assert np.isnan(concentration(np.zeros((P, 2))))

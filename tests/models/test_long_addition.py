"""Sums of longer numbers against adding up every case."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from core.models.long_addition import sum_of_numbers


@pytest.mark.parametrize("digits", [1, 2, 3])
def test_the_distribution_is_that_of_every_case(digits):
    rng = np.random.default_rng(digits)
    columns = rng.random((digits, 4, 19))
    columns /= columns.sum(2, keepdims=True)
    expected = np.zeros((4, 2 * 10**digits - 1))
    for sums in itertools.product(range(19), repeat=digits):
        total = sum(value * 10**place for place, value in enumerate(reversed(sums)))
        expected[:, total] += np.prod([columns[i][:, s] for i, s in enumerate(sums)], axis=0)
    np.testing.assert_allclose(sum_of_numbers(columns), expected, atol=1e-12)


def test_sure_columns_carry_as_at_school():
    columns = np.zeros((3, 1, 19))
    for place, value in enumerate((18, 18, 18)):
        columns[place, 0, value] = 1
    assert sum_of_numbers(columns)[0].argmax() == 999 + 999

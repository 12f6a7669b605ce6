"""Schoolbook addition of numbers whose columns are known by their probabilities only."""

from __future__ import annotations

import numpy as np

BASE = 10


def sum_of_numbers(columns: np.ndarray) -> np.ndarray:
    """Distribution of the sum of two numbers of several digits, exactly, carries included.

    Args:
        columns: Distribution of the sum of the two digits in each column, the columns taken for
            independent: `(digits, n, 19)`, the highest place first.

    Returns:
        `(n, 2 * 10**digits - 1)`: the probability of each sum, from 0 on.
    """
    found = columns[0]
    for column in columns[1:]:
        longer = np.zeros((len(found), BASE * found.shape[1] + BASE - 1), found.dtype)
        for ones in range(column.shape[1]):
            places = slice(ones, ones + BASE * found.shape[1], BASE)
            longer[:, places] += found * column[:, ones, None]
        found = longer
    return found

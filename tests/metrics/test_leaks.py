"""Detectors of leakage on cases that can be counted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import binomtest

from core.metrics.leaks import beyond_chance, columns_that_know, copies, nearest_distances


def test_distances_are_scipys():
    rng = np.random.default_rng(0)
    x, others = rng.normal(size=(30, 5)), rng.normal(size=(40, 5))
    assert nearest_distances(x, others) == pytest.approx(cdist(x, others).min(1))
    own = cdist(x, x) + np.diag(np.full(30, np.inf))
    assert nearest_distances(x, x, same=True) == pytest.approx(own.min(1))


def test_copies_are_told_from_others():
    rng = np.random.default_rng(0)
    train = rng.normal(size=(200, 20))
    test = np.concatenate(
        [train[:10] + 0.01 * rng.normal(size=(10, 20)), rng.normal(size=(50, 20))]
    )
    assert np.flatnonzero(copies(test, train)).tolist() == list(range(10))


def test_a_column_knows_whichever_way_up_it_stands():
    y = np.arange(100) % 2
    rng = np.random.default_rng(0)
    x = np.column_stack([y, -y, rng.normal(size=100), y + rng.normal(size=100)])
    assert columns_that_know(x, y).tolist() == [True, True, False, False]


@pytest.mark.parametrize("right", [50, 58, 59, 60, 100])
def test_beyond_chance_is_the_exact_one_sided_test(right):
    expected = binomtest(right, 100, alternative="greater").pvalue < 0.05
    assert beyond_chance(right, 100) == expected

"""Exact tests: scipy's tails, by hand, and a level that holds for few rows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import hypergeom

from core.metrics.exact_tests import against_the_rest, fisher, holm


@pytest.mark.parametrize("seed", range(4))
def test_tails_are_those_of_the_hypergeometric_distribution(seed):
    rng = np.random.default_rng(seed)
    rows, others = rng.integers(1, 10 ** (seed + 1), (2, 60))
    hits, other_hits = rng.binomial(rows, 0.3), rng.binomial(others, 0.5)
    found = fisher(hits, rows, other_hits, others)
    n, total = rows + others, hits + other_hits
    low, high = hypergeom.cdf(hits, n, total, rows), hypergeom.sf(hits - 1, n, total, rows)
    np.testing.assert_allclose(found, np.minimum(1, 2 * np.minimum(low, high)), rtol=1e-6)


def test_five_of_five_against_none_by_hand():
    assert fisher([5], [5], [0], [5])[0] == pytest.approx(2 / 252)
    assert np.isnan(fisher([0], [0], [2], [5])[0]) and np.isnan(against_the_rest(
        np.array([3, 0]), np.array([5, 0]))).all()  # fmt: skip


def test_nobody_or_everybody_counted_is_no_evidence():
    np.testing.assert_array_equal(against_the_rest(np.zeros(3, int), np.array([4, 9, 2])), 1)
    rows = np.array([4, 9, 2])
    np.testing.assert_array_equal(against_the_rest(rows, rows), 1)


def test_the_level_holds_for_few_rows():
    rng = np.random.default_rng(3)
    rows = np.array([3, 7, 12, 30])
    low = [holm(against_the_rest(rng.binomial(rows, 0.4), rows)).min() <= 0.05 for _ in range(2000)]
    assert np.mean(low) <= 0.05


def test_a_large_table_is_summed_to_the_end():
    p = fisher([60_000], [150_000], [60_900], [150_000])[0]
    z = 900 / (300_000 * 0.403 * 0.597 / 4) ** 0.5 / 2
    from scipy.special import ndtr

    assert p == pytest.approx(2 * ndtr(-z), rel=0.05)


def test_holm_by_hand():
    found = holm(np.array([0.01, 0.04, np.nan, 0.03]))
    np.testing.assert_allclose(found, [0.03, 0.06, np.nan, 0.06])
    assert holm(np.zeros(0)).size == 0

"""Certificates: the bound against scipy's own test, the radius against its formula."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, norm

from core.metrics.robustness import certified_radius, lower_confidence_bound


@pytest.mark.parametrize(("k", "n"), [(1, 10), (7, 10), (10, 10), (990, 1000), (1000, 1000)])
def test_bound_is_that_of_scipy(k, n):
    test = binomtest(k, n, alternative="greater")
    expected = test.proportion_ci(confidence_level=0.999, method="exact").low
    assert lower_confidence_bound(np.array(k), n, 0.001) == pytest.approx(expected)


def test_bound_covers_as_often_as_it_says():
    rng = np.random.default_rng(0)
    trials = rng.binomial(50, 0.8, size=20_000)
    wrong = (lower_confidence_bound(trials, 50, 0.05) > 0.8).mean()
    assert 0 < wrong <= 0.055


def test_nothing_is_promised_below_one_half_and_no_more_than_the_votes_allow():
    radius = certified_radius(np.array([0, 500, 520, 1000]), 1000, 0.25, 0.001)
    assert radius[:3].tolist() == [-1, -1, -1]
    assert radius[3] == pytest.approx(0.25 * norm.ppf(0.001 ** (1 / 1000)))


def test_radius_grows_with_votes_and_noise():
    votes = np.arange(600, 1001, 50)
    radius = certified_radius(votes, 1000, 0.25, 0.001)
    assert (np.diff(radius) > 0).all()
    np.testing.assert_allclose(certified_radius(votes, 1000, 0.5, 0.001), 2 * radius)

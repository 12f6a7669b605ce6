"""The analysis of variance of a full grid, on grids that can be split by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from core.metrics.variance_shares import two_way


def test_a_sum_of_two_has_no_interaction_and_a_product_of_signs_nothing_else():
    rows, columns = np.array([0.0, 3.0])[:, None], np.array([0.0, 1.0])
    assert two_way(rows + columns) == pytest.approx((0.9, 0.1, 0.0))
    signs = np.array([[1.0, -1.0], [-1.0, 1.0]])
    assert two_way(signs) == pytest.approx((0.0, 0.0, 1.0))


def test_one_grid_a_seed_and_nothing_where_nothing_varies():
    grids = np.stack([np.arange(12.0).reshape(3, 4), np.ones((3, 4))])
    shares = np.array(two_way(grids))
    assert shares.shape == (3, 2)
    assert shares[:, 0].sum() == pytest.approx(1)
    assert np.isnan(shares[:, 1]).all()


def test_the_rows_share_is_the_sum_of_squares_of_scipys_anova():
    grid = np.random.default_rng(0).normal(size=(5, 7))
    f = stats.f_oneway(*grid).statistic
    between = f * 4 / (f * 4 + 30)  # F = (between / 4) / (within / 30)
    assert two_way(grid)[0] == pytest.approx(between)

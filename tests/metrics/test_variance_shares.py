"""The analysis of variance of a full grid, on grids that can be split by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from core.metrics.variance_shares import each_alone, two_way


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


def test_each_axis_alone_is_what_two_way_says_and_more_axes_add_up_with_their_interactions():
    grid = np.random.default_rng(1).normal(size=(5, 7))
    assert each_alone(grid) == pytest.approx(two_way(grid)[:2])
    first, second, third = (np.arange(n) for n in (3, 2, 4))
    sums = first[:, None, None] + 10.0 * second[:, None] + 0.0 * third
    # Variances 2/3 and 100/4 of values that stand apart by 1 and by 10; nothing of the third.
    assert each_alone(sums) == pytest.approx(np.array([2 / 3, 25.0, 0.0]) / (2 / 3 + 25.0))
    assert np.isnan(each_alone(np.ones((2, 2)))).all()

"""Wrong units: as many as asked, noticed by their size, and what each way makes of them."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.embedded import load_cells
from core.data.unit_errors import (
    AS_THEY_STAND,
    BLANKED,
    CLIPPED,
    PUT_RIGHT,
    noticed,
    orders_off,
    treated,
    with_wrong_units,
)

COLUMNS = ("radius", "texture")
RAW = load_cells(seed=0, columns=COLUMNS, scaled=False)
SCALED = load_cells(seed=0, columns=COLUMNS)


def test_columns_are_chosen_and_left_in_their_own_units():
    whole = load_cells(seed=0)
    assert (SCALED.x_train == whole.x_train[:, :2]).all()
    assert RAW.x_train[:, 0].min() > 6 and RAW.x_train[:, 0].max() < 30
    np.testing.assert_allclose(treated(RAW, AS_THEY_STAND).x_train, SCALED.x_train, atol=1e-5)


def test_so_many_rows_are_wrong_and_more_of_them_at_larger_shares():
    few, many = (with_wrong_units(RAW, share, 1000, 0) for share in (0.05, 0.2))
    assert few.train.sum() == 20 and many.train.sum() == 80
    assert few.test.sum() == 8 and many.test.sum() == 34
    assert not (few.train & ~many.train).any()
    ratio = many.data.x_train / RAW.x_train
    assert ratio[many.train, 0] == pytest.approx(1000) and ratio[~many.train, 0] == pytest.approx(1)
    assert (ratio[:, 1] == 1).all()


def test_orders_are_powers_of_ten():
    assert orders_off(np.array([12.0, 30, 13000, 1.1, 120]), 12.0).tolist() == [0, 0, 3, -1, 1]


@pytest.mark.parametrize("factor", [10.0, 1000.0])
def test_large_factors_are_noticed_and_put_right(factor):
    table = with_wrong_units(RAW, 0.2, factor, 0)
    assert noticed(table) == [(True, 114, 114), (False, 0, 455)]
    back = treated(table.data, PUT_RIGHT)
    np.testing.assert_allclose(back.x_train, SCALED.x_train, atol=1e-5)
    np.testing.assert_allclose(back.x_validation, SCALED.x_validation, atol=1e-5)


def test_small_factors_pass_mostly_for_right():
    (_, hits, wrong), (_, false, right) = noticed(with_wrong_units(RAW, 0.2, 2.2, 0))
    assert hits < wrong / 2 and false == 0 and right == 455
    assert noticed(with_wrong_units(RAW, 0.0, 1000, 0)) == [(False, 0, 569)]


def test_a_few_wrong_values_squeeze_the_others_unless_treated():
    table = with_wrong_units(RAW, 0.05, 1000, 0)
    spread = {
        way: treated(table.data, way).x_train[~table.train, 0].std()
        for way in (AS_THEY_STAND, CLIPPED, BLANKED, PUT_RIGHT)
    }
    assert spread[AS_THEY_STAND] < 0.01
    assert min(spread[way] for way in (CLIPPED, BLANKED, PUT_RIGHT)) > 0.7


def test_what_is_taken_as_missing_gets_the_mean_of_the_others():
    table = with_wrong_units(RAW, 0.05, 1000, 0)
    filled = treated(table.data, BLANKED)
    assert filled.x_train[:, 0].mean() == pytest.approx(0, abs=1e-5)
    assert filled.x_train[table.train, 0] == pytest.approx(0, abs=1e-5)
    assert filled.x_validation[table.test, 0] == pytest.approx(0, abs=1e-5)


def test_clipped_are_values_beyond_the_fences():
    low, high = np.quantile(RAW.x_train[:, 0], (0.25, 0.75))
    upper = np.minimum(RAW.x_train[:, 0], high + 1.5 * (high - low))
    clipped = treated(RAW, CLIPPED).x_train[:, 0]
    np.testing.assert_allclose(clipped, (upper - upper.mean()) / upper.std(), atol=1e-5)

"""Parity: the class is the product of a few signs, and no column alone says anything."""

from __future__ import annotations

import numpy as np

from core.data.parity import N_USED, make_parity


def test_the_class_is_a_product_of_signs_and_a_smaller_set_begins_a_larger() -> None:
    small, large = make_parity(50, seed=2), make_parity(2000, seed=2)
    product = large.x_train[:, :N_USED].prod(1)
    np.testing.assert_array_equal(large.y_train, product > 0)
    np.testing.assert_array_equal(small.x_train, large.x_train[:50])
    assert set(np.unique(large.x_train)) == {-1.0, 1.0}


def test_no_column_alone_says_anything() -> None:
    data = make_parity(4000, seed=2)
    signs = 2 * data.y_train - 1
    assert np.abs(data.x_train.T @ signs / len(signs)).max() < 0.06

"""A rare class: how many there are, and that test examples are new."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.rare_class import make_rare, make_rares


@pytest.mark.parametrize(("ratio", "rare"), [(1, 250), (3, 125), (30, 16), (100, 5)])
def test_the_classes_are_as_frequent_as_asked(ratio, rare):
    one = make_rare(500, ratio, n_test=300, seed=1)
    assert np.bincount(one.data.y_train).tolist() == [500 - rare, rare]
    assert len(one.common) == len(one.rare) == 300
    assert one.share == pytest.approx(1 / (1 + ratio))


def test_rare_examples_of_a_larger_ratio_are_among_those_of_a_smaller():
    many, few = (make_rare(500, ratio, n_test=10, seed=1) for ratio in (3, 30))
    rows = {tuple(row) for row in many.data.x_train[many.data.y_train == 1].tolist()}
    assert {tuple(row) for row in few.data.x_train[few.data.y_train == 1].tolist()} <= rows
    assert (many.rare == few.rare).all()


def test_all_ratios_of_a_seed_are_drawn_at_once_and_share_their_test_examples():
    for one, ratio in zip(make_rares(500, (1, 30), n_test=40, seed=1), (1, 30), strict=True):
        alone = make_rare(500, ratio, n_test=40, seed=1)
        np.testing.assert_array_equal(one.data.x_train, alone.data.x_train)
        np.testing.assert_array_equal(one.data.y_train, alone.data.y_train)
        np.testing.assert_array_equal(one.rare, alone.rare)
    first, last = make_rares(500, (1, 30), n_test=40, seed=1)
    assert first.rare is last.rare and first.data.x_validation is last.data.x_validation

"""Wrong labels of several kinds: how many, which, and that they grow with the share."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from core.data.embedded import load_digits
from core.data.mislabelling import Kind, by_hardness, mislabelled, mistakes

KINDS = get_args(Kind)


@pytest.mark.parametrize("kind", KINDS)
def test_exactly_the_share_is_wrong_and_stays_wrong_at_larger_shares(kind):
    clean = load_digits(200, seed=3)
    found = mistakes(clean, kind, 3)
    few, many = (mislabelled(clean, found, share) for share in (0.1, 0.4))
    assert few.flipped.sum() == 20 and many.flipped.sum() == 80
    for one in (few, many):
        assert ((one.y_train != clean.y_train) == one.flipped).all()
    assert (few.flipped <= many.flipped).all()
    assert (few.y_train[few.flipped] == many.y_train[few.flipped]).all()
    assert (mislabelled(clean, found, 0.0).y_train == clean.y_train).all()


def test_pairs_are_the_next_digit_and_some_classes_leave_half_true():
    clean = load_digits(400, seed=0)
    pair = mislabelled(clean, mistakes(clean, "pair", 0), 0.3)
    assert ((pair.y_train - clean.y_train)[pair.flipped] % 10 == 1).all()
    some = mislabelled(clean, mistakes(clean, "some_classes", 0), 0.3)
    assert len(set(clean.y_train[some.flipped])) == 5


def test_the_hardest_is_the_one_nearer_to_another_class():
    x = np.array([[0.0], [1.0], [2.0], [4.4], [6.0], [7.0]])
    y = np.array([0, 0, 0, 0, 1, 1])
    order, other = by_hardness(x, y)
    # The point at 4.4 is 2.4 from its own class and 1.6 from the other; 0 and 7 lie deepest.
    assert order[0] == 3
    assert set(order[-2:]) == {0, 5} or order[-1] == 0
    assert (other == 1 - y).all()

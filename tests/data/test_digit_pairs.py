"""Pairs of digits: which stand together, and what they add up to."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.digit_pairs import draw, grid, held_out


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7])
def test_pairs_are_held_out_both_ways_and_no_digit_is_left_alone(share):
    for seed in range(20):
        cells = held_out(share, seed)
        assert (cells == cells.T).all()
        assert np.triu(cells).sum() == round(share * 55)
        assert not cells.all(axis=0).any()


def test_training_pairs_are_allowed_ones_with_their_sums():
    allowed = ~held_out(0.5, 1)
    pairs = draw(2000, allowed, 1)
    digit = {x.tobytes(): y for x, y in zip(pairs.singles, pairs.labels, strict=True)}
    first, second = ([digit[x.tobytes()] for x in side] for side in (pairs.first, pairs.second))
    assert allowed[first, second].all()
    np.testing.assert_array_equal(pairs.sums, np.add(first, second))
    np.testing.assert_array_equal(draw(500, allowed, 1).sums, pairs.sums[:500])


def test_the_grid_asks_every_pair_as_often_and_with_new_pictures():
    pairs = grid(3, 0)
    a, b = np.divmod(np.repeat(np.arange(100), 3), 10)
    np.testing.assert_array_equal(pairs.sums, a + b)
    learned = {x.tobytes() for x in draw(100, np.ones((10, 10), bool), 0).singles}
    shared = sum(x.tobytes() in learned for x in pairs.first)
    assert shared <= 3  # The same scan stands twice in the file now and then.

"""Digits on a canvas: no pixel is lost, and moves are what they say."""

from __future__ import annotations

import numpy as np

from core.data.canvas import MIDDLE, SIDE, WAYS, load_canvas_digits, placed


def test_a_digit_is_moved_whole_down_and_right():
    digits = np.random.default_rng(0).random((3, 64)).astype(np.float32) + 0.1
    moves = np.array([(0, 0), (MIDDLE, -MIDDLE), (-1, 2)])
    canvas = placed(digits, moves).reshape(3, SIDE, SIDE)
    for one, digit, (down, right) in zip(canvas, digits, moves, strict=True):
        own = one[MIDDLE + down :, MIDDLE + right :][:8, :8]
        assert (own == digit.reshape(8, 8)).all() and np.count_nonzero(one) == 64


def test_the_four_ways_are_one_pixel_each():
    assert (np.abs(WAYS).sum(1) == 1).all() and len({tuple(way) for way in WAYS}) == 4


def test_training_digits_are_anywhere_or_in_the_middle_and_tests_as_far_as_they_are_told():
    still, moved = (load_canvas_digits(200, anywhere=where, seed=0) for where in (False, True))

    def rows(x: np.ndarray) -> np.ndarray:
        """The highest row with ink, from the top."""
        return (x.reshape(-1, SIDE, SIDE).max(2) > 0).argmax(1)

    # Some digits leave their own first row empty; what is moved is counted from there.
    assert set(rows(moved.data.x_train) - rows(still.data.x_train)) == set(range(-4, 5))
    off = rows(still.moved(3)) - rows(still.data.x_validation)
    assert off.tolist() == (3 * still.ways[:, 0]).tolist()
    assert (still.moved(0) == still.data.x_validation).all()


def test_shuffling_moves_pixels_of_all_canvases_alike():
    plain, mixed = (load_canvas_digits(50, shuffled=so, seed=1) for so in (False, True))
    assert sorted(mixed.order) == list(range(SIDE**2))
    for part in ("x_train", "x_validation"):
        assert (getattr(mixed.data, part) == getattr(plain.data, part)[:, mixed.order]).all()
    assert (mixed.moved(2) == plain.moved(2)[:, mixed.order]).all()
    assert mixed.pictures().x_train.reshape(50, -1).tolist() == mixed.data.x_train.tolist()

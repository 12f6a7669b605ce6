"""Digits with a planted cue: who carries which, counted."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.cued_digits import CORNERS, GROUPS, draw, stamped
from core.data.embedded import load_digits


def test_the_corners_hold_the_cue_and_nothing_else():
    whole = load_digits(700, seed=0)
    assert whole.x_train[:, CORNERS].any()  # A few digits reach into one.
    for cued, x in zip(draw(500, 200, 0.9, 0)[:2], (whole.x_train[:500], whole.x_train[500:]),
                       strict=True):  # fmt: skip
        assert not cued.x[:, CORNERS].any()
        others = np.delete(np.arange(64), CORNERS)
        np.testing.assert_array_equal(cued.x[:, others], x[:, others])
        marked = cued.stamped(0.7)[:, CORNERS]
        np.testing.assert_array_equal(marked.argmax(axis=1), cued.cue)
        assert (marked.sum(axis=1) == np.float32(0.7)).all()


@pytest.mark.parametrize("alignment", [0.5, 0.8, 0.98])
def test_the_cue_is_wrong_as_often_as_asked_in_each_class(alignment):
    train, reserve, test = draw(500, 100, alignment, 3)
    for label in (0, 1):
        own = train.y == label
        wrong = (train.cue[own] != label).sum()
        assert wrong == round((1 - alignment) * own.sum())
        halves = np.bincount(reserve.cue[reserve.y == label])
        assert abs(halves[0] - halves[1]) <= 1
    assert (len(train.y), len(reserve.y), len(test.y)) == (500, 100, 597)
    np.testing.assert_array_equal(test.cue, test.y)


def test_a_wrong_cue_stays_wrong_when_the_cue_gets_less_reliable():
    more, less = (draw(500, 100, alignment, 3)[0] for alignment in (0.98, 0.8))
    np.testing.assert_array_equal(more.x, less.x)
    wrong = [cued.cue != cued.y for cued in (more, less)]
    assert not (wrong[0] & ~wrong[1]).any() and wrong[1].sum() > wrong[0].sum()


def test_no_group_is_ever_empty():
    train = draw(250, 200, 0.99, 0)[0]
    assert all(len(group) for group in train.members())
    assert sum(map(len, train.members())) == 250


def test_stamping_changes_one_pixel_of_a_copy():
    x = np.zeros((2, 64), np.float32)
    found = stamped(x, np.array([1, 0]), 0.5)
    assert not x.any()
    assert np.argwhere(found).tolist() == [[0, CORNERS[1]], [1, CORNERS[0]]]
    assert set(found[found > 0]) == {0.5}


def test_members_are_those_of_class_and_cue():
    train = draw(250, 200, 0.9, 1)[0]
    for (label, cue), places in zip(GROUPS, train.members(), strict=True):
        assert (train.y[places] == label).all() and (train.cue[places] == cue).all()

"""A visitor's changes to training points: what they make of the data, and what is refused."""

import numpy as np
import pytest

from core.data.generated import make_two_moons
from core.data.touched import fits, touched

DATA = make_two_moons(6, noise=0.1, label_noise=0.5, seed=3)
EXTENT = np.array([-1.0, 2.0, -1.0, 1.5])


def test_a_label_is_turned_over_and_a_wrong_one_becomes_true():
    wrong, right = int(np.flatnonzero(DATA.flipped)[0]), int(np.flatnonzero(~DATA.flipped)[0])
    found = touched(DATA, (wrong, right))
    assert found.data.y_train[wrong] == 1 - DATA.y_train[wrong]
    assert not found.data.flipped[wrong] and found.data.flipped[right]
    assert (found.turned, found.added) == (2, 0)
    others = [i for i in range(6) if i not in (wrong, right)]
    assert (found.data.y_train[others] == DATA.y_train[others]).all()
    assert (DATA.y_train == make_two_moons(6, noise=0.1, label_noise=0.5, seed=3).y_train).all()


def test_twice_turned_is_not_turned():
    found = touched(DATA, (2, 2))
    assert (found.data.y_train == DATA.y_train).all()
    assert not found.yours.any() and found.turned == 0


def test_points_are_added_behind_the_others_and_can_be_turned_too():
    found = touched(DATA, ((0.5, -0.25, 1), (1.0, 1.0, 0), 7, 0))
    assert found.data.x_train.shape == (8, 2) and found.data.x_train.dtype == np.float32
    assert found.data.x_train[6:].tolist() == [[0.5, -0.25], [1.0, 1.0]]
    assert found.data.y_train[6:].tolist() == [1, 1], "the second was flipped"
    assert found.yours.tolist() == [True, *[False] * 5, True, True]
    assert not found.data.flipped[6:].any(), "nobody knows the true label of an added point"
    assert (found.turned, found.added) == (1, 2)
    assert found.data.x_validation is DATA.x_validation


@pytest.mark.parametrize("touch", [0, 5, (0.0, 0.0, 1), (-1.0, 1.5, 0)])
def test_what_is_there_can_be_touched(touch):
    assert fits(touch, 6, EXTENT)


@pytest.mark.parametrize(
    "touch",
    [-1, 6, (2.1, 0.0, 1), (0.0, -1.1, 1), (float("nan"), 0.0, 1), (0.0, float("inf"), 0),
     (0.0, 0.0, 2)],
)  # fmt: skip
def test_what_is_not_there_cannot(touch):
    assert not fits(touch, 6, EXTENT)

"""What fills holes: scikit-learn's imputers, fitted on training rows only."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from core.lab.run import complete
from core.models.classical import BOOSTING, fitted
from core.models.imputing import (
    FILLERS,
    INDICATOR,
    ITERATIVE,
    MEAN,
    NEIGHBOURS,
    filling,
    importing,
)

NAN = np.nan


def filled(name, train, test, seed):
    return complete(filling(name, train, test, seed))


TRAIN = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, NAN], [NAN, 7.0], [8.0, 9.0], [10.0, 11.0]])
TEST = np.array([[NAN, 5.0], [100.0, NAN]])


def test_the_mean_is_that_of_training_rows():
    train, test = filled(MEAN, TRAIN, TEST, 0)
    assert train[3, 0] == pytest.approx(4.8) and train[2, 1] == pytest.approx(6.2)
    assert test[0, 0] == pytest.approx(4.8) and test[1, 1] == pytest.approx(6.2)


def test_indicators_mark_what_is_missing():
    train, test = filled(INDICATOR, TRAIN, TEST, 0)
    assert train.shape == (6, 4)
    assert test[:, 2:].tolist() == [[1, 0], [0, 1]]


def test_a_straight_line_is_guessed_by_the_iterative_filler():
    train, test = filled(ITERATIVE, TRAIN, TEST, 0)
    # The second column is the first plus 1.
    assert train[2, 1] == pytest.approx(5, abs=0.1) and train[3, 0] == pytest.approx(6, abs=0.1)
    assert test[0, 0] == pytest.approx(4, abs=0.1)


@pytest.mark.parametrize("name", FILLERS)
def test_what_is_there_stays_and_nothing_is_missing_afterwards(name):
    train, test = filled(name, TRAIN, TEST, 0)
    assert np.isfinite(train).all() and np.isfinite(test).all()
    assert train.dtype == np.float32
    there = ~np.isnan(TRAIN)
    assert (train[:, :2][there] == TRAIN[there]).all()


def test_neighbours_are_nearer_than_the_mean_on_clusters():
    rng = np.random.default_rng(0)
    centre = rng.integers(0, 2, 80) * 10.0
    x = centre[:, None] + rng.normal(size=(80, 3))
    hole = x.copy()
    hole[::4, 1] = NAN
    error = {name: abs(filled(name, hole, hole[:1], 0)[0][::4, 1] - x[::4, 1]).mean()
             for name in (MEAN, NEIGHBOURS)}  # fmt: skip
    assert error[NEIGHBOURS] < error[MEAN] / 2


def test_trees_use_that_a_value_is_missing():
    y = np.arange(200) % 2
    x = np.where(y == 1, NAN, 0.0)[:, None]
    trees = complete(fitted(BOOSTING, x, y, 0))
    assert (trees.predict(x) == y).all()


def test_scikit_learn_comes_aside():
    assert complete(importing()) is None
    assert "sklearn.impute" in sys.modules

"""The table of known importance: its class, its copy, and what its columns are worth."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.data.known_importance import (
    COPY,
    FEATURES,
    INTERACTION,
    PRODUCT,
    STRONG,
    TRUTH,
    WEIGHTS,
    make_known_importance,
)


def table(n: int, correlation: float, noise: float, seed: int) -> Dataset:
    return make_known_importance(n, correlation=correlation, noise=noise, seed=seed)


def true_score(x: np.ndarray) -> np.ndarray:
    return x @ WEIGHTS + INTERACTION * x[:, PRODUCT].prod(1)


def test_the_class_is_the_sign_of_the_score_and_the_copy_follows() -> None:
    data = table(5000, 0.95, 0.0, seed=3)
    np.testing.assert_array_equal(data.y_train, true_score(data.x_train) > 0)
    related = np.corrcoef(data.x_train.T)
    assert related[STRONG, COPY] == pytest.approx(0.95, abs=0.01)
    related[[STRONG, COPY], [COPY, STRONG]] = 0
    np.testing.assert_allclose(related, np.eye(len(FEATURES)), atol=0.06)
    noisy = table(5000, 0.95, 2.0, seed=3)
    assert 0.7 < (noisy.y_train == data.y_train).mean() < 0.9


def test_the_correlation_changes_the_copy_only_and_fewer_rows_are_the_first() -> None:
    one, other = table(50, 0.0, 0.5, seed=1), table(50, 0.99, 0.5, seed=1)
    np.testing.assert_array_equal(one.y_train, other.y_train)
    same = [i for i in range(len(FEATURES)) if i != COPY]
    np.testing.assert_array_equal(one.x_train[:, same], other.x_train[:, same])
    fewer = table(20, 0.0, 0.5, seed=1)
    np.testing.assert_array_equal(fewer.x_train, one.x_train[:20])


def test_the_truth_is_how_far_the_score_moves() -> None:
    """Each column drawn anew, many times: the root mean square change over the root of 2."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200_000, len(FEATURES)))
    for column, expected in enumerate(TRUTH):
        moved = x.copy()
        moved[:, column] = rng.normal(size=len(x))
        change = np.square(true_score(moved) - true_score(x)).mean()
        assert (change / 2) ** 0.5 == pytest.approx(expected, abs=0.02), FEATURES[column]

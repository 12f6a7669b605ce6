"""Detectors of leakage: copies across a split, a column that knows, scores on shuffled labels."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom

from core.metrics.receiver import area

KNOWS = 0.99
"""Area under the ROC curve from which on a single column is suspected to know the outcome."""
LEVEL = 0.05


def nearest_distances(x: np.ndarray, others: np.ndarray, *, same: bool = False) -> np.ndarray:
    """Distance of each row to the nearest of other rows, `(n,)`.

    Args:
        x: `(n, d)`.
        others: `(m, d)`.
        same: Whether both are the same rows: a row is then not its own neighbour.
    """
    a, b = x.astype(float), others.astype(float)
    squares = (a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T
    if same:
        np.fill_diagonal(squares, np.inf)
    return np.asarray(np.sqrt(np.maximum(squares, 0).min(1)))


def copies(test: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Which test examples lie so near to a training example that they are taken for a copy.

    Args:
        test: `(n, d)`.
        train: `(m, d)`, at least two.

    Returns:
        `(n,)` bool: nearer than half the smallest distance between two training examples,
        leaving out the closest hundredth of them, which may be copies themselves.
    """
    usual = np.quantile(nearest_distances(train, train, same=True), 0.01)
    return np.asarray(nearest_distances(test, train) < usual / 2)


def columns_that_know(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Which columns alone order the classes almost without a mistake, either way up, `(d,)` bool.

    Args:
        x: `(n, d)`.
        y: `(n,)` in {0, 1}.
    """
    areas = np.array([area(y, column)[0] for column in x.T])
    return np.asarray(np.maximum(areas, 1 - areas) >= KNOWS)


def beyond_chance(right: int, n: int) -> bool:
    """Whether so many right answers of `n`, to labels that say nothing, are too many for chance.

    Args:
        right: Right answers.
        n: Answers to two classes of equal size.
    """
    return bool(binom.sf(right - 1, n, 0.5) < LEVEL)

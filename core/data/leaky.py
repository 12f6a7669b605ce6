"""Data that leak: copies across a split, a column that knows the outcome, and pure noise."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.data.dataset import Dataset
from core.lab.seeding import numpy_generator

TESTED = 400
"""Validation examples in a test set of which some are copies."""
FRESH_ROWS = 400
"""Further rows of pure noise."""


def contaminated(
    data: Dataset, share: float, noise: float, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Replace a share of the first validation examples by noisy copies of training examples.

    Args:
        data: At least `TESTED` validation examples.
        share: In [0, 1].
        noise: Standard deviation of what is added to a copy.
        seed: Of the run.

    Returns:
        Inputs and labels of the `TESTED` examples, and which of them are copies.
    """
    rng = numpy_generator(seed, "leakage", "copies")
    chosen = rng.integers(0, len(data.y_train), TESTED)
    made = data.x_train[chosen] + noise * rng.normal(size=(TESTED, data.n_features))
    copied = np.arange(TESTED) < round(share * TESTED)
    x = np.where(copied[:, None], made, data.x_validation[:TESTED]).astype(np.float32)
    return x, np.where(copied, data.y_train[chosen], data.y_validation[:TESTED]), copied


def with_column(data: Dataset, spread: float, seed: int) -> Dataset:
    """Add the outcome (0 or 1, less one half) with noise as a last column, wherever rows are."""
    rng = numpy_generator(seed, "leakage", "column")
    parts = []
    for x, y in ((data.x_train, data.y_train), (data.x_validation, data.y_validation)):
        column = y - 0.5 + spread * rng.normal(size=len(y))
        parts.append(np.column_stack([x, column]).astype(np.float32))
    return replace(data, x_train=parts[0], x_validation=parts[1])


@dataclass(frozen=True)
class Noise:
    """A table of pure noise.

    Attributes:
        x: `(n, columns)`.
        y: Classes that nothing in it tells, `(n,)`, as many of each.
        fresh: More such rows, `(FRESH_ROWS, columns)`.
        y_fresh: Their classes.
    """

    x: np.ndarray
    y: np.ndarray
    fresh: np.ndarray
    y_fresh: np.ndarray


def draw_noise(n: int, columns: int, seed: int) -> Noise:
    """Draw a table whose columns know nothing of the class."""
    rng = numpy_generator(seed, "leakage", "noise", columns)
    x = rng.normal(size=(n + FRESH_ROWS, columns)).astype(np.float32)
    y, fresh = rng.permutation(n) % 2, np.arange(FRESH_ROWS) % 2
    return Noise(x[:n], y.astype(np.int64), x[n:], fresh.astype(np.int64))


def most_correlated(x: np.ndarray, y: np.ndarray, k: int) -> np.ndarray:
    """Places of the `k` columns that are most correlated with the class, of either sign."""
    centred, signs = x - x.mean(0), y - y.mean()
    correlation = np.abs(signs @ centred) / np.maximum(centred.std(0), 1e-12)
    return np.argsort(-correlation, kind="stable")[:k]

"""How much each column of a table matters to a model; plain numpy, exact where it can be."""

from __future__ import annotations

from collections.abc import Callable, Generator
from math import factorial

import numpy as np

MOST_FEATURES = 12
"""Shapley values ask about every subset of the features: 4096 of them at twelve."""
AT_ONCE = 16
"""Rows whose every subset is asked about at once."""


def log_loss(logits: np.ndarray, labels: np.ndarray) -> float:
    """Mean cross-entropy in nats.

    Args:
        logits: Of class 1, `(n,)`.
        labels: In {0, 1}, `(n,)`.
    """
    return float(np.logaddexp(0, np.where(labels == 1, -logits, logits)).mean())


def permutation_importance(
    loss: Callable[[np.ndarray], float], x: np.ndarray, orders: np.ndarray
) -> np.ndarray:
    """How much worse a model does when one column is shuffled (Breiman 2001).

    Fisher, Rudin & Dominici 2019 call it model reliance, here as a difference.

    Args:
        loss: Of the model on a table `(n, d)`, lower is better.
        x: The table, `(n, d)`.
        orders: Permutations of its rows, `(repeats, n)`; the same for every column.

    Returns:
        Mean rise of the loss over the permutations, `(d,)`; below 0 when shuffling helped.
    """
    before = loss(x)
    found = np.zeros(x.shape[1])
    for column in range(x.shape[1]):
        shuffled = x.copy()
        for order in orders:
            shuffled[:, column] = x[order, column]
            found[column] += (loss(shuffled) - before) / len(orders)
    return found


def shares(importance: np.ndarray) -> np.ndarray:
    """Divide by the sum of sizes, `(d,)`; shuffled columns may have slightly negative shares."""
    return np.asarray(importance / max(float(np.abs(importance).sum()), 1e-12))


def shapley_values(
    predict: Callable[[np.ndarray], np.ndarray], x: np.ndarray, baseline: np.ndarray
) -> np.ndarray:
    """Shapley values of each row by asking about every subset of its features.

    A feature that is not in the subset takes its value from the baseline.

    Args:
        predict: Tables `(m, d)` -> outputs `(m,)`.
        x: Rows to explain, `(n, d)`.
        baseline: What stands for "not there", `(d,)`.

    Returns:
        `(n, d)`; each row adds up to its output less that of the baseline.

    Raises:
        ValueError: If there are more than 12 features.
    """
    n, d = x.shape
    if d > MOST_FEATURES:
        raise ValueError(f"2**{d} subsets are too many: at most {MOST_FEATURES} features")
    subsets = (np.arange(2**d)[:, None] >> np.arange(d)) & 1 == 1
    tables = np.where(subsets[:, None], x, baseline).reshape(-1, d)
    worth = predict(tables.astype(x.dtype)).reshape(2**d, n).astype(float)
    sizes = subsets.sum(1)
    share = np.array([factorial(s) * factorial(d - 1 - s) / factorial(d) for s in range(d)])
    found = np.empty((n, d))
    for feature in range(d):
        without = np.flatnonzero(~subsets[:, feature])
        gained = worth[without + 2**feature] - worth[without]
        found[:, feature] = share[sizes[without]] @ gained
    return found


def shapley_by_parts(
    predict: Callable[[np.ndarray], np.ndarray], x: np.ndarray, baseline: np.ndarray
) -> Generator[int, None, np.ndarray]:
    """As `shapley_values`, a few rows at a time; yields the number of rows done."""
    parts = [np.zeros((0, x.shape[1]))]
    for start in range(0, len(x), AT_ONCE):
        parts.append(shapley_values(predict, x[start : start + AT_ONCE], baseline))
        yield start + len(parts[-1])
    return np.concatenate(parts)


def relative_error(found: np.ndarray, exact: np.ndarray) -> float:
    """Length of the difference over the length of the exact answer, all rows taken together.

    Args:
        found: `(n, d)`.
        exact: `(n, d)`.

    Returns:
        0 is exact, 1 is as far off as answering nothing; 0 if there is nothing to answer.
    """
    size = float(np.linalg.norm(exact))
    return float(np.linalg.norm(found - exact)) / size if size else 0.0

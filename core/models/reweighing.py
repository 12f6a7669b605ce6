"""Weights on examples that take bias out of the data before training."""

from __future__ import annotations

import numpy as np


def reweighed(y: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Weights under which label and group are independent (Kamiran & Calders 2012).

    Args:
        y: Labels `(n,)` in {0, 1}.
        group: Groups `(n,)` in {0, 1}.

    Returns:
        `P(group) P(label) / P(group, label)` of each example, `(n,)`; their mean is 1.
    """
    counts = np.bincount(group * 2 + y, minlength=4).reshape(2, 2) / len(y)
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True)
    found = np.divide(expected, counts, out=np.ones((2, 2)), where=counts > 0)
    return found[group, y]

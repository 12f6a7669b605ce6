"""Parts of a data set."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.data.dataset import Dataset


def training_part(data: Dataset, start: int, count: int) -> Dataset:
    """Training examples from `start` on; the validation examples stay."""
    rows = slice(start, start + count)
    return replace(
        data, x_train=data.x_train[rows], y_train=data.y_train[rows], flipped=data.flipped[rows]
    )


def first_of_each(y: np.ndarray, right: np.ndarray | None = None) -> np.ndarray:
    """Place of the first example of each of ten classes, `(10,)`; 0 for a class without any.

    Args:
        y: Classes, `(n,)` integers in [0, 10).
        right: Examples to be preferred, `(n,)` bool.
    """
    found = []
    for digit in range(10):
        places = np.flatnonzero(y == digit)
        good = places if right is None else places[right[places]]
        found.append(int(good[0]) if len(good) else int(places[0]) if len(places) else 0)
    return np.array(found)

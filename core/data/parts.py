"""Parts of a data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.data.dataset import Dataset


def training_part(data: Dataset, start: int, count: int) -> Dataset:
    """Training examples from `start` on; the validation examples stay."""
    rows = slice(start, start + count)
    return replace(
        data, x_train=data.x_train[rows], y_train=data.y_train[rows], flipped=data.flipped[rows]
    )


def training_rows(data: Dataset, rows: np.ndarray) -> Dataset:
    """Training examples at some places, `(n,)` integers; the validation examples stay."""
    return replace(
        data, x_train=data.x_train[rows], y_train=data.y_train[rows], flipped=data.flipped[rows]
    )


def of_classes(data: Dataset, classes: Sequence[int]) -> Dataset:
    """The examples of some classes, numbered anew from 0 in the order given."""
    place = np.full(data.n_classes, -1)
    place[list(classes)] = np.arange(len(classes))
    train, held = place[data.y_train] >= 0, place[data.y_validation] >= 0
    kept = training_rows(data, np.flatnonzero(train))
    return replace(
        kept, y_train=place[kept.y_train], n_classes=len(classes),
        x_validation=data.x_validation[held], y_validation=place[data.y_validation[held]],
    )  # fmt: skip


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

"""Wrong labels of several kinds: which examples get one, and which class it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core.data.dataset import Dataset
from core.lab.seeding import numpy_generator

Kind = Literal["uniform", "pair", "some_classes", "hard_examples"]


@dataclass(frozen=True)
class Mistakes:
    """Which labels go wrong first, and what they become.

    Attributes:
        order: Places of the examples that may get a wrong label, `(at most n,)`.
        other: For each example the wrong label that it would get, `(n,)`.
    """

    order: np.ndarray
    other: np.ndarray


def mistakes(data: Dataset, kind: Kind, seed: int) -> Mistakes:
    """Draw the order in which labels go wrong.

    Args:
        data: With true labels.
        kind: `"uniform"`: any example, any other class. `"pair"`: any example, the next class
            (9 becomes 0). `"some_classes"`: half of the classes, drawn for the seed, any other
            class; the other half stay true. `"hard_examples"`: those nearest to another class,
            whose label they get.
        seed: Of the run.
    """
    y, classes = data.y_train, data.n_classes
    if kind == "hard_examples":
        return Mistakes(*by_hardness(data.x_train, y))
    rng = numpy_generator(seed, "mislabelled", kind, data.name)
    order, shift = rng.permutation(len(y)), rng.integers(1, classes, size=len(y))
    if kind == "some_classes":
        hit = np.isin(y, rng.permutation(classes)[: classes // 2])
        order = order[hit[order]]
    return Mistakes(order, (y + (1 if kind == "pair" else shift)) % classes)


def mislabelled(data: Dataset, found: Mistakes, share: float) -> Dataset:
    """Give a share of the training examples the label of another class.

    What is wrong at one share is wrong at every larger one, and wrong in the same way.

    Args:
        data: With true labels; its validation labels stay true.
        found: Which labels go wrong first.
        share: Of all training examples, in [0, 1]; fewer where no more of them may go wrong.

    Returns:
        A copy with `flipped` marking the wrong labels.
    """
    flipped = np.zeros(len(data.y_train), dtype=bool)
    flipped[found.order[: round(share * len(flipped))]] = True
    labels = np.where(flipped, found.other, data.y_train).astype(np.int64)
    return replace(data, y_train=labels, flipped=flipped)


def by_hardness(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Order examples by how much nearer another class is than their own.

    Args:
        x: Inputs `(n, d)`.
        y: True labels `(n,)`, at least two classes.

    Returns:
        Places, the hardest first: those with the largest ratio of the distance to the nearest
        other example of their class to that of the nearest of another class; and for each place
        that class, `(n,)`.
    """
    squares = (x.astype(float) ** 2).sum(1)
    apart = squares[:, None] + squares - 2 * x.astype(float) @ x.T.astype(float)
    np.fill_diagonal(apart, np.inf)
    same = y[:, None] == y
    own = np.where(same, apart, np.inf).min(1)
    across = np.where(same, np.inf, apart)
    ratio = np.maximum(own, 0) / np.maximum(across.min(1), 1e-12)
    return np.argsort(-ratio, kind="stable"), y[across.argmin(1)]

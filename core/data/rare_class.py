"""Two overlapping classes, one of them rare in training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.data.dataset import Dataset
from core.data.generated import make_two_moons
from core.lab.seeding import numpy_generator

JITTER = 0.35
"""Noise of the moons' coordinates: they overlap, so that no classifier is perfect."""

HELD_BACK = 4
"""One in so many training examples is kept to choose a threshold."""


@dataclass(frozen=True)
class RareClass:
    """Training examples with a rare class, and as many test examples of each class.

    Attributes:
        data: Training examples, the rare class is 1; its validation examples are `common`.
        common: Test inputs of class 0, `(n, 2)`.
        rare: Test inputs of class 1, `(n, 2)`.
        ratio: Common examples for each rare one.
    """

    data: Dataset
    common: np.ndarray
    rare: np.ndarray
    ratio: int

    @property
    def share(self) -> float:
        """Of the rare class where the data come from."""
        return 1 / (1 + self.ratio)


def make_rare(n_train: int, ratio: int, *, n_test: int, seed: int) -> RareClass:
    """Draw two moons of which the second is rare.

    Args:
        n_train: Training examples of both classes together.
        ratio: Common examples for each rare one, at least 1.
        n_test: Test examples of each class.
        seed: Of the run; the rare examples of a larger ratio are among those of a smaller one.
    """
    pool = make_two_moons(3 * n_train, noise=JITTER, seed=seed, n_validation=3 * n_test)
    rare = max(1, round(n_train / (1 + ratio)))
    x, y = pool.x_train, pool.y_train
    chosen = np.concatenate(
        [np.flatnonzero(y == 0)[: n_train - rare], np.flatnonzero(y == 1)[:rare]]
    )
    chosen = numpy_generator(seed, "rare class", ratio).permutation(chosen)
    tests = [pool.x_validation[pool.y_validation == label][:n_test] for label in (0, 1)]
    data = Dataset(
        "two_moons", x[chosen], y[chosen], tests[0], np.zeros(len(tests[0]), dtype=np.int64), 2,
        np.zeros(n_train, dtype=bool),
    )  # fmt: skip
    return RareClass(data, common=tests[0], rare=tests[1], ratio=ratio)


def held_back(y: np.ndarray, seed: int) -> np.ndarray:
    """Places of a quarter of each class, at least one, on which a threshold is chosen.

    Args:
        y: Classes 0 and 1 of the training examples, `(n,)`.
        seed: Of the choice.
    """
    rng = numpy_generator(seed, "imbalance", "held back")
    places = [rng.permutation(np.flatnonzero(y == label)) for label in (0, 1)]
    return np.concatenate([own[: max(1, len(own) // HELD_BACK)] for own in places])

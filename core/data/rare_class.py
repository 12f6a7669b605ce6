"""Two overlapping classes, one of them rare in training."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Draw two moons of which the second is rare; see `make_rares`."""
    return make_rares(n_train, (ratio,), n_test=n_test, seed=seed)[0]


def make_rares(n_train: int, ratios: Sequence[int], *, n_test: int, seed: int) -> list[RareClass]:
    """Draw two moons of which the second is rare, once for each ratio.

    Args:
        n_train: Training examples of both classes together.
        ratios: Common examples for each rare one, at least 1.
        n_test: Test examples of each class, the same arrays at every ratio.
        seed: Of the run; the rare examples of a larger ratio are among those of a smaller one.
    """
    pool = make_two_moons(3 * n_train, noise=JITTER, seed=seed, n_validation=3 * n_test)
    x, y = pool.x_train, pool.y_train
    by_class = [np.flatnonzero(y == label) for label in (0, 1)]
    common, rare = (pool.x_validation[pool.y_validation == label][:n_test] for label in (0, 1))
    tested, none = np.zeros(len(common), dtype=np.int64), np.zeros(n_train, dtype=bool)
    found = []
    for ratio in ratios:
        few = max(1, round(n_train / (1 + ratio)))
        chosen = np.concatenate([by_class[0][: n_train - few], by_class[1][:few]])
        chosen = numpy_generator(seed, "rare class", ratio).permutation(chosen)
        data = Dataset("two_moons", x[chosen], y[chosen], common, tested, 2, none)
        found.append(RareClass(data, common=common, rare=rare, ratio=ratio))
    return found


def held_back(y: np.ndarray, seed: int) -> np.ndarray:
    """Places of a quarter of each class, at least one, on which a threshold is chosen.

    Args:
        y: Classes 0 and 1 of the training examples, `(n,)`.
        seed: Of the choice.
    """
    rng = numpy_generator(seed, "imbalance", "held back")
    places = [rng.permutation(np.flatnonzero(y == label)) for label in (0, 1)]
    return np.concatenate([own[: max(1, len(own) // HELD_BACK)] for own in places])

"""The one shape in which data reach a model."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.lab.seeding import numpy_generator


@dataclass(frozen=True)
class Dataset:
    """Training and validation examples of a classification task.

    Attributes:
        name: For messages and tables.
        x_train: Inputs, `(n_train, d)` float32.
        y_train: Labels, `(n_train,)` int64 in `[0, n_classes)`.
        x_validation: Inputs never trained on, `(n_validation, d)` float32.
        y_validation: Their true labels, `(n_validation,)` int64.
        n_classes: At least 2.
        flipped: Which training labels were replaced, `(n_train,)` bool.
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_validation: np.ndarray
    y_validation: np.ndarray
    n_classes: int
    flipped: np.ndarray

    @property
    def n_features(self) -> int:
        """Width of an input."""
        return int(self.x_train.shape[1])


def with_label_noise(data: Dataset, share: float, seed: int) -> Dataset:
    """Replace a share of the training labels by a different class, drawn uniformly.

    Args:
        data: Validation labels stay true, so that validation error stays the real error.
        share: Share of training labels replaced, in [0, 1]; `round(share * n_train)` of them.
        seed: Of the run.

    Returns:
        A copy with `flipped` marking the replaced labels.
    """
    rng = numpy_generator(seed, "label noise", data.name)
    n = len(data.y_train)
    order = rng.permutation(n)
    shift = rng.integers(1, data.n_classes, size=n)
    flipped = np.zeros(n, dtype=bool)
    flipped[order[: round(share * n)]] = True
    y_train = np.where(flipped, (data.y_train + shift) % data.n_classes, data.y_train)
    return replace(data, y_train=y_train.astype(np.int64), flipped=flipped)


def with_shuffled_labels(data: Dataset, seed: int) -> Dataset:
    """Permute the training labels: the classes keep their frequencies, the inputs say nothing."""
    order = numpy_generator(seed, "shuffled labels", data.name).permutation(len(data.y_train))
    y_train = data.y_train[order]
    return replace(data, y_train=y_train, flipped=y_train != data.y_train)

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


def with_random_labels(data: Dataset, share: float, seed: int) -> Dataset:
    """Give a share of the training examples labels that say nothing about them.

    At share 1 all labels are shuffled among the examples. Below, a label is replaced by a class
    drawn from all classes, as in Zhang et al. 2017; one in `n_classes` of these hits the true
    class, so that `share * (1 - 1 / n_classes)` of the labels are wrong. What is random at one
    share is random at every larger one below 1.

    Args:
        data: With true labels; its validation labels stay true.
        share: In [0, 1].
        seed: Of the run.
    """
    if share == 1:
        return with_shuffled_labels(data, seed)
    return with_label_noise(data, share * (1 - 1 / data.n_classes), seed)


def with_validation(data: Dataset, chosen: slice | np.ndarray) -> Dataset:
    """Keep some of the validation examples only: the others may pick a model, or measure it."""
    x, y = data.x_validation[chosen], data.y_validation[chosen]
    return replace(data, x_validation=x, y_validation=y)

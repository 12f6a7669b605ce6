"""Random Fourier features and their least-squares fit, every ridge from one decomposition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from core.lab.seeding import numpy_generator

GAMMA = 0.2
"""Inverse squared length scale: wide models approach the kernel `exp(-GAMMA * distance**2)`."""
SCORES = (
    ("train", "error"),
    ("train", "loss"),
    ("validation", "error"),
    ("validation", "loss"),
    ("weights", "norm"),
)
"""Split and metric of each number of `ridge_scores`."""


class RandomFeatures:
    """A hidden layer that is drawn once and never trained: `cos(x @ weights + phases)`.

    Random Fourier features (Rahimi & Recht 2007): weights are normal with variance `2 * GAMMA`,
    phases uniform in [0, 2 pi).

    Attributes:
        width: Number of features.
        weights: `(d, width)`.
        phases: `(width,)`.
    """

    def __init__(self, n_inputs: int, width: int, seed: int) -> None:
        """Draw the layer; a wider one of the same seed begins with the narrower one."""
        self.width = width
        # One row of draws per feature, so that a longer draw begins with the shorter one.
        weights = numpy_generator(seed, "random features", "weights").normal(size=(width, n_inputs))
        phases = numpy_generator(seed, "random features", "phases").random(width)
        self.weights = np.sqrt(2 * GAMMA) * weights.T
        self.phases = 2 * np.pi * phases

    def __call__(self, x: np.ndarray, start: int = 0, stop: int | None = None) -> np.ndarray:
        """Compute some features of all inputs.

        Args:
            x: Inputs, `(n, d)`.
            start: First feature wanted.
            stop: The one after the last; all when None.

        Returns:
            `(n, stop - start)` float64 in [-1, 1], not yet scaled.
        """
        weights, phases = self.weights[:, start:stop], self.phases[start:stop]
        return np.cos(x.astype(np.float64) @ weights + phases)


def nested(layer: RandomFeatures, x: np.ndarray, widths: Sequence[int]) -> Iterator[np.ndarray]:
    """Features of ever wider models: only those that the last width did not have are computed.

    Args:
        layer: At least as wide as the widest.
        x: Inputs, `(n, d)`.
        widths: Ascending.

    Yields:
        `(n, width)`, not yet scaled.
    """
    found = np.zeros((len(x), 0))
    for width in widths:
        found = np.hstack([found, layer(x, found.shape[1], width)])
        yield found


def scaled(features: np.ndarray, width: int) -> np.ndarray:
    """Take the first `width` features as a model of their own.

    Args:
        features: `(n, at least width)` from `RandomFeatures`.
        width: Of the model.

    Returns:
        `(n, width)`, scaled by `sqrt(2 / width)`: inner products then approach the kernel,
        whatever the width, so that one ridge means the same for all of them.
    """
    return np.sqrt(2 / width) * features[:, :width]


def ridge_solutions(
    features: np.ndarray, targets: np.ndarray, ridges: Sequence[float]
) -> np.ndarray:
    """Fit the output layer exactly, once for every ridge.

    Minimises `|features @ w - targets|**2 + ridge * |w|**2`. With ridge 0 it is the shortest of
    all `w` that fit best: what gradient descent from zero would reach. One eigendecomposition
    of the smaller Gram matrix serves all ridges; it squares the condition number, which double
    precision carries: singular values below about 1e-7 of the largest count as zero.

    Args:
        features: `(n, width)` float64.
        targets: `(n, k)`.
        ridges: Each at least 0.

    Returns:
        `(len(ridges), width, k)`.
    """
    n, width = features.shape
    wide = width > n
    gram = features @ features.T if wide else features.T @ features
    values, vectors = np.linalg.eigh(gram)
    projected = vectors.T @ (targets if wide else features.T @ targets)
    smallest = values[-1] * np.finfo(float).eps * max(n, width)
    real = values > smallest
    inverse = [np.where(real, 1 / (np.where(real, values, 1.0) + ridge), 0.0) for ridge in ridges]
    inner = np.stack([vectors @ (scale[:, None] * projected) for scale in inverse])
    return features.T @ inner if wide else inner


def ridge_scores(
    train: np.ndarray,
    y: np.ndarray,
    new: np.ndarray,
    y_new: np.ndarray,
    n_classes: int,
    ridges: Sequence[float],
) -> np.ndarray:
    """Classify by least squares, one output per class, and measure it under every ridge.

    The target of an output is 1 for its class and 0 for the others, less their mean.

    Args:
        train: Features of the training examples, `(n, width)` float64.
        y: Their labels, `(n,)` int in `[0, n_classes)`.
        new: Features of other examples, `(m, width)`.
        y_new: Their labels, `(m,)`.
        n_classes: At least 2.
        ridges: Penalties that are added to the mean loss, each at least 0.

    Returns:
        `(len(ridges), len(SCORES))`: errors as shares in [0, 1], losses as the mean squared
        distance to the targets, and the length of the weights.
    """
    targets = np.eye(n_classes) - 1 / n_classes
    # The ridge belongs to the mean loss, as weight decay does; the solver's to the sum.
    output = ridge_solutions(train, targets[y], [ridge * len(y) for ridge in ridges])
    columns = []
    for features, labels in ((train, y), (new, y_new)):
        outputs = features @ output
        columns.append((outputs.argmax(axis=-1) != labels).mean(axis=1))
        columns.append(((outputs - targets[labels]) ** 2).sum(axis=-1).mean(axis=1))
    return np.stack([*columns, np.sqrt((output**2).sum(axis=(1, 2)))], axis=1)


def ridge_flops(n: int, width: int, n_new: int, n_classes: int, n_ridges: int) -> float:
    """Operations of `ridge_scores`: Gram matrix, its eigenvectors, solutions and outputs.

    Args:
        n: Training examples.
        width: Features.
        n_new: Other examples.
        n_classes: Outputs.
        n_ridges: Penalties.
    """
    small = min(n, width)
    decomposed = 9.0 * small**3  # About 9 operations a cube, as measured.
    outputs = 2.0 * n_classes * n_ridges * width * (2 * n + n_new)
    return 2.0 * n * width * small + decomposed + outputs

"""Random Fourier features and their least-squares fit, every ridge from one decomposition."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.lab.seeding import numpy_generator

GAMMA = 0.2
"""Inverse squared length scale: wide models approach the kernel `exp(-GAMMA * distance**2)`."""


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

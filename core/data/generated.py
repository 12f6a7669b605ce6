"""Data drawn from a known law, as many examples as wanted."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from core.data.dataset import Dataset, with_label_noise
from core.lab.seeding import numpy_generator


def make_two_moons(
    n_train: int, *, noise: float, label_noise: float = 0.0, seed: int, n_validation: int = 1000
) -> Dataset:
    """Draw two interleaved half circles, one per class.

    Args:
        n_train: Training examples; the first `m` of a larger draw equal a draw of `m`.
        noise: Standard deviation of Gaussian noise on both coordinates (the moons have radius 1).
        label_noise: Share of training labels replaced; validation labels stay true.
        seed: Of the run.
        n_validation: Validation examples, from the same law.
    """
    x_train, y_train = _moons(n_train, noise, numpy_generator(seed, "two moons", "train"))
    x_val, y_val = _moons(n_validation, noise, numpy_generator(seed, "two moons", "validation"))
    none_flipped = np.zeros(n_train, dtype=bool)
    data = Dataset("two_moons", x_train, y_train, x_val, y_val, 2, none_flipped)
    return with_label_noise(data, label_noise, seed)


def _moons(n: int, noise: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    # One row of draws per example, so that a longer draw begins with the shorter one.
    draws = rng.normal(size=(n, 4))
    label = (draws[:, 0] < 0).astype(np.int64)
    angle = np.pi * ndtr(draws[:, 1])
    x = np.where(label == 0, np.cos(angle), 1 - np.cos(angle))
    y = np.where(label == 0, np.sin(angle), 0.5 - np.sin(angle))
    points = np.stack([x, y], axis=1) + noise * draws[:, 2:]
    return points.astype(np.float32), label

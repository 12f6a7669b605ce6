"""Real and published data that come with the app or its packages; nothing is downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from core.data.dataset import Dataset, with_label_noise
from core.lab.seeding import numpy_generator

ASSETS = Path(__file__).resolve().parents[2] / "assets"
DIGITS_VALIDATION = 597
"""Digits kept for validation in every split; 1200 are left to train on."""
CELLS_VALIDATION = 169
"""Samples of cells kept for validation in every split; 400 are left to train on."""
CELL_FEATURES = (
    "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity",
    "concave points", "symmetry", "fractal dimension",
)  # fmt: skip
"""Columns of `load_cells`: means over the nuclei of a sample."""


def load_digits(n_train: int, *, label_noise: float = 0.0, seed: int) -> Dataset:
    """Handwritten digits, 8x8 pixels (UCI Optical Recognition, the part in scikit-learn).

    A copy of scikit-learn's file, because importing scikit-learn takes 0.7 s and 100 MB.

    Args:
        n_train: Training examples, at most 1200; which ones depends on the seed only, and a
            smaller set is the beginning of a larger one.
        label_noise: Share of training labels replaced; validation labels stay true.
        seed: Of the run: shuffles the split.

    Returns:
        Inputs `(n, 64)` in [0, 1]; 597 validation examples.

    Raises:
        ValueError: If `n_train` is over 1200.
    """
    x, y = _digits()
    order = numpy_generator(seed, "digits", "split").permutation(len(y))
    held_out, rest = order[:DIGITS_VALIDATION], order[DIGITS_VALIDATION:]
    return _split("digits", x, y, rest, x[held_out], y[held_out], n_train, label_noise, seed)


def load_mnist1d(n_train: int, *, label_noise: float = 0.0, seed: int) -> Dataset:
    """MNIST-1D (Greydanus & Kobak 2024): ten digit shapes as signals of 40 samples.

    The file in `assets/data` is the output of the authors' generator with its default arguments.

    Args:
        n_train: Training examples, at most 4000; which ones depends on the seed only.
        label_noise: Share of training labels replaced; validation labels stay true.
        seed: Of the run.

    Returns:
        Inputs `(n, 40)`; the authors' 1000 test signals as validation examples.

    Raises:
        ValueError: If `n_train` is over 4000.
    """
    x, y, x_test, y_test = _mnist1d()
    order = numpy_generator(seed, "mnist1d", "subset").permutation(len(y))
    return _split("mnist1d", x, y, order, x_test, y_test, n_train, label_noise, seed)


def load_cells(
    *, seed: int, columns: Sequence[str] = CELL_FEATURES, scaled: bool = True
) -> Dataset:
    """Cell nuclei in samples of breast tissue (UCI Breast Cancer Wisconsin, Diagnostic).

    The ten columns that are means over a sample's nuclei, of the thirty in scikit-learn's copy:
    `CELL_FEATURES`. Radius, perimeter and area say nearly the same.

    Args:
        seed: Of the run: shuffles the split.
        columns: Which of them, in this order.
        scaled: Whether each column is taken less its mean, over its standard deviation in the
            training part, or left in its own unit.

    Returns:
        400 training and 169 validation samples, `(n, len(columns))`. Class 1 is malignant.
    """
    x, y = _cells()
    order = numpy_generator(seed, "cells", "split").permutation(len(y))
    held_out, rest = order[:CELLS_VALIDATION], order[CELLS_VALIDATION:]
    mean, spread = (x[rest].mean(0), x[rest].std(0)) if scaled else (0.0, 1.0)
    x = ((x - mean) / spread).astype(np.float32)
    x = np.ascontiguousarray(x[:, [CELL_FEATURES.index(column) for column in columns]])
    none_flipped = np.zeros(len(rest), dtype=bool)
    return Dataset("cells", x[rest], y[rest], x[held_out], y[held_out], 2, none_flipped)


def _split(
    name: str,
    x: np.ndarray,
    y: np.ndarray,
    order: np.ndarray,
    x_validation: np.ndarray,
    y_validation: np.ndarray,
    n_train: int,
    label_noise: float,
    seed: int,
) -> Dataset:
    if n_train > len(order):
        raise ValueError(f"{name} has {len(order)} training examples, not {n_train}")
    chosen = order[:n_train]
    none_flipped = np.zeros(n_train, dtype=bool)
    data = Dataset(name, x[chosen], y[chosen], x_validation, y_validation, 10, none_flipped)
    return with_label_noise(data, label_noise, seed)


@cache
def _digits() -> tuple[np.ndarray, np.ndarray]:
    with np.load(ASSETS / "data" / "digits.npz", allow_pickle=False) as file:
        return file["x"].astype(np.float32) / 16, file["y"].astype(np.int64)


@cache
def _cells() -> tuple[np.ndarray, np.ndarray]:
    with np.load(ASSETS / "data" / "cells.npz", allow_pickle=False) as file:
        return file["x"].astype(float), file["y"].astype(np.int64)


@cache
def _mnist1d() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    with np.load(ASSETS / "data" / "mnist1d.npz", allow_pickle=False) as file:
        return (
            file["x"],
            file["y"].astype(np.int64),
            file["x_test"],
            file["y_test"].astype(np.int64),
        )

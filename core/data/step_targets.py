"""A table whose class jumps along each column, and what makes it easier or harder to learn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.data.dataset import Dataset
from core.lab.seeding import numpy_generator

N_COLUMNS = 4
N_VALIDATION = 1000
GRID = np.linspace(-1, 1, 401)
REFERENCE = 4000
"""Rows from which the level is read that halves the classes."""


def make_steps(n_train: int, *, pieces: int, smoothing: float = 0.0, seed: int) -> Dataset:
    """Draw rows whose class says whether a sum of step functions, one a column, is large.

    Args:
        n_train: Training rows; the first `m` of a larger draw equal a draw of `m`.
        pieces: Steps in each column, of random width and height: the more, the less regular.
        smoothing: Standard deviation of the Gaussian kernel that smooths the functions, in the
            unit of the columns before they are scaled, which reach from -1 to 1; 0 for none. The
            rows stay the same.
        seed: Of the run: the functions and the rows.

    Returns:
        Inputs `(n, 4)`, uniform with mean 0 and variance 1; two classes, each about a half; 1000
        validation rows.
    """
    functions = _functions(pieces, smoothing, seed)
    places = _places(REFERENCE, seed, "reference")
    level = np.median(_score(functions, places))
    sets = [
        (places, (_score(functions, places) > level).astype(np.int64))
        for places in (_places(n_train, seed, "train"), _places(N_VALIDATION, seed, "validation"))
    ]
    (x, y), (x_held, y_held) = ((_scaled(places), classes) for places, classes in sets)
    return Dataset("steps", x, y, x_held, y_held, 2, np.zeros(n_train, dtype=bool))


def with_noise_columns(data: Dataset, count: int, seed: int) -> Dataset:
    """Append columns that say nothing: normal with mean 0 and variance 1."""

    def wider(x: np.ndarray, purpose: str) -> np.ndarray:
        noise = numpy_generator(seed, data.name, "noise columns", purpose, count)
        return np.hstack([x, noise.normal(size=(len(x), count)).astype(np.float32)])

    held = wider(data.x_validation, "validation")
    return replace(data, x_train=wider(data.x_train, "train"), x_validation=held)


def rotated(data: Dataset, seed: int) -> Dataset:
    """Turn the inputs by a random rotation: every column becomes a mixture of all.

    Distances and what can be known of the classes stay the same.
    """
    rng = numpy_generator(seed, data.name, "rotation")
    turned, triangle = np.linalg.qr(rng.normal(size=(data.n_features, data.n_features)))
    turn = (turned * np.sign(np.diag(triangle))).astype(np.float32)
    return replace(data, x_train=data.x_train @ turn, x_validation=data.x_validation @ turn)


def _functions(pieces: int, smoothing: float, seed: int) -> np.ndarray:
    """One function a column on `GRID`, each with variance 1, `(4, 401)`."""
    rng = numpy_generator(seed, "steps", "functions", pieces)
    edges = np.sort(rng.uniform(-1, 1, size=(N_COLUMNS, pieces - 1)), axis=1)
    heights = rng.normal(size=(N_COLUMNS, pieces))
    found = np.stack([h[np.searchsorted(e, GRID)] for e, h in zip(edges, heights, strict=True)])
    if smoothing:
        kernel = np.exp(-0.5 * ((GRID[:, None] - GRID) / smoothing) ** 2)
        found = found @ (kernel / kernel.sum(0))
    return np.asarray(found / found.std(axis=1, keepdims=True))


def _score(functions: np.ndarray, places: np.ndarray) -> np.ndarray:
    nearest = ((places + 1) / 2 * (len(GRID) - 1)).round().astype(int)
    return np.asarray(functions[np.arange(N_COLUMNS), nearest].sum(1))


def _places(n: int, seed: int, purpose: str) -> np.ndarray:
    return numpy_generator(seed, "steps", purpose).uniform(-1, 1, size=(n, N_COLUMNS))


def _scaled(places: np.ndarray) -> np.ndarray:
    return np.asarray(places * 3**0.5, dtype=np.float32)

"""Parity: no single column says anything, a few together say all."""

from __future__ import annotations

import numpy as np

from core.data.dataset import Dataset
from core.lab.seeding import numpy_generator

N_COLUMNS, N_USED = 10, 3
N_VALIDATION = 1000


def make_parity(n_train: int, *, seed: int) -> Dataset:
    """Draw rows of signs whose class is the product of the first few.

    Args:
        n_train: Training examples; the first `m` of a larger draw equal a draw of `m`.
        seed: Of the run.

    Returns:
        Inputs `(n, 10)`, each -1 or 1; class 1 where the product of the first three is 1; 1000
        validation examples, drawn alike.
    """
    train = _signs(n_train, numpy_generator(seed, "parity", "train"))
    held = _signs(N_VALIDATION, numpy_generator(seed, "parity", "validation"))
    return Dataset("parity", *train, *held, 2, np.zeros(n_train, dtype=bool))


def _signs(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    x = (2 * rng.integers(0, 2, size=(n, N_COLUMNS)) - 1).astype(np.float32)
    return x, (x[:, :N_USED].prod(1) > 0).astype(np.int64)

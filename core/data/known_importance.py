"""A table whose columns are worth what is known: the class is the sign of a score of ours."""

from __future__ import annotations

import numpy as np

from core.data.dataset import Dataset
from core.lab.seeding import numpy_generator

FEATURES = (
    "strong", "medium", "weak", "pair A", "pair B", "copy of strong", "noise 1", "noise 2",
)  # fmt: skip
USED, UNUSED = "strong", "copy of strong"
PAIR, NOISE = ("pair A", "pair B"), ("noise 1", "noise 2")
WEIGHTS = np.array([2.0, -1.5, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0])
INTERACTION = 1.2
TRUTH = np.abs(WEIGHTS) + INTERACTION * np.isin(FEATURES, PAIR)
"""How far the true score moves when one column alone is drawn anew: root mean square, over the
root of 2. For a linear column that is its weight; for each of the pair, the product's."""
STRONG, COPY = FEATURES.index(USED), FEATURES.index(UNUSED)
PRODUCT = [FEATURES.index(name) for name in PAIR]
N_VALIDATION = 500


def make_known_importance(n_train: int, *, correlation: float, noise: float, seed: int) -> Dataset:
    """Draw a table whose class is the sign of a known score.

    The score is `2 strong - 1.5 medium + 0.3 weak + 1.2 (pair A) (pair B)` and noise; the copy
    and the noise columns are not in it. Tables of one seed that differ in the correlation only
    are the same but for the copy.

    Args:
        n_train: Training rows; the first of a larger draw equal a smaller one.
        correlation: Of the copy with the column "strong", in [0, 1).
        noise: Standard deviation of what is added to the score.
        seed: Of the run.

    Returns:
        Inputs `(n, 8)`, each column normal with mean 0 and variance 1; 500 validation rows.
    """
    train = _rows(n_train, correlation, noise, seed, "train")
    held = _rows(N_VALIDATION, correlation, noise, seed, "validation")
    return Dataset("features", *train, *held, 2, np.zeros(n_train, dtype=bool))


def _rows(
    n: int, correlation: float, noise: float, seed: int, purpose: str
) -> tuple[np.ndarray, np.ndarray]:
    drawn = numpy_generator(seed, "features", purpose).normal(size=(n, len(FEATURES) + 1))
    x, error = drawn[:, :-1].copy(), drawn[:, -1]
    x[:, COPY] = correlation * x[:, STRONG] + (1 - correlation**2) ** 0.5 * drawn[:, COPY]
    score = x @ WEIGHTS + INTERACTION * x[:, PRODUCT].prod(1) + noise * error
    return x.astype(np.float32), (score > 0).astype(np.int64)

"""Tables with holes: which values are missing, at random or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.data.dataset import Dataset
from core.lab.seeding import numpy_generator

Mechanism = Literal["completely_at_random", "at_random", "not_at_random"]
ALWAYS_THERE = 1
"""Column that is never missing; where others are missing at random, it decides about them."""
STEEPNESS = 3.0
"""How strongly a value decides whether it, or its neighbours, is missing; in logits per unit."""


@dataclass(frozen=True)
class Holes:
    """Which values of a table are missing.

    Attributes:
        train: `(n_train, d)` bool.
        test: Of the validation rows, `(n_validation, d)` bool.
    """

    train: np.ndarray
    test: np.ndarray


def holes(data: Dataset, mechanism: Mechanism, share: float, seed: int) -> Holes:
    """Draw which values are missing, by one law in training and validation rows.

    What is missing at one share is missing at every larger one.

    Args:
        data: Its columns have about mean 0 and standard deviation 1.
        mechanism: `"completely_at_random"`: by a coin. `"at_random"`: the larger the column that is
            always there, the more of the others. `"not_at_random"`: the larger the value itself.
        share: Of the values of each column but `ALWAYS_THERE` in the training rows, in [0, 1).
        seed: Of the run.
    """
    rng = numpy_generator(seed, "holes", mechanism)
    x = np.concatenate([data.x_train, data.x_validation]).astype(float)
    score = rng.logistic(size=x.shape)
    if mechanism == "not_at_random":
        score += STEEPNESS * x
    elif mechanism == "at_random":
        score += STEEPNESS * x[:, [ALWAYS_THERE]]
    n = len(data.x_train)
    missing = score > np.quantile(score[:n], 1 - share, axis=0) if share else score > np.inf
    missing[:, ALWAYS_THERE] = False
    return Holes(missing[:n], missing[n:])


def blanked(data: Dataset, missing: Holes) -> tuple[np.ndarray, np.ndarray]:
    """Training and validation inputs with NaN where a value is missing."""
    return (
        np.where(missing.train, np.nan, data.x_train),
        np.where(missing.test, np.nan, data.x_validation),
    )

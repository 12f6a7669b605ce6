"""Missing values filled in by scikit-learn's imputers; a door to it, like `classical`."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterator
from typing import Any

import numpy as np

from core.models import classical

MEAN, INDICATOR = "mean", "mean and indicator"
NEIGHBOURS, ITERATIVE = "nearest neighbours", "iterative"
FILLERS = (MEAN, INDICATOR, NEIGHBOURS, ITERATIVE)
ROUNDS = 2
"""Of the iterative filler, which predicts each column from the others in turn."""
SECONDS = 0.06
"""Of filling a table of 400 rows and one of 169 rows in all four ways, each with 5 columns."""


def importing() -> Iterator[None]:
    """Import the imputers, and what `classical` trains, aside; pause until they are there."""
    yield from classical.importing(*classical.MODULES, "sklearn.impute")


def filler(name: str, seed: int) -> Any:
    """The imputer of a name, with scikit-learn's defaults where nothing else is said here.

    Args:
        name: One of `FILLERS`.
        seed: Of whatever it draws.
    """
    from sklearn.impute import KNNImputer, SimpleImputer

    if name == NEIGHBOURS:
        return KNNImputer(keep_empty_features=True)
    if name == ITERATIVE:
        from sklearn.experimental import enable_iterative_imputer  # noqa: F401
        from sklearn.impute import IterativeImputer
        from sklearn.linear_model import Ridge

        # The default estimator, BayesianRidge, would hold up other runs for too long.
        return IterativeImputer(
            Ridge(), max_iter=ROUNDS, tol=0.0, random_state=seed, keep_empty_features=True
        )
    return SimpleImputer(add_indicator=name == INDICATOR, keep_empty_features=True)


def filling(
    name: str, train: np.ndarray, test: np.ndarray, seed: int
) -> Generator[None, None, list[np.ndarray]]:
    """Fill the holes of both tables by what the training table tells, one after the other.

    Args:
        name: One of `FILLERS`.
        train: `(n, d)`, NaN where a value is missing.
        test: `(m, d)`, likewise.
        seed: As in `filler`.

    Yields:
        Between the two, so that other runs have their turn.

    Returns:
        Both, float32; with the indicators of the columns that have holes in training, if asked.
    """
    one = filler(name, seed)
    first = _quiet(one.fit_transform, train)
    yield
    return [first, _quiet(one.transform, test)]


def _quiet(fill: Callable[[np.ndarray], Any], x: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        # It says so where its rounds end before nothing changes any more.
        warnings.simplefilter("ignore")
        return np.asarray(fill(x), np.float32)

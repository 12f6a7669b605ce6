"""Learners that are no networks, as scikit-learn has them, in steps between which a run can pause.

A door to scikit-learn, which is imported when a run trains the first of them.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Generator, Mapping
from typing import Any

import numpy as np

from core.lab.seeding import derived_seed

LOGISTIC, NEIGHBOURS = "logistic regression", "nearest neighbours"
FOREST, BOOSTING = "random forest", "gradient boosting"
LEARNERS = (LOGISTIC, NEIGHBOURS, FOREST, BOOSTING)
TREES, LEARNING_RATE = 24, 0.2
"""In a forest, and rounds of boosting."""
TREES_AT_ONCE, ROUNDS_AT_ONCE = 12, 2
"""Between two pauses; a round of boosting grows a tree for each class, where there are several."""
MODULES = ("sklearn.linear_model", "sklearn.neighbors", "sklearn.ensemble")
SECONDS = {
    LOGISTIC: (4e-3, 1e-7), NEIGHBOURS: (2e-2, 1e-7), FOREST: (3e-2, 6e-7), BOOSTING: (3e-2, 6e-7),
}  # fmt: skip
"""Of training and of asking about 1000 rows: at least, and for each example, column and class."""


def importing(*modules: str) -> Generator[None, None, None]:
    """Import scikit-learn aside, and pause until it is there: it takes about a second.

    Args:
        modules: Of it; those of the learners by default.
    """
    names = modules or MODULES
    thread = threading.Thread(
        target=lambda: [importlib.import_module(n) for n in names], daemon=True
    )
    thread.start()
    while thread.is_alive():
        yield
        thread.join(0.02)


def fitted(name: str, x: np.ndarray, y: np.ndarray, seed: int) -> Generator[None, None, Any]:
    """Train one learner with scikit-learn's defaults but for what is said here.

    Forest and boosting have `TREES` trees. Boosting learns at `LEARNING_RATE`, the usual 0.1 being
    meant for more trees; its leaves hold 5 examples or more, as the usual 20 leave no tree on small
    sets; its early stopping is off.

    Args:
        name: One of `LEARNERS`.
        x: Inputs, `(n, d)`.
        y: Labels, `(n,)`.
        seed: Of the run.

    Yields:
        Now and then, after a few trees.

    Returns:
        The learner, with scikit-learn's `predict`.
    """
    model = _MAKERS[name](derived_seed(seed, name) % 2**32)
    if name not in (FOREST, BOOSTING):
        return model.fit(x, y)
    trees = "n_estimators" if name == FOREST else "max_iter"
    some = TREES // pauses(name, len(np.unique(y)))
    for count in range(some, TREES + 1, some):
        model.set_params(**{trees: count, "warm_start": True})
        model.fit(x, y)
        yield
    return model


def support_vectors(
    x: np.ndarray, y: np.ndarray, penalty: float
) -> Callable[[np.ndarray], np.ndarray]:
    """Train a support vector machine with Gaussian kernels (Cortes & Vapnik 1995).

    scikit-learn's `SVC`, with the kernel's width as it has it by default, from the inputs'
    variance. The kernel is computed here, as matrix products: several times as fast as in `SVC`.

    Args:
        x: Inputs, `(n, d)`.
        y: Labels, `(n,)`.
        penalty: Of an example on the wrong side of its margin, over 0.

    Returns:
        Inputs `(m, d)` -> labels `(m,)`.
    """
    from sklearn.svm import SVC

    width = x.shape[1] * float(x.var(dtype=np.float64))

    def kernel(one: np.ndarray) -> np.ndarray:
        squares = [(part * part).sum(1) for part in (one, x)]
        apart = squares[0][:, None] + squares[1] - 2 * (one @ x.T)
        found: np.ndarray = np.exp(-apart.astype(np.float64) / width)
        return found

    machine = SVC(C=penalty, kernel="precomputed").fit(kernel(x), y)

    def labels(new: np.ndarray) -> np.ndarray:
        found: np.ndarray = machine.predict(kernel(new))
        return found

    return labels


def seconds(name: str, n: int, n_features: int, n_classes: int) -> float:
    """Expected seconds of training a learner, and of asking it about 1000 rows."""
    least, each = SECONDS[name]
    return least + each * n * n_features * (n_classes if n_classes > 2 else 1)


def pauses(name: str, n_classes: int) -> int:
    """How often training a learner pauses."""
    if name not in (FOREST, BOOSTING):
        return 1
    several = name == BOOSTING and n_classes > 2
    return TREES // (ROUNDS_AT_ONCE if several else TREES_AT_ONCE)


def _logistic(seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=300)


def _neighbours(seed: int) -> Any:
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier()


def _forest(seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(random_state=seed)


def _boosting(seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        learning_rate=LEARNING_RATE, min_samples_leaf=5, early_stopping=False, random_state=seed
    )


_MAKERS: Mapping[str, Callable[[int], Any]] = {
    LOGISTIC: _logistic, NEIGHBOURS: _neighbours, FOREST: _forest, BOOSTING: _boosting,
}  # fmt: skip

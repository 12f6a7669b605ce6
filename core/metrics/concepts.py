"""What a concept does to answers, and whether its scores stand out: in plain numpy."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from scipy.special import bdtr, softmax, stdtr, stdtrit


def concept_effect(
    before: np.ndarray, after: np.ndarray, labels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean change of each class's own answer when a concept is put in (Goyal et al. 2019).

    Args:
        before: Logits of the pictures without it, `(n, classes)`.
        after: Of the same pictures with it.
        labels: Their classes, `(n,)`, all classes among them.

    Returns:
        Change of the probability, in [-1, 1], and of the logit, `(classes,)` each.
    """
    changes = softmax(after, axis=1) - softmax(before, axis=1), after - before
    classes = range(before.shape[1])
    probability, logit = (
        np.array([change[labels == k, k].mean() for k in classes]) for change in changes
    )
    return probability, logit


def t_test(values: np.ndarray, centre: float = 0.5) -> np.ndarray:
    """Two-sided p values of Student's t test of each column against `centre`.

    Args:
        values: `(repetitions, tests)`, at least two repetitions.
        centre: The mean under the null hypothesis.

    Returns:
        `(tests,)` in [0, 1]; where a column does not vary, 1 if it stands at `centre`, else 0.
    """
    n, off = len(values), np.abs(values.mean(0) - centre)
    error = values.std(0, ddof=1) / n**0.5
    t = np.where(error > 1e-9, off / np.maximum(error, 1e-9), np.where(off > 1e-9, np.inf, 0.0))
    return np.asarray(2 * stdtr(n - 1, -t))


def sign_test(score: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Two-sided p values of a share of `n` pictures against one half, as coins would fall."""
    hits = np.rint(score * n)
    return np.asarray(np.minimum(2 * bdtr(np.minimum(hits, n - hits), n, 0.5), 1.0))


def band(values: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Where one more value would lie if it came from the same source as these.

    The prediction interval of a normal sample: wider than the interval of its mean.

    Args:
        values: `(n, tests)`, at least 2 rows.
        level: In (0, 1).

    Returns:
        Lower and upper ends, `(tests,)` each, not cut at 0 and 1.
    """
    n, mean = len(values), values.mean(0)
    half = stdtrit(n - 1, (1 + level) / 2) * values.std(0, ddof=1) * (1 + 1 / n) ** 0.5
    return mean - half, mean + half


def outside_band(scores: pd.DataFrame, random: Collection[str]) -> pd.DataFrame:
    """Which scores lie outside the band of the random concepts'; none is held against itself.

    Args:
        scores: A row a test, a column a concept.
        random: The columns of random concepts, at least 3.

    Returns:
        The same shape, bool.
    """
    found = pd.DataFrame(index=scores.index)
    for name in scores:
        others = [other for other in random if other != name]
        low, high = band(scores[others].to_numpy().T)
        found[name] = (scores[name] < low) | (scores[name] > high)
    return found

"""Which labels look wrong: confident learning, by cleanlab; the only door to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Suspects:
    """What cleanlab says about labels.

    Attributes:
        found: Which examples it takes for mislabelled, `(n,)` bool.
        quality: How much it believes each label, `(n,)` in [0, 1].
    """

    found: np.ndarray
    quality: np.ndarray


def find_suspects(labels: np.ndarray, probabilities: np.ndarray) -> Suspects:
    """Ask cleanlab which labels are wrong (Northcutt, Jiang & Chuang 2021).

    Args:
        labels: As given, `(n,)` int in `[0, classes)`.
        probabilities: Of the classes by models that have not seen the example, `(n, classes)`.

    Returns:
        Its answer with its default way to filter, in this process (`n_jobs=1`): it would start
        others.
    """
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    # It refuses rows that do not add up to 1 in its own precision.
    chances = probabilities.astype(np.float64)
    chances = chances / chances.sum(axis=1, keepdims=True)
    found = find_label_issues(labels, chances, n_jobs=1)
    return Suspects(np.asarray(found), np.asarray(get_label_quality_scores(labels, chances)))

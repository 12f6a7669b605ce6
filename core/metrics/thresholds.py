"""Decisions by a threshold on a score, counted at every threshold, and thresholds that equalise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.metrics.fairness import rates

FEWEST = 20
"""Far out a few selected people decide: a rate there is equal by luck."""


def threshold_counts(
    y_true: np.ndarray, score: np.ndarray, groups: np.ndarray, thresholds: np.ndarray
) -> np.ndarray:
    """Count decisions at every threshold; a score equal to the threshold is selected.

    Args:
        y_true: Classes `(n,)` in {0, 1}.
        score: `(n,)`.
        groups: `(n,)` in {0, 1}.
        thresholds: Ascending, `(k,)`.

    Returns:
        `(k, 2, 2, 2)` int32 by threshold, group, truth and decision.
    """
    k = len(thresholds)
    passed = np.searchsorted(thresholds, score, side="right")  # so many thresholds are reached
    place = (passed * 2 + groups) * 2 + y_true
    found = np.bincount(place, minlength=(k + 1) * 4).reshape(k + 1, 2, 2)
    rejected = found.cumsum(axis=0)[:k]
    return np.stack([rejected, found.sum(axis=0) - rejected], axis=-1).astype(np.int32)


def equalised(counts: np.ndarray, place: int, names: Sequence[str]) -> np.ndarray:
    """Counts where the second group's threshold brings its rates nearest to the first group's.

    Args:
        counts: `(seeds, k, 2, 2, 2)`, see `threshold_counts`.
        place: Of the first group's threshold among the `k`.
        names: Rates of `core.metrics.fairness`; the farthest of them counts.

    Returns:
        `(seeds, 2, 2, 2)`. Thresholds that select fewer than `FEWEST` of the second group are not
        considered. Where none is left, or the first group does not have a rate, the second group's
        counts are 0: there is no such threshold, and no rate of the group is defined.
    """
    found = rates(counts)
    distance = np.zeros(counts.shape[:2])
    for name in names:
        apart = found[name][:, :, 1] - found[name][:, place, 0][:, None]
        distance = np.fmax(distance, np.where(np.isnan(apart), np.inf, np.abs(apart)))
    distance[counts[:, :, 1, :, 1].sum(axis=-1) < FEWEST] = np.inf
    best, own = distance.argmin(axis=1), np.arange(len(counts))
    there = np.isfinite(distance[own, best])[:, None, None]
    return np.stack([counts[:, place, 0], counts[own, best, 1] * there], axis=1)

"""Receiver operating characteristic: how well a score orders two classes, with an interval."""

from __future__ import annotations

import numpy as np

from core.metrics.gap_intervals import quantile


def roc(y_true: np.ndarray, y_score: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rates at every threshold, from the strictest on.

    Args:
        y_true: `(n,)` in {0, 1}.
        y_score: `(n,)`; a row is selected from the threshold on.

    Returns:
        False positive rate, true positive rate and threshold, `(thresholds + 1,)` each: the first
        selects nobody. A rate is NaN without negatives or positives.
    """
    order = np.argsort(-y_score, kind="stable")
    scores, hits = y_score[order], np.cumsum(y_true[order])
    last = np.flatnonzero(np.append(np.diff(scores) != 0, np.ones(min(1, len(scores)), bool)))
    found = np.concatenate([[0], hits[last]]), np.concatenate([[0], last + 1 - hits[last]])
    with np.errstate(invalid="ignore"):
        tpr, fpr = (part / np.float64(part[-1]) for part in found)
    return fpr, tpr, np.concatenate([[np.inf], scores[last]])


def under(fpr: np.ndarray, tpr: np.ndarray) -> float:
    """Area under a curve of `roc`, by trapezoids: ties of both classes count one half."""
    return float(np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2))


def area(y_true: np.ndarray, y_score: np.ndarray) -> tuple[float, float, float]:
    """Area under the ROC curve: the chance that a positive has the higher score, ties one half.

    The interval is Newcombe's (2006, method 5): it stays open where the classes are separated.

    Args:
        y_true: `(n,)` in {0, 1}.
        y_score: `(n,)`.

    Returns:
        Value, low and high end in [0, 1]; NaN without both classes.
    """
    positives = int(y_true.sum())
    negatives = len(y_true) - positives
    if not positives or not negatives:
        return (float("nan"),) * 3
    value = under(*roc(y_true, y_score)[:2])
    low, high = (_end(value, positives, negatives, side) for side in (0.0, 1.0))
    return value, low, high


def _end(value: float, positives: int, negatives: int, side: float) -> float:
    """The true area from which the observed one is just 1.96 standard errors away."""
    z = quantile()

    def inside(true: float) -> bool:
        size = (positives + negatives) / 2 - 1
        spread = 1 + size * ((1 - true) / (2 - true) + true / (1 + true))
        return abs(value - true) <= z * (true * (1 - true) * spread / positives / negatives) ** 0.5

    near, far = value, side
    for _ in range(50):
        middle = (near + far) / 2
        near, far = (middle, far) if inside(middle) else (near, middle)
    return far if abs(far - side) > 1e-12 else side

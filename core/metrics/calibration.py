"""Calibration of scores: what chance does to a perfect one, and curves with intervals."""

from __future__ import annotations

import numpy as np
from scipy.special import gammainccinv, gammaln, ndtri, xlog1py, xlogy

from core.metrics import gap_intervals
from core.metrics.fairness import calibration_counts, divided

SKEWNESS = 0.9953
"""Of the absolute value of a normal variable."""
TEMPERATURES = (0.02, 50.0)
"""Lowest and highest that `temperature` looks at."""


def by_chance(counts: np.ndarray, sums: np.ndarray, level: float = 0.95) -> np.ndarray:
    """What the calibration error of a perfectly calibrated score stays under.

    Positives of a bin are binomial then, with the bin's mean score as their chance. Mean and
    variance of the error are exact (De Moivre's mean deviation); its tail is that of a shifted
    gamma distribution.

    Args:
        counts: From `fairness.calibration_counts`, `(groups, bins, 2)`.
        sums: Sums of scores, same shape.
        level: Share of tables in which the error is lower.

    Returns:
        `(groups,)` at least 0; NaN for groups without rows.
    """
    n = counts.sum(axis=-1).astype(float)
    p = np.clip(np.nan_to_num(divided((sums.sum(axis=-1), n))), 0.0, 1.0)
    mean = _mean_deviation(n, p)
    variance = np.maximum(n * p * (1 - p) - mean**2, 0.0)
    total, spread = mean.sum(axis=-1), np.sqrt(variance.sum(axis=-1))
    third = (SKEWNESS * variance**1.5).sum(axis=-1)
    skew = np.maximum(divided((third, spread**3)), 1e-3)
    far = np.where(np.isnan(skew), float(ndtri(level)), _gamma_quantile(skew, 1 - level))
    return divided((np.maximum(total + spread * far, 0.0), n.sum(axis=-1)))


def _gamma_quantile(skew: np.ndarray, tail: float) -> np.ndarray:
    """Standard deviations above the mean that a share `tail` of a gamma distribution passes."""
    shape = 4 / np.where(np.isnan(skew), 1.0, skew) ** 2
    return (gammainccinv(shape, tail) - shape) / np.sqrt(shape)


def _mean_deviation(n: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Mean of `|X - np|` for a binomial `X`."""
    at = np.minimum(np.floor(n * p) + 1, n)
    choose = gammaln(n + 1) - gammaln(at + 1) - gammaln(n - at + 1)
    return 2 * at * (1 - p) * np.exp(choose + xlogy(at, p) + xlog1py(n - at, -p))


def curve(counts: np.ndarray, sums: np.ndarray) -> dict[str, np.ndarray]:
    """Share of positives against mean score, bin by bin.

    Args:
        counts: From `fairness.calibration_counts`, `(groups, bins, 2)`.
        sums: Sums of scores, same shape.

    Returns:
        `score` (mean), `n`, `value` (share of positives), `low` and `high` (Wilson's 95% interval),
        `(groups, bins)` each; NaN in empty bins.
    """
    n = counts.sum(axis=-1)
    value = divided((counts[..., 1], n))
    low, high = gap_intervals.wilson(value, n.astype(float), gap_intervals.quantile())
    score = divided((sums.sum(axis=-1), n))
    return {"score": score, "n": n, "value": value, "low": low, "high": high}


def softmax(logits: np.ndarray) -> np.ndarray:
    """Class probabilities `(..., classes)` of logits."""
    raised = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(raised / raised.sum(-1, keepdims=True))


def temperature(logits: np.ndarray, y_true: np.ndarray) -> np.ndarray:
    """What logits are divided by for the lowest cross-entropy (Guo et al. 2017, section 4.2).

    The cross-entropy is convex in the inverse temperature: halving finds where its slope is zero.

    Args:
        logits: `(..., n, classes)`, of examples that the network has not learned from.
        y_true: Their classes, `(..., n)` integers.

    Returns:
        `(...)` within `TEMPERATURES`; an end of it where the cross-entropy falls up to there.
    """
    own = np.take_along_axis(logits, y_true[..., None], -1)[..., 0]
    low, high = (np.full(logits.shape[:-2], -np.log(end)) for end in reversed(TEMPERATURES))
    for _ in range(50):
        middle = (low + high) / 2
        inverse = np.exp(middle)[..., None, None]
        slope = ((softmax(logits * inverse) * logits).sum(-1) - own).mean(-1)
        low, high = np.where(slope <= 0, middle, low), np.where(slope <= 0, high, middle)
    return np.asarray(np.exp(-(low + high) / 2))


def top_label_bins(probabilities: np.ndarray, y_true: np.ndarray, bins: int = 10) -> np.ndarray:
    """Sort answers into bins of equal width by their confidence, the largest probability.

    Args:
        probabilities: `(..., n, classes)`.
        y_true: `(..., n)` integers; it may lack leading axes.
        bins: How many.

    Returns:
        `(..., bins, 3)`: how many answers, the sum of their confidences, and how many are right.
    """
    confidence = probabilities.max(-1)
    right = (probabilities.argmax(-1) == y_true).reshape(-1)
    lead, n = confidence.shape[:-1], confidence.shape[-1]
    groups = np.repeat(np.arange(confidence.size // n), n)
    found = calibration_counts(
        right.astype(np.int64), confidence.reshape(-1).clip(0, 1), groups,
        n_groups=confidence.size // n, bins=bins,
    )  # fmt: skip
    counts, sums = (part.reshape(*lead, bins, 2) for part in found)
    return np.stack([counts.sum(-1), sums.sum(-1), counts[..., 1]], -1).astype(float)


def of_bins(table: np.ndarray) -> dict[str, np.ndarray]:
    """Accuracy, mean confidence and expected calibration error of `top_label_bins`, `(...)`."""
    counted, confidence, right = (table[..., place] for place in range(3))
    n = counted.sum(-1)
    apart = np.abs(confidence - right).sum(-1)
    return {
        "accuracy": right.sum(-1) / n, "confidence": confidence.sum(-1) / n, "error": apart / n,
    }  # fmt: skip

"""Calibration of scores: what chance does to a perfect one, and curves with intervals."""

from __future__ import annotations

import numpy as np
from scipy.special import gammainccinv, gammaln, ndtri, xlog1py, xlogy

from core.metrics import gap_intervals
from core.metrics.fairness import divided

SKEWNESS = 0.9953
"""Of the absolute value of a normal variable."""


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

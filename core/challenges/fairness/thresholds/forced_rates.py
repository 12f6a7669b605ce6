"""False positive rates that base rate, precision and misses leave no choice about."""

from __future__ import annotations

import numpy as np

from core.metrics import fairness


def forced_rate(
    base_rate: np.ndarray | float, precision: np.ndarray | float, miss_rate: np.ndarray | float
) -> np.ndarray:
    """False positive rate that follows from the other three (Chouldechova 2017, equation 2.6).

    Args:
        base_rate: Share of positives, in (0, 1).
        precision: Positive predictive value, in (0, 1].
        miss_rate: False negative rate, in [0, 1].
    """
    odds = np.asarray(base_rate) / (1 - np.asarray(base_rate))
    return odds * (1 - precision) / precision * (1 - miss_rate)


def forced_pair(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Measured false positive rates, and those forced by pooled precision and miss rate.

    Args:
        counts: `(..., 2, 2, 2)`: group, truth, decision.

    Returns:
        Two arrays `(..., 2)`.
    """
    found = fairness.rates(counts)
    pooled = fairness.rates(counts.sum(axis=-3, keepdims=True))
    return found["false_positive_rate"], forced_rate(
        found["base_rate"], pooled["precision"], pooled["false_negative_rate"]
    )

"""Counts at a pair of thresholds, and the threshold that equalises a rate."""

from __future__ import annotations

import numpy as np

from core.metrics import fairness

GRID = np.round(np.linspace(0.0, 1.0, 101), 2)
"""Thresholds at which decisions are counted."""
N_BINS = 10
SAME = "one threshold"
POLICIES: dict[str, tuple[str, ...]] = {
    SAME: (),
    "equal selection rates": ("selection_rate",),
    "equal true positive rates": ("true_positive_rate",),
    "equal false positive rates": ("false_positive_rate",),
    "both error rates nearly equal": ("true_positive_rate", "false_positive_rate"),
    "equal precision": ("precision",),
}
"""What a policy equalises."""


def at(counts: np.ndarray, threshold_a: float, threshold_b: float) -> np.ndarray:
    """Counts at one threshold per group.

    Args:
        counts: `(seeds, thresholds, 2, 2, 2)`.
        threshold_a: On `GRID`.
        threshold_b: On `GRID`.

    Returns:
        `(seeds, 2, 2, 2)`: seed, group, truth, decision.
    """
    places = [int(np.abs(GRID - t).argmin()) for t in (threshold_a, threshold_b)]
    return np.stack([counts[:, place, g] for g, place in enumerate(places)], axis=1)


def gaps_of(counts: np.ndarray) -> dict[str, np.ndarray]:
    """Group B minus group A of every rate, one number a seed.

    NaN where the rate does not exist in a group: without anybody selected there is no precision,
    and two groups cannot be equal in what one of them does not have.
    """
    return {name: fairness.signed_gap(value) for name, value in fairness.rates(counts).items()}


def equalised(counts: np.ndarray, threshold_a: float, policy: str) -> np.ndarray:
    """Counts when group B's threshold is chosen for a policy, seed by seed.

    Args:
        counts: `(seeds, thresholds, 2, 2, 2)`.
        threshold_a: Group A's threshold, on `GRID`.
        policy: A key of `POLICIES`.

    Returns:
        `(seeds, 2, 2, 2)`. Thresholds that select fewer than 20 of group B are not considered.
        Where none is left, or group A does not have the rate, group B's counts are 0: there is
        no such policy, and no rate of group B is defined.
    """
    wanted = POLICIES[policy]
    if not wanted:
        return at(counts, threshold_a, threshold_a)
    place = int(np.abs(GRID - threshold_a).argmin())
    found = fairness.rates(counts)
    distance = np.zeros(counts.shape[:2])
    for name in wanted:
        apart = found[name][:, :, 1] - found[name][:, place, 0][:, None]
        distance = np.fmax(distance, np.where(np.isnan(apart), np.inf, np.abs(apart)))
    # Far out a few selected people decide: a rate there is equal by luck.
    distance[counts[:, :, 1, :, 1].sum(axis=-1) < 20] = np.inf
    best = distance.argmin(axis=1)
    own = np.arange(len(counts))
    there = np.isfinite(distance[own, best])[:, None, None]
    return np.stack([counts[:, place, 0], counts[own, best, 1] * there], axis=1)


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

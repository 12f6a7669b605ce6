"""What the threshold explorer can be set to, and what it measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.challenges.fairness.gap_words import Rate
from core.lab.intervals import POINTS
from core.lab.scores import PerSeed
from core.lab.settings import Config, View, ladder, repetitions
from core.metrics import fairness, thresholds

RUNGS = (0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8)
GRID = np.round(np.linspace(0.0, 1.0, 101), 2)
"""Thresholds at which decisions are counted."""
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


class ThresholdsConfig(Config):
    """Who the two groups are, and how much is known about them."""

    repetitions: int = repetitions(default=10)

    base_rate_a: float = ladder(
        0.2, 0.3, 0.4, 0.5, 0.6, 0.7, default=0.5, label="Base rate of A", unit="share"
    )
    """Share of group A that would repay."""
    base_rate_b: float = ladder(
        0.2, 0.3, 0.4, 0.5, 0.6, 0.7, default=0.3, label="Base rate of B", unit="share"
    )
    """Share of group B that would repay."""
    signal: float = ladder(
        0.5, 1.0, 1.5, 2.0, 3.0, 5.0, default=1.5, unit="SD", label="What is known"
    )
    """How far the papers of those who repay lie from those of the others, in standard deviations.
    At 5 the network is nearly never wrong."""
    n_train: int = ladder(500, 1000, 2000, 4000, default=2000, label="Training examples")
    """Applicants each network learns from."""


class ThresholdsView(View):
    """Where the lines are drawn. Nothing is trained again."""

    above = True
    threshold_a: float = ladder(*RUNGS, default=0.5, label="Threshold for group A")
    """Members of group A with this score or more get the loan."""
    threshold_b: float = ladder(*RUNGS, default=0.5, label="Threshold for group B")
    """Members of group B with this score or more get the loan."""
    metric: Rate = "true positive rate"
    """Which rate the curves show."""


@dataclass(frozen=True)
class ThresholdsResult:
    """What was measured.

    Attributes:
        counts: Validation applicants by seed, threshold (`GRID`), group, truth and decision,
            `(seeds, thresholds, 2, 2, 2)`.
        calibration: Expected calibration error by seed and group, `(seeds, 2)`.
    """

    counts: np.ndarray
    calibration: np.ndarray

    def at(self, threshold_a: float, threshold_b: float) -> np.ndarray:
        """Counts `(seeds, 2, 2, 2)` by seed, group, truth and decision at two thresholds."""
        places = [_place(threshold) for threshold in (threshold_a, threshold_b)]
        return np.stack([self.counts[:, place, g] for g, place in enumerate(places)], axis=1)

    def equalised(self, policy: str, threshold_a: float = 0.5) -> np.ndarray:
        """Counts when group B's threshold is chosen for a policy, seed by seed.

        Args:
            policy: A key of `POLICIES`.
            threshold_a: Group A's threshold, on `GRID`.

        Returns:
            `(seeds, 2, 2, 2)`, see `core.metrics.thresholds.equalised`.
        """
        if policy == SAME:
            return self.at(threshold_a, threshold_a)
        return thresholds.equalised(self.counts, _place(threshold_a), POLICIES[policy])

    def mean_score_gap(self, truth: int) -> PerSeed:
        """Mean score of group B's members with this label minus that of group A's, in points."""
        of = self.counts[:, :, :, truth]
        reached = fairness.divided((of[..., 1], of.sum(axis=-1)))
        # A score, rounded down to the grid, is the share of the thresholds above 0 it reaches.
        gap = fairness.signed_gap(reached[:, 1:].mean(axis=1))
        return PerSeed.of(range(len(gap)), gap, POINTS)

    def gaps(self, policy: str = SAME) -> dict[str, PerSeed]:
        """Gaps under a policy, with a threshold of 0.5 for group A, see `gaps_of`."""
        return gaps_of(self.equalised(policy))


def _place(threshold: float) -> int:
    return int(np.abs(GRID - threshold).argmin())


def gaps_of(counts: np.ndarray) -> dict[str, PerSeed]:
    """Group B minus group A of every rate, from counts `(seeds, 2, 2, 2)`.

    NaN where the rate does not exist in a group: without anybody selected there is no precision,
    and two groups cannot be equal in what one of them does not have.
    """
    return {
        name: PerSeed.of(range(len(counts)), fairness.signed_gap(value), POINTS)
        for name, value in fairness.rates(counts).items()
    }

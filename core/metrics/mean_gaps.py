"""Means of groups of numbers: t intervals, Welch's tests, and the widest gap among several."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

LEVEL = 0.95


@dataclass(frozen=True)
class Means:
    """Numbers of several groups, summed up.

    Attributes:
        mean: `(groups,)`; NaN without rows.
        variance: Of one row, unbiased, `(groups,)`; where all rows of a group are equal, that of
            all groups together: a few equal numbers are no proof that there is no spread.
        n: Rows, `(groups,)`.
    """

    mean: np.ndarray
    variance: np.ndarray
    n: np.ndarray

    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """Student's 95% interval of each mean; NaN with fewer than two rows."""
        n = np.where(self.n > 1, self.n, np.nan)
        half = stdtrit(np.nan_to_num(n - 1, nan=1.0), (1 + LEVEL) / 2) * np.sqrt(self.variance / n)
        return self.mean - half, self.mean + half

    def widest(self, reference: int | None = None) -> tuple[float, float]:
        """95% interval of the largest difference between groups with at least two rows.

        As `core.metrics.gap_intervals.largest_difference`: towards no gap Welch's intervals hold
        for all pairs together (Bonferroni), away from it that of one pair is enough.
        """
        known = np.flatnonzero(self.n > 1)
        one, other = (part.ravel() for part in np.meshgrid(known, known, indexing="ij"))
        kept = one != other
        if reference is not None:
            kept &= (one == reference) | (other == reference)
        one, other = one[kept], other[kept]
        difference, error, freedom = self.welch(one, other)
        near = stdtrit(freedom, 1 - (1 - LEVEL) / len(one))
        far = stdtrit(freedom, (1 + LEVEL) / 2)
        low, high = difference - near * error, difference + far * error
        return max(0.0, float(low.max())), float(high.max())

    def interval_of_difference(self) -> tuple[float, float]:
        """Welch's 95% interval of the first mean less the second, of two groups."""
        difference, error, freedom = self.welch(np.array([0]), np.array([1]))
        half = stdtrit(freedom, (1 + LEVEL) / 2) * error
        return float((difference - half)[0]), float((difference + half)[0])

    def welch(
        self, one: np.ndarray, other: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Difference of two groups' means, its standard error and degrees of freedom."""
        a, b = (self.variance[at] / self.n[at] for at in (one, other))
        total = np.maximum(a + b, 1e-300)
        freedom = total**2 / np.maximum(
            a**2 / (self.n[one] - 1) + b**2 / (self.n[other] - 1), 1e-300
        )
        return self.mean[one] - self.mean[other], np.sqrt(total), np.maximum(freedom, 1.0)


def means(values: np.ndarray, groups: np.ndarray, n_groups: int) -> Means:
    """Sum up numbers by group.

    Args:
        values: `(n,)`, finite.
        groups: `(n,)` integers in `[0, n_groups)`.
        n_groups: How many groups.
    """
    n = np.bincount(groups, minlength=n_groups).astype(float)
    some = np.where(n > 0, n, np.nan)
    mean = np.bincount(groups, values, minlength=n_groups) / some
    apart = (values - mean[groups]) ** 2
    squares = np.bincount(groups, apart, minlength=n_groups)
    pooled = apart.sum() / max(len(values) - (n > 0).sum(), 1)
    own = squares / np.where(n > 1, n - 1, np.nan)
    return Means(mean, np.where(squares > 0, own, pooled), n)


def welch_p(values: np.ndarray, groups: np.ndarray, n_groups: int, reference: int | None = None
            ) -> np.ndarray:  # fmt: skip
    """Two-sided p-values of Welch's test of each group against all others, or the reference.

    Args:
        values: `(n,)`.
        groups: `(n,)` integers in `[0, n_groups)`.
        n_groups: How many groups.
        reference: The group that others are held against.

    Returns:
        `(groups,)`; NaN for groups with fewer than two rows, for the reference, and for the second
        of two groups, whose test is that of the first.
    """
    each = means(values, groups, n_groups)
    known = np.flatnonzero(each.n > 1)
    if reference is None and len(known) == 2:
        known = known[:1]
    found = np.full(n_groups, np.nan)
    for place in known.tolist():
        if place != reference:
            found[place] = against(each, place, reference)[0]
    return found


def against(each: Means, place: int, reference: int | None) -> tuple[float, Means]:
    """Welch's test of a group against all others together, or against the reference.

    Returns:
        The p-value (NaN with fewer than two rows on a side), and both sides summed up.
    """
    others = np.arange(len(each.n)) != place
    if reference is not None:
        others = np.arange(len(each.n)) == reference
    others &= each.n > 0
    n = each.n[others].sum()
    mean = (each.n[others] @ each.mean[others]) / max(n, 1)
    within = (each.n[others] - 1) @ np.nan_to_num(each.variance[others])
    between = each.n[others] @ (each.mean[others] - mean) ** 2
    pair = Means(
        np.array([each.mean[place], mean]),
        np.array([each.variance[place], (within + between) / max(n - 1, 1)]),
        np.array([each.n[place], n]),
    )
    if min(pair.n) < 2:
        return float("nan"), pair
    difference, error, freedom = pair.welch(np.array([0]), np.array([1]))
    if difference[0] == 0:
        return 1.0, pair
    return float(2 * stdtr(freedom, -np.abs(difference) / error)[0]), pair

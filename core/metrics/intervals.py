"""Means over repetitions and the intervals that go with them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.special import stdtrit

from core.experiment import Estimate


def t_interval(values: Iterable[float], level: float = 0.95) -> Estimate:
    """Mean of independent repetitions with its Student t interval.

    Args:
        values: One number per seed, shape `(n,)`.
        level: Coverage in (0, 1).

    Returns:
        The mean and `mean ± t(n-1) * s / sqrt(n)`; with one value the interval is that value.

    Raises:
        ValueError: If there are no values, or one is not finite.
    """
    numbers = np.asarray(list(values), dtype=float)
    if numbers.size == 0 or not np.isfinite(numbers).all():
        raise ValueError("an interval needs at least one value, all finite")
    mean = float(numbers.mean())
    if numbers.size == 1:
        return Estimate(mean, mean, mean, 1)
    half = stdtrit(numbers.size - 1, (1 + level) / 2) * numbers.std(ddof=1) / numbers.size**0.5
    return Estimate(mean, mean - float(half), mean + float(half), int(numbers.size))


def paired_difference(
    values: Iterable[float], baseline: Iterable[float], level: float = 0.95
) -> Estimate:
    """Mean difference of two arms over the same seeds, with the t interval of the differences.

    Args:
        values: One number per seed for the arm, shape `(n,)`.
        baseline: The same seeds, in the same order, for the baseline.
        level: Coverage in (0, 1).

    Raises:
        ValueError: If the two differ in length.
    """
    ours, theirs = list(values), list(baseline)
    if len(ours) != len(theirs):
        raise ValueError(f"paired arms need the same seeds: {len(ours)} and {len(theirs)}")
    found = t_interval([a - b for a, b in zip(ours, theirs, strict=True)], level)
    kind = "95% t interval of paired differences over seeds"
    return Estimate(found.mean, found.low, found.high, found.n, kind)

"""Intervals of rates, of the difference and ratio of two, and of the widest gap among several.

The widest gap among `k` groups is the difference of two of them that are not known beforehand. So

- its lower end is the largest of all pairs' lower ends, each so far out that all of them hold
  together: the quantile is that of the range of `k` normal variables (Tukey's studentized range),
  which is 1.96 for two groups and 3.16 for ten. Of three or more groups it is 0 unless exact tests
  say that they differ: so far out, intervals of ten rows are too short;
- its upper end is the largest of all pairs' upper ends. One of those pairs is the right one, and it
  is enough that the interval of that one holds: no correction is needed for the number of pairs.
  Of two groups it is the usual one (1.96), of more each is one of 97.5% (2.24), which makes up for
  what Newcombe's interval misses near 0 and 1.

Each pair's interval is Newcombe's (1998, method 10), made of two Wilson intervals, so it
holds for few rows and stays open where nobody or everybody is counted. `docs/audit.md` has what
this covers in simulation.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.special import ndtr, ndtri

from core.metrics import exact_tests

LEVEL = 0.95
Rate = tuple[np.ndarray, np.ndarray]
"""Value in [0, 1] and number of rows behind it, `(groups,)` each; NaN and 0 where there is none."""
Ends = tuple[np.ndarray, np.ndarray]


def quantile(level: float = LEVEL) -> float:
    """Of the standard normal, for a two-sided interval: 1.96 for 0.95."""
    return float(ndtri((1 + level) / 2))


def wilson(value: np.ndarray, n: np.ndarray, z: float) -> Ends:
    """Wilson's interval of a rate (1927): it stays open where the rate is 0 or 1.

    Args:
        value: The rate.
        n: Rows behind it, above 0; of weighted rows the effective number.
        z: Normal quantile of the level.

    Returns:
        Low and high ends in [0, 1], shaped like `value`; NaN where there is no rate.
    """
    n = np.where(n > 0, n, np.nan)
    middle = (value + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(value * (1 - value) / n + z * z / (4 * n * n))
    low, high = np.clip(middle - half, 0, value), np.clip(middle + half, value, 1)
    # Rounding leaves 1e-17 where the end is 0 or 1 exactly.
    return np.where(value == 0, 0.0, low), np.where(value == 1, 1.0, high)


@functools.cache
def range_quantile(k: int, level: float = LEVEL) -> float:
    """Quantile of the range of `k` standard normal variables, over the root of 2.

    Args:
        k: How many, at least 2.
        level: In (0, 1).

    Returns:
        The number of standard errors that no pair of `k` equal means passes at this level.
    """
    at, step = np.linspace(-9.0, 9.0, 1201, retstep=True)
    density = k * np.exp(-at * at / 2) / np.sqrt(2 * np.pi) * step

    def missed(width: float) -> float:
        return float(density @ (ndtr(at) - ndtr(at - width)) ** (k - 1)) - level

    low, high = 0.0, 12.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if missed(middle) < 0 else (low, middle)
    return (low + high) / 2**0.5 / 2


def newcombe(one: Rate, other: Rate, low_z: float, high_z: float) -> Ends:
    """Ends of the difference of two rates, `one - other` (Newcombe 1998, method 10).

    Args:
        one: Value and rows.
        other: Value and rows; shapes must broadcast.
        low_z: Normal quantile for the lower end.
        high_z: For the upper end.
    """
    difference = one[0] - other[0]
    low, _ = wilson(*one, low_z)
    _, high = wilson(*other, low_z)
    below = difference - np.hypot(one[0] - low, high - other[0])
    _, high = wilson(*one, high_z)
    low, _ = wilson(*other, high_z)
    return below, difference + np.hypot(high - one[0], other[0] - low)


def ratio_ends(one: Rate, other: Rate, low_z: float, high_z: float) -> Ends:
    """Ends of `one / other`: Newcombe's way on the logarithms of Wilson's ends.

    The middle is that of Wilson's interval, so that a rate of 0 has one (Zou and Donner 2008, with
    another centre).

    Returns:
        At least 0; the upper end is infinite where `other` may be 0.
    """
    ends = []
    for z, sign in ((low_z, -1), (high_z, 1)):
        # The end that pulls the ratio down: one's lower and the other's upper; and so on.
        parts = [_logs(*rate, z) for rate in (one, other)]
        (a_low, a, a_high), (b_low, b, b_high) = parts
        with np.errstate(invalid="ignore"):
            far = np.hypot(a - a_low, b_high - b) if sign < 0 else np.hypot(a_high - a, b - b_low)
        ends.append(np.exp(a - b + sign * far))
    return ends[0], ends[1]


def _logs(value: np.ndarray, n: np.ndarray, z: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    low, high = wilson(value, n, z)
    with np.errstate(divide="ignore"):
        return np.log(low), np.log((value * n + z * z / 2) / (n + z * z)), np.log(high)


def largest_difference(
    rates: Sequence[Rate], reference: int | None = None, level: float = LEVEL
) -> tuple[float, float]:
    """Interval of the widest difference between groups, over one or several rates.

    Args:
        rates: One entry a rate that the gap looks at; the widest difference in any of them counts.
        reference: Only differences to this group count; all pairs when None.
        level: What it covers, roughly: see `docs/audit.md`.

    Returns:
        Low and high end in [0, 1].
    """
    low = high = 0.0
    for one, other, (low_z, high_z), apart in _compared(rates, reference, level):
        below, above = newcombe(one, other, low_z, high_z)
        low = max(low, float(np.nanmax(below))) if apart else low
        high = max(high, float(np.nanmax(above)))
    return low, min(1.0, high)


def smallest_ratio(
    rates: Sequence[Rate], reference: int | None = None, level: float = LEVEL
) -> tuple[float, float]:
    """Interval of the smallest ratio of two groups' rates, as `largest_difference`."""
    low = high = 1.0
    for one, other, (low_z, high_z), apart in _compared(rates, reference, level):
        # Far for a ratio is down: its lower end needs one pair only, its upper end all.
        below, above = ratio_ends(one, other, high_z, low_z)
        low = min(low, float(np.nanmin(below)))
        high = min(high, float(np.nanmin(above))) if apart else high
    return low, high


def _compared(
    rates: Sequence[Rate], reference: int | None, level: float
) -> Iterator[tuple[Rate, Rate, tuple[float, float], bool]]:
    """Pairs of groups with their quantiles, and whether exact tests tell any of them apart."""
    for rate in rates:
        ends = quantiles(
            int((rate[1] > 0).sum()), reference=reference is not None, n_rates=len(rates),
            level=level,
        )  # fmt: skip
        apart = _differ(rate, reference, len(rates), level)
        for one, other in _pairs(rate, reference):
            yield one, other, ends, apart


def _differ(rate: Rate, reference: int | None, n_rates: int, level: float) -> bool:
    """Whether exact tests of the groups, together, say that they are not all the same.

    Of two groups Newcombe's interval says it well enough.
    """
    value, rows = rate
    if (rows > 0).sum() < 3:
        return True
    rows = np.floor(rows + 1e-9)
    p = exact_tests.each_group(np.round(np.nan_to_num(value) * rows), rows, reference)
    return bool(np.nanmin(exact_tests.holm(p), initial=1.0) <= (1 - level) / n_rates)


def quantiles(
    k: int, *, reference: bool = False, n_rates: int = 1, level: float = LEVEL
) -> tuple[float, float]:
    """Standard errors of a pair to the near end of a gap's interval and to the far one.

    Args:
        k: Groups that have the rate, at least 2.
        reference: Whether all are held against one of them.
        n_rates: How many rates the gap looks at.
        level: Of the interval.
    """
    share = (1 - level) / n_rates
    near = float(ndtri(1 - share / (k - 1) / 2)) if reference else range_quantile(k, 1 - share)
    return near, quantile(level) if k == 2 else quantile((1 + level) / 2)


def _pairs(rate: Rate, reference: int | None) -> Sequence[tuple[Rate, Rate]]:
    """Every ordered pair of groups that have the rate, as arrays that broadcast."""
    known = rate[1] > 0
    every = tuple(part[known] for part in rate)
    if reference is None:
        across = tuple(part[:, None] for part in every)
        return [((across[0], across[1]), (every[0], every[1]))]
    own = tuple(part[reference : reference + 1] for part in rate)
    others = tuple(part[known & (np.arange(len(known)) != reference)] for part in rate)
    return [((others[0], others[1]), (own[0], own[1])), ((own[0], own[1]), (others[0], others[1]))]

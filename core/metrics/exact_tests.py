"""Could a difference be chance? Exact p-values of counts, and Holm's correction for many."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

STANDARD_DEVIATIONS = 14.0
"""How far into a tail is summed; beyond it less than 1e-40 of it is left."""


def against_the_rest(hits: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Two-sided p-values of each group's rate against that of all other groups together.

    Fisher's exact test with twice the smaller tail: if groups mean nothing, a group's hits are
    drawn without replacement from everyone's. So it holds its level for any number of rows.

    Args:
        hits: `(groups,)` whole numbers.
        rows: `(groups,)`, at least `hits`; groups without rows get NaN.

    Returns:
        `(groups,)` in (0, 1]; NaN everywhere where only one group has rows.
    """
    return fisher(hits, rows, hits.sum() - hits, rows.sum() - rows)


def each_group(hits: np.ndarray, rows: np.ndarray, reference: int | None = None) -> np.ndarray:
    """Two-sided p-values of each group against all others together, or against the reference.

    Args:
        hits: `(groups,)` whole numbers.
        rows: `(groups,)`, at least `hits`.
        reference: The group that others are held against.

    Returns:
        `(groups,)`; NaN for groups without rows, for the reference, and for the second of two
        groups, whose comparison is that of the first.
    """
    if reference is not None:
        found = fisher(hits, rows, hits[reference], rows[reference])
        found[reference] = np.nan
        return found
    found = against_the_rest(hits, rows)
    known = np.flatnonzero(rows > 0)
    if len(known) == 2:
        found[known[1]] = np.nan
    return found


def fisher(
    hits: np.ndarray, rows: np.ndarray, other_hits: np.ndarray, other_rows: np.ndarray
) -> np.ndarray:
    """Two-sided p-values, twice the smaller tail of Fisher's exact test, elementwise.

    Args:
        hits: Of one group, `(n,)` whole numbers.
        rows: Of that group.
        other_hits: Of the group it is held against.
        other_rows: Of that group.

    Returns:
        `(n,)` in (0, 1]; NaN where one of the two has no rows.
    """
    given = (np.asarray(part, float) for part in (hits, rows, other_hits, other_rows))
    hits, rows, other_hits, other_rows = np.broadcast_arrays(*given)
    all_hits, all_rows = hits + other_hits, rows + other_rows
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = rows * all_hits / all_rows
    # The lower tail is the upper one of the hits that are missing.
    low = hits < expected
    counted, all_counted = np.where(low, (rows - hits, all_rows - all_hits), (hits, all_hits))
    tail = _upper_tail(counted, rows, all_counted, all_rows)
    known = (rows > 0) & (all_rows > rows)
    return np.where(known, np.minimum(1.0, 2 * tail), np.nan)


def _upper_tail(
    hits: np.ndarray, rows: np.ndarray, all_hits: np.ndarray, all_rows: np.ndarray
) -> np.ndarray:
    """Chance of at least so many hits, where they are no fewer than expected, `(n,)`."""
    share = all_hits / np.maximum(all_rows, 1)
    spread = np.sqrt(rows * share * (1 - share) * (1 - rows / np.maximum(all_rows, 1)))
    steps = np.arange(int(np.max(STANDARD_DEVIATIONS * spread, initial=0.0)) + 40)
    at = hits[:, None] + steps
    inside = at <= np.minimum(rows, all_hits)[:, None]
    at = np.where(inside, at, hits[:, None])
    found = (
        _log_choose(all_hits[:, None], at)
        + _log_choose((all_rows - all_hits)[:, None], rows[:, None] - at)
        - _log_choose(all_rows, rows)[:, None]
    )
    return np.where(inside, np.exp(found), 0.0).sum(axis=1)


def _log_choose(n: np.ndarray, k: np.ndarray) -> np.ndarray:
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def holm(p_values: np.ndarray) -> np.ndarray:
    """Holm's step-down correction (1979): below 0.05 means found among all, at a level of 5%.

    Args:
        p_values: `(n,)`; NaN was not tested and does not count.

    Returns:
        Adjusted p-values `(n,)` in (0, 1].
    """
    found = np.full(len(p_values), np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    order = tested[np.argsort(p_values[tested], kind="stable")]
    left = np.arange(len(order), 0, -1)
    found[order] = np.minimum(1.0, np.maximum.accumulate(p_values[order] * left))
    return found

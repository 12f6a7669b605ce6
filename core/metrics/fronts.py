"""The Pareto front of forms that are judged by two measures, as far as intervals tell it."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtrit

AHEAD, NEAR, BEHIND = "on the front", "not clearly behind", "clearly behind"
PLACES = (AHEAD, NEAR, BEHIND)


def on_front(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Which points no other one beats: none is lower in one measure and no higher in the other.

    Args:
        first: A measure of each point, `(k,)`; less is better.
        second: Another.

    Returns:
        `(k,)` bool.
    """
    no_higher = (first[:, None] <= first) & (second[:, None] <= second)
    lower = (first[:, None] < first) | (second[:, None] < second)
    return np.asarray(~(no_higher & lower).any(0))


def places(first: np.ndarray, second: np.ndarray, margins: tuple[float, float]) -> tuple[str, ...]:
    """Where each form stands: on the front of the means, clearly behind another form, or neither.

    A form is clearly behind where another one is clearly better in one measure and in the other
    worse by less than a margin, if at all: by paired intervals over the seeds that hold for all
    pairs of forms and both measures at once.

    Args:
        first: A measure of each form in each seed, `(seeds, k)`; less is better.
        second: Another. Where a measure is the same in every seed, it is taken for exact.
        margins: Differences of each measure up to this count as none.

    Returns:
        Of `PLACES`, one a form.
    """
    k = first.shape[1]
    tests = max(2 * k * (k - 1), 1)
    better, bearable = np.zeros((k, k), bool), np.ones((k, k), bool)
    for values, margin in zip((first, second), margins, strict=True):
        low, high = _differences(values, tests)
        better |= high < 0
        bearable &= high <= margin
    beaten = np.asarray((better & bearable).any(0))
    front = on_front(first.mean(0), second.mean(0))
    return tuple(
        AHEAD if ahead else BEHIND if behind else NEAR
        for ahead, behind in zip(front, beaten, strict=True)
    )


def _differences(values: np.ndarray, tests: int) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the interval of each form's mean less that of each other, `(k, k)` twice."""
    n = len(values)
    apart = values[:, :, None] - values[:, None]
    mean = apart.mean(0)
    if n < 2:
        return mean, mean
    half = stdtrit(n - 1, 1 - 0.025 / tests) * apart.std(0, ddof=1) / np.sqrt(n)
    return mean - half, mean + half

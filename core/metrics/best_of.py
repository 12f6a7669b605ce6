"""The best of so many trials: who wins, and what the winner is expected to score."""

from __future__ import annotations

import numpy as np


def winner_weights(scores: np.ndarray, drawn: int, *, again: bool = False) -> np.ndarray:
    """How likely each trial is the best of some that are drawn from all, without replacement.

    `weights @ scores` is then the expected best score, over all ways to draw (the unbiased estimate
    of Tang et al. 2020); `weights @ others` is what the winner scores elsewhere.

    Args:
        scores: Of every trial, more is better, `(n,)`; equal scores win equally often.
        drawn: Trials that are looked at, from 1 to `n`.
        again: Whether a trial can be drawn again, as random search may ask twice; then `drawn` may
            be more than `n`.

    Returns:
        `(n,)`, adding up to 1.

    Raises:
        ValueError: If more trials are drawn than there are, or none.
    """
    n = len(scores)
    if not 1 <= drawn <= (drawn if again else n):
        raise ValueError(f"{drawn} of {n} trials cannot be drawn")
    levels, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    # The best is at most this level where all that are drawn are, one after the other.
    upto, before = np.cumsum(count)[:, None], np.arange(drawn)
    left = 0 * before if again else before
    reached = np.prod((upto - left).clip(min=0) / (n - left), axis=1)
    return np.asarray((np.diff(reached, prepend=0.0) / count)[place])

"""What can be promised about a classifier whose answer is a vote over noisy copies."""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv, ndtri


def lower_confidence_bound(successes: np.ndarray, n: int, alpha: float) -> np.ndarray:
    """One-sided Clopper-Pearson bound of a probability.

    Args:
        successes: Out of `n` independent trials, any shape, integers in [0, n].
        n: Trials, at least 1.
        alpha: Chance that the bound is wrong, in (0, 1).

    Returns:
        The largest value that the probability exceeds with confidence `1 - alpha`; 0 for no
        success.
    """
    k = np.asarray(successes, dtype=float)
    return np.where(k > 0, betaincinv(np.maximum(k, 1), n - k + 1, alpha), 0.0)


def certified_radius(votes: np.ndarray, n: int, sigma: float, alpha: float) -> np.ndarray:
    """Radius within which a vote over Gaussian noise keeps its class (Cohen et al. 2019).

    Args:
        votes: For the class that is claimed, of `n` noisy copies each.
        n: Noisy copies.
        sigma: Standard deviation of the noise, in the inputs' unit.
        alpha: Chance that a certificate is wrong.

    Returns:
        Euclidean radius in the inputs' unit; -1 where the vote is too close to promise anything.
    """
    bound = lower_confidence_bound(votes, n, alpha)
    promised = bound > 0.5
    return np.where(promised, sigma * ndtri(np.where(promised, bound, 0.75)), -1.0)

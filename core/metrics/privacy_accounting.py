"""What noisy training promises: the privacy budget it spends, and what that allows an attacker.

The accountant of Renyi differential privacy for the Gaussian mechanism on Poisson samples. It is
written out because importing opacus takes over a second and more than 100 MB; a test holds it
against opacus.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Literal

import numpy as np
from scipy.special import gammaln, logsumexp

WHOLE = np.arange(2, 257)
FRACTIONS = np.array([order / 10 for order in range(11, 110) if order % 10])
"""Orders between whole ones: where little noise is enough, the best order lies below 2."""
ORDERS = np.concatenate([FRACTIONS, WHOLE])
Conversion = Literal["improved", "classic"]


def renyi_divergence(sample_rate: float, noise_multiplier: float) -> np.ndarray:
    """Renyi divergence of one step at every order (Mironov, Talwar & Zhang 2019, section 3.3).

    Args:
        sample_rate: Chance of each record to be in the batch, in (0, 1].
        noise_multiplier: Standard deviation of the noise, divided by the clipping norm; over 0.

    Returns:
        `(len(ORDERS),)`; neighbouring data sets differ by one record added or removed.

    Raises:
        ValueError: If an argument is out of range.
    """
    if not 0 < sample_rate <= 1 or noise_multiplier <= 0:
        raise ValueError("accounting needs a sample rate in (0, 1] and noise over 0")
    if sample_rate == 1:
        return np.asarray(ORDERS / (2 * noise_multiplier**2))
    found = (_at_fractions(sample_rate, noise_multiplier), _at_whole(sample_rate, noise_multiplier))
    return np.concatenate(found) / (ORDERS - 1)


def _at_whole(sample_rate: float, noise_multiplier: float) -> np.ndarray:
    """Log moments of the likelihood ratio at whole orders: a finite sum."""
    order, k = WHOLE[:, None], np.arange(WHOLE[-1] + 1)[None, :]
    chance = (order - k) * math.log1p(-sample_rate) + k * math.log(sample_rate)
    moments = _log_binomials() + chance + (k * k - k) / (2 * noise_multiplier**2)
    return np.asarray(logsumexp(moments, axis=1))


@cache
def _log_binomials() -> np.ndarray:
    """Log of "order choose k", `(len(WHOLE), WHOLE[-1] + 1)`; minus infinity beyond the order."""
    order, k = WHOLE[:, None], np.arange(WHOLE[-1] + 1)[None, :]
    left = order - k
    found = gammaln(order + 1) - gammaln(k + 1) - gammaln(np.maximum(left, 0) + 1)
    return np.asarray(np.where(left >= 0, found, -np.inf))


def _at_fractions(sample_rate: float, noise_multiplier: float) -> np.ndarray:
    """The same between whole orders, as an integral over the noise by the trapezoidal rule.

    The integrand is smooth and ends like a normal density, between 0 and the order. Its nearest
    pole lies at a height of pi times the variance, so steps of two thirds of the variance, and of a
    quarter of the standard deviation at most, leave an error of rounding.
    """
    variance, margin = noise_multiplier**2, 10 * noise_multiplier
    step = min(noise_multiplier / 4, variance / 1.5)
    z = np.arange(-margin, FRACTIONS[-1] + margin, step)
    ratio = np.logaddexp(
        math.log1p(-sample_rate), math.log(sample_rate) + (2 * z - 1) / (2 * variance)
    )
    logs = FRACTIONS[:, None] * ratio - z**2 / (2 * variance)
    return np.asarray(
        logsumexp(logs, axis=1) + math.log(step / (noise_multiplier * math.sqrt(2 * math.pi)))
    )


def epsilon_spent(
    sample_rate: float,
    noise_multiplier: float,
    steps: int,
    delta: float,
    conversion: Conversion = "improved",
) -> float:
    """Epsilon of a whole training: every step adds its divergence.

    Args:
        sample_rate: Chance of each record to be in the batch.
        noise_multiplier: See `renyi_divergence`.
        steps: Of the training; 0 spends nothing.
        delta: Chance with which the promise may fail, in (0, 1).
        conversion: `"improved"` (Balle et al. 2020), as opacus does; `"classic"` (Abadi et al.
            2016, Theorem 2), a little larger.
    """
    if steps == 0:
        return 0.0
    divergence = steps * renyi_divergence(sample_rate, noise_multiplier)
    epsilon = divergence - math.log(delta) / (ORDERS - 1)
    if conversion == "improved":
        epsilon = epsilon - np.log(ORDERS) / (ORDERS - 1) + np.log1p(-1 / ORDERS)
    return max(0.0, float(epsilon.min()))


def noise_for(epsilon: float, sample_rate: float, steps: int, delta: float) -> float:
    """Smallest noise multiplier with which a training spends at most `epsilon`.

    Returns:
        To a relative precision of 1e-3, on the safe side.
    """
    low, high = 0.05, 1000.0
    while high / low > 1.001:
        middle = math.sqrt(low * high)
        spent = epsilon_spent(sample_rate, middle, steps, delta)
        low, high = (middle, high) if spent > epsilon else (low, middle)
    return high


def most_caught(fpr: np.ndarray, epsilon: float, delta: float) -> np.ndarray:
    """Highest true-positive rate any attack can have (Kairouz, Oh & Viswanath 2015).

    Args:
        fpr: False-positive rates in [0, 1].
        epsilon: Of the training; infinity promises nothing.
        delta: Of the training.
    """
    if math.isinf(epsilon):
        return np.ones_like(fpr)
    first = math.exp(epsilon) * fpr + delta
    second = 1 - math.exp(-epsilon) * (1 - delta - fpr)
    return np.asarray(np.minimum(np.minimum(first, second), 1.0))


def largest_auc(epsilon: float, delta: float) -> float:
    """Area under `most_caught`: no attack's ROC curve can have a larger one."""
    # Its corners are where a straight piece meets the next one.
    if math.isinf(epsilon):
        return 1.0
    corner = (1 - delta) / (1 + math.exp(epsilon))
    corners = np.array([0.0, corner, 1 - delta, 1.0]) if delta else np.array([0.0, corner, 1.0])
    height = most_caught(corners, epsilon, delta)
    return float(np.sum(np.diff(corners) * (height[1:] + height[:-1]) / 2))

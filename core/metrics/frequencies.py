"""Frequencies in what stands for the numbers 0 to p - 1: whether a network computes with waves."""

from __future__ import annotations

import numpy as np


def power(vectors: np.ndarray) -> np.ndarray:
    """How strongly each unit waves at each frequency, as the number runs round the circle once.

    Args:
        vectors: What stands for each number, `(..., p, units)`.

    Returns:
        Squared discrete Fourier coefficients, `(..., p // 2, units)`: one, two, ... waves in p
        numbers. The mean over the numbers, frequency zero, is left out.
    """
    waves = np.fft.rfft(np.asarray(vectors, dtype=float), axis=-2)
    found: np.ndarray = np.abs(waves[..., 1:, :]) ** 2
    return found


def concentration(vectors: np.ndarray) -> np.ndarray:
    """Share of the power that lies at each unit's own strongest frequency.

    Args:
        vectors: As in `power`.

    Returns:
        `(...)` in (0, 1]: 1 where every unit is one pure wave. Random vectors give the mean
        largest of `p // 2` random shares, well above `1 / (p // 2)`; vectors of zeros NaN.
    """
    found = power(vectors)
    total = found.sum(axis=(-2, -1))
    with np.errstate(invalid="ignore"):
        return np.asarray(found.max(axis=-2).sum(axis=-1) / total)


def relative(waves: np.ndarray) -> np.ndarray:
    """Power of each unit, `(..., frequencies, units)`, its strongest frequency as 1."""
    return waves / np.maximum(waves.max(axis=-2, keepdims=True), np.finfo(float).tiny)

"""What fitted curves do beyond their examples: how far off, how straight, how steep."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.polynomial import polynomial


def rms_by_distance(off: np.ndarray, x: np.ndarray, bins: Sequence[float]) -> np.ndarray:
    """Root mean square of differences by distance from zero.

    Args:
        off: Differences, `(..., n)`.
        x: Where, `(n,)`.
        bins: Ascending ends of the distances; both ends belong to a bin.

    Returns:
        `(..., len(bins) - 1)`.
    """
    away = np.abs(x)
    parts = [
        np.square(off[..., (away >= low) & (away <= high)]).mean(-1)
        for low, high in zip(bins, bins[1:], strict=False)
    ]
    return np.sqrt(np.stack(parts, axis=-1))


def straightness(said: np.ndarray, x: np.ndarray, edge: float) -> np.ndarray:
    """R² of the best line through each curve beyond the edge, the mean of both sides.

    Args:
        said: Curves, `(K, n)`.
        x: Where, `(n,)`.
        edge: Distance from zero from which on they are looked at.

    Returns:
        `(K,)`, 1 for a line, also for one that is level: a network all of whose units are silent
        on one side says the same number everywhere there.
    """
    sides = []
    for side in (x >= edge, x <= -edge):
        own = said[:, side]
        left = own - polynomial.polyval(x[side], polynomial.polyfit(x[side], own.T, 1))
        spread = own.var(1)
        sides.append(1 - left.var(1) / np.where(spread > 0, spread, 1.0))
    return np.asarray(np.mean(sides, axis=0))


def slope_and_bend(said: np.ndarray, apart: float) -> tuple[np.ndarray, np.ndarray]:
    """Sizes of slope and second difference, the mean of the places.

    Args:
        said: What each of K curves says at three neighbours at each place, `(K, places, 3)`.
        apart: Distance of neighbours.

    Returns:
        `(K,)` each.
    """
    steps = np.diff(said)
    return np.abs(steps[..., 0]).mean(1) / apart, np.abs(np.diff(steps)[..., 0]).mean(1)

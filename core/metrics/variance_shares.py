"""Which factors a measure depends on: the functional analysis of variance of a full grid."""

from __future__ import annotations

import numpy as np


def two_way(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Split the variance over a grid into that of its rows, of its columns, and of both together.

    Every place of the grid counts alike; the three shares add up to 1 (Hooker 2007; as parameter
    importance Hutter et al. 2014, who estimate the grid with a forest where it is not measured).

    Args:
        values: `(..., rows, columns)`, all finite.

    Returns:
        Three shares in [0, 1], `(...)` each: means of rows, means of columns, and what neither
        explains, the interaction. NaN where nothing varies.
    """
    centred = values - values.mean((-2, -1), keepdims=True)
    rows, columns = centred.mean(-1, keepdims=True), centred.mean(-2, keepdims=True)
    total = (centred**2).mean((-2, -1))
    parts = (rows, columns, centred - rows - columns)
    with np.errstate(invalid="ignore"):
        of_rows, of_columns, of_both = ((part**2).mean((-2, -1)) / total for part in parts)
    return of_rows, of_columns, of_both


def each_alone(values: np.ndarray) -> np.ndarray:
    """Share of the variance over a full grid that each of its axes explains by itself.

    Args:
        values: One axis a factor, all finite.

    Returns:
        One share an axis, in [0, 1]; what they leave to 1 is interaction. NaN where nothing varies.
    """
    centred = values - values.mean()
    axes = range(values.ndim)
    means = [centred.mean(tuple(other for other in axes if other != axis)) for axis in axes]
    with np.errstate(invalid="ignore"):
        return np.array([(mean**2).mean() for mean in means]) / (centred**2).mean()

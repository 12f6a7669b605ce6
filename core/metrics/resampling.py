"""Resampled tables, drawn from counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

CELLS_AT_ONCE = 2_000_000
"""Numbers drawn before they are read: bounds the memory."""


def resampled(counts: np.ndarray, draws: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Draw tables as if as many rows of each group were taken again with replacement.

    Resampling rows and resampling counts (a multinomial draw per group) are the same thing; the
    second does not depend on the number of rows.

    Args:
        counts: `(groups, ...)` integers.
        draws: How many tables.
        rng: Source of randomness.

    Yields:
        Parts of the draws, `(part, groups, ...)` int64.
    """
    flat = counts.reshape(len(counts), -1)
    step = max(1, CELLS_AT_ONCE // flat.size)
    for start in range(0, draws, step):
        size = min(step, draws - start)
        out = np.zeros((size, *flat.shape), dtype=np.int64)
        for g, row in enumerate(flat):
            used = np.flatnonzero(row)
            if len(used):
                out[:, g, used] = rng.multinomial(row.sum(), row[used] / row.sum(), size=size)
        yield out.reshape(size, *counts.shape)


def read_off(
    counts: np.ndarray,
    read: Callable[[np.ndarray], np.ndarray],
    draws: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Apply a function of counts to every resampled table, `(draws, ...)`."""
    return np.concatenate([read(part) for part in resampled(counts, draws, rng)])


def percentiles(values: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the interval that holds the middle `level` of the draws, axis 0; NaN is left out."""
    ordered = np.sort(values, axis=0)  # NaN last
    last = (~np.isnan(values)).sum(axis=0) - 1
    found = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        place = tail * np.maximum(last, 0)
        below = np.floor(place).astype(int)
        above = np.minimum(below + 1, np.maximum(last, 0))
        ends = [np.take_along_axis(ordered, at[None], axis=0)[0] for at in (below, above)]
        found.append(ends[0] + (place - below) * (ends[1] - ends[0]))
    return found[0], found[1]

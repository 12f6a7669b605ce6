"""Resampled tables, drawn from counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from core.lab.intervals import Estimate
from core.metrics.fairness import difference, divided

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


def bootstrap(
    counts: np.ndarray,
    read: Callable[[np.ndarray], np.ndarray],
    draws: int,
    rng: np.random.Generator,
    *,
    unit: str = "",
    over: str = "rows",
) -> Estimate:
    """A number read off a table of counts, with the interval that resampling its rows gives.

    Args:
        counts: `(groups, ...)` integers.
        read: Counts, also resampled ones with a leading axis, -> the number.
        draws: How many tables.
        rng: Source of randomness.
        unit: As in `Estimate`.
        over: What a row is, in words.
    """
    low, high = percentiles(read_off(counts, read, draws, rng))
    kind = f"95% bootstrap interval over {over}"
    return Estimate(float(read(counts)), float(low), float(high), int(counts.sum()), kind, unit)


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


def shuffle_test(
    hits: np.ndarray, able: np.ndarray, shuffles: int, rng: np.random.Generator
) -> np.ndarray:
    """P-value of the gap in a rate between two groups, for many tables at once.

    Args:
        hits: Numerators `(tables, 2)`.
        able: Denominators, at least 1, same shape.
        shuffles: How often the groups are dealt at random to the same outcomes.
        rng: Source of randomness.

    Returns:
        Share of gaps at least as wide as the table's own, that one counted in, `(tables,)`.
    """
    all_hits, everybody = hits.sum(axis=1), able.sum(axis=1)
    size = (shuffles, len(hits))
    dealt = rng.hypergeometric(all_hits, everybody - all_hits, able[:, 0], size=size)
    pairs = np.stack([dealt, all_hits - dealt], axis=-1)
    by_chance = difference(divided((pairs, np.broadcast_to(able, pairs.shape))))
    seen = difference(divided((hits, able)))
    return (1 + (by_chance >= seen - 1e-12).sum(axis=0)) / (shuffles + 1)


def widest_by_chance(
    n: int, groups: int, rate: float, tables: int, rng: np.random.Generator
) -> float:
    """Mean of the widest gap in a rate that is the same in all groups (Lum et al. 2022).

    Args:
        n: People in all, dealt to the groups at random.
        groups: How many, equally likely.
        rate: Of each of them.
        tables: How often that is drawn.
        rng: Source of randomness.
    """
    sizes = rng.multinomial(n, np.full(groups, 1 / groups), size=tables)
    return float(difference(divided((rng.binomial(sizes, rate), sizes))).mean())

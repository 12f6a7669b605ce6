"""How sure a rate or a gap is: resampled tables, and tables in which groups mean nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.special import ndtri

from core.lab.intervals import Estimate
from core.metrics.fairness import DEFINITIONS, Fraction, difference, divided, fractions

CELLS_AT_ONCE = 2_000_000
"""Numbers drawn before they are read: bounds the memory."""
PIECE = 250_000
"""Numbers drawn of a few groups at a time, where all groups at once are too many."""
MOST_CELLS = 10_000_000
"""Numbers drawn in all; tables with very many cells get fewer draws."""
MISSED = "false_negative_rate"


def n_draws(cells: int, wanted: int = 1000) -> int:
    """How many resampled tables are affordable, between 200 and `wanted`."""
    return max(200, min(wanted, MOST_CELLS // max(1, cells)))


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


def pieces(
    counts: np.ndarray, draws: int, rng: np.random.Generator
) -> Iterator[tuple[slice, np.ndarray]]:
    """Draw as `resampled` does, all draws of a few groups at a time.

    Args:
        counts: `(groups, ...)` integers.
        draws: How many tables.
        rng: Source of randomness.

    Yields:
        Which groups, and their counts in every draw, `(draws, piece, ...)`: at most `PIECE`
        numbers, or one group.
    """
    step = max(1, PIECE // (draws * counts[0].size))
    for start in range(0, len(counts), step):
        place = slice(start, start + step)
        yield place, np.concatenate(list(resampled(counts[place], draws, rng)))


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


def wilson(fraction: Fraction, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's interval of a rate (1927): it stays open where the rate is 0 or 1.

    Args:
        fraction: Numerator and denominator.
        level: Coverage.

    Returns:
        Low and high ends in [0, 1]; NaN where the denominator is 0.
    """
    n = np.asarray(fraction[1], dtype=float)
    p, z = divided(fraction), float(ndtri((1 + level) / 2))
    safe = np.where(n > 0, n, np.nan)
    middle = (p + z * z / (2 * safe)) / (1 + z * z / safe)
    half = z / (1 + z * z / safe) * np.sqrt(p * (1 - p) / safe + z * z / (4 * safe * safe))
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def rate_interval(fraction: Fraction, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bootstrap interval of a rate; Wilson's where every row says the same.

    Nothing can be resampled from 0 of 3: the bootstrap would be certain.

    Args:
        fraction: Numerator and denominator, `(groups,)`.
        draws: The rate in the resampled tables, `(draws, groups)`.
    """
    low, high = percentiles(draws)
    certain = np.isin(divided(fraction), (0.0, 1.0))
    w_low, w_high = wilson(fraction)
    return np.where(certain, w_low, low), np.where(certain, w_high, high)


def without_groups(fraction: Fraction, draws: int, rng: np.random.Generator) -> np.ndarray:
    """A rate by group in tables whose group labels were shuffled.

    The rows a rate is about (its denominator) keep their outcome and are dealt to groups of the
    same sizes at random: the exact permutation distribution, drawn from counts.

    Args:
        fraction: Numerator and denominator, `(groups,)` integers.
        draws: How many shuffles.
        rng: Source of randomness.

    Returns:
        `(draws, groups)`, NaN for groups with an empty denominator.
    """
    above, below = (np.asarray(part, dtype=np.int64) for part in fraction)
    dealt = rng.multivariate_hypergeometric(below, above.sum(), size=draws, method="marginals")
    return divided((dealt, np.broadcast_to(below, dealt.shape)))


def shuffled(
    counts: np.ndarray, positive: int, draws: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Every rate that a definition looks at, in tables whose groups mean nothing.

    Args:
        counts: `(groups, classes, classes)`.
        positive: See `fractions`.
        draws: How many shuffles.
        rng: Source of randomness.

    Returns:
        Rate -> `(draws, groups)`, for `fairness.gaps` and `fairness.ratios`.
    """
    parts = fractions(counts, positive)
    names = dict.fromkeys(rate for wanted in DEFINITIONS.values() for rate in wanted)
    # Who is missed is who is not found: one shuffle serves both rates.
    names.pop(MISSED)
    found = {name: without_groups(parts[name], draws, rng) for name in names}
    return {**found, MISSED: 1 - found["true_positive_rate"]}


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


def p_value(chance: np.ndarray, observed: float) -> float:
    """Share of chance gaps at least as large as the observed one, the observed one counted in."""
    reached = np.count_nonzero(chance >= observed - 1e-12)
    return float((reached + 1) / (np.count_nonzero(~np.isnan(chance)) + 1))

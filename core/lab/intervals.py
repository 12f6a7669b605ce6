"""Means over repetitions and the intervals that go with them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import betaincinv, stdtrit

SHARE, POINTS = "share", "points"
"""Units of shares in [0, 1] and of their differences."""


@dataclass(frozen=True)
class Estimate:
    """A mean over repetitions with its interval.

    Attributes:
        mean: The mean, in the metric's own unit.
        low: Lower end of the interval; equal to `mean` when `n` is 1.
        high: Upper end of the interval.
        n: Number of repetitions behind it.
        kind: What the interval is.
        unit: How to spell it: `"share"` (in [0, 1], shown as percent), `"points"` (difference
            of shares, shown times 100), or a word such as `"epochs"`.
        by_seed: The seeds and their own numbers, where it is a mean over seeds: what a later run
            is paired with. It says nothing about whether two estimates are equal.
    """

    mean: float
    low: float
    high: float
    n: int
    kind: str = "95% t interval over seeds"
    unit: str = ""
    by_seed: tuple[tuple[int, float], ...] = field(default=(), compare=False, repr=False)

    def __abs__(self) -> Estimate:
        """Distance from zero: its interval reaches as far as the further end."""
        ends = sorted((abs(self.low), abs(self.high)))
        low = 0.0 if self.low <= 0 <= self.high else ends[0]
        own = tuple((seed, abs(value)) for seed, value in self.by_seed)
        return dataclasses.replace(self, mean=abs(self.mean), low=low, high=ends[1], by_seed=own)


def t_interval(values: Iterable[float], unit: str = "", level: float = 0.95) -> Estimate:
    """Mean of independent repetitions with its Student t interval.

    Args:
        values: One number per seed, shape `(n,)`.
        unit: Passed on, see `Estimate`.
        level: Coverage in (0, 1).

    Returns:
        The mean and `mean ± t(n-1) * s / sqrt(n)`; with one value the interval is that value.
        The interval of a share ends at 0 and 1, beyond which no share can be.

    Raises:
        ValueError: If there are no values, or one is not finite.
    """
    numbers = np.asarray(list(values), dtype=float)
    if numbers.size == 0 or not np.isfinite(numbers).all():
        raise ValueError("an interval needs at least one value, all finite")
    mean = float(numbers.mean())
    if numbers.size == 1:
        return Estimate(mean, mean, mean, 1, unit=unit)
    half = stdtrit(numbers.size - 1, (1 + level) / 2) * numbers.std(ddof=1) / numbers.size**0.5
    low, high = mean - float(half), mean + float(half)
    if unit == "share":
        low, high = max(low, min(0.0, mean)), min(high, max(1.0, mean))
    return Estimate(mean, low, high, int(numbers.size), unit=unit)


def defined_interval(
    values: Iterable[float], unit: str = "", kind: str = Estimate.kind
) -> Estimate:
    """Mean and t interval over the repetitions that have a value; NaN is a rate without a case.

    Args:
        values: One number or NaN per seed, shape `(n,)`.
        unit: Passed on, see `Estimate`.
        kind: What the interval is called.

    Returns:
        As `t_interval` of the values there are; `n` counts them, and `kind` says of how many.
        Without any, mean and ends are NaN and `n` is 0.
    """
    numbers = np.asarray(list(values), dtype=float)
    there = numbers[~np.isnan(numbers)]
    if not there.size:
        nothing = f"not defined in any of {numbers.size} seeds"
        return Estimate(float("nan"), float("nan"), float("nan"), 0, nothing, unit)
    some = f", of {numbers.size} those in which it is defined"
    called = kind if there.size == numbers.size else kind + some
    return dataclasses.replace(t_interval(there, unit), kind=called)


def exact_interval(values: Iterable[float], level: float = 0.95) -> Estimate:
    """Share of independent repetitions that succeeded, with Clopper and Pearson's interval (1934).

    Its coverage is at least `level` for any number of repetitions, and it stays open where all
    of them agree; a t interval would then be a point.

    Args:
        values: 1 or True for each repetition that succeeded, else 0, shape `(n,)`.
        level: Coverage in (0, 1).

    Raises:
        ValueError: If there are no values, or one is neither 0 nor 1.
    """
    trials = np.asarray(list(values), dtype=float)
    if trials.size == 0 or not np.isin(trials, (0, 1)).all():
        raise ValueError("a share of successes needs at least one value, all 0 or 1")
    n, k = trials.size, float(trials.sum())
    kind = f"{100 * level:g}% exact (Clopper-Pearson) interval over seeds"
    return Estimate(k / n, *_clopper_pearson(k, n, level), n, kind, "share")


def _clopper_pearson(k: float, n: int, level: float) -> tuple[float, float]:
    """Ends of the exact interval of `k` successes in `n` trials."""
    tail = (1 - level) / 2
    low = float(betaincinv(k, n - k + 1, tail)) if k > 0 else 0.0
    return low, float(betaincinv(k + 1, n - k, 1 - tail)) if k < n else 1.0


def of_cases(found: Estimate, cases: int) -> Estimate:
    """A share over seeds with the wider of two intervals: its own, and that of its pooled cases.

    Where all seeds agree a t interval is a point, though each seed counted only so many cases;
    Clopper and Pearson's (1934) for all of them together stays open. It takes cases for
    independent: where seeds differ by more than cases explain, the t interval is the wider.

    Args:
        found: A share in [0, 1] with its t interval.
        cases: Behind it, in all seeds together, at least 1.
    """
    low, high = _clopper_pearson(min(max(found.mean, 0.0), 1.0) * cases, cases, 0.95)
    low, high = max(0.0, min(low, found.low)), min(1.0, max(high, found.high))
    kind = f"95% interval, the wider of t over seeds and exact over {cases:,} pooled cases"
    return dataclasses.replace(found, low=low, high=high, kind=kind)


def pooled_interval(
    successes: Sequence[float], trials: Sequence[float], level: float = 0.95
) -> Estimate:
    """Share of the trials of all seeds that succeeded; open at 0 and 1, where seeds all agree.

    Clopper and Pearson's interval of the pooled trials takes them for independent. Those of one
    seed share a network, so where seeds differ by more, the t interval over seeds counts: each end
    is the outer one of the two.

    Args:
        successes: Number in each seed, shape `(seeds,)`.
        trials: Number in each seed; seeds without any are left out.
        level: Coverage in (0, 1).

    Returns:
        The pooled share; `n` counts the trials, and is 0 (with NaN) where there are none.

    Raises:
        ValueError: If more succeeded than were tried.
    """
    k, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    if (k > n).any() or (k < 0).any():
        raise ValueError("successes are between none and all of the trials")
    if not n.sum():
        return Estimate(np.nan, np.nan, np.nan, 0, "not defined: no trial in any seed", SHARE)
    low, high = _clopper_pearson(float(k.sum()), int(n.sum()), level)
    over_seeds = t_interval(k[n > 0] / n[n > 0], SHARE, level)
    kind = f"{100 * level:g}% interval of pooled cases (exact, or over runs if that is wider)"
    ends = min(low, over_seeds.low), max(high, over_seeds.high)
    return Estimate(float(k.sum() / n.sum()), *ends, int(n.sum()), kind, SHARE)


def summarise_shares(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Share of successes and its exact interval over the rows (seeds) of each group.

    Args:
        table: Tidy, with the columns of `by` and `value`, which is 0 or 1.
        by: Columns that name a group; groups keep the order of their first row.

    Returns:
        The columns of `by`, and `mean`, `low`, `high`, `n`; one row a group.
    """
    rows = []
    for names, group in table.groupby(by, sort=False, observed=True)["value"]:
        found = exact_interval(group)
        rows.append((*names, found.mean, found.low, found.high, found.n))
    return pd.DataFrame(rows, columns=[*by, "mean", "low", "high", "n"])


def summarise_ratios(table: pd.DataFrame, by: list[str], least: float) -> pd.DataFrame:
    """Geometric mean and its interval, where values span decades: those of the logarithms.

    Args:
        table: As in `summarise`; values of at least 0.
        by: As there.
        least: Smaller values count as this, over 0.

    Returns:
        As `summarise` does, in the unit of the values.
    """
    # A table without rows has no kind of number yet.
    logs = np.log(table["value"].astype(float).clip(lower=least))
    found = summarise(table.assign(value=logs), by)
    ends = {name: np.exp(found[name].astype(float)) for name in ("mean", "low", "high")}
    return found.assign(**ends)


def summarise(table: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Mean and interval of the column `value` over the rows (seeds) of each group.

    Args:
        table: Tidy, with the columns of `by`, `seed` and `value`.
        by: Columns that name a group; groups keep the order of their first row.

    Returns:
        The columns of `by`, and `mean`, `low`, `high`, `n`; one row a group. Rows without a value
        are left out of mean and `n`; a group of such rows only has `n` 0 and no mean.
    """
    groups = table.groupby(by, sort=False, observed=True)["value"]
    found = groups.agg(mean="mean", spread="std", n="count").reset_index()
    n = found["n"].to_numpy(dtype=float)
    quantile = stdtrit(np.maximum(n - 1, 1), 0.975)
    half = np.where(n > 1, quantile * found["spread"].fillna(0) / np.sqrt(n), 0.0)
    found["low"], found["high"] = found["mean"] - half, found["mean"] + half
    return found[[*by, "mean", "low", "high", "n"]]


def estimates_of(table: pd.DataFrame, unit: str = "") -> list[Estimate]:
    """The rows of a table with `mean`, `low`, `high` and `n`, as `summarise` makes it."""
    columns = (table[name] for name in ("mean", "low", "high", "n"))
    return [
        Estimate(float(mean), float(low), float(high), int(n), unit=unit)
        for mean, low, high, n in zip(*columns, strict=True)
    ]


def differences(
    rows: pd.DataFrame, column: str, baseline: str, keep: Sequence[str] = (), *, sign: float = 1.0
) -> pd.DataFrame:
    """Each arm's value minus that of the baseline on the same seed.

    Args:
        rows: `seed`, `value`, `column` and the columns of `keep`; one row per seed and arm.
        column: That names the arms.
        baseline: The arm that the others are held against; it is left out.
        keep: Further columns that tell rows apart: both arms must agree in them.
        sign: -1 where less is better.

    Returns:
        The rows of the other arms, `value` replaced by the paired difference; rows whose seed
        the baseline lacks are left out.
    """
    keys = ["seed", *keep]
    own = rows[rows[column] == baseline].set_index(keys)["value"]
    others = rows[rows[column] != baseline]
    theirs = own.reindex(pd.MultiIndex.from_frame(others[keys]) if keep else others["seed"])
    found = others.assign(value=sign * (others["value"].to_numpy() - theirs.to_numpy()))
    return found[found["value"].notna()].reset_index(drop=True)

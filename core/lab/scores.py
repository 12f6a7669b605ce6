"""One number a seed: what accessors of results return, and what claims and findings are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from core.lab.intervals import (
    POINTS,
    SHARE,
    Estimate,
    defined_interval,
    of_cases,
    t_interval,
)

PAIRED = "95% t interval of paired differences over seeds"
GEOMETRIC = "95% t interval of the geometric mean over seeds"
LOG_RATIO = "95% t interval of the paired log ratio over seeds"


class NotMeasuredError(LookupError):
    """A result holds nothing to measure: these settings have no such arm, or no such size."""


@dataclass(frozen=True, eq=False)
class PerSeed:
    """One number for each seed of a run; a difference of two is paired by seed.

    Attributes:
        seeds: In ascending order, each once.
        values: The numbers, in the order of the seeds, `(n,)` float.
        unit: As in `Estimate`; the difference of two shares is in points.
        kind: What the interval of the mean is called.
    """

    seeds: tuple[int, ...]
    values: np.ndarray
    unit: str = ""
    kind: str = "95% t interval over seeds"

    @classmethod
    def of(cls, seeds: Iterable[int], values: Iterable[float], unit: str = "") -> PerSeed:
        """Pair seeds with their numbers, in whatever order they come.

        Raises:
            ValueError: If their numbers differ, or a seed comes twice.
            NotMeasuredError: If there are none.
        """
        pairs = sorted(zip(seeds, values, strict=True))
        if not pairs:
            raise NotMeasuredError("no seed was measured")
        ordered = tuple(int(seed) for seed, _ in pairs)
        if len(set(ordered)) < len(ordered):
            raise ValueError("a seed comes twice: the rows belong to more than one arm")
        return cls(ordered, np.array([float(value) for _, value in pairs]), unit)

    @property
    def mean(self) -> float:
        """The mean over the seeds."""
        return float(self.values.mean())

    @property
    def estimate(self) -> Estimate:
        """The mean with its Student t interval."""
        found = t_interval(self.values, self.unit)
        return replace(found, kind=self.kind, by_seed=self._pairs())

    def of_cases(self, cases: int) -> Estimate:
        """As `estimate`, for a share of so many cases in each seed, see `intervals.of_cases`."""
        return of_cases(self.estimate, cases * len(self.values))

    @property
    def defined(self) -> Estimate:
        """The mean over the seeds that have a value, see `defined_interval`.

        NaN is a rate without a case: a difference is defined where both its sides are.
        """
        return replace(defined_interval(self.values, self.unit, self.kind), by_seed=self._pairs())

    @property
    def geometric(self) -> Estimate:
        """The geometric mean over the seeds that have a value, all over 0, for what spans decades.

        Its interval is that of the logarithms.
        """
        logs = replace(self, values=np.log(self.values)).defined
        mean, low, high = (float(np.exp(value)) for value in (logs.mean, logs.low, logs.high))
        return replace(logs, mean=mean, low=low, high=high, kind=GEOMETRIC, by_seed=())

    def _pairs(self) -> tuple[tuple[int, float], ...]:
        return tuple(zip(self.seeds, self.values.tolist(), strict=True))

    def log_ratio_to(self, other: PerSeed) -> PerSeed:
        """Logarithm of the ratio to another, seed by seed: below 0 where this is the smaller."""
        return self.map(np.log) - other.map(np.log)

    def ratio_to(self, other: PerSeed) -> Estimate:
        """Geometric mean of the ratios to another, paired by seed; all numbers are over 0."""
        logs = self.log_ratio_to(other).estimate
        mean, low, high = (float(np.exp(value)) for value in (logs.mean, logs.low, logs.high))
        return replace(
            logs, mean=mean, low=low, high=high, kind=LOG_RATIO, unit="times", by_seed=()
        )

    def map(self, change: Callable[[np.ndarray], np.ndarray], unit: str = "") -> PerSeed:
        """Compute another number from each seed's own, in another unit."""
        return replace(self, values=np.asarray(change(self.values), dtype=float), unit=unit)

    def rows(self, **labels: Any) -> pd.DataFrame:
        """One row a seed: `seed`, `value`, and a column for each label."""
        return pd.DataFrame({"seed": self.seeds, "value": self.values}).assign(**labels)

    def __sub__(self, other: PerSeed | float) -> PerSeed:
        """Subtract seed by seed.

        Raises:
            ValueError: If the two were not measured on the same seeds, or differ in unit.
        """
        if not isinstance(other, PerSeed):
            return replace(self, values=self.values - other)
        unit = POINTS if self.unit == SHARE else self.unit
        return replace(self._with(other, self.values - other.values), unit=unit, kind=PAIRED)

    def __add__(self, other: PerSeed | float) -> PerSeed:
        """Add seed by seed; raises as subtraction does."""
        if not isinstance(other, PerSeed):
            return replace(self, values=self.values + other)
        return self._with(other, self.values + other.values)

    def __mul__(self, factor: float) -> PerSeed:
        """Multiply by a number."""
        return replace(self, values=self.values * factor)

    __rmul__ = __mul__

    def __neg__(self) -> PerSeed:
        """Turn the sign."""
        return replace(self, values=-self.values)

    def __abs__(self) -> PerSeed:
        """Drop the sign."""
        return replace(self, values=np.abs(self.values))

    def __truediv__(self, other: PerSeed | float) -> PerSeed:
        """Divide seed by seed: a ratio without a unit. By a number: in the same unit."""
        if not isinstance(other, PerSeed):
            return replace(self, values=self.values / other)
        return replace(self._with(other, self.values / other.values), unit="")

    def _with(self, other: PerSeed, values: np.ndarray) -> PerSeed:
        if self.seeds != other.seeds:
            raise ValueError(f"not the same seeds: {self.seeds} and {other.seeds}")
        if self.unit != other.unit:
            raise ValueError(f"not the same unit: {self.unit!r} and {other.unit!r}")
        return replace(self, values=values)


def tidy(values: np.ndarray, **axes: Any) -> pd.DataFrame:
    """One row for each cell of an array: a column for each axis, with its names, and `value`.

    Args:
        values: Any shape.
        axes: Names along each axis, in the order of the axes.

    Raises:
        ValueError: If an axis has more or fewer names than places.
    """
    index = pd.MultiIndex.from_product(list(axes.values()), names=list(axes))
    return pd.Series(np.ravel(values), index=index, name="value").reset_index()


def rows_where(table: pd.DataFrame, labels: Mapping[str, Any]) -> pd.DataFrame:
    """The rows of a tidy table whose columns have these values."""
    kept = np.ones(len(table), dtype=bool)
    for column, wanted in labels.items():
        kept &= (table[column] == wanted).to_numpy()
    return table[kept]


def per_seed(table: pd.DataFrame, unit: str = "", value: str = "value", **labels: Any) -> PerSeed:
    """Read one number a seed off a tidy table: `per_seed(scores, "share", arm="plain")`.

    Args:
        table: With the column `seed`, the columns of `labels`, and `value`.
        unit: Of the numbers, see `Estimate`.
        value: Column of the numbers.
        labels: What the rows must be; one row a seed must be left.

    Raises:
        NotMeasuredError: If no row is so.
        ValueError: If several rows of one seed are.
    """
    return one_a_seed(table, labels, unit, value)


def one_a_seed(
    table: pd.DataFrame, labels: Mapping[str, Any], unit: str = "", value: str = "value"
) -> PerSeed:
    """As `per_seed`, with the labels in a mapping.

    Raises:
        NotMeasuredError: If no row is so.
        ValueError: If several rows of one seed are.
    """
    rows = rows_where(table, labels)
    if rows.empty:
        told = ", ".join(f"{name} {wanted}" for name, wanted in labels.items())
        raise NotMeasuredError(f"nothing was measured at {told}")
    return PerSeed.of(rows["seed"], rows[value], unit)

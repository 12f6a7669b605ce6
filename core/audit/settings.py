"""How an audit is made beyond which column is what, and columns read for it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.audit import labels
from core.audit.reading import Table, TableError, short

MOST_STRATA = 20
MOST_BINS = 20
MOST_BESIDE = 5
Column = tuple[np.ndarray, Sequence[str]]


@dataclass(frozen=True)
class Settings:
    """What may be asked beyond the columns of truth, decisions and groups.

    Attributes:
        beside: Further columns of decisions (or of scores), judged beside the first.
        weights: Column of the rows' weights, taken as sampling weights.
        within: Column within whose values groups are compared as well.
        reference: Group column -> the value that the others are held against.
        bins: Group column of numbers -> number of equally filled bins, or the edges between bins.
        smallest: Groups with fewer rows are told and not compared.
        regression: Truth and prediction are numbers, not classes.
    """

    beside: tuple[str, ...] = ()
    weights: str | None = None
    within: str | None = None
    reference: Mapping[str, str] = field(default_factory=dict)
    bins: Mapping[str, int | tuple[float, ...]] = field(default_factory=dict)
    smallest: int = 1
    regression: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            TableError: With one sentence.
        """
        if len(self.beside) > MOST_BESIDE:
            raise TableError(f"At most {MOST_BESIDE} columns are judged beside the first.")
        if self.smallest < 1:
            raise TableError("The smallest size of a group must be at least 1 row.")
        for name, bins in self.bins.items():
            _check_bins(name, bins)

    @property
    def columns(self) -> list[str]:
        """Columns that are read for these settings."""
        more = [name for name in (self.weights, self.within) if name is not None]
        return [*self.beside, *more]


def _check_bins(name: str, bins: int | tuple[float, ...]) -> None:
    if isinstance(bins, int):
        if not 2 <= bins <= MOST_BINS:
            raise TableError(f"Column {short(name)}: give 2 to {MOST_BINS} bins.")
        return
    rising = all(a < b for a, b in zip(bins, bins[1:], strict=False))
    if not 1 <= len(bins) < MOST_BINS or not rising or not all(map(math.isfinite, bins)):
        raise TableError(
            f"Column {short(name)}: the edges of bins must be 1 to {MOST_BINS - 1} rising numbers."
        )


def groups(table: Table, name: str, settings: Settings) -> Column:
    """Codes of a group column and what they stand for, in bins where that is asked.

    Raises:
        TableError: If it cannot be a group column.
    """
    bins = settings.bins.get(name)
    if bins is not None:
        return binned(labels.scores(table, name), bins, name)
    try:
        return labels.groups(table, name)
    except TableError as error:
        _hint_at_bins(table, name, error)
        raise


def _hint_at_bins(table: Table, name: str, error: TableError) -> None:
    """Object to a column of many numbers by naming the way out."""
    n = len(set(table[name]))
    if n <= labels.MOST_VALUES:
        return
    try:
        labels.scores(table, name)
    except TableError:
        return
    raise TableError(
        f"Column {short(name)} has {n:,} different numbers; groups are at most "
        f"{labels.MOST_VALUES}: put them in bins, a number of equally filled ones or edges."
    ) from error


def binned(values: np.ndarray, bins: int | tuple[float, ...], name: str) -> Column:
    """Sort numbers into bins that hold their lower edge; bins nobody is in are left out.

    Args:
        values: `(n,)`, finite.
        bins: How many equally filled ones, as far as ties allow; or the edges between them.
        name: Of the column, for the objection.

    Returns:
        Codes `(n,)` in rising order, and their names.

    Raises:
        TableError: If all values are in one bin.
    """
    if isinstance(bins, int):
        inner = np.quantile(values, np.arange(1, bins) / bins, method="higher")
        # The lowest value is no edge; where it is very frequent, the next one is.
        above = values[values > values.min()]
        edges = np.unique(np.maximum(inner, above.min())) if len(above) else inner[:1]
    else:
        edges = np.asarray(bins, float)
    at = np.searchsorted(edges, values, side="right")
    used, codes = np.unique(at, return_inverse=True)
    if len(used) < 2:
        raise TableError(f"Column {short(name)}: all rows are in one bin; give other bins.")
    return codes.astype(np.int64), [_bin_name(edges, int(place)) for place in used]


def _bin_name(edges: np.ndarray, place: int) -> str:
    if place == 0:
        return f"under {edges[0]:.10g}"
    if place == len(edges):
        return f"{edges[-1]:.10g} and over"
    return f"{edges[place - 1]:.10g} to under {edges[place]:.10g}"


def weights(table: Table, name: str | None) -> np.ndarray | None:
    """Weights of the rows, `(n,)`.

    Raises:
        TableError: If one is no number or below 0, or all are 0.
    """
    if name is None:
        return None
    found = labels.scores(table, name)
    if found.min() < 0 or found.max() <= 0:
        raise TableError(f"Column {short(name)}: weights must be at least 0, and not all 0.")
    return np.asarray(found / found.max())  # Only their ratios matter, and squares stay finite.


def strata(table: Table, settings: Settings) -> Column | None:
    """The column within whose values groups are compared.

    Raises:
        TableError: If it has too many values, or one only.
    """
    if settings.within is None:
        return None
    codes, names = groups(table, settings.within, settings)
    if not 2 <= len(names) <= MOST_STRATA:
        raise TableError(
            f"Column {short(settings.within)} has {len(names):,} different values; groups are "
            f"compared within 2 to {MOST_STRATA}: give bins or another column."
        )
    return codes, names


def check_reference(settings: Settings, columns: Mapping[str, Column]) -> None:
    """Look whether the reference groups are there.

    Raises:
        TableError: If one is not.
    """
    for name, value in settings.reference.items():
        if name not in columns:
            raise TableError(f"The reference {short(name)} is no column of groups.")
        if value not in columns[name][1]:
            there = ", ".join(short(other) for other in list(columns[name][1])[:8])
            raise TableError(
                f"Column {short(name)} has no group {short(value)} to hold others against; there "
                f"are {there}."
            )


def named(text: str, columns: Sequence[str]) -> tuple[str, str]:
    """Split `COL=VALUE`, as somebody types it.

    Args:
        text: A name may hold an equals sign, and may be left out where there is one column.
        columns: The names that it may begin with.

    Raises:
        TableError: If it begins with none of them.
    """
    for name in sorted(columns, key=len, reverse=True):
        if text.startswith(f"{name}="):
            return name, text[len(name) + 1 :].strip()
    if len(columns) == 1 and "=" not in text:
        return columns[0], text.strip()
    raise TableError(f"{short(text)} does not begin with a column of groups and '='.")


def bins_of(text: str, columns: Sequence[str]) -> tuple[str, int | tuple[float, ...]]:
    """Split `COL=N` or `COL=EDGE,EDGE`, as somebody types it.

    Raises:
        TableError: If it cannot be read.
    """
    name, written = named(text, columns)
    parts = [part.strip() for part in written.split(",")]
    try:
        if len(parts) == 1:
            return name, int(parts[0])
        return name, tuple(float(part) for part in parts if part)
    except ValueError as error:
        raise TableError(
            f"{short(text)}: give a number of bins, or edges between commas."
        ) from error

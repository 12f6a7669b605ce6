"""A second reader of sentences: what they say of numbers, held against the numbers themselves.

It knows no experiment and asks none of the code that writes sentences. A sentence is taken apart
into numbers with their units, intervals, names beside numbers, comparisons, superlatives, signs,
lists and counts; each is looked for in tables. `faults` names what the tables do not bear out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from core.lab.intervals import POINTS, SHARE, Estimate

FIGURE = r"(?<![\w.,^])(?<![A-Za-z]-)[+−-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+−-]?\d+)?"
INTERVAL = r"(?: \w+)?(?: \[(?P<low>[^\],]+(?:,\d{3})*), (?P<high>[^\]]+)\])?"
UNIT = r"(?P<unit>%| points?\b)?(?P<large> [mb]illion\b)?"
NUMBER = re.compile(rf"(?P<figure>{FIGURE})(?!\w|-[A-Za-z]|\.\d){UNIT}{INTERVAL}")
CLAUSE = re.compile(r"(?<=[.;]) +(?=[A-Za-z“])|: (?=[a-z])|; ")
LARGE = {"million": 1e6, "billion": 1e9}
SPOKEN = 60  # Rows of a table whose intervals are told apart by their mean.
MARKED = 20  # Rows with a number that are looked at, of many.
WORDS = ("object", "str", "string", "category")
"""Kinds of columns that hold words."""
MANY_CELLS = 400
"""Of a column: beyond, differences are sought between means of groups only."""


@dataclass(frozen=True)
class Number:
    """A number as it is spelled, in the scale of the tables.

    Attributes:
        text: As spelled, with its unit.
        value: Shares and points in [-1, 1].
        off: How far rounding may have taken it from the truth.
        signed: Whether a sign was spelled.
        unit: `%`, `points` or nothing.
        ends: Of its interval, if one is spelled.
        place: In the sentence.
        others: Whether it counts others that are not named,
        counts: or is told as a count: `all 9 tests`.
    """

    text: str
    value: float
    off: float
    signed: bool
    unit: str
    ends: tuple[float, float] | None
    place: int
    others: bool = False
    counts: bool = False

    def near(self, values: np.ndarray) -> np.ndarray:
        """Which of the values round to this number; without a sign their size counts."""
        apart = np.abs(values - self.value)
        if not self.signed:
            apart = np.minimum(apart, np.abs(np.abs(values) - self.value))
        return np.asarray(apart <= self.off)

    @property
    def may_be_correlation(self) -> bool:
        """Whether it has no unit, and lies where correlations do."""
        return not self.unit and abs(self.value) <= 1


def numbers(text: str) -> list[Number]:
    """All numbers of a sentence, in order; ends of intervals belong to their mean."""
    return [_number(found) for found in NUMBER.finditer(text)]


def plain(figure: str) -> float:
    """The value of a number as it is spelled."""
    figure, _, large = figure.partition(" ")
    return float(figure.replace(",", "").replace("−", "-").rstrip("%")) * LARGE.get(large, 1.0)


def coarse(value: float) -> float:
    """How far three significant digits may be from a number that they spell."""
    return float(0.5 * 10.0 ** (np.floor(np.log10(abs(value))) - 2)) if value else 0.0


def _number(found: re.Match[str]) -> Number:
    figure, unit = found["figure"], (found["unit"] or "").strip().rstrip("s")
    value, scale = plain(figure + (found["large"] or "")), 100 if unit else 1
    digits = len(figure.partition(".")[2].partition("e")[0])
    # Three significant digits, or all the decimals there are; a little for binary fractions.
    spelled_to = 10.0**-digits if digits or unit else 0.0
    ends = (plain(found["low"]) / scale, plain(found["high"]) / scale) if found["low"] else None
    # What belongs together is spelled to the same place, that of the largest; whole numbers whole.
    together = min(0.5, max(map(coarse, ends or (0.0,))))
    off = max(0.5 * spelled_to, 0.0 if unit else max(coarse(value), together))
    signed = figure[0] in "+−-"
    return Number(
        figure + unit, value / scale, off * 1.001 / scale + 1e-9, signed, unit, ends,
        found.start(), found.string.startswith(" others", found.end("figure")),
        bool(re.search(r"\b(?:all|of) $", found.string[: found.start()])),
    )  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What a sentence may speak of.

    Attributes:
        tables: Behind it; columns of words name the rows.
        constants: Numbers that are fixed in the words themselves, as values: `0.5 is guessing`.
        estimates: Further means with intervals, not in any table.
    """

    tables: Sequence[pd.DataFrame]
    constants: frozenset[float] = frozenset()
    estimates: Sequence[Estimate] = field(default_factory=list)

    @cached_property
    def names(self) -> re.Pattern[str]:
        """Finds all words in cells, of names within names the longest."""
        cells = {
            str(cell)
            for table in self.tables
            for column in labels(table)
            for cell in table[column].unique()
        }
        words = [word for word in cells if re.search(r"[A-Za-zα-ω]", word) and len(word) < 80]
        longest = sorted(words, key=len, reverse=True)
        told = "|".join(map(re.escape, longest)) or "(?!)"
        return re.compile(rf"(?<!\w)(?:{told})(?!\w)", re.IGNORECASE)

    @cached_property
    def cells(self) -> np.ndarray:
        """All numbers in tables, in their words, and in estimates."""
        ends = [end for one in self.estimates for end in (one.mean, one.low, one.high, one.n)]
        parts = [np.array([*ends, *self.constants], dtype=float)]
        for table in self.tables:
            parts += [values(table[column]) for column in measured(table)]
            parts.append(spelled(table))
        cells = np.concatenate(parts)
        return cells[np.isfinite(cells)]

    @cached_property
    def counted(self) -> np.ndarray:
        """How many there are of what."""
        return np.array([count for table in self.tables for count in counts(table)], dtype=float)

    def makes(self, number: Number) -> bool:
        """Whether it is a mean or a count, or the difference, sum or ratio of two of a column."""
        if any(number.near(own).any() for own in (self.counted, *self.columns)):
            return True
        if number.may_be_correlation and number.near(self.orders).any():
            return True
        wanted = (number.value,) if number.signed else (number.value, -number.value)
        ratio = number.unit != "point"
        return any(_made(v, number.off, own, ratio) for own in self.columns for v in wanted)

    @cached_property
    def orders(self) -> np.ndarray:
        """The rank correlations in the tables, and in the rows of each name."""
        return np.concatenate([np.zeros(0), *map(orders_alike, self.tables)])

    @cached_property
    def columns(self) -> list[np.ndarray]:
        """The numbers of each column, and those of the means of groups, ascending."""
        found = []
        for table in self.tables:
            for part in (table, *groups_of(table)):
                found += [np.unique(values(part[name])) for name in measured(part)]
        return [own for own in found if len(own) <= MANY_CELLS]

    @cached_property
    def words(self) -> list[tuple[pd.DataFrame, dict[str, np.ndarray]]]:
        """The tables, each with its columns of words in lower case."""
        return [
            (table, {n: table[n].astype(str).str.lower().to_numpy() for n in labels(table)})
            for table in self.tables
        ]

    @cached_property
    def ranked(self) -> list[Ranked]:
        """The tables, to rank numbers in."""
        return [Ranked(table) for table in self.tables if len(table) > 1]

    def intervals(self, unit: str) -> np.ndarray:
        """Every mean with its interval, `(k, 3)`; among very many one would be like any number.

        Args:
            unit: Of the number that is looked for: an estimate of another one is none of its.
        """
        spelled_as = {SHARE: "%", POINTS: "point"}
        own = [one for one in self.estimates if spelled_as.get(one.unit, "") == unit]
        rows = [np.array([(one.mean, one.low, one.high) for one in own]).reshape(-1, 3)]
        # Tables do not say their units: who has estimates, a finding, is held against those.
        for table in () if self.estimates else self.tables:
            if {"mean", "low", "high"} <= set(table) and len(table) <= SPOKEN:
                rows.append(table[["mean", "low", "high"]].to_numpy(dtype=float))
        return np.concatenate(rows)

    def drawn(self, number: Number) -> bool:
        """Whether a table has this mean with ends that these hold: another mean may round alike."""
        if number.ends is None:
            return False
        low, high = number.ends
        return any(
            (number.near(table["mean"].to_numpy(dtype=float))
             & (table["low"].to_numpy(dtype=float) >= low - number.off)
             & (table["high"].to_numpy(dtype=float) <= high + number.off)).any()
            for table in self.tables if {"mean", "low", "high"} <= set(table)
        )  # fmt: skip


class Ranked:
    """A table to rank numbers in.

    Attributes:
        cells: The numbers of each column, `(n,)`, NaN where there are none.
    """

    def __init__(self, table: pd.DataFrame) -> None:
        """Take a table apart into arrays."""
        self.cells = {
            name: table[name].to_numpy(dtype=float, na_value=np.nan) for name in measured(table)
        }
        self._codes = [pd.factorize(table[name])[0] for name in places(table)]
        self._everything = np.ones(len(table), dtype=bool)

    def groups(self, at: np.ndarray) -> Iterator[np.ndarray]:
        """Masks of groups of two rows or more that hold one of those marked.

        All rows, those that share a name with it, and those that share two.
        """
        own = [
            [codes == codes[row] for codes in self._codes] for row in np.flatnonzero(at)[:MARKED]
        ]
        pairs = (one & other for names in own for one, other in itertools.combinations(names, 2))
        for rows in itertools.chain([self._everything], *own, pairs):
            if rows.sum() > 1:
                yield rows

    def apart(self, mine: np.ndarray, rows: np.ndarray) -> bool:
        """Whether the interval of one of the rows meets that of no other row of its group."""
        if not {"low", "high"} <= set(self.cells):
            return True
        low, high = self.cells["low"][rows], self.cells["high"][rows]
        for place in np.flatnonzero(mine[rows])[:MARKED]:
            met = (low <= high[place]) & (high >= low[place])
            # Not itself, nor the same pair named the other way round.
            same = (low == low[place]) & (high == high[place]) & (low < high)
            same[place] = True
            if not (met & ~same).any():
                return True
        return False


def _made(value: float, off: float, own: np.ndarray, ratio: bool) -> bool:
    """Whether a value is a difference, a sum or a ratio of two of these, which ascend."""
    ends = [(own - value - off, own - value + off), (value - own - off, value - own + off)]
    if ratio and abs(value) > off:
        ratios = own / (value - off), own / (value + off)
        ends.append((np.minimum(*ratios), np.maximum(*ratios)))
    return any((np.searchsorted(own, low) < np.searchsorted(own, high, "right")).any()
               for low, high in ends)  # fmt: skip


def labels(table: pd.DataFrame) -> list[str]:
    """Columns of words."""
    kinds = zip(table.columns, table.dtypes, strict=True)
    return [n for n, kind in kinds if str(kind) in WORDS]


def measured(table: pd.DataFrame) -> list[str]:
    """Columns of numbers."""
    kinds = zip(table.columns, table.dtypes, strict=True)
    return [name for name, kind in kinds if pd.api.types.is_numeric_dtype(kind)]


def values(column: pd.Series[Any]) -> np.ndarray:
    """The numbers of a column, those that there are."""
    found = column.to_numpy(dtype=float, na_value=np.nan)
    return found[np.isfinite(found)]


def spelled(table: pd.DataFrame) -> np.ndarray:
    """Numbers in the words of a table: the rungs of a ladder, the size in a name."""
    cells = {str(cell) for name in labels(table) for cell in table[name].unique()}
    short = (cell for cell in cells if len(cell) < 80)
    return np.array([one.value for cell in short for one in numbers(cell)], dtype=float)


def places(table: pd.DataFrame) -> list[str]:
    """Columns that may name a group of rows: words, and numbers that come more than once."""
    keys = [name for name in measured(table) if 1 < table[name].nunique() < len(table)]
    return labels(table) + [name for name in keys if name not in ("mean", "low", "high", "n")]


def groups_of(table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Means of the numbers of all rows that share a name."""
    if len(table):
        yield table[measured(table)].astype(float).mean().to_frame().T
    for name in labels(table):
        if 1 < table[name].nunique() < len(table):
            own = [column for column in measured(table) if column != name]
            yield table.groupby(name, sort=False, observed=True)[own].mean()


def orders_alike(table: pd.DataFrame) -> np.ndarray:
    """Rank correlations of the columns of numbers of a small table, and of rows of one name."""
    found, few = [np.zeros(0)], len(table) <= MANY_CELLS
    names = [name for name in labels(table) if few and 1 < table[name].nunique() < len(table)]
    alike = (part for name in names for _, part in table.groupby(name, sort=False, observed=True))
    for part in itertools.chain([table], alike):
        own = part[measured(table)]
        if 2 < len(own) <= 200 and own.shape[1] > 1:
            found.append(own.astype(float).rank().corr().to_numpy().ravel())
    return np.concatenate(found)


def counts(table: pd.DataFrame) -> set[int]:
    """How many rows, names and cases of a kind there are; sums of whole numbers too."""
    found = {len(table)} | {int(table[name].nunique()) for name in table}
    for name in table:
        kinds = table[name].value_counts()
        found |= set(map(int, kinds)) if len(kinds) <= 12 else set()
    whole = [name for name in measured(table) if table[name].dtype.kind in "iub"]
    return found | {int(table[name].sum()) for name in whole}


def clauses(text: str) -> Iterator[tuple[int, str]]:
    """The clauses of a sentence, each with its place."""
    at = 0
    for cut in [*CLAUSE.finditer(text), None]:
        end = cut.start() if cut else len(text)
        yield at, text[at:end]
        at = cut.end() if cut else end


def nameless(text: str, names: re.Pattern[str]) -> str:
    """The sentence with the figures in names blotted out: `ε = 8` is no number."""
    return names.sub(lambda found: re.sub(r"\d", "x", found[0]), text)

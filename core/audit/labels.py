"""Cells of text as classes, groups and scores; every objection in one sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from core.audit.positive import Positive, positive
from core.audit.reading import Table, TableError, short

MOST_CLASSES = 20
MOST_VALUES = 200
"""Different values of a group column."""
MISSING = frozenset({"", "na", "n/a", "nan", "null"})
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
"""A number as tables spell it. Python would also take `1_0` and digits of other scripts."""
CODE = re.compile(r"[+-]?\d+[eE][+-]?\d+", re.ASCII)
"""`1E2` names a thing as often as it means 100."""
MOST_DIGITS = 15
"""Whole numbers with more are compared as text."""
FEW_NUMBERS = 3
"""Different numbers that may be decisions about two classes; more are a score."""


@dataclass(frozen=True)
class Classes:
    """Columns of classes in one numbering.

    Attributes:
        y_true: Codes `(n,)` into `names`.
        y_pred: Codes `(n,)` into `names`, or None.
        positive: Names of the classes, and which of two is the positive one.
        warnings: One sentence each.
    """

    y_true: np.ndarray
    y_pred: np.ndarray | None
    positive: Positive
    warnings: list[str]

    @property
    def names(self) -> list[str]:
        """Names of the classes; of two, the second is the positive one."""
        return list(self.positive.names)


def cells(table: Table, name: str) -> list[str]:
    """Cells of a column, without blanks around them.

    Raises:
        TableError: If one is missing.
    """
    found = [cell.strip() for cell in table[name]]
    seen = {cell for cell in set(found) if cell.lower() in MISSING}
    if seen:
        missing = [place for place, cell in enumerate(found) if cell in seen]
        number = "1 cell is" if len(missing) == 1 else f"{len(missing):,} cells are"
        raise TableError(
            f"Column {short(name)}: {number} missing, the first on line "
            f"{int(table.lines[missing[0]]):,}; fill them or leave those rows out."
        )
    return found


def codes(values: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """Number the different values, in order of the alphabet: codes `(n,)` and names."""
    names = sorted(set(values))
    place = {name: number for number, name in enumerate(names)}
    return np.fromiter((place[v] for v in values), dtype=np.int64, count=len(values)), names


def groups(table: Table, name: str) -> tuple[np.ndarray, list[str]]:
    """Codes of a group column and what they stand for.

    Raises:
        TableError: If cells are missing, or the values are too many to be groups.
    """
    found, names = codes(cells(table, name))
    if len(names) > MOST_VALUES:
        raise TableError(
            f"Column {short(name)} has {len(names):,} different values; groups are at most "
            f"{MOST_VALUES}."
        )
    return found, names


def scores(table: Table, name: str) -> np.ndarray:
    """Numbers of a score column, `(n,)` float.

    Raises:
        TableError: If a cell is missing or no finite number.
    """
    found = cells(table, name)
    numbers = np.array([_number(cell) for cell in found])
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if len(wrong):
        raise TableError(
            f"Column {short(name)} holds {short(found[wrong[0]])} on line "
            f"{int(table.lines[wrong[0]]):,}, which is no number."
        )
    return numbers


def _number(cell: str) -> float:
    return float(cell) if NUMBER.fullmatch(cell) else math.nan


def classes(table: Table, y_true: str, y_pred: str | None, wanted: str | None = None) -> Classes:
    """Codes of true and predicted classes in one numbering.

    Args:
        table: The table.
        y_true: Column of true classes.
        y_pred: Column of predicted classes, or None.
        wanted: The positive one of two classes; guessed when None.

    Raises:
        TableError: If cells are missing, only one class is there, or too many; if decisions look
            like a score; or if there is no such positive class.
    """
    true = _alike(cells(table, y_true))
    if len(set(true)) < 2:
        raise TableError(
            f"Column {short(y_true)} holds one class only, {short(true[0])}: rates of error "
            "need both."
        )
    _few(y_true, true)
    decided = None if y_pred is None else _alike(cells(table, y_pred))
    warnings = []
    if y_pred is not None and decided is not None:
        warnings = _decisions(y_true, set(true), y_pred, set(decided))
    every = sorted({*true, *(decided or ())})
    found = positive(every, None if wanted is None else _spelled(wanted.strip()))
    place = {name: number for number, name in enumerate(found.names)}
    numbered = [
        None if column is None else np.fromiter(map(place.__getitem__, column), np.int64)
        for column in (true, decided)
    ]
    return Classes(np.asarray(numbered[0]), numbered[1], found, warnings)


def counted(table: Table, name: str) -> dict[str, int]:
    """Number of rows of every class of a column, in order of the alphabet.

    Raises:
        TableError: If cells are missing.
    """
    found, names = codes(_alike(cells(table, name)))
    return dict(zip(names, np.bincount(found).tolist(), strict=True))


def _few(name: str, column: Sequence[str]) -> None:
    n = len(set(column))
    if n > MOST_CLASSES:
        raise TableError(
            f"Column {short(name)} has {n:,} different values; classes are at most {MOST_CLASSES}."
        )


def _decisions(y_true: str, true: set[str], y_pred: str, decided: set[str]) -> list[str]:
    """Refuse what cannot be decisions about those classes; warn of decisions never true."""
    _no_score(y_true, true, y_pred, decided)
    _few(y_pred, sorted(decided))
    if decided.isdisjoint(true):
        raise TableError(
            f"Columns {short(y_true)} and {short(y_pred)} have no value in common: they must "
            "name the classes alike."
        )
    never = sorted(decided - true)
    if not never:
        return []
    also = f" (and {len(never) - 1} more)" if len(never) > 1 else ""
    return [
        f"{short(never[0])}{also} is decided in column {short(y_pred)} and never true in "
        f"{short(y_true)}: it was counted as a class of its own."
    ]


def _no_score(y_true: str, true: set[str], y_pred: str, decided: set[str]) -> None:
    """Refuse numbers that are no classes: a fraction, or more than a few for two classes."""
    other = decided - true
    if not other or any(math.isnan(_number(cell)) for cell in decided):
        return
    fractions = [cell for cell in sorted(other) if not _is_whole(cell)]
    if len(true) == 2 and (fractions or len(decided) > FEW_NUMBERS):
        raise TableError(
            f"Column {short(y_pred)} looks like a score ({len(decided):,} different numbers, where "
            f"{short(y_true)} has two classes): name it as the column of scores and give a "
            "threshold."
        )
    if fractions:
        raise TableError(
            f"Column {short(y_pred)} looks like a score or a predicted number: "
            f"{short(fractions[0])} is no class of {short(y_true)}."
        )


def _alike(column: Sequence[str]) -> list[str]:
    """Spell whole numbers one way, so that `1`, `1.0` and `01` are the same class."""
    spelled = {cell: _spelled(cell) for cell in set(column)}
    return [spelled[cell] for cell in column]


def _spelled(cell: str) -> str:
    """Spell a whole number by its digits; anything else stays as it is, as 1.10 and 1.1 may differ.

    Exact: no class is ever told from another by a rounded number.
    """
    return str(int(Decimal(cell))) if not CODE.fullmatch(cell) and _is_whole(cell) else cell


def _is_whole(cell: str) -> bool:
    if not NUMBER.fullmatch(cell):
        return False
    value = Decimal(cell)
    return value.adjusted() < MOST_DIGITS and value == value.to_integral_value()

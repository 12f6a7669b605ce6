"""Cells of text as classes, groups and scores; every objection in one sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from core.audit.reading import Table, TableError, short

MOST_CLASSES = 20
MOST_VALUES = 200
"""Different values of a group column."""
MISSING = frozenset({"", "na", "n/a", "nan", "null"})
POSITIVE = ("1", "true", "yes", "y", "positive", "pos", "high", "approved", "accepted")


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
    try:
        numbers = np.array(found, dtype=float)
    except ValueError:
        numbers = np.array([_number(cell) for cell in found])
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if len(wrong):
        raise TableError(
            f"Column {short(name)} holds {short(found[wrong[0]])} on line "
            f"{int(table.lines[wrong[0]]):,}, which is no number."
        )
    return numbers


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def classes(
    table: Table, y_true: str, y_pred: str | None
) -> tuple[np.ndarray, np.ndarray | None, list[str], list[str]]:
    """Codes of true and predicted classes in one numbering.

    Args:
        table: The table.
        y_true: Column of true classes.
        y_pred: Column of predicted classes, or None.

    Returns:
        Codes of both, names (of two classes the second is the positive one), and warnings.

    Raises:
        TableError: If cells are missing, only one class is there, or too many.
    """
    columns = [name for name in (y_true, y_pred) if name is not None]
    found = [_alike(cells(table, name)) for name in columns]
    if len(set(found[0])) < 2:
        raise TableError(
            f"Column {short(y_true)} holds one class only, {short(found[0][0])}: rates of error "
            "need both."
        )
    every = sorted(set().union(*found))
    for name, column in zip(columns, found, strict=True):
        if len(set(column)) > MOST_CLASSES:
            raise TableError(
                f"Column {short(name)} has {len(set(column)):,} different values; classes are at "
                f"most {MOST_CLASSES} (a column of scores needs a threshold)."
            )
    if set(found[-1]).isdisjoint(found[0]):
        raise TableError(
            f"Columns {short(y_true)} and {short(columns[-1])} have no value in common: they must "
            "name the classes alike."
        )
    names, warnings = _ordered(every)
    place = {name: number for number, name in enumerate(names)}
    numbered = [np.fromiter(map(place.__getitem__, c), np.int64, len(c)) for c in found]
    return numbered[0], numbered[1] if y_pred else None, names, warnings


def _alike(column: Sequence[str]) -> list[str]:
    """Spell numbers one way, so that `1`, `1.0` and `01` are the same class."""
    spelled = {cell: _spelled(cell) for cell in set(column)}
    return [spelled[cell] for cell in column]


def _spelled(cell: str) -> str:
    value = _number(cell)
    return f"{value:g}" if math.isfinite(value) and abs(value) < 1e6 else cell


def _ordered(names: Sequence[str]) -> tuple[list[str], list[str]]:
    if len(names) != 2:
        return list(names), []
    known = [name for name in names if name.lower() in POSITIVE]
    if len(known) == 1:
        return [name for name in names if name not in known] + known, []
    sentence = f"{short(names[1])} was taken for the positive class, {short(names[0])} not."
    return list(names), [sentence]

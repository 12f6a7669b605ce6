"""Cells of text as classes, groups and scores; every objection in one sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.audit.cleaning import is_missing
from core.audit.numbers import decimal_sign, spelled_number, stripped
from core.audit.objections import TableError, short
from core.audit.objections import cells as so_many
from core.audit.positive import NO, YES, Positive, positive
from core.audit.reading import Table
from core.audit.spelling import alike, is_whole, meant

MOST_CLASSES = 20
MOST_VALUES = 200
"""Different values of a group column."""
BACKWARDS = 0.4
"""An area under the ROC curve below which a score seems to be the other class's."""
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
        TableError: If one is missing; a table that was cleaned has none.
    """
    found = [cell.strip() for cell in table[name]]
    if "" in found:
        line = int(table.lines[found.index("")])
        raise TableError(
            f"Column {short(name)}: {so_many(found.count(''))} missing, the first on line "
            f"{line:,}; fill them or leave those rows out."
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
    """Numbers of a score column, `(n,)` float: percent signs and currencies are left away.

    Raises:
        TableError: If a cell is missing or no finite number, or `1,234` may mean two things.
    """
    found = cells(table, name)
    different = set(found)
    sign = decimal_sign(name, different, table.choices.decimal, table.delimiter)
    known = {cell: spelled_number(cell, sign) for cell in different}
    numbers = np.fromiter((known[cell] for cell in found), np.float64, len(found))
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if len(wrong):
        cell = found[wrong[0]]
        raise TableError(
            f"Column {short(name)} holds {short(cell)} on line {int(table.lines[wrong[0]]):,}, "
            f"which is {_no_number(cell)}."
        )
    return numbers


def score_notes(table: Table, name: str) -> list[str]:
    """How the numbers of a score column were read, where they are not plain."""
    different = set(cells(table, name))
    sign = decimal_sign(name, different, table.choices.decimal, table.delimiter)
    marks = [stripped(cell) for cell in different]
    found = []
    if any(percent for _, percent, _ in marks):
        found.append(
            f"Column {short(name)} is in percent: 22.8% was read as 22.8, and so is the threshold."
        )
    if any(money for _, _, money in marks):
        found.append(f"Column {short(name)}: signs of currency were left away.")
    if sign == ",":
        found.append(f"Column {short(name)}: the comma was taken for the decimal sign.")
    elif any("," in cell for cell in different):
        found.append(f"Column {short(name)}: commas were taken for separators of thousands.")
    return found


def score_warnings(name: str, y_true: np.ndarray, found: np.ndarray) -> list[str]:
    """Say so where a score is higher for the class that is not positive.

    Args:
        name: Of the column of scores.
        y_true: Codes `(n,)`, 1 the positive class.
        found: Scores `(n,)`.
    """
    yes, no = found[y_true == 1], found[y_true == 0]
    if not len(yes) or not len(no):
        return []
    below = np.searchsorted(np.sort(no), yes, "left") + np.searchsorted(np.sort(no), yes, "right")
    auc = float(below.mean()) / (2 * len(no))
    if auc >= BACKWARDS:
        return []
    return [
        f"Column {short(name)} is lower where the positive class is true (AUC {auc:.2f}): it may "
        "be the score of the other class."
    ]


def _no_number(cell: str) -> str:
    if cell.lstrip("[( ").replace(",", " ").split()[1:] and cell[:1] in "[(":
        return "no number but several: give a column with the score of the positive class alone"
    if cell.casefold().lstrip("+-") in {"inf", "infinity"}:
        return "no number that can be counted with: leave those rows out, or write a large number"
    return "no number: mend it, or leave it empty to leave the row out"


def classes(
    table: Table,
    y_true: str,
    y_pred: str | None,
    wanted: str | None = None,
) -> Classes:
    """Codes of true and predicted classes in one numbering.

    Args:
        table: The table.
        y_true: Column of true classes.
        y_pred: Column of predicted classes, or None.
        wanted: The positive one of two classes; guessed when None.

    Raises:
        TableError: If cells are missing, only one class is there, or too many; if decisions look
            like a score; or if there is no such positive class.
        SpellingError: If classes differ in spelling only and nobody said what to do.
    """
    true = cells(table, y_true)
    decided = None if y_pred is None else cells(table, y_pred)
    known = alike(y_true, true, decided or (), table.choices)
    true = [known[cell] for cell in true]
    if len(set(true)) < 2:
        raise TableError(
            f"Column {short(y_true)} holds one class only, {short(true[0])}: rates of error "
            "need both."
        )
    _few(y_true, true)
    warnings = []
    asked = None if wanted is None else meant(wanted.strip(), known)
    if y_pred is not None and decided is not None:
        decided = [known[cell] for cell in decided]
        coded = _coded(set(true), set(decided), asked)
        warnings = [f"Decisions: {short(c)} was counted as {short(n)}." for c, n in coded.items()]
        decided = [coded.get(cell, cell) for cell in decided]
        warnings += _decisions(y_true, set(true), y_pred, set(decided))
    every = sorted({*true, *(decided or ())})
    found = positive(every, asked)
    place = {name: number for number, name in enumerate(found.names)}
    numbered = [
        None if column is None else np.fromiter(map(place.__getitem__, column), np.int64)
        for column in (true, decided)
    ]
    return Classes(np.asarray(numbered[0]), numbered[1], found, warnings)


def counted(table: Table, name: str) -> dict[str, int]:
    """Number of rows of every class of a column, in order of the alphabet; none for missing cells.

    Raises:
        SpellingError: If classes differ in spelling only and nobody said what to do.
    """
    values = frozenset(word.casefold() for word in table.choices.values)
    column = [cell.strip() for cell in table[name]]
    column = [cell for cell in column if not is_missing(cell, values)]
    known = alike(name, column, (), table.choices)
    found, names = codes([known[cell] for cell in column])
    return dict(zip(names, np.bincount(found, minlength=len(names)).tolist(), strict=True))


def _coded(true: set[str], decided: set[str], asked: str | None) -> dict[str, str]:
    """What decisions in codes for yes and no stand for, once the positive class is chosen."""
    words = {cell.casefold() for cell in decided}
    codes_of_answers = len(words & YES) <= 1 and len(words & NO) <= 1 and words <= YES | NO
    if asked not in true or len(true) != 2 or true & decided or not codes_of_answers:
        return {}
    other = next(name for name in true if name != asked)
    return {cell: asked if cell.casefold() in YES else other for cell in sorted(decided)}


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
            f"Columns {short(y_true)} and {short(y_pred)} have no value in common "
            f"({short(min(true))} and {short(min(decided))}, say): choose the positive class if "
            "the decisions are a yes and a no, or name the classes alike."
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
    if not other or any(math.isnan(_loosely(cell)) for cell in decided):
        return
    fractions = [cell for cell in sorted(other) if not is_whole(cell)]
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


def _loosely(cell: str) -> float:
    """A number with either decimal sign, percent or currency."""
    plain = spelled_number(cell, ".")
    return plain if not math.isnan(plain) else spelled_number(cell, ",")

"""Cells made comparable before anything is counted: missing ones, and one value in two spellings.

Every row that is left out and every value that is taken for another is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.audit.choices import Choices
from core.audit.naming import bare, plain
from core.audit.objections import TableError, cells, short
from core.audit.reading import Table
from core.audit.spelling import joined

MISSING = frozenset({
    "", "na", "n/a", "nan", "-nan", "null", "none", "nil", "<na>", "<n/a>", "nat", "#n/a", "#na",
    "#n/a n/a", "#null!", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan", "(missing)", "missing",
    "?", ".", "-", "--", "\u2013", "\u2014",
})  # fmt: skip
OWN = "(missing)"
"""The group of rows whose group is missing."""


@dataclass(frozen=True)
class Roles:
    """What the columns of a table are for.

    Attributes:
        labels: Columns of classes; a row where one is missing is left out.
        numbers: Columns of numbers; likewise.
        groups: Columns that name groups; what becomes of missing ones is chosen.
    """

    labels: Sequence[str] = ()
    numbers: Sequence[str] = ()
    groups: Sequence[str] = ()


def cleaned(table: Table, roles: Roles) -> Table:
    """A table whose cells can be compared; its notes say what was done.

    Args:
        table: As read; its choices say what becomes of missing and alike values.
        roles: What its columns are for.

    Returns:
        The table with fewer rows, perhaps; no cell of a label or number is missing.

    Raises:
        TableError: If nothing is left, or a group is missing and no choice allows it.
        SpellingError: If values of a group differ in spelling only and nobody said what to do.
    """
    chosen = table.choices
    values = frozenset(word.strip().casefold() for word in chosen.values)
    columns = {name: [cell.strip() for cell in table[name]] for name in table.names}
    notes: list[str] = []
    kept = np.ones(len(table), dtype=bool)
    for name in (*roles.labels, *roles.numbers):
        columns[name] = _bare(columns[name])
        _drop(name, columns[name], values, kept, notes)
    for name in roles.groups:
        columns[name], merged = _one_form(name, columns[name], chosen, values)
        notes += merged
        columns[name] = _groups(name, columns[name], (table, chosen, values), kept, notes)
    if not kept.any():
        raise TableError("No row is left: in each a label, score or group is missing.")
    rows = np.flatnonzero(kept).tolist()
    left = tuple([columns[name][row] for row in rows] for name in table.names)
    return replace(table, columns=left, lines=table.lines[kept], notes=(*table.notes, *notes))


def _bare(column: Sequence[str]) -> list[str]:
    known = {cell: bare(cell) for cell in set(column)}
    return [known[cell] for cell in column]


def is_missing(cell: str, values: Iterable[str] = ()) -> bool:
    """Whether a cell holds nothing, as pandas, R, SAS or Excel write it."""
    folded = plain(cell).casefold()
    return folded in MISSING and folded not in values


def _missing(column: Sequence[str], values: frozenset[str]) -> np.ndarray:
    """Where cells are missing, `(n,)` bool."""
    known = {cell: is_missing(cell, values) for cell in set(column)}
    if known.get("-") and any(cell == "+" for cell in known):
        known["-"] = False  # The other of two signs.
    return np.fromiter((known[cell] for cell in column), bool, len(column))


def _drop(
    name: str, column: Sequence[str], values: frozenset[str], kept: np.ndarray, notes: list[str]
) -> None:
    """Leave out the rows where a label or number is missing."""
    gone = _missing(column, values)
    many = int(gone.sum())
    if many == len(column):
        raise TableError(f"Column {short(name)} is empty.")
    if many:
        kept &= ~gone
        words = sorted({column[row] for row in np.flatnonzero(gone).tolist()} - {""})
        as_what = f" ({', '.join(map(short, words[:3]))})" if words else ""
        notes.append(
            f"Column {short(name)}: {cells(many)} missing{as_what}, and "
            f"{'that row was' if many == 1 else 'those rows were'} left out."
        )


def _groups(
    name: str,
    column: list[str],
    asked: tuple[Table, Choices, frozenset[str]],
    kept: np.ndarray,
    notes: list[str],
) -> list[str]:
    """Do with missing groups what was chosen."""
    table, choices, values = asked
    gone = _missing(column, values)
    many = int(gone.sum())
    if not many:
        return column
    start = f"Column {short(name)}: {cells(many)} missing"
    if choices.missing == "refuse":
        line = int(table.lines[np.flatnonzero(gone)[0]])
        raise TableError(f"{start}, the first on line {line:,}; fill them or leave those rows out.")
    if choices.missing == "leave":
        kept &= ~gone
        notes.append(f"{start}, and {'that row was' if many == 1 else 'those rows were'} left out.")
        return column
    notes.append(f"{start}, and counted as a group of their own, {short(OWN)}.")
    return [OWN if away else cell for cell, away in zip(column, gone.tolist(), strict=True)]


def _one_form(
    name: str, column: Sequence[str], choices: Choices, values: frozenset[str]
) -> tuple[list[str], list[str]]:
    """Spell groups that look alike alike; those that differ a little as chosen."""
    counts = Counter(column)
    form = {cell: plain(cell) for cell in counts}
    notes = []
    merged = len({f for c, f in form.items() if c}) < len([c for c in form if c])
    if merged:
        notes.append(f"Column {short(name)}: values that look alike were taken for one.")
    known = Counter[str]()
    for cell, many in counts.items():
        if not is_missing(cell, values):
            known[form[cell]] += many
    same = joined(name, known, choices)
    if any(one != other for one, other in same.items()):
        notes.append(f"Column {short(name)}: spellings of one value were counted as one, as asked.")
    return [same.get(form[cell], form[cell]) for cell in column], notes

"""Tables that somebody brings along, read with bounds; what was assumed is said in sentences.

Nothing is written anywhere and nothing of the table's content enters an error's text, except the
names of columns, shortened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.audit.choices import NO_HEADER, Choices
from core.audit.columns import Named
from core.audit.decoding import decoded
from core.audit.layout import is_rule, layout, rows, sampled
from core.audit.naming import plain
from core.audit.objections import MOST_NAME, TableError, cells, short
from core.audit.unpacking import MOST_BYTES, unpacked

__all__ = ["MOST_BYTES", "MOST_NAME", "MOST_ROWS", "Seen", "Table", "TableError", "columns",
           "look", "read", "read_csv", "short"]  # fmt: skip

MOST_ROWS = 300_000
MOST_SHARED = 1000
SHOWN = 8
"""Rows of a preview."""
FOOTERS = frozenset({
    "total", "totals", "grand total", "sum", "subtotal", "count", "mean", "average", "summe",
    "gesamt", "insgesamt", "somme", "totale",
})  # fmt: skip
MOST_FOOTERS = 5


@dataclass(frozen=True)
class Table:
    """A table, read but not interpreted.

    Attributes:
        names: Of the columns that were kept.
        columns: Their cells as text, one list each.
        lines: Line of the file on which each row ends.
        notes: What was assumed, one sentence each.
        delimiter: What separated the cells, a name in `core.audit.choices.DELIMITERS`.
        choices: How it was read, and what its missing and alike cells mean.
    """

    names: tuple[str, ...]
    columns: tuple[list[str], ...]
    lines: np.ndarray
    notes: tuple[str, ...] = ()
    delimiter: str = "comma"
    choices: Choices = field(default_factory=Choices)

    def __getitem__(self, name: str) -> list[str]:
        """Cells of one column."""
        return self.columns[self.names.index(name)]

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.lines)


@dataclass(frozen=True)
class Seen:
    """What was understood of a file, before anything is computed.

    Attributes:
        names: Columns that can be asked for.
        first: Their first cells, row by row.
        n: Number of rows.
        delimiter: A name in `core.audit.choices.DELIMITERS`.
        encoding: As Python names it.
        header: Line of the file that names the columns, 0 when there is none.
        notes: What was assumed, one sentence each.
        kind: What the file was where it was no text, in words: then the three above are not its.
    """

    names: tuple[str, ...]
    first: tuple[tuple[str, ...], ...]
    n: int
    delimiter: str
    encoding: str
    header: int
    notes: tuple[str, ...]
    kind: str = ""

    def how(self) -> str:
        """Say how the file was read: `named on line 1; separated by comma, encoded in utf-8`."""
        if self.kind:
            return f"read as {self.kind}"
        named = f"named on line {self.header}" if self.header else "numbered, as no line names them"
        return f"{named}; separated by {self.delimiter}, encoded in {self.encoding}"


def read_csv(data: bytes, wanted: Sequence[str] | None = None) -> Table:
    """Read a table with nothing chosen; see `read`."""
    return read(data, wanted)


def read(data: bytes, wanted: Sequence[str] | None = None, choices: Choices | None = None) -> Table:
    """Read columns of a table: CSV and its kin, `.gz`, `.zip`, `.xlsx` or `.parquet`.

    Args:
        data: The file.
        wanted: Columns to keep; all when None.
        choices: How it is read, where that is not left to be found out.

    Raises:
        TableError: If it is too large or no table, has no such column or two that differ, or has
            a row of another length.
    """
    chosen = choices or Choices()
    opened = _Opened(data, chosen)
    asked = opened.named.offered() if wanted is None else tuple(wanted)
    kept = [opened.named.places(name) for name in asked]
    places = sorted({place for some in kept for place in some})
    read_in: list[list[str]] = [[] for _ in places]
    known: list[dict[str, str]] = [{} for _ in places]
    lines: list[int] = []
    for line, row in opened.rows():
        lines.append(line)
        for column, shared, place in zip(read_in, known, places, strict=True):
            column.append(_shared(row[place], shared))
    by_place = dict(zip(places, read_in, strict=True))
    single = [opened.named.single(name, by_place) for name in asked]
    numbers = np.asarray(lines, dtype=np.int64)
    return Table(asked, tuple(single), numbers, opened.notes(), opened.form.delimiter, chosen)


def look(data: bytes, choices: Choices | None = None) -> Seen:
    """Say what was understood of a file, and show its first rows; every row is looked at once.

    Raises:
        TableError: See `read`.
    """
    opened = _Opened(data, choices or Choices())
    named, n = opened.named, 0
    first: list[list[str]] = []
    for _, row in opened.rows():
        n += 1
        named.compare(row)
        if len(first) < SHOWN:
            first.append(row)
    named.said()
    offered = named.offered()
    places = [named.places(name)[0] for name in offered]
    shown = tuple(tuple(plain(row[place])[:MOST_NAME] for place in places) for row in first)
    form = opened.form
    told = (form.delimiter, opened.encoding, form.header, opened.notes(), opened.kind)
    return Seen(offered, shown, n, *told)


def columns(data: bytes, choices: Choices | None = None) -> tuple[str, ...]:
    """Names of the columns that can be asked for, from the first rows alone.

    Raises:
        TableError: See `read`.
    """
    return _Opened(data, choices or Choices()).named.offered()


class _Opened:
    """A file whose layout is known; its rows can be walked through once."""

    def __init__(self, data: bytes, choices: Choices) -> None:
        """Unpack, decode and lay out; of the rows no more than a sample is looked at."""
        content = unpacked(data, choices)
        text = decoded(content.data, content.choices.encoding)
        self.encoding, self.kind = text.encoding, content.kind
        self.form = layout(text.text, content.choices)
        self._text, self._choices = text.text, choices
        self._said = [*content.notes, *text.notes, *self.form.notes]
        self._empty = self._left = self._footers = 0
        sample = [row for _, row in sampled(self._body())[0]]
        self.named = Named(self.form.names, sample)

    def notes(self) -> tuple[str, ...]:
        """What was assumed; complete when the rows have been walked through."""
        found = [*self._said, *self.named.notes]
        if self._empty:
            found.append(f"{cells(self._empty, 'row')} empty and left out.")
        if self._left:
            found.append(f"{cells(self._left, 'row')} of another length and left out.")
        if self._footers:
            found.append(f"{cells(self._footers, 'row')} taken for a footer and left out.")
        return tuple(found)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Rows of the header's length that are neither empty nor a footer, with their lines."""
        held: list[tuple[int, list[str]]] = []
        n = 0
        for line, row in self._body():
            if not any(cell.strip() for cell in row):
                self._empty += 1
                continue
            held.append((line, row))
            if len(held) <= MOST_FOOTERS and self._ends(row):
                continue
            for place, waiting in held:
                fitted = self._fitted(place, waiting)
                if fitted is None:
                    continue
                n += 1
                if n > MOST_ROWS:
                    raise TableError(f"The table has more than {MOST_ROWS:,} rows.")
                yield place, fitted
            held.clear()
        self._footers = len(held)
        if n == 0:
            raise TableError("The table has a header line and no rows.")

    def _body(self) -> Iterator[tuple[int, list[str]]]:
        """Rows below the header, and below a line that is drawn under it."""
        form = self.form
        every = rows(self._text, form, form.first)
        if form.header != NO_HEADER:
            next(every, None)
        for number, (line, row) in enumerate(every):
            if number == 0 and is_rule(row):
                continue
            yield line, row

    def _ends(self, row: Sequence[str]) -> bool:
        """Whether a row would be a footer if it were one of the last."""
        if self._choices.footer == "keep":
            return False
        width = len(self.form.names)
        if len(row) == width and row[0] and row[-1] and row[0].casefold() not in FOOTERS:
            return False
        filled = [cell.strip() for cell in row if cell.strip()]
        alone = len(filled) == 1 and width > 2 and (len(row) == 1 or " " in filled[0])
        return alone or filled[0].casefold().strip(":") in FOOTERS

    def _fitted(self, line: int, row: list[str]) -> list[str] | None:
        """A row cut to the header's length; None where it is left out."""
        width = len(self.form.names)
        if len(row) == width or (len(row) > width and not any(c.strip() for c in row[width:])):
            return row[:width]
        if self._choices.uneven == "leave":
            self._left += 1
            return None
        first = "the first line" if self.form.header == 1 else "the line of names"
        raise TableError(
            f"Line {line:,} has {cells(len(row)).removesuffix(' is').removesuffix(' are')}, "
            f"{first} {width:,}: mend it, or choose to leave such rows out."
        )


def _shared(cell: str, known: dict[str, str]) -> str:
    """Keep one text for cells that repeat, of the first `MOST_SHARED` that differ."""
    if len(known) < MOST_SHARED:
        return known.setdefault(cell, cell)
    return known.get(cell, cell)

"""Tables that somebody brings along: CSV read with bounds, every objection in one sentence.

Nothing is written anywhere and nothing of the table's content enters an error's text, except the
names of columns, shortened.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

MOST_BYTES = 20_000_000
MOST_ROWS = 300_000
MOST_COLUMNS = 500
MOST_HEADER = 64_000
"""Characters of the first line."""
MOST_LINE = 256_000
"""Characters of any other line."""
MOST_NAME = 60
"""Characters of a name or value that are repeated in a sentence."""
BLANK = re.compile(r"[\s\ufeff]*")
"""What may stand above the first line: blank lines, and byte order marks wherever they are."""
MOST_SHARED = 1000
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""A line with its end; taken one by one, where a file object would hold the text again."""
OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


class TableError(ValueError):
    """A table that cannot be used; its text is one sentence for the one who brought it."""


@dataclass(frozen=True)
class Table:
    """A CSV table, read but not interpreted.

    Attributes:
        names: Of the columns that were kept.
        columns: Their cells as text, one list each.
        lines: Line of the file on which each row ends.
    """

    names: tuple[str, ...]
    columns: tuple[list[str], ...]
    lines: np.ndarray

    def __getitem__(self, name: str) -> list[str]:
        """Cells of one column."""
        return self.columns[self.names.index(name)]

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.lines)


def read_csv(data: bytes, wanted: Sequence[str] | None = None) -> Table:
    """Read a comma-separated table with a header line.

    Args:
        data: The file.
        wanted: Columns to keep; all when None.

    Raises:
        TableError: If it is too large, not UTF-8 text, not separated by commas, has no such
            column, repeats a name, or has a row of another length.
    """
    text = decoded(data)
    names = header(text)
    kept = _places(names, names if wanted is None else wanted)
    columns: list[list[str]] = [[] for _ in kept]
    seen: list[dict[str, str]] = [{} for _ in kept]
    lines: list[int] = []
    for line, row in _rows(text, len(names)):
        lines.append(line)
        if len(lines) > MOST_ROWS:
            raise TableError(f"The table has more than {MOST_ROWS:,} rows.")
        for column, known, place in zip(columns, seen, kept, strict=True):
            column.append(_shared(row[place], known))
    if not lines:
        raise TableError("The table has a header line and no rows.")
    chosen = tuple(names[place] for place in kept)
    return Table(chosen, tuple(columns), np.asarray(lines, dtype=np.int64))


def _rows(text: str, width: int) -> Iterator[tuple[int, list[str]]]:
    """Every row below the header that is not blank, with the line of the file on which it ends."""
    start, above = _start(text)
    rows = csv.reader(_bounded(text, start, above + 1), strict=True)
    try:
        next(rows)
        for row in rows:
            if len(row) < 2 and not "".join(row).strip():
                continue
            line = above + rows.line_num
            if len(row) != width:
                raise TableError(f"Line {line:,} has {len(row):,} cells, the first line {width:,}.")
            yield line, row
    except csv.Error as error:
        raise TableError(
            f"Line {above + rows.line_num:,} is not proper CSV: a quotation mark is out of place, "
            "or a cell is too long."
        ) from error


def _start(text: str) -> tuple[int, int]:
    """Where the first line that is not blank starts, and how many lines stand above it."""
    end = BLANK.match(text)
    start = end.end() if end else 0
    blank = text[:start]
    return start, blank.count("\n") + blank.count("\r") - blank.count("\r\n")


def _shared(cell: str, known: dict[str, str]) -> str:
    """Keep one text for cells that repeat, of the first `MOST_SHARED` that differ."""
    if len(known) < MOST_SHARED:
        return known.setdefault(cell, cell)
    return known.get(cell, cell)


def _bounded(text: str, start: int, first: int) -> Iterator[str]:
    found = map(re.Match.group, LINE.finditer(text, start))
    for number, line in enumerate(found, start=first):
        if len(line) > MOST_LINE:
            raise TableError(f"Line {number:,} is longer than {MOST_LINE:,} characters.")
        yield line


def decoded(data: bytes) -> str:
    """Turn a file into text.

    Raises:
        TableError: If it is empty, too large, or not text in UTF-8.
    """
    if len(data) > MOST_BYTES:
        raise TableError(f"The file is larger than {MOST_BYTES // 10**6} MB.")
    if b"\0" in data:
        raise TableError("The file is not a text file: save the table as CSV in UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TableError(
            f"The file is not in UTF-8 (first seen on line {line:,}): save it as CSV in UTF-8."
        ) from error
    if BLANK.fullmatch(text):
        raise TableError("The file is empty.")
    return text


def header(text: str) -> tuple[str, ...]:
    """Names of the columns, from the first line that is not blank.

    Raises:
        TableError: If there is no such line, it is too long, has too many cells, or a name is
            empty or repeated.
    """
    start, _ = _start(text)
    if start == len(text):
        raise TableError("The file is empty.")
    part = text[start : start + MOST_HEADER + 1]
    first = io.StringIO(part, newline="").readline().rstrip("\r\n")
    if len(first) > MOST_HEADER:
        raise TableError(f"The first line is longer than {MOST_HEADER:,} characters.")
    try:
        names = tuple(name.strip() for name in next(csv.reader([first], strict=True)))
    except (csv.Error, StopIteration) as error:
        raise TableError("The first line is no list of column names.") from error
    if len(names) > MOST_COLUMNS:
        raise TableError(f"The table has more than {MOST_COLUMNS} columns.")
    if "" in names:
        raise TableError(f"Column {names.index('') + 1} has no name in the first line.")
    repeated = [name for place, name in enumerate(names) if name in names[:place]]
    if repeated:
        raise TableError(f"Two columns are named {short(repeated[0])}.")
    return names


def _places(names: Sequence[str], wanted: Sequence[str]) -> list[int]:
    missing = [name for name in wanted if name not in names]
    by_commas(names)
    if missing:
        there = ", ".join(short(name) for name in names[:8]) + (", ..." if len(names) > 8 else "")
        raise TableError(f"There is no column {short(missing[0])}; there are {there}.")
    return [names.index(name) for name in wanted]


def by_commas(names: Sequence[str]) -> None:
    """Look whether the names of columns were separated at all.

    Raises:
        TableError: If there is one name only.
    """
    if len(names) > 1:
        return
    for sign, word in OTHER_DELIMITERS.items():
        if sign in names[0]:
            raise TableError(f"The columns are separated by {word}: save the table with commas.")
    raise TableError("The table has one column only.")


def short(text: str) -> str:
    """A name as it may stand in a sentence: printable, in quotes, cut if it is long."""
    seen = "".join(sign if sign.isprintable() else "?" for sign in text[: MOST_NAME + 1])
    return f"'{seen[:MOST_NAME]}...'" if len(text) > MOST_NAME else f"'{seen}'"

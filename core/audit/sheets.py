"""`python -m core.audit.sheets workbook`: a workbook or Parquet in, its table as CSV out.

A process of its own: libraries that parse binary files of strangers never run inside the app, and
memory and time are bounded by the system. How it ends tells why: an exit code of `Ending`.
"""

from __future__ import annotations

import contextlib
import csv
import enum
import io
import json
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

MOST_TEXT = 40_000_000
"""Bytes of text that a file may hold when it is unpacked."""
MOST_MEMORY = 1_500_000_000
"""Bytes of address space."""
MOST_WORK = 30
"""Seconds of a processor; a table of the largest size takes less than ten."""
MOST_SECONDS = 90.0
"""Seconds by the clock, where others compute at the same time."""
BATCH = 20_000
"""Rows of Parquet at a time."""
FLUSHED = 1_000
"""Rows that are written at a time."""


class Ending(enum.IntEnum):
    """How the process ends."""

    DONE = 0
    DAMAGED = 1
    TOO_MUCH = 4
    NO_SUCH_SHEET = 5
    EMPTY = 6


class TooMuchError(Exception):
    """More text than may come out."""


def main(kind: str, sheet: str, data: bytes, out: Any) -> Ending:
    """Write a line of JSON (`sheets`: their names) and the table as CSV.

    What a parser raises at a stranger's file ends the process, with Python's own exit code of 1.

    Args:
        kind: `workbook`, `parquet` or `json`.
        sheet: Which one; the first when empty.
        data: The file.
        out: Takes bytes.
    """
    bounded()
    try:
        names, rows = _workbook(data, sheet) if kind == "workbook" else ([], OTHERS[kind](data))
        out.write(json.dumps({"sheets": names}).encode() + b"\n")
        _write(rows, out)
    except KeyError:
        return Ending.NO_SUCH_SHEET
    except (TooMuchError, MemoryError):
        return Ending.TOO_MUCH
    return Ending.DONE


def bounded() -> None:
    """Bound memory and time where the system lets a process bound itself."""
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_WORK, MOST_WORK + 5))
    # If the app is gone, nobody else ends this process.
    signal.alarm(int(MOST_SECONDS) + 5)


def _workbook(data: bytes, sheet: str) -> tuple[list[str], Iterator[Sequence[Any]]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    names = list(book.sheet_names)
    if sheet and sheet not in names:
        raise KeyError(sheet)
    # Empty rows above the table come along, so that a line of the text is a row of the sheet.
    return names, iter(book.get_sheet_by_name(sheet or names[0]).iter_rows())


def _parquet(data: bytes) -> Iterator[Sequence[Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(pa.BufferReader(data), memory_map=False)
    names = file.schema_arrow.names
    if file.metadata.num_rows * max(1, len(names)) > MOST_TEXT:
        raise TooMuchError
    yield names
    held = 0
    for batch in file.iter_batches(BATCH, use_threads=False):
        held += batch.nbytes
        if held > 2 * MOST_TEXT:
            raise TooMuchError
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _json(data: bytes) -> Iterator[Sequence[Any]]:
    """Records, `{column: cells}`, or a record a line."""
    text = data.decode("utf-8-sig")
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        found = [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(found, dict) and all(isinstance(column, list) for column in found.values()):
        yield list(found)
        yield from zip(*found.values(), strict=True)
        return
    records = found if isinstance(found, list) else [found]
    names = list(dict.fromkeys(name for record in records for name in record))
    yield names
    for record in records:
        yield [record.get(name) for name in names]


OTHERS = {"parquet": _parquet, "json": _json}


def _write(rows: Iterable[Sequence[Any]], out: Any) -> None:
    """Write rows, each on one line, until it is too much."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    written = 0
    for number, row in enumerate(rows):
        writer.writerow(map(_cell, row))
        if number % FLUSHED == 0:
            written += _flush(buffer, out)
            if written > MOST_TEXT:
                raise TooMuchError
    if written + _flush(buffer, out) > MOST_TEXT:
        raise TooMuchError


def _flush(buffer: io.StringIO, out: Any) -> int:
    """Write what has gathered, and say how many bytes that was."""
    encoded = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    out.write(encoded)
    return len(encoded)


def _cell(value: Any) -> str:
    """A value as CSV has it: whole numbers without a fraction, one line."""
    if isinstance(value, str):
        return " ".join(value.splitlines()) if "\n" in value or "\r" in value else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)


if __name__ == "__main__":
    ending = main(sys.argv[1], sys.argv[2], sys.stdin.buffer.read(), sys.stdout.buffer)
    sys.stdout.buffer.flush()
    raise SystemExit(ending)

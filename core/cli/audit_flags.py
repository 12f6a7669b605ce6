"""Flags that say how a file is read, and what was understood of it in words."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from typing import Any, get_args

from core.audit.choices import (
    DELIMITERS,
    ENCODINGS,
    NO_HEADER,
    Choices,
    Footer,
    Missing,
    Spellings,
    Uneven,
)  # fmt: skip
from core.audit.naming import plain
from core.audit.reading import Seen

HINTS = (
    ("put them in bins", "--bins COL=4 or --bins COL=18,65"),
    ("say whether spellings", "--spellings one or --spellings apart"),
    ("leave such rows out", "--uneven leave"),
    ("choose another encoding", "--encoding NAME"),
    ("say which is the decimal sign", "--decimal , or --decimal ."),
    ("say which of the two is the positive class", "--positive VALUE"),
    ("name it as the column of scores", "--y-score COL --threshold T"),
    ("fill them or leave those rows out", "--missing own or --missing leave"),
    ("choose the positive class", "--positive VALUE"),
    ("no such sheet", "--sheet NAME"),
)
"""What a sentence asks for, and the flag that says it."""
CELL = 18
"""Most characters of a cell in a preview."""
MOST_SHOWN = 12
"""Columns of a preview."""


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add a flag for every choice of `core.audit.choices.Choices`."""
    group = parser.add_argument_group("how the file is read, found out and said where not given")
    group.add_argument(
        "--preview", action="store_true", help="Show what was understood; compute nothing."
    )
    group.add_argument("--delimiter", choices=tuple(DELIMITERS), help="What separates the cells.")
    group.add_argument("--decimal", choices=(".", ","), help="Sign before the fractions of scores.")
    group.add_argument("--encoding", choices=ENCODINGS, help="How the text is encoded.")
    group.add_argument(
        "--header", type=int, metavar="LINE", help="Line of the file that names the columns."
    )
    group.add_argument(
        "--no-header", action="store_const", dest="header", const=NO_HEADER,
        help="No line names the columns: they are numbered from 0.",
    )  # fmt: skip
    group.add_argument("--sheet", metavar="NAME", help="Sheet of a workbook.")
    _add_cells(group)


def _add_cells(group: Any) -> None:
    """Add the flags about rows and cells that are missing, alike or too many."""
    group.add_argument(
        "--missing", choices=get_args(Missing), default="own",
        help="Rows whose group is missing: a group of their own, left out, or refused.",
    )  # fmt: skip
    group.add_argument(
        "--value", action="append", default=[], metavar="WORD",
        help="A word that looks missing, like NA or Null, and is a value here; may be repeated.",
    )  # fmt: skip
    group.add_argument(
        "--spellings", choices=get_args(Spellings), default="ask",
        help="Values that differ in spelling only, like Male and male: one value, or apart.",
    )  # fmt: skip
    group.add_argument(
        "--uneven", choices=get_args(Uneven), default="refuse",
        help="Rows with too few or too many cells: refused, or left out.",
    )  # fmt: skip
    group.add_argument(
        "--footer", choices=get_args(Footer), default="leave",
        help="Last rows that look like totals or remarks: left out, or kept.",
    )  # fmt: skip


def choices(parsed: argparse.Namespace) -> Choices:
    """What the command line says about the file.

    Raises:
        TableError: If that is no choice.
    """
    return Choices(
        parsed.delimiter, parsed.decimal, parsed.encoding, parsed.header, parsed.sheet,
        parsed.missing, tuple(parsed.value), parsed.spellings, parsed.uneven,
        parsed.footer,
    )  # fmt: skip


def threshold(text: str) -> float:
    """A threshold with either decimal sign, and with or without a percent sign.

    Raises:
        ArgumentTypeError: If it is no number.
    """
    try:
        return float(text.strip().removesuffix("%").replace(",", "."))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no number") from error


def hinted(sentence: str) -> str:
    """A sentence with the flag that says what it asks for."""
    flags = next((flag for phrase, flag in HINTS if phrase in sentence), None)
    return sentence if flags is None else f"{sentence.removesuffix('.')} ({flags})."


def split(groups: Sequence[str], names: Sequence[str]) -> list[str]:
    """Split every `COL,COL`; a name that holds a comma is meant where there is one.

    Args:
        groups: As given, one for every flag.
        names: Of the columns.
    """
    return [name for text in groups for name in _split(text, [plain(name) for name in names])]


def _split(text: str, names: Sequence[str]) -> list[str]:
    quoted = next(csv.reader([text], skipinitialspace=True), [])
    if '"' in text and all(plain(name) in names for name in quoted):
        return quoted
    parts, found = text.split(","), []
    while parts:
        fits = [n for n in range(len(parts), 0, -1) if plain(",".join(parts[:n])) in names]
        taken = fits[0] if fits else 1
        found.append(",".join(parts[:taken]).strip())
        del parts[:taken]
    return [name for name in found if name]


def preview(seen: Seen) -> str:
    """What was understood of a file, as text for a terminal."""
    lines = [f"{seen.n:,} rows, {len(seen.names):,} columns {seen.how()}."]
    lines += [f"Read: {note}" for note in seen.notes]
    table = [seen.names[:MOST_SHOWN], *(row[:MOST_SHOWN] for row in seen.first)]
    cut = [[cell if len(cell) <= CELL else cell[: CELL - 3] + "..." for cell in row]
           for row in table]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*cut, strict=True)]
    lines.append("")
    lines += ["  ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)).rstrip()
              for row in cut]  # fmt: skip
    if len(seen.names) > MOST_SHOWN:
        lines.append(f"... and {len(seen.names) - MOST_SHOWN:,} columns more.")
    return "\n".join(lines)

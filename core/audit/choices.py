"""What somebody says about a file that it does not say itself; each has a flag and a control."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from core.audit.objections import TableError

DELIMITERS: Mapping[str, str] = {
    "comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " ",
}  # fmt: skip
ENCODINGS = (
    "utf-8", "utf-16", "cp1252", "latin-1", "cp1250", "cp1251", "cp1253", "cp1254", "mac-roman",
    "cp437", "shift_jis", "gb18030", "big5", "euc_kr",
)  # fmt: skip
Missing = Literal["own", "leave", "refuse"]
Spellings = Literal["ask", "one", "apart"]
Uneven = Literal["refuse", "leave"]
Footer = Literal["leave", "keep"]
NO_HEADER = 0
"""In place of a line: there is no line of names, and the columns are numbered from 0."""


@dataclass(frozen=True)
class Choices:
    """How a file is read, where it is not left to be found out.

    Attributes:
        delimiter: A name in `DELIMITERS`; found out when None.
        decimal: `.` or `,` in scores; found out when None.
        encoding: One of `ENCODINGS`; found out when None.
        header: Line of the file that names the columns, from 1; `NO_HEADER`; found out when None.
        sheet: Of a workbook; the first when None.
        missing: What becomes of rows whose group is missing: a group of their own, left out, or
            no answer.
        values: Words that look missing, like `NA`, and are values here.
        spellings: Whether values that differ in spelling only are one; asked unless said.
        uneven: What becomes of rows with too few or too many cells.
        footer: What becomes of last rows that look like totals or remarks.
    """

    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    header: int | None = None
    sheet: str | None = None
    missing: Missing = "own"
    values: tuple[str, ...] = ()
    spellings: Spellings = "ask"
    uneven: Uneven = "refuse"
    footer: Footer = "leave"

    def __post_init__(self) -> None:
        """Refuse what is no choice.

        Raises:
            TableError: With the choices there are.
        """
        _one_of("delimiter", self.delimiter, (None, *DELIMITERS))
        _one_of("decimal sign", self.decimal, (None, ".", ","))
        _one_of("encoding", self.encoding, (None, *ENCODINGS))
        _one_of("answer to missing groups", self.missing, get_args(Missing))
        _one_of("answer to spellings", self.spellings, get_args(Spellings))
        _one_of("answer to uneven rows", self.uneven, get_args(Uneven))
        _one_of("answer to footers", self.footer, get_args(Footer))
        if self.header is not None and self.header < 0:
            raise TableError("Lines are counted from 1; 0 says that no line names the columns.")


def _one_of(what: str, chosen: str | None, options: tuple[str | None, ...]) -> None:
    if chosen not in options:
        there = ", ".join(str(option) for option in options if option is not None)
        raise TableError(f"There is no such {what}; there are {there}.")

"""Numbers as tables spell them: percent signs, currencies, thousands, a comma for the point."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable

from core.audit.objections import TableError, short

NUMBER = re.compile(r"[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d{1,3})?", re.ASCII)
"""A number as tables spell it. Python would also take `1_0` and digits of other scripts."""
COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d{1,3})?", re.ASCII)
"""A number with a comma for the point."""
BY_COMMA = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
"""Thousands as in English, 1,234.5."""
BY_POINT = re.compile(
    r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+,\d*|[+-]?[1-9]\d{0,2}(?:\.\d{3}){2,}", re.ASCII
)
"""Thousands as in German, 1.234,5."""
BY_BLANK = re.compile(
    r"[+-]?[1-9]\d{0,2}(?:[ '\u2019\u00a0\u2009\u202f]\d{3})+(?:[.,]\d*)?", re.ASCII
)
MINUS = str.maketrans({"\u2212": "-", "\u2012": "-", "\u2013": "-", "\ufe63": "-", "\uff0d": "-"})
MONEY = frozenset({"USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD"})
LONGEST = 100
"""Characters of a cell that may be a number."""


def number(cell: str) -> float:
    """A plain number; NaN where there is none."""
    return float(cell) if NUMBER.fullmatch(cell) else math.nan


def decimal_sign(name: str, spelled: Iterable[str], chosen: str | None, by: str | None) -> str:
    """Which sign stands before the fractions of a column.

    Args:
        name: Of the column.
        spelled: Its different cells.
        chosen: As chosen, or None.
        by: What separates the cells of the file, if that is known.

    Raises:
        TableError: If `1,234` may be both and nothing tells.
    """
    if chosen is not None:
        return chosen
    bare = [stripped(cell)[0] for cell in spelled if "," in cell]
    if not bare or any(BY_COMMA.fullmatch(cell) and "." in cell for cell in bare):
        return "."
    if any(not BY_COMMA.fullmatch(cell) for cell in bare):
        return ","
    if by == "semicolon":
        raise TableError(
            f"Column {short(name)} holds {short(bare[0])}, which may be thousands or a fraction: "
            "say which is the decimal sign."
        )
    return "."


def stripped(cell: str) -> tuple[str, bool, bool]:
    """A cell without currency and percent sign, and whether it had a percent sign or a currency."""
    bare = cell.translate(MINUS)
    money = bare[3:] if bare[:3] in MONEY else bare
    money = money[:-3] if money[-3:] in MONEY else money
    money = "".join(sign for sign in money if unicodedata.category(sign) != "Sc")
    percent = money.rstrip().endswith("%")
    found = money.strip().removesuffix("%").strip() if percent else money.strip()
    return found, percent, money != bare


def spelled_number(cell: str, decimal: str) -> float:
    """A number with its thousands, as the decimal sign has them; NaN where there is none."""
    if len(cell) > LONGEST:
        return math.nan
    bare = stripped(cell)[0]
    if BY_BLANK.fullmatch(bare):
        bare = re.sub(r"[ '\u2019\u00a0\u2009\u202f]", "", bare)
    if decimal == ",":
        if BY_POINT.fullmatch(bare):
            bare = bare.replace(".", "")
        if COMMA.fullmatch(bare):
            bare = bare.replace(",", ".")
    elif BY_COMMA.fullmatch(bare):
        bare = bare.replace(",", "")
    return number(bare)

"""Values that differ in spelling only: which are one, and which have to be asked about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.audit.choices import Choices
from core.audit.naming import plain
from core.audit.numbers import NUMBER
from core.audit.objections import SpellingError, short
from core.audit.positive import NO, YES

CODE = re.compile(r"[+-]?\d+[eE][+-]?\d+", re.ASCII)
"""`1E2` names a thing as often as it means 100."""
MOST_DIGITS = 15
"""Whole numbers with more are compared as text."""
FOLDED = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u00b4": "'", "`": "'", "\u201c": '"', "\u201d": '"',
    "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-", "_": " ",
    # Letters of Greek and Cyrillic that look like Latin ones, in capitals.
    "\u0391": "A", "\u0392": "B", "\u0395": "E", "\u0396": "Z", "\u0397": "H", "\u0399": "I",
    "\u039a": "K", "\u039c": "M", "\u039d": "N", "\u039f": "O", "\u03a1": "P", "\u03a4": "T",
    "\u03a7": "X", "\u0410": "A", "\u0412": "B", "\u0415": "E", "\u041a": "K", "\u041c": "M",
    "\u041d": "H", "\u041e": "O", "\u0420": "P", "\u0421": "C", "\u0422": "T", "\u0425": "X",
    "\u0430": "a", "\u0435": "e", "\u043e": "o", "\u0440": "p", "\u0441": "c", "\u0445": "x",
    "\u0443": "y", "\u0456": "i",
})  # fmt: skip
"""What else looks alike, and is asked about."""
WHOLE = re.compile(r"(-?(?:0|[1-9][0-9]*))\.0*")
"""`1.0` and `1.`, but neither `01` nor `1.10`."""


def alike(
    name: str, true: Sequence[str], decided: Sequence[str] = (), choices: Choices | None = None
) -> dict[str, str]:
    """The class of every cell: whole numbers and words for yes and no are one however spelled.

    Args:
        name: Of the column of true classes.
        true: Its cells, whose most frequent spelling names a class.
        decided: Cells that are to be compared with them.
        choices: Whether other values that differ in spelling only are one.

    Raises:
        SpellingError: If that has to be said.
    """
    counts = Counter(true)
    counts.update({cell: 0 for cell in decided if cell not in counts})
    spelled = {cell: _spelled(cell) for cell in counts}
    usual = Counter[str]()
    for cell, many in counts.items():
        usual[spelled[cell]] += many
    same = _yes_and_no(usual)
    rest = {same[cell]: many for cell, many in usual.items() if same[cell] == cell}
    one = joined(name, {c: n for c, n in rest.items() if not NUMBER.fullmatch(c)},
                 choices or Choices())  # fmt: skip
    return {cell: one.get(same[found], same[found]) for cell, found in spelled.items()}


def _yes_and_no(usual: Mapping[str, int]) -> dict[str, str]:
    """Name each word for yes or no as the column of true classes does."""
    same = {cell: cell for cell in usual}
    words = {cell: cell.casefold() for cell in usual if cell.casefold() in YES | NO}
    if len(words) == len(usual) > 2:
        sides: Sequence[frozenset[str]] = (YES, NO)
    else:
        sides = [frozenset({word}) for word in set(words.values())]
    for side in sides:
        mine = [cell for cell, word in words.items() if word in side]
        if mine:
            name = max(mine, key=lambda cell: (usual[cell], cell))
            same.update(dict.fromkeys(mine, name))
    return same


def meant(wanted: str, known: Mapping[str, str]) -> str:
    """The class that somebody asks for, in whatever of its spellings."""
    spelled = _spelled(wanted)
    for cell, name in known.items():
        if wanted == cell or spelled == _spelled(cell):
            return name
    close = {name for cell, name in known.items() if cell.casefold() == wanted.casefold()}
    return close.pop() if len(close) == 1 else spelled


def _spelled(cell: str) -> str:
    """Spell a whole number by its digits; anything else stays as it is, as 1.10 and 1.1 may differ.

    Exact: no class is ever told from another by a rounded number.
    """
    return str(int(Decimal(cell))) if not CODE.fullmatch(cell) and is_whole(cell) else cell


def is_whole(cell: str) -> bool:
    """Whether a cell is a whole number, however it is spelled."""
    if not NUMBER.fullmatch(cell):
        return False
    value = Decimal(cell)
    return value.adjusted() < MOST_DIGITS and value == value.to_integral_value()


def joined(name: str, known: Mapping[str, int], choices: Choices) -> dict[str, str]:
    """What every value is counted as, where values differ in spelling only.

    Args:
        name: Of the column, or what the values are.
        known: Values with their number of rows.
        choices: Whether they are one.

    Raises:
        SpellingError: If that has to be said.
    """
    alike: dict[str, list[str]] = {}
    for value in known:
        alike.setdefault(_key(value), []).append(value)
    several = [sorted(found) for found in alike.values() if len(found) > 1]
    if not several or choices.spellings == "apart":
        return {value: value for value in known}
    if choices.spellings == "ask":
        one, other = several[0][:2]
        raise SpellingError(
            f"Column {short(name)} has {short(one)} and {short(other)}, which differ in spelling "
            "only: say whether spellings are one or apart."
        )
    usual = {key: max(found, key=lambda v: (known[v], v)) for key, found in alike.items()}
    return {value: usual[_key(value)] for value in known}


def _key(value: str) -> str:
    """What two spellings of a value share."""
    number = WHOLE.fullmatch(value)
    folded = plain(number[1] if number else value).translate(FOLDED).casefold()
    # Adult's two files write `>50K` and `>50K.`.
    return " ".join(folded.split()).rstrip(".") or folded

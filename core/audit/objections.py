"""What is said of a table that cannot be used: one sentence for the one who brought it."""

from __future__ import annotations

MOST_NAME = 60
"""Characters of a name or value that are repeated in a sentence."""


class TableError(ValueError):
    """A table that cannot be used; its text is one sentence for the one who brought it."""


class SpellingError(TableError):
    """Values that differ in spelling only: whether they are one has to be said."""


def short(text: str) -> str:
    """A name as it may stand in a sentence: printable, in quotes, cut if it is long."""
    seen = "".join(sign if sign.isprintable() else "?" for sign in text[: MOST_NAME + 1])
    return f"'{seen[:MOST_NAME]}...'" if len(text) > MOST_NAME else f"'{seen}'"


def cells(many: int, what: str = "cell") -> str:
    """So many cells with their verb: `1 cell is`, `24 cells are`."""
    return f"1 {what} is" if many == 1 else f"{many:,} {what}s are"

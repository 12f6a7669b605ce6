"""A small table of decisions and the same table as other programs write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.audit.choices import Choices
from core.audit.report import Question, audit_file

PATTERN = [
    ("1", "1", "A"), ("0", "0", "A"), ("1", "0", "A"), ("0", "0", "B"), ("1", "1", "B"),
    ("0", "1", "B"), ("1", "1", "B"), ("0", "0", "A"), ("0", "0", "B"), ("1", "1", "A"),
]  # fmt: skip
ROWS = PATTERN * 9
"""True class, decision, group."""
PLAIN = Question("y", ["g"], "p")
SCORED = Question("y", ["g"], y_score="s", threshold=0.5)
RATES = ("selection_rate", "true_positive_rate", "false_positive_rate", "precision")


def text(
    rows: Sequence[Sequence[str]] = ROWS, header: str = "y,p,g", sign: str = ",", end: str = "\n"
) -> str:
    """A table of text."""
    return end.join([header, *(sign.join(row) for row in rows), ""])


def renamed(names: Mapping[str, str], decided: Mapping[str, str] | None = None) -> str:
    """The table with other names of its classes."""
    other = decided or names
    return text([(names[y], other[p], g) for y, p, g in ROWS])


def spelled(numbers: Mapping[str, str]) -> str:
    """The table with scores for decisions, in a column of quoted cells."""
    return text([(y, f'"{numbers[p]}"', g) for y, p, g in ROWS], "y,s,g")


def rates(data: bytes | str, question: Question = PLAIN, choices: Choices | None = None) -> Any:
    """Rows and rates by group, in order of the groups' names, as shares of hundred thousand."""
    found = audit_file(data.encode() if isinstance(data, str) else data, question, choices)
    groups = []
    for row in found["groups"]:
        values = [row["metrics"][name]["value"] for name in RATES]
        groups.append((row["n"], *(None if v is None else round(1e5 * v) for v in values)))
    return sorted(groups)


def base() -> Any:
    """What every spelling of the table comes to, counted by hand.

    A has 45 rows: 2 of 3 positives and none of 2 negatives selected, five times nine; B likewise.
    """
    return [(45, 40000, 66667, 0, 100000), (45, 60000, 100000, 33333, 66667)]

"""Audit of a file: bytes in, report out; the same for the page and the command line."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from core.audit import labels, reading
from core.audit.answers import answered
from core.audit.choices import Choices
from core.audit.cleaning import Roles, cleaned
from core.audit.fetch import tables
from core.audit.objections import TableError
from core.audit.question import Question
from core.data.published import compas_csv

__all__ = ["KNOWN", "PATIENCE", "Known", "Question", "audit_file", "built_in", "turn"]

PATIENCE = 30.0
"""Seconds that an audit waits for the one before it; each takes less than ten."""
_TURN = threading.Lock()


@dataclass(frozen=True)
class Known:
    """A table that nobody has to bring.

    Attributes:
        title: What it is called where it is chosen.
        read: Returns it as CSV; raises `TableError` where it cannot be had now.
        question: What is usually asked of it.
    """

    title: str
    read: Callable[[], bytes]
    question: Question


KNOWN: Mapping[str, Known] = {
    "compas": Known(
        "COMPAS, rebuilt from published counts",
        compas_csv,
        Question("two_year_recid", ("race",), "high_score"),
    ),
    "adult": Known(
        "Adult, by download",
        # Looked up when it is called, not now.
        lambda: tables.adult(),
        Question("over_50k", ("sex", "race"), "predicted"),
    ),
}


def built_in(data: bytes) -> str:
    """Name of the known table that comes with the project and has these very bytes; else empty.

    What is found in it is no visitor's, and may be kept for all: by the bytes, because the name of
    a file that was brought is whatever its visitor says.
    """
    return "compas" if data == compas_csv() else ""


@contextmanager
def turn() -> Iterator[None]:
    """Wait until no other table is read or audited, so that memory is needed once."""
    if not _TURN.acquire(timeout=PATIENCE):
        raise TableError("Other tables are being audited just now: try again in a minute.")
    try:
        yield
    finally:
        _TURN.release()


@turn()
def audit_file(data: bytes, question: Question, choices: Choices | None = None) -> dict[str, Any]:
    """Read a file and report on it.

    Args:
        data: The file, at most 20 MB and 300,000 rows.
        question: Which columns are what.
        choices: How the file is read, and what becomes of missing and alike values.

    Returns:
        See `core.audit.answers.answered`; and `reading`: what was assumed of the file, one
        sentence each.

    Raises:
        TableError: With one sentence, if the file does not answer the question, or others' tables
            keep the audit busy.
    """
    table = cleaned(reading.read(data, question.columns, choices), roles(question))
    found = answered(table, question)
    notes = list(table.notes)
    if question.y_score is not None:
        for name in (question.y_score, *question.settings.beside):
            notes += labels.score_notes(table, name)
    return {**found, "reading": notes}


def roles(question: Question) -> Roles:
    """What the columns of a question are for."""
    settings = question.settings
    truth = [] if question.y_true is None else [question.y_true]
    decided = [question.decided, *settings.beside]
    classes, numbers = (
        (truth, decided) if question.y_score is not None else ([*truth, *decided], [])
    )
    if settings.regression:
        classes, numbers = [], [*truth, *decided]
    weights = [] if settings.weights is None else [settings.weights]
    groups = [*question.groups, *([] if settings.within is None else [settings.within])]
    binned = [name for name in groups if name in settings.bins]
    named = [name for name in groups if name not in settings.bins]
    return Roles(classes, [*numbers, *weights, *binned], named)

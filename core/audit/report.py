"""Audit of a file: bytes in, report out; the same for the page and the command line."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from core.audit import reading
from core.audit.answers import answered
from core.audit.fetch import tables
from core.audit.question import Question
from core.audit.reading import TableError
from core.data.published import compas_csv

__all__ = ["KNOWN", "PATIENCE", "Known", "Question", "audit_file", "turn"]

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


@contextmanager
def turn() -> Iterator[None]:
    """Wait until no other table is read or resampled, so that memory is needed once."""
    if not _TURN.acquire(timeout=PATIENCE):
        raise TableError("Other tables are being audited just now: try again in a minute.")
    try:
        yield
    finally:
        _TURN.release()


@turn()
def audit_file(data: bytes, question: Question) -> dict[str, Any]:
    """Read a CSV file and report on it.

    Args:
        data: The file, at most 20 MB and 300,000 rows.
        question: Which columns are what.

    Returns:
        See `core.audit.answers.answered`.

    Raises:
        TableError: With one sentence, if the file does not answer the question, or others' tables
            keep the audit busy.
    """
    return answered(reading.read_csv(data, question.columns), question)

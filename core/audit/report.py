"""Audit of a file: bytes in, report out; the same for the page and the command line."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.audit import labels, reading
from core.audit.choices import Choices
from core.audit.cleaning import Roles, cleaned
from core.audit.fetch import tables
from core.audit.measures import MOST_WORK, Decisions, audit, crossed, work
from core.audit.objections import TableError, short
from core.audit.positive import Positive
from core.data.published import compas_csv

MOST_GROUPS = 200
"""Combinations of the group columns."""
MOST_COLUMNS = 5
"""Group columns."""
PATIENCE = 30.0
"""Seconds that an audit waits for the one before it; each takes less than ten."""
_TURN = threading.Lock()


@dataclass(frozen=True)
class Question:
    """Which columns of a table are what.

    Attributes:
        y_true: Column of what was true.
        groups: Columns that name groups, at least one.
        y_pred: Column of what was decided; or
        y_score: column of scores, with
        threshold: from which a score counts as the positive class.
        positive: The positive one of two classes; guessed when None.
    """

    y_true: str
    groups: Sequence[str]
    y_pred: str | None = None
    y_score: str | None = None
    threshold: float | None = None
    positive: str | None = None

    def __post_init__(self) -> None:
        """Refuse a question without an answer.

        Raises:
            TableError: If columns are missing or used twice, or the threshold is no number.
        """
        if not self.groups:
            raise TableError("At least one column must name the groups.")
        if len(self.groups) > MOST_COLUMNS:
            raise TableError(
                f"{len(self.groups)} columns name groups; at most {MOST_COLUMNS} are crossed: "
                "leave some out."
            )
        if (self.y_pred is None) == (self.y_score is None):
            raise TableError("Either the column of decisions or that of scores is needed.")
        if self.y_score is not None and not math.isfinite(self.threshold or 0.0):
            raise TableError("The threshold must be a finite number.")
        if self.y_score is not None and self.threshold is None:
            raise TableError("Scores need a threshold.")
        twice = [name for name in self.columns if self.columns.count(name) > 1]
        if twice:
            raise TableError(f"Column {short(twice[0])} is named twice.")

    @property
    def columns(self) -> list[str]:
        """All columns that are read."""
        decided = self.y_pred if self.y_score is None else self.y_score
        return [self.y_true, str(decided), *self.groups]


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
def audit_file(data: bytes, question: Question, choices: Choices | None = None) -> dict[str, Any]:
    """Read a file and report on it.

    Args:
        data: The file, at most 20 MB and 300,000 rows.
        question: Which columns are what.
        choices: How the file is read, and what becomes of missing and alike values.

    Returns:
        See `core.audit.measures.audit`; and `positive`: the `class` that was taken as positive
        (None where each is, in turn), whether it was `chosen`, and what is `said` of that; and
        `reading`: what was assumed of the file, one sentence each.

    Raises:
        TableError: With one sentence, if the file does not answer the question, or others' tables
            keep the audit busy.
    """
    table = cleaned(reading.read(data, question.columns, choices), roles(question))
    asked, positive, warnings = decisions(table, question)
    found = audit(asked)
    notes = list(table.notes)
    if question.y_score is not None:
        notes += labels.score_notes(table, question.y_score)
    return {
        **found, "positive": positive.plain(), "reading": notes,
        "warnings": warnings + found["warnings"],
    }  # fmt: skip


def roles(question: Question) -> Roles:
    """What the columns of a question are for."""
    labelled = [question.y_true, *([] if question.y_pred is None else [question.y_pred])]
    scored = [] if question.y_score is None else [question.y_score]
    return Roles(labelled, scored, list(question.groups))


def decisions(table: reading.Table, question: Question) -> tuple[Decisions, Positive, list[str]]:
    """Interpret the columns of a table.

    Returns:
        What is audited, which class is positive, and warnings.

    Raises:
        TableError: If they cannot be what the question says they are.
    """
    known = labels.classes(table, question.y_true, question.y_pred, question.positive)
    y_pred, y_score, warnings = known.y_pred, None, list(known.warnings)
    if question.y_score is not None:
        y_score = _scores(table, question, known.positive)
        warnings += labels.score_warnings(question.y_score, known.y_true, y_score)
        y_pred = (y_score >= float(question.threshold or 0.0)).astype(np.int64)
        if y_score.min() < 0 or y_score.max() > 1:
            warnings.append(
                "The scores do not lie between 0 and 1, so their calibration is not judged."
            )
    if y_pred is None:
        raise TableError("There are no decisions to judge.")
    if len(set(y_pred.tolist())) < 2:
        warnings.append("Every row got the same decision.")
    columns = {name: labels.groups(table, name) for name in question.groups}
    found = Decisions(known.y_true, y_pred, known.names, columns, y_score)
    _bound(found)
    return found, known.positive, warnings


def _scores(table: reading.Table, question: Question, positive: Positive) -> np.ndarray:
    """Read the scores `(n,)`; it must be known which class they are of."""
    column, names = short(str(question.y_score)), positive.names
    if len(names) > 2:
        raise TableError(
            f"Column {column} can only be the score of two classes, and "
            f"{short(question.y_true)} has {len(names)}: give the column of decisions instead."
        )
    if not positive.grounded:
        raise TableError(
            f"Column {column} may be the score of {short(names[0])} or of {short(names[1])}: say "
            "which of the two is the positive class."
        )
    return labels.scores(table, str(question.y_score))


def _bound(table: Decisions) -> None:
    n = len(crossed(table.groups)[1])
    if n > MOST_GROUPS:
        raise TableError(f"The columns together make {n:,} groups; at most {MOST_GROUPS} are told.")
    if n < 2:
        raise TableError("There is one group only: nothing to compare.")
    if work(table) > MOST_WORK:
        raise TableError(
            f"{len(table.classes)} classes in so many groups are too much to resample: leave group "
            "columns out, or merge classes or groups."
        )

"""From a table that was read to a report: columns become decisions, and those are audited."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from core.audit import curves, labels, regression, settings
from core.audit.measures import MOST_WORK, Decisions, audit_beside, crossed, work
from core.audit.positive import Positive
from core.audit.question import Question
from core.audit.reading import Table, TableError, short

MOST_GROUPS = 200
"""Combinations of the group columns."""
BELOW, SELECTED = "below the threshold", "selected"
"""Names of decisions that come from scores alone."""
LARGEST = 1e100
"""Numbers beyond it cannot be averaged, or drawn."""
NO_TRUTH = "No column of true outcomes was given, so nothing is said about errors."


def answered(table: Table, question: Question) -> dict[str, Any]:
    """Report on a table that was read.

    Args:
        table: Holds the columns of the question.
        question: Which columns are what.

    Returns:
        See `core.audit.measures.audit` (of numbers: `core.audit.regression.audit`); and `positive`:
        the `class` that was taken as positive (None where each is, in turn), whether it was
        `chosen`, and what is `said` of that; `curves` where there are scores; `beside`: further
        column -> its report.

    Raises:
        TableError: With one sentence, if the table does not answer the question.
    """
    if question.settings.regression:
        return _of_numbers(table, question)
    main, positive, warnings = decisions(table, question)
    every = {question.decided: main}
    for name in question.settings.beside:
        every[name], _, more = decisions(table, _of(question, name, positive))
        warnings += [warning for warning in more if warning not in warnings]
    first, *others = audit_beside(list(every.values()))
    found = {**first, "positive": positive.plain(), "warnings": warnings + first["warnings"]}
    for name, report in zip(every, (found, *others), strict=True):
        scores = every[name].y_score
        if scores is not None and np.abs(scores).max() <= LARGEST:
            report["curves"] = curves.by_group(every[name])
    if others:
        found["beside"] = dict(zip(question.settings.beside, others, strict=True))
    return found


def _of(question: Question, name: str, positive: Positive) -> Question:
    """The same question about another column, with the same class as positive."""
    chosen = positive.names[1] if len(positive.names) == 2 and question.y_true else None
    alone = replace(question.settings, beside=())
    if question.y_score is not None:
        return replace(question, y_score=name, positive=chosen, settings=alone)
    return replace(question, y_pred=name, positive=chosen, settings=alone)


def decisions(table: Table, question: Question) -> tuple[Decisions, Positive, list[str]]:
    """Interpret the columns of a table.

    Returns:
        What is audited, which class is positive, and warnings.

    Raises:
        TableError: If they cannot be what the question says they are.
    """
    y_true, y_pred, y_score, positive, warnings = _outcomes(table, question)
    if len(set(y_pred.tolist())) < 2:
        warnings.append("Every row got the same decision.")
    asked = question.settings
    columns = {name: settings.groups(table, name, asked) for name in question.groups}
    settings.check_reference(asked, columns)
    found = Decisions(
        y_true, y_pred, positive.names, columns, y_score, settings.weights(table, asked.weights),
        settings.strata(table, asked), asked.reference, asked.smallest,
    )  # fmt: skip
    _bound(found)
    return found, positive, warnings


Outcomes = tuple[np.ndarray | None, np.ndarray, np.ndarray | None, Positive, list[str]]


def _outcomes(table: Table, question: Question) -> Outcomes:
    """True classes, decisions and scores `(n,)`, which class is positive, and warnings."""
    if question.y_score is None:
        if question.y_true is None:
            known = labels.classes(table, question.decided, None, question.positive)
            return None, known.y_true, None, known.positive, [*known.warnings, NO_TRUTH]
        known = labels.classes(table, question.y_true, question.y_pred, question.positive)
        return known.y_true, np.asarray(known.y_pred), None, known.positive, list(known.warnings)
    y_true, warnings = None, [NO_TRUTH]
    said = f"{short(SELECTED)} is a score of {question.threshold:g} or more."
    positive = Positive((BELOW, SELECTED), False, True, said)
    if question.y_true is not None:
        known = labels.classes(table, question.y_true, None, question.positive)
        y_true, positive, warnings = known.y_true, known.positive, list(known.warnings)
    y_score = _scores(table, question, positive)
    if y_true is not None:
        warnings += labels.score_warnings(str(question.y_score), y_true, y_score)
    y_pred = (y_score >= float(question.threshold or 0.0)).astype(np.int64)
    if y_true is not None and (y_score.min() < 0 or y_score.max() > 1):
        warnings.append(
            "The scores do not lie between 0 and 1, so their calibration is not judged."
        )
    return y_true, y_pred, y_score, positive, warnings


def _scores(table: Table, question: Question, positive: Positive) -> np.ndarray:
    """Read the scores `(n,)`; it must be known which class they are of."""
    column, names = short(str(question.y_score)), positive.names
    if len(names) > 2:
        raise TableError(
            f"Column {column} can only be the score of two classes, and "
            f"{short(str(question.y_true))} has {len(names)}: give the column of decisions instead."
        )
    if not positive.grounded:
        raise TableError(
            f"Column {column} may be the score of {short(names[0])} or of {short(names[1])}: say "
            "which of the two is the positive class."
        )
    return labels.scores(table, str(question.y_score))


def _of_numbers(table: Table, question: Question) -> dict[str, Any]:
    """Report on predicted numbers."""
    columns = {name: settings.groups(table, name, question.settings) for name in question.groups}
    settings.check_reference(question.settings, columns)
    codes, groups = crossed(columns)
    _few(len(groups))
    y_true = labels.scores(table, str(question.y_true))
    names = (question.decided, *question.settings.beside)
    predicted = [labels.scores(table, name) for name in names]
    if max(np.abs(column).max() for column in (y_true, *predicted)) > LARGEST:
        raise TableError("There are numbers too large to be averaged: write them in another unit.")
    found = [
        regression.audit(y_true, column, codes, groups, question.settings) for column in predicted
    ]
    if found[1:]:
        found[0]["beside"] = dict(zip(names[1:], found[1:], strict=True))
    return found[0]


def _bound(table: Decisions) -> None:
    _few(len(crossed(table.groups)[1]))
    if work(table) > MOST_WORK:
        raise TableError(
            f"{len(table.classes)} classes in so many groups are too much at once: leave group "
            "columns out, or merge classes or groups."
        )


def _few(n: int) -> None:
    if n > MOST_GROUPS:
        raise TableError(f"The columns together make {n:,} groups; at most {MOST_GROUPS} are told.")
    if n < 2:
        raise TableError("There is one group only: nothing to compare.")

"""What is asked of a table: which column is what."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.audit.reading import TableError, short
from core.audit.settings import Settings

MOST_COLUMNS = 5
"""Group columns."""


@dataclass(frozen=True)
class Question:
    """Which columns of a table are what.

    Attributes:
        y_true: Column of what was true; None where only decisions are known.
        groups: Columns that name groups, at least one.
        y_pred: Column of what was decided; or
        y_score: column of scores, with
        threshold: from which a score counts as the positive class.
        positive: The positive one of two classes; guessed when None.
        settings: What else is asked.
    """

    y_true: str | None
    groups: Sequence[str]
    y_pred: str | None = None
    y_score: str | None = None
    threshold: float | None = None
    positive: str | None = None
    settings: Settings = field(default_factory=Settings)

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
        self._check_settings()
        if self.y_true == self.decided:
            raise TableError(
                f"Column {short(self.decided)} cannot be both what was true and what was decided: "
                "leave the truth out where only decisions are known."
            )
        twice = [name for name in self.columns if self.columns.count(name) > 1]
        if twice:
            raise TableError(f"Column {short(twice[0])} is named twice.")

    @property
    def columns(self) -> list[str]:
        """All columns that are read."""
        truth = [] if self.y_true is None else [self.y_true]
        return [*truth, self.decided, *self.groups, *self.settings.columns]

    @property
    def decided(self) -> str:
        """The column of decisions, or of scores."""
        return str(self.y_pred if self.y_score is None else self.y_score)

    def _check_settings(self) -> None:
        settings = self.settings
        if settings.regression and (self.y_true is None or self.y_pred is None):
            raise TableError("Predicted numbers need a column of what was true beside theirs.")
        if settings.regression and (settings.weights or settings.within):
            raise TableError("Predicted numbers are audited without weights and strata.")
        for name in settings.bins:
            if name not in (*self.groups, settings.within):
                raise TableError(f"Bins are given for {short(name)}, which is no column of groups.")

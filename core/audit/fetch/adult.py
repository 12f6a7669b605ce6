"""Adult (Kohavi 1996): a model of income, trained on one half, and its decisions on the other."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import numpy as np

from core.lab.seeding import numpy_generator
from core.models.logistic import chances, fit_logistic, outputs

OPENML_ID = 1590
"""Adult, version 2: 48,842 rows of the census of 1994."""
ROWS = (48_000, 49_000)
SHARE = (0.2, 0.3)
"""Of incomes over 50,000 dollars; both bounds tell whether it is the table that was expected."""
NUMBERS = ("age", "education-num", "capital-gain", "capital-loss", "hours-per-week")
WORDS = ("workclass", "marital-status", "occupation", "relationship")
GROUPS = ("sex", "race")
"""Not shown to the model."""
LABEL, POSITIVE = "class", ">50K"
Columns = Mapping[str, Sequence[object]]


class UnexpectedError(ValueError):
    """What was sent is not the table that was expected."""


def decisions(columns: Columns, seed: int = 0) -> bytes:
    """Train a logistic regression on half of the rows and let it decide on the others.

    Args:
        columns: The table, by name of the column; missing cells are anything that is no text.
        seed: Of the split.

    Returns:
        CSV of the other half: `sex`, `race`, `over_50k`, `predicted`, `score`.

    Raises:
        UnexpectedError: If columns are missing, or sizes and shares are not those of Adult.
    """
    y, x = _checked(columns), inputs(columns)
    order = numpy_generator(seed, "adult", "split").permutation(len(y))
    train, rest = np.split(order, [len(y) // 2])
    score = chances(outputs(x[rest], fit_logistic(x[train], y[train])))
    file = io.StringIO(newline="")
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow([*GROUPS, "over_50k", "predicted", "score"])
    said = np.array(["no", "yes"])
    groups = [np.array(words_of(columns[name]))[rest] for name in GROUPS]
    scores = [f"{value:.4f}" for value in score]
    rows.writerows(zip(*groups, said[y[rest]], said[(score >= 0.5).astype(int)], scores,
                       strict=True))  # fmt: skip
    return file.getvalue().encode()


def _checked(columns: Columns) -> np.ndarray:
    """Labels `(n,)` in {0, 1}."""
    missing = [name for name in (*NUMBERS, *WORDS, *GROUPS, LABEL) if name not in columns]
    if missing:
        raise UnexpectedError(f"no column {missing[0]}")
    # The files of the original test part end their labels with a dot.
    y = np.array([word.rstrip(".") == POSITIVE for word in words_of(columns[LABEL])], dtype=int)
    if not ROWS[0] <= len(y) <= ROWS[1] or not SHARE[0] <= y.mean() <= SHARE[1]:
        raise UnexpectedError("other rows than expected")
    return y


def inputs(columns: Columns) -> np.ndarray:
    """Inputs `(n, d)`: numbers standardised, sums of money by their logarithm, words as 0 or 1."""
    parts = []
    for name in NUMBERS:
        try:
            values = np.asarray(columns[name], dtype=float)
        except (TypeError, ValueError) as error:
            raise UnexpectedError(f"{name} is no number") from error
        values = np.log1p(values) if name.startswith("capital") else values
        if not np.isfinite(values).all():
            raise UnexpectedError(f"{name} has missing numbers")
        parts.append((values - values.mean()) / max(values.std(), 1e-9))
    for name in WORDS:
        found = np.array(words_of(columns[name]))
        parts += [(found == word).astype(float) for word in sorted(set(found.tolist()))[1:]]
    return np.stack(parts, axis=1)


def words_of(cells: Sequence[object]) -> list[str]:
    """Words of a column; a missing one is a word of its own."""
    found = [cell.strip() if isinstance(cell, str) else "" for cell in cells]
    return ["not told" if word in ("", "?") else word for word in found]

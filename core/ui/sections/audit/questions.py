"""Which column of a table is what: asked on the page, beside the rows of each class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from core.audit import labels, reading
from core.audit.choices import Choices
from core.audit.reading import TableError
from core.audit.report import KNOWN, Question, built_in, turn
from core.ui import readings
from core.ui.sections.audit.keeping import asked

KEY = "audit"
CLASSES = "audit classes"
"""Rows of every class of the column that was read last in this session."""
GUESS = "Guess from the names"


def question(
    names: Sequence[str], choice: str, table: tuple[str, bytes], choices: Choices
) -> Question | None:
    """Ask which column is what; None while no group is chosen.

    Args:
        names: Of the columns.
        choice: A known table, or a file.
        table: What tells it from others, and its bytes.
        choices: How it is read.
    """
    known = KNOWN[choice].question if choice in KNOWN else None
    owner = f"{KEY}-{choice if known else table[0]}"
    columns = st.columns(3)
    y_true = _column(columns[0], "What was true", names, owner, known and known.y_true, 0)
    decided = _column(columns[1], "What was decided, or a score", names, owner,
                      known and known.y_pred, min(1, len(names) - 1))  # fmt: skip
    others = [name for name in names if name not in (y_true, decided)]
    usual = [name for name in known.groups if name in others] if known else []
    groups = asked(
        columns[2].multiselect, "Groups", key=f"{owner}-groups", options=others, default=usual
    )
    is_score = asked(
        st.toggle, "It is a score: the positive class from a threshold on", key=f"{owner}-is"
    )
    below = st.columns(3)
    positive = _positive(below[0], y_true, owner, table, choices)
    if not is_score:
        return Question(y_true, groups, y_pred=decided, positive=positive) if groups else None
    threshold = asked(below[1].number_input, "Threshold", key=f"{owner}-threshold", value=0.5,
                      format="%g")  # fmt: skip
    if not groups:
        return None
    return Question(y_true, groups, y_score=decided, threshold=float(threshold), positive=positive)


def _positive(
    place: Any, y_true: str, owner: str, table: tuple[str, bytes], choices: Choices
) -> str | None:
    """Ask which of two classes is positive; None where it is guessed."""
    identity, data = table
    known = st.session_state.get(CLASSES)
    what = (identity, y_true, repr(choices))
    if known is None or known[0] != what:
        known = st.session_state[CLASSES] = (what, _classes(data, y_true, choices))
    rows: Mapping[str, int] = known[1]
    if len(rows) != 2:
        return None
    picked: str = asked(
        place.selectbox, "Positive class", key=f"{owner}-positive-{y_true}",
        options=[GUESS, *rows],
        format_func=lambda name: f"{name} ({rows[name]:,} rows)" if name in rows else name,
        help="What a rate counts. Guessed from the names, and said above the numbers.",
    )  # fmt: skip
    return picked if picked in rows else None


def _classes(data: bytes, y_true: str, choices: Choices) -> dict[str, int]:
    """Rows of every class; none where the audit itself will object to the column."""
    read = partial(counted, data, y_true, choices)
    name = built_in(data) if choices == Choices() else ""
    try:
        return readings.once((CLASSES, name, y_true), read) if name else read()
    except TableError:
        return {}


def counted(data: bytes, y_true: str, choices: Choices) -> dict[str, int]:
    """How often which value stands in the column of true answers."""
    with turn():
        return labels.counted(reading.read(data, [y_true], choices), y_true)


def _column(
    place: Any, label: str, names: Sequence[str], owner: str, usual: Any, index: int
) -> str:
    start = list(names).index(usual) if usual in names else index
    picked: str = asked(place.selectbox, label, key=f"{owner}-{label}", options=names, index=start)
    return picked

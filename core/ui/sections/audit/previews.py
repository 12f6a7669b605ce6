"""What was understood of a visitor's file, shown before anything is computed; all can be changed.

Names and cells of the file are a stranger's text: they appear in plain text and as cells of a
table, never in Markdown and never as names of a table's columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import streamlit as st

from core.audit import reading
from core.audit.choices import DELIMITERS, ENCODINGS, NO_HEADER, Choices
from core.audit.reading import Seen, TableError
from core.audit.report import turn
from core.ui.sections.audit.keeping import answer, asked

KEY = "audit"
SEEN = "audit seen"
"""What was understood last in this session, of which file and with which choices."""
FOUND = "found out"
ROWS = 3
"""First rows of a preview."""
MISSING = {"own": "a group of their own", "leave": "left out", "refuse": "no answer"}
UNEVEN = {"refuse": "no answer", "leave": "left out"}
FOOTER = {"leave": "left out", "keep": "kept"}
SPELLINGS = {"ask": "not said yet", "one": "one value", "apart": "different values"}
DECIMAL = {FOUND: FOUND, ".": "point", ",": "comma"}


def understood(identity: str, data: bytes) -> tuple[Seen, Choices]:
    """Show what was understood of a file and ask what it does not say itself.

    Args:
        identity: Tells the file from others.
        data: The file.

    Returns:
        What was understood, and how the file is to be read.

    Raises:
        TableError: If it is no table; the controls that may help are drawn before.
    """
    place = st.container()
    with st.expander("Read it differently", icon=":material/tune:"):
        choices = _choices(f"{KEY}-{identity}")
    try:
        seen = _seen(identity, data, choices)
    except TableError:
        st.session_state.pop(SEEN, None)
        raise
    with place:
        _show(seen)
    return seen, choices


def further(notes: Iterable[str]) -> None:
    """Say what was assumed beyond what the preview says."""
    known = st.session_state.get(SEEN)
    above = () if known is None else known[1].notes
    assumed(note for note in notes if note not in above)


def assumed(notes: Iterable[str]) -> None:
    """Say what was assumed; the sentences may name columns."""
    said = [f"Assumed: {note}" for note in notes]
    if said:
        st.text("\n".join(said))


def spellings(identity: str) -> None:
    """Ask whether values that differ in spelling only are one."""
    asked(
        st.segmented_control, "Values that differ in spelling only are",
        key=f"{KEY}-{identity}-spellings", options=list(SPELLINGS), default="ask", required=True,
        format_func=SPELLINGS.__getitem__,
    )  # fmt: skip


def are_spellings_asked(identity: str) -> bool:
    """Whether somebody has answered about spellings of this file."""
    return bool(answer(f"{KEY}-{identity}-spellings", "ask") != "ask")


def _choices(owner: str) -> Choices:
    """Controls for everything in `Choices`; nothing chosen is what was found out."""
    left, middle, right = st.columns(3)
    delimiter = _or_found(left, "Cells are separated by", f"{owner}-delimiter", DELIMITERS)
    encoding = _or_found(middle, "Encoding", f"{owner}-encoding", ENCODINGS)
    decimal = asked(
        right.selectbox, "Decimal sign of scores", key=f"{owner}-decimal",
        options=list(DECIMAL), format_func=DECIMAL.__getitem__,
    )  # fmt: skip
    header = asked(
        left.number_input, "Line that names the columns", key=f"{owner}-header", value=None,
        min_value=NO_HEADER, max_value=1000, step=1, placeholder=FOUND,
        help="0: there is none, and the columns are numbered from 0.",
    )  # fmt: skip
    uneven = _of(middle, "Rows of another length", f"{owner}-uneven", UNEVEN)
    missing = _of(right, "Rows whose group is missing", f"{owner}-missing", MISSING)
    words = asked(
        left.text_input, "Words that are values, not missing", key=f"{owner}-values",
        placeholder="NA, Null", help="Separated by commas. Without it they count as missing.",
    )  # fmt: skip
    sheet = asked(
        middle.text_input, "Sheet of a workbook", key=f"{owner}-sheet", placeholder="the first"
    )
    footer = _of(right, "Last rows that look like totals", f"{owner}-footer", FOOTER)
    return Choices(
        delimiter, None if decimal == FOUND else decimal, encoding,
        None if header is None else int(header), sheet or None, missing,
        tuple(word.strip() for word in words.split(",") if word.strip()),
        answer(f"{owner}-spellings", "ask"), uneven, footer,
    )  # fmt: skip


def _or_found(place: Any, label: str, key: str, options: Any) -> str | None:
    found: str = asked(place.selectbox, label, key=key, options=[FOUND, *options])
    return None if found == FOUND else found


def _of(place: Any, label: str, key: str, options: dict[str, str]) -> Any:
    return asked(
        place.selectbox, label, key=key, options=list(options), format_func=options.__getitem__
    )


def _seen(identity: str, data: bytes, choices: Choices) -> Seen:
    known = st.session_state.get(SEEN)
    if known is None or known[0] != (identity, repr(choices)):
        with turn():
            seen = reading.look(data, choices)
        known = st.session_state[SEEN] = ((identity, repr(choices)), seen)
    found: Seen = known[1]
    return found


def _show(seen: Seen) -> None:
    """Say what was understood, with the first rows; the columns of the file are lines here."""
    st.markdown(f"**{seen.n:,} rows, {len(seen.names):,} columns**, {seen.how()}.")
    assumed(seen.notes)
    first: dict[str, Any] = {"column": list(seen.names)}
    for number, row in enumerate(seen.first[:ROWS], start=1):
        first[f"row {number}"] = list(row)
    height = 35 * (min(len(seen.names), 6) + 1) + 3
    st.dataframe(
        pd.DataFrame(first), hide_index=True, height=height, alt="First rows, a line per column"
    )

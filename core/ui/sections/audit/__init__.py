"""Audit a table: a file of decisions in, who is treated how out; nothing of it is kept.

Names and values of the file are a stranger's text: they appear in plain-text elements and as data
of charts and tables only, never in Markdown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.audit import labels, reading
from core.audit.fetch import tables
from core.audit.question import Question
from core.audit.reading import TableError, by_commas, decoded, header
from core.audit.report import KNOWN, audit_file
from core.charts import audit as charts
from core.ui import downloads, failures, figures, uploads
from core.ui.sections.audit import audit_tables, further

KEY = "audit"
REPORT = "audit report"
"""What was reported last in this session, and the question it answers."""
CLASSES = "audit classes"
"""Rows of every class of the column that was read last in this session."""
GUESS = "Guess from the names"
OWN = "own"
TITLES = {**{name: known.title for name, known in KNOWN.items()}, OWN: "A file of your own"}
ABOUT = {
    "compas": "ProPublica's table of 2016: whom a score called likely to offend again, and who did "
    "within two years. One row per defendant, rebuilt from the published counts.",
    "adult": "The census of 1994: who earned more than 50,000 dollars? A logistic regression, "
    "trained on half of the rows without sex and race, decides about the other half.",
    OWN: "One row per decision, in CSV with a header line. It is read in memory, for you alone, "
    "and gone when you leave.",
}


@failures.section("audit of a table", "This table could not be audited. Nothing of it was kept.")
def section() -> None:
    """Draw the whole section; moving its widgets runs nothing else of the page."""
    st.header("Audit a table", anchor="audit-a-table")
    st.markdown("Who gets what, with intervals, in a table of decisions.")
    picked = st.segmented_control(
        "Table", list(TITLES), default="compas", required=True, format_func=TITLES.__getitem__,
        key=f"{KEY}-table",
    )  # fmt: skip
    choice = picked if picked in TITLES else "compas"
    st.caption(ABOUT[choice])
    try:
        data, identity = _data(choice)
        if data is None:
            return
        names = header(decoded(data))
        by_commas(names)
        question = _question(names, choice, (identity, data))
        if question is not None:
            question = further.asked(question, names, f"{choice}-{len(names)}")
        found = None if question is None else _report(identity, data, question)
    except TableError as error:
        _objection(str(error))
        return
    if found is None or question is None:
        st.info("Choose at least one column that names groups.")
        return
    further.findings(found, question)
    if found.get("kind") == "numbers":
        further.numbers(found)
    else:
        _show(found)
    further.show(found, question)


def _data(choice: str) -> tuple[bytes | None, str]:
    """The chosen table, or None while it is not there; and what tells it from others.

    Raises:
        TableError: If it cannot be downloaded.
    """
    if choice == OWN:
        file = uploads.chosen(
            f"A CSV file, at most {uploads.MEGABYTES} MB and 300,000 rows",
            f"{KEY}-file", ["csv", "txt"], uploads.MEGABYTES,
        )  # fmt: skip
        return (None, OWN) if file is None else (file.data, file.file_id)
    if choice != "adult" or tables.is_kept(choice):
        return KNOWN[choice].read(), choice
    place = st.empty()
    if not place.button("Download it from openml.org", icon=":material/download:",
                        key=f"{KEY}-fetch", help="A few megabytes, once."):  # fmt: skip
        return None, choice
    with st.spinner("Downloading the table and training on half of it", show_time=True):
        found = KNOWN[choice].read()
    place.empty()
    return found, choice


def _objection(sentence: str) -> None:
    """Say what is wrong; the sentence may name columns, so it is plain text."""
    st.warning("This table cannot be audited:", icon=":material/table:")
    st.text(sentence)


def _question(names: Sequence[str], choice: str, table: tuple[str, bytes]) -> Question | None:
    """Ask which column is what; None while no group is chosen."""
    known = KNOWN[choice].question if choice in KNOWN else None
    owner = f"{KEY}-{choice}" if known else f"{KEY}-{len(names)}"
    columns = st.columns(3)
    y_true = _column(columns[0], "What was true", names, owner, known and known.y_true, 0)
    decided = _column(columns[1], "What was decided, or a score", names, owner,
                      known and known.y_pred, min(1, len(names) - 1))  # fmt: skip
    others = [name for name in names if name not in (y_true, decided)]
    usual = [name for name in known.groups if name in others] if known else []
    groups = columns[2].multiselect("Groups", others, usual, key=f"{owner}-groups")
    is_score = st.toggle("It is a score: the positive class from a threshold on", key=f"{owner}-is")
    below = st.columns(3)
    positive = _positive(below[0], y_true, owner, table)
    if not is_score:
        return Question(y_true, groups, y_pred=decided, positive=positive) if groups else None
    threshold = below[1].number_input("Threshold", value=0.5, key=f"{owner}-threshold", format="%g")
    if not groups:
        return None
    return Question(y_true, groups, y_score=decided, threshold=float(threshold), positive=positive)


def _positive(place: Any, y_true: str, owner: str, table: tuple[str, bytes]) -> str | None:
    """Ask which of two classes is positive; None where it is guessed."""
    identity, data = table
    known = st.session_state.get(CLASSES)
    if known is None or known[0] != (identity, y_true):
        known = st.session_state[CLASSES] = ((identity, y_true), _classes(data, y_true))
    rows: Mapping[str, int] = known[1]
    if len(rows) != 2:
        return None
    picked: str = place.selectbox(
        "Positive class", [GUESS, *rows], key=f"{owner}-positive-{identity}-{y_true}",
        format_func=lambda name: f"{name} ({rows[name]:,} rows)" if name in rows else name,
        help="What a rate counts. Guessed from the names, and said above the numbers.",
    )  # fmt: skip
    return picked if picked in rows else None


def _classes(data: bytes, y_true: str) -> dict[str, int]:
    """Rows of every class; none where the audit itself will object to the column."""
    try:
        return labels.counted(reading.read_csv(data, [y_true]), y_true)
    except TableError:
        return {}


def _column(
    place: Any, label: str, names: Sequence[str], owner: str, usual: Any, index: int
) -> str:
    start = list(names).index(usual) if usual in names else index
    picked: str = place.selectbox(label, names, index=start, key=f"{owner}-{label}")
    return picked


def _report(identity: str, data: bytes, question: Question) -> Mapping[str, Any]:
    """Report, once per table and question of this session."""
    asked = (identity, repr(question))
    known = st.session_state.get(REPORT)
    if known is not None and known[0] == asked:
        found: Mapping[str, Any] = known[1]
        return found
    with st.spinner("Reading and auditing the table"):
        found = audit_file(data, question)
    st.session_state[REPORT] = (asked, found)
    return found


def _show(found: Mapping[str, Any]) -> None:
    st.text(found["positive"]["said"])
    for warning in found["warnings"]:
        st.text(f"Note: {warning}")
    st.subheader("Is it chance?", anchor=False)
    gaps = audit_tables.gaps(found)
    st.markdown(audit_tables.verdict(found))
    st.dataframe(
        gaps, hide_index=True, alt="Gaps between groups, intervals and p-values",
        column_config={"p, corrected": st.column_config.NumberColumn(format="%.3f")},
    )  # fmt: skip
    st.caption(audit_tables.METHOD.format(tests=found["tests"]))
    rates = audit_tables.rates(found)
    names = list(dict.fromkeys(rates["rate"]))
    rate = st.selectbox("Rate", names, key=f"{KEY}-rate-{len(names)}")
    shown = audit_tables.labelled(rates[rates["rate"] == rate].head(charts.MOST_GROUPS))
    spec = figures.specification(charts.group_rates, None)
    st.vega_lite_chart(
        None,
        {**spec, "datasets": {"table": shown}},
        alt="The chosen rate in every group with its 95% interval; the table below has the numbers",
    )
    st.dataframe(rates, hide_index=True, alt="Every rate in every group with its interval")
    with st.container(horizontal=True, key=f"{KEY}-downloads"):
        _download("Rates as CSV", "audit-rates.csv", lambda: downloads.csv_bytes(rates))
        _download("Gaps as CSV", "audit-gaps.csv", lambda: downloads.csv_bytes(gaps))
        _download("Everything as JSON", "audit.json", lambda: audit_tables.json_bytes(found))


def _download(label: str, name: str, make: Any) -> None:
    kind = "application/json" if name.endswith("json") else "text/csv"
    st.download_button(
        label, data=make, file_name=name, mime=kind, icon=":material/download:", type="tertiary",
        key=f"{KEY}-{name}", on_click="ignore",
    )  # fmt: skip

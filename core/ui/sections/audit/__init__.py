"""Audit a table: a file of decisions in, who is treated how out; nothing of it is kept.

Names and values of the file are a stranger's text: they appear in plain-text elements and as data
of charts and tables only, never in Markdown.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.audit import reading
from core.audit.choices import Choices
from core.audit.fetch import tables
from core.audit.objections import SpellingError, TableError
from core.audit.question import Question
from core.audit.report import KNOWN, audit_file, built_in
from core.audit.settings import Settings
from core.charts import audit as charts
from core.ui import arrival, downloads, failures, figures, readings, uploads
from core.ui.sections.audit import audit_tables, further, previews, questions
from core.ui.sections.audit.keeping import asked

KEY = "audit"
REPORT = "audit report"
"""What was reported last in this session, and the question it answers."""
NAMES = "audit names"
WANTED = "audit wanted"
"""Key of whether a visitor of another page has asked for it there."""
OWN = "own"
TITLES = {**{name: known.title for name, known in KNOWN.items()}, OWN: "A file of your own"}
ABOUT = {
    "compas": "ProPublica's table of 2016: whom a score called likely to offend again, and who did "
    "within two years. One row per defendant, rebuilt from the published counts.",
    "adult": "The census of 1994: who earned more than 50,000 dollars? A logistic regression, "
    "trained on half of the rows without sex and race, decides about the other half.",
    OWN: "One row per decision, with a line of names: CSV and its kin, Excel (.xlsx) or Parquet. "
    "It is read in memory, for you alone, and gone when you leave.",
}
KINDS = ["csv", "tsv", "txt", "gz", "zip", "xlsx", "parquet"]


def at_the_end() -> None:
    """Draw it under a page's experiments: a heading and a button until it is wanted.

    It is as long as the page, and has a page of its own besides.
    """
    if st.session_state.get(WANTED):
        with st.container(key="audit-here"):
            section()
        arrival.at_place("audit-here", "wanted")
        return
    _heading()
    st.button("Audit one here", icon=":material/table:", key=f"{KEY}-here", on_click=_want)


def _want() -> None:
    st.session_state[WANTED] = True


@failures.section("audit of a table", "This table could not be audited. Nothing of it was kept.")
def section(alone: bool = False) -> None:
    """Draw the whole section; moving its widgets runs nothing else of the page.

    Args:
        alone: Whether it stands on a page of its own, under that page's title.
    """
    if not alone:
        _heading()
    picked = asked(
        st.segmented_control, "Table", key=f"{KEY}-table", options=list(TITLES), default="compas",
        required=True, format_func=TITLES.__getitem__,
    )  # fmt: skip
    choice = picked if picked in TITLES else "compas"
    st.caption(ABOUT[choice])
    identity = OWN
    try:
        data, identity = _data(choice)
        if data is None:
            return
        question, found = _asked(choice, identity, data)
    except TableError as error:
        _objection(str(error))
        if isinstance(error, SpellingError):
            previews.spellings(identity)
        return
    if found is None or question is None:
        st.info("Choose at least one column that names groups.")
        return
    if found.get("kind") != "numbers":
        st.text(found["positive"]["said"])  # above every number
    further.findings(found, question)
    if found.get("kind") == "numbers":
        further.numbers(found)
    else:
        _show(found)
    further.show(found, question)


def _heading() -> None:
    st.header("Audit a table", anchor="audit-a-table")
    st.markdown("Who gets what, with intervals, in a table of decisions.")


def _asked(
    choice: str, identity: str, data: bytes
) -> tuple[Question | None, Mapping[str, Any] | None]:
    """What is asked and answered; None while no group is chosen.

    Raises:
        TableError: If the table does not answer the question.
    """
    if choice == OWN:
        seen, choices = previews.understood(identity, data)
        names = seen.names
    else:
        names, choices = _names(data), Choices()
    question = questions.question(names, choice, (identity, data), choices)
    if question is None:
        return None, None
    question = further.asked(question, names, identity)
    found = _report(identity, data, question, choices)
    if previews.are_spellings_asked(identity):
        previews.spellings(identity)
    return question, found


def _names(data: bytes) -> tuple[str, ...]:
    """Names of a known table's columns."""
    name, read = built_in(data), partial(reading.columns, data)
    return readings.once((NAMES, name), read) if name else read()


def _data(choice: str) -> tuple[bytes | None, str]:
    """The chosen table, or None while it is not there; and what tells it from others.

    Raises:
        TableError: If it cannot be downloaded.
    """
    if choice == OWN:
        file = uploads.kept(
            f"A table, at most {uploads.MEGABYTES} MB and 300,000 rows",
            f"{KEY}-file", KINDS, uploads.MEGABYTES,
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


def _report(identity: str, data: bytes, question: Question, choices: Choices) -> Mapping[str, Any]:
    """Report, once per table and question of this session."""
    what = (identity, repr(question), repr(choices))
    known = st.session_state.get(REPORT)
    if known is not None and known[0] == what:
        found: Mapping[str, Any] = known[1]
        return found
    with st.spinner("Reading and auditing the table"):
        name = built_in(data) if is_from_lists(question, choices) else ""
        audit = partial(audit_file, data, question, choices)
        found = readings.once((REPORT, name, what[1]), audit) if name else audit()
    st.session_state[REPORT] = (what, found)
    return found


def is_from_lists(question: Question, choices: Choices) -> bool:
    """Whether nothing of a question was typed: so few others can be asked that all may be kept."""
    plain = question.settings == Settings() and choices == Choices()
    return plain and question.y_score is None


def _show(found: Mapping[str, Any]) -> None:
    previews.further(found["reading"])
    for warning in found["warnings"]:
        st.text(f"Note: {warning}")
    st.subheader("Is it chance?", anchor=False)
    gaps = audit_tables.gaps(found)
    st.markdown(audit_tables.verdict(found))
    st.dataframe(
        gaps, hide_index=True, placeholder="–",  # the verdict beside it says why
        alt="Gaps between groups, intervals and p-values",
        column_config={"p, corrected": st.column_config.NumberColumn(format="%.2g")},
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
    st.dataframe(
        rates, hide_index=True, placeholder="not defined",
        alt="Every rate in every group with its interval",
    )  # fmt: skip
    _downloads(found, rates, gaps)


def _downloads(found: Mapping[str, Any], rates: pd.DataFrame, gaps: pd.DataFrame) -> None:
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

"""What may be asked of a table beyond which column is what, and what scores show of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from core.audit import document, naming
from core.audit.document import tables, words
from core.audit.question import Question
from core.audit.settings import Settings, bins_of, named
from core.charts import audit as charts
from core.ui import figures
from core.ui.sections.audit import keeping

KEY = "audit-further"
NOTHING = ""
MOST_GROUPS = 6
"""Groups of a chart of scores: the largest."""
RATES = ("selection_rate", "true_positive_rate", "false_positive_rate", "precision", "accuracy")


def asked(question: Question, names: Sequence[str], owner: str) -> Question:
    """Ask the rest, folded away.

    Args:
        question: What is asked already.
        names: Of the columns of the table.
        owner: Tells these controls from those of another table.

    Raises:
        TableError: If an answer cannot be read.
    """
    left = [name for name in names if name not in question.columns]
    key = f"{KEY}-{owner}"
    with st.expander("More to ask", icon=":material/tune:"):
        places = st.columns(3)
        beside, weights, within = _columns(places, left, key)
        reference, bins = _texts(places, key)
        smallest = keeping.asked(places[2].number_input, "Smallest group compared",
                                 key=f"{key}-least", min_value=1, max_value=100_000)  # fmt: skip
        no_truth = keeping.asked(places[0].toggle, "Only decisions, no truth", key=f"{key}-blind")
        regression = keeping.asked(places[1].toggle, "Truth and decision are numbers",
                                   key=f"{key}-numbers")  # fmt: skip
    columns = [*question.groups, within] if within else list(question.groups)
    settings = Settings(
        tuple(beside), weights or None, within or None,
        dict(named(text, question.groups) for text in _several(reference)),
        dict(bins_of(text, columns) for text in _several(bins)),
        int(smallest), bool(regression),
    )  # fmt: skip
    y_true = None if no_truth and not regression else question.y_true
    return replace(question, y_true=y_true, settings=settings)


def _columns(places: Sequence[Any], left: Sequence[str], key: str) -> tuple[Any, str, str]:
    """Ask for columns of further decisions, of weights and of strata."""
    beside = keeping.asked(places[0].multiselect, "Beside it, as further decisions",
                           key=f"{key}-beside", options=left)  # fmt: skip
    weights = keeping.asked(places[1].selectbox, "Weights of rows", key=f"{key}-weights",
                            options=[NOTHING, *left])  # fmt: skip
    within = keeping.asked(places[2].selectbox, "Compare within", key=f"{key}-within",
                           options=[NOTHING, *left])  # fmt: skip
    return beside, weights, within


def _texts(places: Sequence[Any], key: str) -> tuple[str, str]:
    """Ask for groups of reference and for bins, as text."""
    reference = keeping.asked(
        places[0].text_input, "Hold others against", key=f"{key}-reference",
        placeholder="column=value",
        help="Instead of against all others. Several between semicolons.",
    )  # fmt: skip
    bins = keeping.asked(
        places[1].text_input, "Bins of numbers", key=f"{key}-bins",
        placeholder="age=18,40,65 or age=4",
        help="Edges between commas, or how many equally filled bins. Several between semicolons.",
    )  # fmt: skip
    return reference, bins


def _several(text: str) -> list[str]:
    return [part.strip() for part in (text or "").split(";") if part.strip()]


def numbers(found: Mapping[str, Any]) -> None:
    """Draw an audit of predicted numbers."""
    st.text(words.summary(found))
    for note in words.assumed(found):
        st.text(f"Note: {note}")
    _grid("", tables.gaps(found))
    _grid("", tables.rates(found))


def findings(found: Mapping[str, Any], question: Question) -> None:
    """Say what is more than chance; names of the file in it are plain text."""
    told = words.findings(found, question)
    if told:
        st.subheader("Findings, widest first", anchor=False)
        for line in told:
            st.text(line)


def show(found: Mapping[str, Any], question: Question) -> None:
    """Draw what goes beyond rates and gaps of one decision, and offer the report."""
    fifths = tables.four_fifths(found)
    if fifths is not None:
        _grid("Ratio of selection, and the four-fifths rule", fifths)
    for name, section in words.parts(found):
        if section not in found.get("by_column", {}).values():
            _grid(name, tables.gaps(section, brief=True))
    for name, report in found.get("beside", {}).items():
        _grid(naming.visible(name), tables.rates(report))
        _grid("", tables.gaps(report))
    if "curves" in found:
        _curves(found["curves"])
    st.download_button(
        "Report as HTML", data=lambda: document.html(found, question).encode(),
        file_name="audit.html", mime="text/html", icon=":material/download:", type="tertiary",
        key=f"{KEY}-html", on_click="ignore", help="One file that can be printed.",
    )  # fmt: skip


def _grid(title: str, grid: tables.Grid) -> None:
    """A table of texts; its title may hold names of the file, so it is plain text."""
    if title:
        st.text(title)
    st.dataframe(
        pd.DataFrame(grid.rows, columns=grid.head), hide_index=True, alt=title or "Numbers"
    )
    if grid.note:
        st.text(grid.note)


def _curves(found: Mapping[str, Any]) -> None:
    st.subheader("Beyond one threshold", anchor=False)
    largest = sorted(found["groups"], key=lambda one: -one["n"])[:MOST_GROUPS]
    labels = naming.short_labels([naming.spelled(one["group"]) for one in largest], 40)
    both = list(zip(labels, largest, strict=True))
    if "roc" in largest[0]:
        rows = [
            {"label": label, "place": place, "fpr": fpr, "tpr": tpr}
            for label, one in both
            for place, (fpr, tpr) in enumerate(zip(*one["roc"].values(), strict=True))
        ]
        _chart(charts.roc, rows, labels, "ROC curve of each group")
        areas = [[label, words.spelled({}, one["auc"], scale=1)] for label, one in both]
        _grid("Area under the curve", tables.Grid(["group", "area [95% interval]"], areas))
    if "calibration" in largest[0]:
        rows = [
            {"label": label, **dict(zip(one["calibration"], values, strict=True))}
            for label, one in both
            for values in zip(*one["calibration"].values(), strict=True)
        ]
        _chart(charts.calibration, rows, labels, "Calibration of each group with intervals")
    _by_score(found, both, labels)


def _by_score(
    found: Mapping[str, Any], both: Sequence[tuple[str, Mapping[str, Any]]], labels: Sequence[str]
) -> None:
    rate = st.selectbox(
        "Rate at every threshold", [name for name in RATES if name in both[0][1]["sweep"]],
        format_func=naming.metric, key=f"{KEY}-sweep",
    )  # fmt: skip
    rows = [
        {"label": label, "threshold": threshold, "value": value}
        for label, one in both
        for threshold, value in zip(found["thresholds"], one["sweep"][rate], strict=True)
    ]
    _chart(charts.sweep, rows, labels, "The chosen rate of each group at every threshold")
    rows = [
        {"label": label, "score": edge, "share": n / max(one["n"], 1)}
        for label, one in both
        for edge, n in zip(found["edges"], [*one["histogram"], 0], strict=True)
    ]
    _chart(charts.histogram, rows, labels, "Share of each group's rows by score")


def _chart(
    chart: Callable[[Any], Any], rows: Sequence[Mapping[str, Any]], labels: Sequence[str], alt: str
) -> None:
    spec = figures.specification(chart, tuple(labels))
    st.vega_lite_chart(None, {**spec, "datasets": {"table": pd.DataFrame(rows)}}, alt=alt)

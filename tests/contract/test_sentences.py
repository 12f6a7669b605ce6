"""Sentences made from numbers, held against a second reading of the same numbers.

Superlatives, shares of a gap and verdicts are looked for in the words alone, and judged by the
table behind them: nothing here asks the code that wrote the sentence. The same shipped results are
read twice more, blurred until no interval tells anything apart, and with undefined rates.
"""

from __future__ import annotations

import re
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from core.lab.experiment import Figure
from core.lab.settings import View
from tests import runs
from tests.contract.test_contract_figures import views
from tests.per_view import PerTable, PerView
from tests.runs import SLUGS, found

SUPERLATIVE = re.compile(
    r"\b(most|least|best|worst|widest|closest|longest|lowest|highest|strongest|weakest|largest"
    r"|most accurate|most alike)\b"
)
NOT_A_RANK = re.compile(
    r"\bat (?:most|least)\b|\bmost important column\b|\bon most images\b|the largest tried"
    r"|\bwidest gap is\b|\bat best\b|\bsmallest worst gap\b|most marked|class that fares worst"
)
"""Bounds, names of measures, and the two statistics that are themselves a largest value."""
TAKEN_BACK = ("not clearly", "on average", "mean", "Mean", "intervals overlap", "no clear")
PART_OF_A_GAP = re.compile(r"\d% of (?:the gap|that protection)|close three quarters of it,")
ENDS = {"low": "mean", "high": "mean", "low_clean": "mean_clean", "high_clean": "mean_clean",
        "gap_low": "gap", "gap_high": "gap"}  # fmt: skip
UNCLEAR = {"overfitting/remedies": "no clear difference"}


class Told(NamedTuple):
    """A caption, and where it stands."""

    slug: str
    figure: str
    table: pd.DataFrame
    text: str


@cache
def shipped(slug: str) -> Any:
    return runs.shipped(found(slug)).result


@cache
def every_table(slug: str) -> list[tuple[Figure[Any, Any], View, pd.DataFrame]]:
    """Every figure's table under every view, without the empty ones; one that is alike is one."""
    one = found(slug)
    tables = [PerView(partial(figure.table, shipped(slug))) for figure in one.figures]
    drawn = [
        (figure, view, table(view))
        for figure, table in zip(one.figures, tables, strict=True)
        for view in views(one)
    ]
    return [(figure, view, table) for figure, view, table in drawn if len(table)]


@cache
def captions(slug: str, name: str, *, blur: bool = False) -> PerTable[str]:
    """The captions of a figure's tables, blurred or not, for all tests of this process."""
    caption = runs.figure(found(slug), name).caption
    return PerTable(lambda table, view: caption(blurred(slug, table) if blur else table, view))


def blurred(slug: str, table: pd.DataFrame) -> pd.DataFrame:
    """The same means, with intervals so wide that none of them tells anything."""
    wide = table.copy()
    for end, mean in ENDS.items():
        if end in table and mean in table:
            wide[end] = table[mean] + (-100.0 if "low" in end else 100.0)
    if "verdict" in wide:
        wide["verdict"] = UNCLEAR.get(slug, "unclear")
    return wide


def bare(text: str) -> list[str]:
    """Clauses with a superlative that nothing takes back."""
    clauses = re.split(r"(?<=[.;:]) (?=[A-Za-z“])", text)
    return [
        clause
        for clause in clauses
        if SUPERLATIVE.search(NOT_A_RANK.sub("", clause))
        and not any(words in text for words in TAKEN_BACK)
    ]


@pytest.mark.parametrize("slug", SLUGS)
def test_no_superlative_where_no_interval_tells_anything(slug: str) -> None:
    for figure, view, table in every_table(slug):
        if "low" in table and "high" in table:
            text = captions(slug, figure.name, blur=True)(table, view)
            assert not bare(text), f"{figure.name}: {text}"


@pytest.mark.parametrize("slug", SLUGS)
def test_no_share_of_a_gap_that_may_be_none(slug: str) -> None:
    for figure, view, table in every_table(slug):
        if "low" in table and "high" in table:
            text = captions(slug, figure.name, blur=True)(table, view)
            assert not PART_OF_A_GAP.search(text), f"{figure.name}: {text}"


class Ranked(NamedTuple):
    """How to find out in a caption who is put first, and by which numbers.

    Attributes:
        figure: `challenge/experiment figure`.
        pattern: Finds the name in the caption, in a group `name`.
        column: With the names.
        largest: Whether the first has the largest mean; None for the largest size.
        only: Rows that are ranked, as a query.
    """

    figure: str
    pattern: str
    column: str
    largest: bool | None
    only: str = ""


RANKED = (
    Ranked("adversarial/robust_accuracy trade_off", r"; (?P<name>[\w ]+) is best under",
           "arm", True),
    Ranked("adversarial/transfer transfer_curves", r"choice(?: on average)? is (?P<name>[^,:]+)",
           "source", False, "epsilon == @view.epsilon and source != 'itself'"),
    Ranked("fairness/bias_sources gap_by_cause", r"labels, (?P<name>[\w -]+) makes the widest",
           "cause", None, "sees == 'sees the group' and cause not in ('none of them', "
           "'all together')"),
    Ranked("interpretability/trial leaderboard", r", (?P<name>[\w -]+) is best \(", "method", None,
           "place == 1"),
    Ranked("overfitting/remedies effects", r"most comes from (?P<name>.+?) \([+−]", "label", True),
    Ranked("overfitting/capacity score_by_width", r"best at width (?P<name>\d+) ", "size", None,
           "split == 'validation'"),
    Ranked("overfitting/capacity score_by_depth", r"best at depth (?P<name>\d+) ", "size", None,
           "split == 'validation'"),
)  # fmt: skip


def ahead(table: pd.DataFrame, row: pd.Series[Any]) -> bool:
    """Whether an interval of a row meets that of no other row; each reckoned here anew."""
    others = table.drop(index=row.name)
    return all(
        end < row["low"] or start > row["high"] for start, end in others[["low", "high"]].to_numpy()
    )


@pytest.mark.parametrize("ranked", RANKED, ids=lambda one: one.figure)
def test_who_is_named_first_is_first_and_its_lead_is_not_overstated(ranked: Ranked) -> None:
    slug, name = ranked.figure.split()
    seen = 0
    for figure, view, whole in every_table(slug):
        match = re.search(ranked.pattern, captions(slug, figure.name)(whole, view))
        if figure.name != name or not match:
            continue
        seen += 1
        table = whole.query(ranked.only, local_dict={"view": view}) if ranked.only else whole
        if slug.endswith("bias_sources"):
            table = distances(table)
        row = table[table[ranked.column].astype(str) == match["name"]].iloc[0]
        best = {True: table["mean"].max(), False: table["mean"].min(), None: None}[ranked.largest]
        if slug.endswith("capacity"):
            best = table["mean"].agg("max" if view.metric == "accuracy" else "min")
        if slug.endswith("bias_sources"):
            best = table[table["clear"]]["mean"].max()
        if best is not None:
            assert row["mean"] == best
        if slug.endswith("trial"):
            table = whole
        text = captions(slug, figure.name)(whole, view)
        assert ("not clearly" in text) != ahead(table, row), text
    assert seen, f"nothing was ranked in {ranked.figure}"


def distances(table: pd.DataFrame) -> pd.DataFrame:
    """Gaps of any sign as sizes, and which are clear; one that may be none begins at zero."""
    known = table[table["n"] > 0]
    signs, ends = np.sign(known[["low", "high"]]), known[["low", "high"]].abs()
    clear = signs["low"] == signs["high"]
    low = ends.min(axis=1).where(clear, 0.0)
    return known.assign(mean=known["mean"].abs(), low=low, high=ends.max(axis=1), clear=clear)


@pytest.mark.parametrize("slug", SLUGS)
def test_missing_numbers_are_never_spelled(slug: str) -> None:
    """Where a mean is missing the sentence says so or leaves it out; it never says 0 or nan."""
    for figure, view, table in every_table(slug):
        text = captions(slug, figure.name)(table, view)
        assert "nan" not in text.lower().split(), f"{figure.name}: {text}"

"""The figures of the digit sums."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from core.challenges.hybrid.digit_sums.config import (
    ANSWERS,
    ARMS,
    FEW,
    HYBRID,
    LABELLED,
    LENGTHS,
    NAMES,
    ONE,
    SIZES,
    TWO,
    DigitSumsResult,
    DigitSumsView,
)
from core.charts import axes, kinds, marks, raster, theme, tiles
from core.charts.summaries import means_at, within
from core.lab.experiment import Pick
from core.lab.intervals import SHARE
from core.lab.scores import rows_where
from core.lab.wording import how_many, number
from core.models.sum_plans import DIGITS

COLORS = {
    ONE: theme.WARNING, TWO: theme.VALIDATION, HYBRID: theme.REMEDY, LABELLED: theme.BASELINE,
}  # fmt: skip
ACROSS = 5
"""Pictures side by side."""


def told_at(arms: tuple[str, ...], column: str, place: int, where: str) -> Any:
    """A caption: the means of some arms at one place along the bottom."""

    def caption(table: pd.DataFrame, view: DigitSumsView) -> str:
        means = means_at(table, (column, "arm"), [(place, arm) for arm in arms])
        told = [f"{arm} {number(mean, SHARE)}" for arm, mean in zip(arms, means, strict=False)]
        return f"{where}: {', '.join(told)}." if told else ""

    return caption


def faces(result: DigitSumsResult, view: DigitSumsView) -> pd.DataFrame:
    """One row a name: how many pictures the first seed's network calls so, and how many are."""
    rows = rows_where(result.called, {"pairs": view.pairs}).reset_index(drop=True)
    share = [f"{100 * value:.0f}%" if value == value else "none" for value in rows["right"]]
    return rows.assign(
        panel="what it calls by each name", column=rows["name"] % ACROSS,
        row=rows["name"] // ACROSS,
        cell=[f"{name}: {told}" for name, told in zip(rows["name"], share, strict=True)],
    )  # fmt: skip


def paint(result: DigitSumsResult, view: DigitSumsView, cell: Mapping[str, Any]) -> str:
    """The mean of the pictures with that name; no picture of none."""
    if not cell["pictures"]:
        return ""
    mean = result.faces[SIZES.index(view.pairs), cell["name"]]
    return raster.grey_picture(mean.reshape(8, 8))


def faces_caption(table: pd.DataFrame, view: DigitSumsView) -> str:
    """How many of the names mean what they say."""
    if table.empty:
        return ""
    fits = int((table["right"] > 0.5).sum())
    few = "; it calls no picture so by the others" if table["right"].isna().any() else ""
    return (
        f"First seed, told of {how_many(view.pairs, 'pair')}: for {fits} of {DIGITS} names, most "
        f"of the pictures it calls so are that digit{few}."
    )


def by_pairs(name: str, title: str, what: str, measured: str, arms: tuple[str, ...]) -> Any:
    """Lines of what the networks are asked, by number of pairs."""
    return kinds.lines(
        name, title, lambda result, view: rows_where(result.scores, {"what": what}),
        by=("pairs", "arm"),
        x=axes.sizes("pairs", "training pairs", SIZES, log=True),
        y=axes.share(measured, domain=[0, 1]),
        color=marks.series_color("arm", arms, colors=COLORS),
        caption=told_at(arms, "pairs", FEW, f"Of {FEW} pairs"), live=True,
        extra=lambda found, view: within(found), note=NOTES[name], picks=[Pick("pairs", "pairs")],
    )  # fmt: skip


NOTES = {
    "by_pairs": "Answers about new pictures, of the kind that was told: by one network for both "
    "pictures, a shared encoder with a free head, an encoder whose ten probabilities go into exact "
    "addition, and the same encoder trained with the digits themselves.",
    "digits": "Single new pictures, each named by the larger of the encoder's ten probabilities. "
    "Points are seeds.",
}

FIGURES = (
    by_pairs("by_pairs", "Right answers by number of pairs", ANSWERS,
             "right answers about new pairs", ARMS),
    tiles.figure(
        "faces", "The digits it found", faces, paint, columns=ACROSS, rows=DIGITS // ACROSS,
        height=260, caption=faces_caption, live=True,
        told=[alt.Tooltip("name:O", title="called"), alt.Tooltip("pictures:Q"),
              alt.Tooltip("right:Q", format=".1%", title="are that digit")],
        note="The mean of the new pictures that the first seed's network with arithmetic calls by "
        "each name, and the share of them that are that digit.",
    ),
    by_pairs("digits", "Single digits named rightly", NAMES, "digits named rightly",
             (HYBRID, LABELLED)),
    kinds.lines(
        "longer", "Longer numbers, never trained",
        lambda result, view: rows_where(result.sums, {"pairs": view.pairs}), by=("digits", "arm"),
        x=axes.sizes("digits", "digits of both numbers", LENGTHS),
        y=axes.share("whole sums right", domain=[0, 1]),
        color=marks.series_color("arm", ARMS, colors=COLORS),
        caption=told_at(ARMS, "digits", 2, "Sums of two-digit numbers"),
        extra=lambda found, view: within(found),
        note="Each column is one pair of pictures; the probabilities of all columns and their "
        "carries make that of the whole sum, for every arm alike. One wrong column is a wrong sum.",
    ),
)  # fmt: skip

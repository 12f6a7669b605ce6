"""The figures of the mitigation experiment."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.fairness.gap_words import NEAR, RATES, gap_left, judged
from core.challenges.fairness.mitigation.config import (
    BASELINE,
    EITHER,
    STRENGTHS,
    MitigationResult,
    MitigationView,
    before,
)
from core.charts import axes, kinds, marks, theme, tradeoffs
from core.lab.intervals import POINTS, Estimate
from core.lab.scores import rows_where
from core.lab.wording import hedged, listed, number
from core.metrics.families import together
from core.metrics.verdicts import DIFFERS, UNDEFINED, of_rows, rivals

LARGER = "either error rate"
"""The larger of two gaps, without sign: it cannot be below zero, so its interval says little."""
GAPS = {**{name: RATES[name] for name in list(RATES)[:3]}, LARGER: EITHER}
THRESHOLDS = "thresholds for "
"""Left out in the legend, which has little room on a phone."""
REMEDIES = tuple(STRENGTHS)
COLORS = (theme.BASELINE, theme.REMEDY, theme.TRAIN, theme.VALIDATION, theme.EARTH, theme.ACCENT,
          theme.WARNING, theme.PINK)  # fmt: skip
SHAPES = (
    "square", "circle", "triangle-up", "diamond", "triangle-left", "cross", "triangle-down",
    "triangle-right",
)  # fmt: skip
VERDICTS = {"better": theme.REMEDY, "unclear": theme.BASELINE, "worse": theme.WARNING}
ACCURACY, SIZE = "Accuracy", "Size of the gap"


def _rows(result: MitigationResult, view: MitigationView, metric: str) -> pd.DataFrame:
    return rows_where(result.scores, {"labels": view.labels, "metric": metric})


def frontier_caption(table: pd.DataFrame, view: MitigationView) -> str:
    """The most accurate arm that closes most of the gap on average, if there is one to close."""
    plain = table[table["remedy"] == BASELINE]
    rest = table[table["strength"] > 0]
    if plain.empty or rest.empty:
        return ""
    start = plain.iloc[0]
    text = (
        f"Judged by {view.labels} labels, no remedy gets {number(start['accuracy'], 'share')} "
        f"right with {gap_left(_gap(start), short=True)} in {_rate(view)}"
    )
    if judged(_gap(start)) != DIFFERS or (view.gap == LARGER and start["gap_low"] <= NEAR):
        return f"{text}: nothing clear that a remedy could close."
    near = rest[rest["gap"].abs() <= 0.25 * abs(start["gap"])]
    if near.empty:
        return f"{text}; no remedy closes three quarters of it on average."
    best = near.loc[near["accuracy"].idxmax()]
    met = rivals(near, best.name, "remedy")
    others = [name for name in met if name != best["remedy"]]
    rank = f"the most accurate{' on average' if met else ''}{hedged(others)}"
    return (
        f"{text}. Of those that on average close three quarters of it, {best['remedy']} "
        f"({best['strength']:g}) is {rank}: {number(best['accuracy'], 'share')}, gap "
        f"{number(best['gap'], POINTS)}."
    )


def _gap(row: pd.Series[Any]) -> Estimate:
    mean, low, high = (float(row[name]) for name in ("gap", "gap_low", "gap_high"))
    return Estimate(mean, low, high, int(row["gap_n"]), unit=POINTS)


def _rate(view: MitigationView) -> str:
    return "the worse of the two error rates" if view.gap == LARGER else f"the {view.gap}"


def _gap_axis(view: MitigationView) -> alt.X:
    signed = f"{view.gap}, group B minus group A (points)"
    title = "larger gap of the two error rates (points)" if view.gap == LARGER else signed
    return axes.points(title, column="gap", tickCount=8)


def _changes(result: MitigationResult, view: MitigationView) -> pd.DataFrame:
    """Differences to no remedy at full strength seed by seed, accuracy and gap in two panels."""
    there = set(zip(result.scores["remedy"], result.scores["strength"], strict=True))
    parts = [
        result.change(remedy, view.labels, metric).rows(panel=panel, remedy=remedy)
        for panel, metric in ((ACCURACY, "accuracy"), (SIZE, GAPS[view.gap]))
        for remedy in REMEDIES
        if remedy != BASELINE and {(remedy, STRENGTHS[remedy][-1]), before(remedy)} <= there
    ]
    return pd.concat(parts or [pd.DataFrame(columns=["panel", "remedy", "seed", "value"])])


def _with_verdicts(table: pd.DataFrame, view: MitigationView) -> pd.DataFrame:
    good = (table["low"] > 0) == (table["panel"] == ACCURACY)
    clear = pd.Series(np.where(good, "better", "worse"), index=table.index)
    word = of_rows(together(table))  # Its caption counts the clear ones.
    columns = ["panel", "remedy", "verdict", "mean", "low", "high", "n"]
    return table.assign(verdict=word.mask(word == DIFFERS, clear))[columns]


def changes_caption(table: pd.DataFrame, view: MitigationView) -> str:
    """How many remedies narrow the gap, and how many cost accuracy."""
    gap, right = (table[table["panel"] == name] for name in (SIZE, ACCURACY))
    if gap.empty or right.empty:
        return ""
    narrowed = int((gap["verdict"] == "better").sum())
    missing = list(gap[gap["verdict"] == UNDEFINED]["remedy"])
    without = f"; it is not defined with {listed(missing)}" if missing else ""
    gains, costs = (int((right["verdict"] == word).sum()) for word in ("better", "worse"))
    return (
        f"By {view.labels} labels {narrowed} of {len(gap)} remedies clearly narrow the gap in "
        f"{_rate(view)}{without}; {gains} clearly gain accuracy and {costs} clearly lose some."
    )


FIGURES = (
    tradeoffs.paths(
        "frontier", "Accuracy against the gap", by=("remedy", "strength"),
        across=lambda result, view: _rows(result, view, GAPS[view.gap]),
        up=lambda result, view: _rows(result, view, "accuracy"),
        x=_gap_axis,
        y=lambda view: alt.Y("accuracy:Q", title=f"accuracy by {view.labels} labels",
                             axis=alt.Axis(format=".0%", tickCount=6),
                             scale=alt.Scale(zero=False)),
        looks=dict(zip(REMEDIES, zip(COLORS, SHAPES, strict=True), strict=True)),
        legend={"labelLimit": 240, "labelExpr": f"replace(datum.label, '{THRESHOLDS}', '')",
                "columns": marks.legend_columns([r.removeprefix(THRESHOLDS) for r in REMEDIES], 4)},
        tooltip=[alt.Tooltip("accuracy:Q", format=".1%"), alt.Tooltip("gap:Q", format="+.3f")],
        height=theme.FIGURE_HEIGHT + 100, caption=frontier_caption, live=True,
        note="Each dot is a remedy at one strength, mean over the seeds; lines join the "
        "strengths of one remedy, bars are 95% intervals. Best is the top, at zero. “Equal "
        "selection” and “equal opportunity” are thresholds per group; the reduction starts "
        "from a logistic regression of its own.",
    ),
    kinds.intervals(
        "before_and_after", "What each remedy changes, at full strength", _changes,
        by=("panel", "remedy"), extra=_with_verdicts,
        y=axes.rows("remedy", labelLimit=210, labelPadding=6),
        x=axes.points("change (points)", tickCount=4), color=marks.row_color("verdict", VERDICTS),
        step=34, caption=changes_caption, panels=True,
        note="Paired differences to the same network without a remedy (of the reduction to "
        "the same logistic regression without one), with 95% intervals over the seeds. Green: "
        "better; red: worse, in both cases with all rows looked at; grey: not clear so.",
    ),
)  # fmt: skip

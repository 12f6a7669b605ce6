"""The figures of the experiment on leakage."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.data_quality.leakage.config import (
    AMOUNTS,
    CLEAN,
    DUPLICATES,
    FRESH,
    NAMES,
    SELECTION,
    TARGET,
    TEST,
    USUAL,
    LeakageResult,
    LeakageView,
)
from core.charts import axes, kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.intervals import SHARE, differences, estimates_of, of_cases
from core.lab.scores import NotMeasuredError, rows_where
from core.lab.wording import capital, listed, number, with_interval
from core.metrics.verdicts import by_verdict

SCORES = {TEST: theme.WARNING, FRESH: theme.TEST, CLEAN: theme.TRAIN}
DASHES = {TEST: (1, 0), FRESH: (8, 3), CLEAN: (2, 3)}
WHERE = {
    DUPLICATES: "test examples that are copies of training examples",
    TARGET: "noise on the column that is written after the outcome",
    SELECTION: "columns of pure noise to select from",
}
HITS, FALSE = "alarm where it leaks", "alarm where nothing leaks"
ALARMS = {HITS: theme.REMEDY, FALSE: theme.WARNING}


def too_high(result: LeakageResult, view: LeakageView) -> pd.DataFrame:
    """How far each test score lies above fresh data, at the amounts fixed in advance."""
    scores = result.scores[result.scores["score"].isin((TEST, FRESH))]
    usual = scores["amount"] == scores["leak"].map(USUAL)
    rows = differences(scores[usual], "score", FRESH, ["leak"])
    return rows.assign(name=rows["leak"].map(NAMES).astype(object))


def too_high_caption(table: pd.DataFrame, view: LeakageView) -> str:
    """Each leak's gap with its interval and verdict."""
    told = [
        by_verdict(
            gap, differs=f"{name} {{}}", unclear=f"{name} no clear difference ({{}})",
        )
        for name, gap in zip(table["name"], estimates_of(table, "points"), strict=True)
    ]  # fmt: skip
    return f"Test score above fresh data: {'; '.join(told)}." if told else ""


def by_amount(result: LeakageResult, view: LeakageView) -> pd.DataFrame:
    """All scores of the leak that is chosen, by how much leaks."""
    rows = rows_where(result.scores, {"leak": view.name})
    place = rows["score"].map({name: i for i, name in enumerate(SCORES)})
    return rows.assign(place=place).sort_values("place", kind="stable")[
        ["amount", "score", "cases", "seed", "value"]
    ]


def _open(table: pd.DataFrame) -> pd.DataFrame:
    """Intervals that are no points where all answers of all seeds are right."""
    ends = [
        of_cases(found, found.n * int(cases))
        for found, cases in zip(estimates_of(table, SHARE), table["cases"], strict=True)
    ]
    return table.assign(low=[end.low for end in ends], high=[end.high for end in ends])


def by_amount_caption(table: pd.DataFrame, view: LeakageView) -> str:
    """Every score where most leaks."""
    most = rows_where(table, {"amount": AMOUNTS[view.name][-1]})
    told = [f"{row.score} {number(float(row.mean), SHARE)}" for row in most.itertuples()]
    return f"At {AMOUNTS[view.name][-1]} ({WHERE[view.name]}): {', '.join(told)}." if told else ""


def detectors(result: LeakageResult, view: LeakageView) -> pd.DataFrame:
    """How often the detector of the chosen leak raises an alarm, by how much leaks.

    Returns:
        `amount`, `kind`, `mean`, `low`, `high`, `n` (cases); rows without a case are left out.
    """
    rows = []
    for amount in AMOUNTS[view.name]:
        for kind, leaks in ((HITS, True), (FALSE, False)):
            try:
                found = result.raised(view.name, amount, leaks=leaks)
            except NotMeasuredError:
                continue
            if found.n:
                rows.append((amount, kind, found.mean, found.low, found.high, found.n))
    return pd.DataFrame(rows, columns=["amount", "kind", "mean", "low", "high", "n"])


def detectors_caption(table: pd.DataFrame, view: LeakageView) -> str:
    """Hits and false alarms, from least to most."""
    told = []
    for kind, part in table.groupby("kind", sort=False):
        each = [
            f"{with_interval(found)} at {amount}"
            for amount, found in zip(part["amount"], estimates_of(part, SHARE), strict=True)
        ]
        told.append(f"{capital(str(kind))}: {listed(each)}.")
    return f"{view.name.capitalize()}. {' '.join(told)}" if told else ""


def detectors_chart(view: LeakageView) -> alt.LayerChart:
    """Two dots with their intervals for each amount."""
    x = alt.X("mean:Q", title="share of the cases that raise an alarm",
              axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    color = marks.series_color("kind", list(ALARMS), colors=ALARMS, columns=2)
    bars = marks.interval_bars(
        axes.rows("amount", AMOUNTS[view.name], labelLimit=150), x, color, zero_rule=False,
        offset=alt.YOffset("kind:N", sort=list(ALARMS)),
        tooltip=[alt.Tooltip("amount:N", title=WHERE[view.name]), alt.Tooltip("kind:N"),
                 *marks.told(".1%", "alarms", seeds=False), alt.Tooltip("n:Q", title="cases")],
    )  # fmt: skip
    return bars.properties(height=alt.Step(20))


FIGURES: tuple[Figure[LeakageResult, LeakageView], ...] = (
    kinds.intervals(
        "too_high", "How much too high the test score is", too_high, by=("name",),
        y=axes.rows("name", list(NAMES.values()), labelLimit=190),
        x=axes.points("too high by (points)", tickCount=6),
        color=marks.one_color(theme.WARNING), caption=too_high_caption, seeds=True, live=True,
        step=40,
        note="Dot: mean over the seeds; bar: its 95% interval; faint dots: single seeds. Zero: the "
        "test tells the truth. How much leaks here was fixed in advance (a column with noise "
        "0.25, the best of 2,000 columns); below it varies.",
    ),
    kinds.lines(
        "by_amount", "The more leaks, the better it looks", by_amount,
        by=("amount", "score", "cases"),
        x=lambda view: axes.steps("amount", WHERE[view.name]),
        y=axes.share("accuracy", domain=[0, 1]),
        color=marks.series_color("score", list(SCORES), colors=SCORES),
        dash=marks.series_dash("score", DASHES), caption=by_amount_caption, live=True,
        extra=lambda table, view: _open(table),
        note="Fresh data: signals that nobody has copied; rows of which the column is not known "
        "yet, as in use; new rows of the noise table. Done right: columns are selected anew "
        "in each fold, without the rows that are tested.",
    ),
    Figure(
        "detectors", "Would somebody have noticed?", detectors, detectors_chart, detectors_caption,
        note="Copies: a test example that lies far nearer to a training example than those lie to "
        "each other. Target leak: a column that orders the classes alone (area under the ROC curve "
        "0.99). Selection: shuffled labels that are still told better than by chance, with "
        "everything done again; without a leak 5% may be by chance.",
    ),
)  # fmt: skip

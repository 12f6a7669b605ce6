"""The figures of the MNIST-1D table."""

from __future__ import annotations

from collections.abc import Iterable

import altair as alt
import pandas as pd

from core.challenges.history.mnist1d.config import (
    AS_IS,
    KINDS,
    MARGIN,
    ORDERS,
    PUBLISHED,
    SHUFFLED,
    Mnist1dResult,
)
from core.charts import axes, kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.intervals import POINTS, SHARE, differences, summarise
from core.lab.scores import rows_where
from core.lab.settings import View
from core.lab.wording import listed, number
from core.metrics.families import together
from core.metrics.verdicts import DIFFERS, EQUAL, named_changes, of_rows

NAMES = tuple(KINDS.values())
COLORS = {AS_IS: theme.TRAIN, SHUFFLED: theme.WARNING}
SERIES = marks.series_color("kind", NAMES)


def scores(result: Mnist1dResult, view: View) -> pd.DataFrame:
    """Newest accuracy of every kind, and the published one beside it."""
    table = summarise(result.last(), ["kind", "order"])
    places = zip(table["kind"], table["order"], strict=True)
    return table.assign(published=[PUBLISHED[place] for place in places])


def scores_chart(view: View) -> alt.LayerChart:
    """Ours with its interval as a dot, the published number as a tick."""
    rows = axes.rows("kind", NAMES)
    place = alt.YOffset("order:N", sort=list(ORDERS))
    x = alt.X("mean:Q", title="test signals right", axis=alt.Axis(format=".0%"),
              scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    color = marks.series_color("order", ORDERS, colors=COLORS)
    tick = alt.Chart(marks.TABLE).mark_tick(thickness=2, size=16, opacity=1).encode(
        x=marks.of_column(x, "published"), y=rows, yOffset=place, color=alt.value(theme.BASELINE),
        tooltip=[alt.Tooltip("kind:N"), alt.Tooltip("published:Q", format=".0%")],
    )  # fmt: skip
    dots = marks.interval_bars(rows, x, color, offset=place, zero_rule=False)
    return alt.layer(tick, dots).properties(height=alt.Step(26))


def scores_caption(table: pd.DataFrame, view: View) -> str:
    """Ours and theirs, row by row."""
    told = [
        f"{row['kind']} {row['order']} {number(row['mean'], SHARE)} (published "
        f"{number(row['published'], SHARE)})"
        for row in table.to_dict("records")
    ]
    return f"Test signals right: {', '.join(told)}." if told else ""


def curves(result: Mnist1dResult, view: View) -> pd.DataFrame:
    """Accuracy over the training on signals in order."""
    return rows_where(result.curves, {"order": AS_IS}).drop(columns="order")


def shuffling(result: Mnist1dResult, view: View) -> pd.DataFrame:
    """What shuffling changes, seed by seed."""
    last = result.last()
    both = last.groupby("kind")["order"].transform("nunique") == len(ORDERS)
    return differences(last[both], "order", AS_IS, ["kind"]).drop(columns="order")


def shuffling_caption(table: pd.DataFrame, view: View) -> str:
    """Who minds and who does not."""
    if table.empty:
        return ""
    verdicts = of_rows(table, MARGIN)
    return (
        f"Clearly different when shuffled: {named_changes(table[verdicts == DIFFERS], 'kind')}. "
        f"About equal (to three points): {named_changes(table[verdicts == EQUAL], 'kind')}."
    )


def against_published(table: pd.DataFrame) -> pd.DataFrame:
    """Ours less the published numbers, all entries read at once: `mean`, `low`, `high`."""
    wide = together(table)
    ends = {end: wide[end] - table["published"] for end in ("mean", "low", "high")}
    return table.assign(name=table["kind"] + " " + table["order"], **ends)


def published(result: Mnist1dResult, view: View) -> pd.DataFrame:
    """Every entry of the table as a difference from the published one."""
    return against_published(scores(result, view)).drop(columns="published")


def published_caption(table: pd.DataFrame, view: View) -> str:
    """Which entries are reproduced to three points, and which clearly are not."""
    if table.empty:
        return ""
    verdicts = of_rows(table, MARGIN)
    return (
        f"About equal to the published number (to three points): {_told(table, verdicts, [EQUAL])}."
        f" Clearly different: {_told(table, verdicts, [DIFFERS])}."
    )


def _told(table: pd.DataFrame, verdicts: pd.Series[str], wanted: Iterable[str]) -> str:
    """Names of the rows with one of these verdicts, with their differences."""
    rows = table[verdicts.isin(list(wanted))].to_dict("records")
    return listed([f"{row['name']} ({number(row['mean'], POINTS)})" for row in rows]) or "none"


FIGURES = (
    Figure(
        "accuracy", "The table, retrained", scores, scores_chart, scores_caption, live=True,
        note="Dots: ours with 95% intervals over the seeds; grey ticks: the published numbers. "
        "Shuffled: the 40 samples of all signals change places, in the same way for all signals "
        "of a seed.",
    ),
    kinds.lines(
        "training", "While they train", curves, by=("step", "kind"),
        x=alt.X("step:Q", title="training steps"), color=SERIES, seeds=False, live=True,
        y=axes.share("test signals right", domain=[0, 1]),
    ),
    kinds.intervals(
        "shuffling", "What the order of the samples is worth", shuffling, by=("kind",),
        y=axes.rows("kind", NAMES), x=axes.points("change when shuffled (points)"),
        color=marks.one_color(theme.WARNING), caption=shuffling_caption,
        extra=lambda table, view: together(table), seeds=True, step=34,
        note="Paired by seed; the intervals hold for all networks at once.",
    ),
    Figure(
        "published", "Ours less the published numbers", published,
        lambda view: marks.interval_bars(
            axes.rows("name"), axes.points("ours − published (points)"),
            marks.series_color("order", ORDERS, colors=COLORS),
        ).properties(height=alt.Step(26)),
        published_caption,
        note="The intervals hold for all entries at once. They do not hold the scatter of the "
        "published numbers, for which none is given.",
    ),
)  # fmt: skip

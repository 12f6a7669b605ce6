"""The figures of the race."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.tuning.race.config import (
    EXPECTED,
    MEASURES,
    ONE_SEARCH,
    WHOLE_TABLE,
    RaceResult,
    RaceView,
)
from core.charts import axes, kinds, marks, theme
from core.charts.summaries import within
from core.lab.experiment import Figure
from core.lab.intervals import POINTS, SHARE, differences
from core.lab.scores import rows_where
from core.lab.wording import capital, listed, number
from core.metrics.families import together
from core.metrics.verdicts import DIFFERS, of_rows
from core.models.searching import CMA_ES, GRID, HALVING, HYPERBAND, METHODS, RANDOM, TPE

COLORS = {
    GRID: theme.EARTH, RANDOM: theme.BASELINE, TPE: theme.TRAIN, CMA_ES: theme.ACCENT,
    HALVING: theme.WARNING, HYPERBAND: theme.VALIDATION, EXPECTED: theme.PINK,
}  # fmt: skip
LEAST = 0.004
"""Smaller regrets are drawn here: the axis is logarithmic."""
TALL = 420
"""Seven lines and their bands need the room."""
PANELS = {name: f"On {name}" for name in MEASURES}
DRAWN = (RANDOM, TPE, HALVING)
"""The methods whose trials are drawn one by one."""
ENDED = {"whole": "circle", "cut short": "triangle-down"}


def regret_rows(result: RaceResult, view: RaceView) -> pd.DataFrame:
    """What every method is still behind, as its budget is spent."""
    kept = rows_where(result.regrets, {"measure": view.measure})
    return kept.dropna(subset="value")


def regret_caption(table: pd.DataFrame, view: RaceView) -> str:
    """Each method's regret where the longest line ends."""
    if table.empty:
        return ""
    last = table[table["trainings"] == table["trainings"].max()]
    told = [f"{row['method']} {number(row['mean'], POINTS)}" for row in last.to_dict("records")]
    return f"Behind after {last['trainings'].iloc[0]} trainings: {listed(told)}."


def _bounded(table: pd.DataFrame, view: RaceView) -> pd.DataFrame:
    return within(table, LEAST) if view.judged == "picking" else table


def _behind(view: RaceView) -> alt.Y:
    """On fresh examples a pick may be ahead of the best one: no logarithm there."""
    if view.judged == "fresh":
        return axes.points("behind by (points)", up=True)
    axis = alt.Axis(labelExpr="format(100 * datum.value, '~g')",
                    values=[0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5])  # fmt: skip
    scale = alt.Scale(type="log", nice=False, clamp=True, domainMin=LEAST)
    return alt.Y("mean:Q", title="behind by (points; log scale)", axis=axis, scale=scale)


def lead_rows(result: RaceResult, view: RaceView) -> pd.DataFrame:
    """What each method ends ahead of what random search is expected to find, paired by seed."""
    last = rows_where(result.regrets, {"trainings": result.budget})
    return differences(last, "method", EXPECTED, ["measure"], sign=-1.0)


def _corrected(table: pd.DataFrame, view: RaceView) -> pd.DataFrame:
    return kinds.in_panels(together(table, len(METHODS)), "measure", PANELS)


def lead_caption(table: pd.DataFrame, view: RaceView) -> str:
    """Who differs from what random search is expected to find, and by how much."""
    told = []
    for panel, own in table.assign(verdict=of_rows(table)).groupby("panel", sort=False):
        apart = own[own["verdict"] == DIFFERS]
        named = [f"{row['method']} ({number(float(row['mean']), POINTS)})"
                 for row in apart.to_dict("records")]  # fmt: skip
        said = f"clearly apart from random search in expectation: {listed(named)}" if named else (
            "no method is clearly apart from random search in expectation"
        )  # fmt: skip
        told.append(f"{panel}, {said}.")
    return " ".join(told)


def share_rows(result: RaceResult, view: RaceView) -> pd.DataFrame:
    """What each knob decides, in truth and as one search lets it be guessed."""
    return result.shares


def share_caption(table: pd.DataFrame, view: RaceView) -> str:
    """Both shares of every knob."""
    told = []
    for knob, own in table.groupby("knob", sort=False):
        mean = own.set_index("source")["mean"]
        if {WHOLE_TABLE, ONE_SEARCH} <= set(mean.index):
            known, guessed = (number(float(mean[s]), SHARE) for s in (WHOLE_TABLE, ONE_SEARCH))
            told.append(f"{capital(str(knob))}: {known} measured, {guessed} by fANOVA.")
    return " ".join(told)


def asked_table(result: RaceResult, view: RaceView) -> pd.DataFrame:
    """The trials of the first searches, one by one."""
    kept = result.asked[result.asked["method"].isin(DRAWN)]
    return kinds.in_panels(kept, "method", {name: capital(name) for name in DRAWN})


def asked_caption(table: pd.DataFrame, view: RaceView) -> str:
    """How many settings each of them looked at, and how many it trained to the end."""
    told = [
        f"{panel}: {len(own)} settings looked at, {int((own['ended'] == 'whole').sum())} of them "
        "trained to the end"
        for panel, own in table.groupby("panel", sort=False)
    ]  # fmt: skip
    return f"{'; '.join(told)}." if told else ""


def asked_chart(view: RaceView) -> alt.LayerChart:
    """A dot for each trial: when it ended, and how accurate its network was then."""
    shapes = alt.Scale(domain=list(ENDED), range=list(ENDED.values()))
    colors = alt.Scale(domain=list(ENDED), range=[theme.TRAIN, theme.BASELINE])
    legend = alt.Legend(title=None, orient="top", direction="horizontal")
    dots = alt.Chart(marks.TABLE).mark_point(filled=True, size=45, opacity=0.8).encode(
        x=alt.X("spent:Q", title="trainings spent", scale=alt.Scale(padding=8)),
        y=axes.share("accuracy when it ended", column="accuracy", domainMin=0, domainMax=1),
        color=alt.Color("ended:N", scale=colors, legend=legend),
        shape=alt.Shape("ended:N", scale=shapes, legend=legend),
        tooltip=[alt.Tooltip("spent:Q", format=".1f", title="trainings spent"),
                 alt.Tooltip("accuracy:Q", format=".1%"), alt.Tooltip("ended:N", title="training")],
    )  # fmt: skip
    return alt.layer(dots).properties(height=theme.PANEL_HEIGHT)


FIGURES = (
    kinds.lines(
        "regret", "How far behind the best setting", regret_rows, by=("trainings", "method"),
        x=axes.sizes("trainings", "trainings spent", [1, 6, 12, 18, 24, 30, 36]), y=_behind,
        color=marks.series_color("method", (*METHODS, EXPECTED), colors=COLORS, columns=2),
        caption=regret_caption, extra=_bounded, seeds=False, live=True,
        height=TALL,
        note="Behind the network that searching all settings would have picked. Bands: 95% "
        "intervals over seeds, searches averaged; less than 0.4 points is drawn at the bottom. "
        "Every answer is a training really made, once, and looked up afterwards. Random, "
        "expected: the mean over all that random search may draw, computed from the table.",
    ),
    kinds.intervals(
        "lead", "Ahead of random search at the end", lead_rows,
        by=("method", "measure"), y=axes.rows("method", METHODS, labelLimit=150),
        x=axes.points("ahead by (points)", tickCount=5), color=marks.row_color("method", COLORS),
        caption=lead_caption, extra=_corrected, panels=True,
        note="Held against what random search is expected to find in the same table, paired by "
        "seed; the intervals hold for all six at once (Bonferroni). Optuna's own random search is "
        "a control: it should not differ.",
    ),
    kinds.intervals(
        "importance", "Which knob decides", share_rows, by=("knob", "source"),
        y=axes.rows("knob", labelLimit=130), zero=False,
        x=alt.X("mean:Q", title="share of what single knobs explain",
                axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1])),
        color=marks.series_color("source", (WHOLE_TABLE, ONE_SEARCH), columns=1, labelLimit=260),
        offset=alt.YOffset("source:N", sort=[WHOLE_TABLE, ONE_SEARCH]),
        caption=share_caption, extra=lambda table, view: within(table), step=36,
        note="fANOVA fits a forest to the trials of one random search and reads the shares off it. "
        "All settings measured: the same shares without a forest, as nothing has to be guessed.",
    ),
    Figure(
        "asked", "What one search asked", asked_table, asked_chart, asked_caption, panels=True,
        note="The first search of each on the first seed's networks. Successive halving looks at "
        "a training after a ninth and after a third of it, and lets the best third go on.",
    ),
)  # fmt: skip

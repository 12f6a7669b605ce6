"""The figures of the winner's curse."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.tuning.real_gain.config import (
    CONFIGS,
    FRESH,
    MEASURES,
    NESTED,
    PICKED,
    SECOND,
    SEEDS,
    RealGainResult,
)
from core.charts import axes, kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.intervals import POINTS, SHARE
from core.lab.scores import rows_where
from core.lab.settings import View
from core.lab.wording import number

COLORS = {
    PICKED: theme.VALIDATION, SECOND: theme.ACCENT, NESTED: theme.TRAIN, FRESH: theme.TEST,
}  # fmt: skip
PANELS = {SEEDS: "Trials differ in their seed", CONFIGS: "Trials differ in their settings"}
WINNER, OTHER = "picked", "not picked"


def gain_rows(result: RealGainResult, view: View) -> pd.DataFrame:
    """The winner's advantage where it was picked and on fresh examples, by number of trials."""
    return result.gains[result.gains["measure"].isin((PICKED, FRESH))]


def gain_caption(table: pd.DataFrame, view: View) -> str:
    """Both advantages at the largest number of trials."""
    told = []
    for panel, own in table.groupby("panel", sort=False):
        last = own[own["trials"] == own["trials"].max()].set_index("measure")["mean"]
        if {PICKED, FRESH} <= set(last.index):
            ends = [number(float(last[measure]), POINTS) for measure in (PICKED, FRESH)]
            told.append(
                f"{panel}: after {own['trials'].max()} trials {ends[0]} where the winner was "
                f"picked and {ends[1]} on fresh examples."
            )
    return " ".join(told)


def _panelled(table: pd.DataFrame, view: View) -> pd.DataFrame:
    return kinds.in_panels(table, "arm", PANELS)


def measure_rows(result: RealGainResult, view: View) -> pd.DataFrame:
    """What each measure says of the winner of all trials."""
    return rows_where(result.gains, {"trials": result.n_trials})


def measure_caption(table: pd.DataFrame, view: View) -> str:
    """All measures of both arms."""
    told = []
    for panel, own in table.groupby("panel", sort=False):
        rows = zip(own["measure"], own["mean"], strict=True)
        told.append(f"{panel}: {', '.join(f'{n} {number(float(m), POINTS)}' for n, m in rows)}.")
    return " ".join(told)


def pool_table(result: RealGainResult, view: View) -> pd.DataFrame:
    """The first seed's trials, and which of them is picked; several where they tie."""
    best = result.pool.groupby("arm")["validation"].transform("max")
    kept = (result.pool["validation"] == best).map({True: WINNER, False: OTHER})
    return _panelled(result.pool.assign(kept=kept), view)


def pool_caption(table: pd.DataFrame, view: View) -> str:
    """What the picked trial gets here and there; of several that tie, the mean."""
    told = []
    for panel, own in table.groupby("panel", sort=False):
        picked = own[own["kept"] == WINNER]
        ends = [number(float(picked[name].mean()), SHARE) for name in ("validation", "test")]
        told.append(
            f"{panel}: the first seed's picked trial gets {ends[0]} of the validation and "
            f"{ends[1]} of the fresh examples right."
        )
    return " ".join(told)


def pool_chart(view: View) -> alt.LayerChart:
    """A dot for each trial: right on the validation examples, and on fresh ones."""
    scale = alt.Scale(zero=False, padding=12)
    shapes = alt.Scale(domain=[WINNER, OTHER], range=["diamond", "circle"])
    legend = alt.Legend(title=None, orient="top", direction="horizontal")
    colors = alt.Scale(domain=[WINNER, OTHER], range=[theme.WARNING, theme.BASELINE])
    base = alt.Chart(marks.TABLE).encode(
        x=alt.X("validation:Q", title="accuracy on the examples that pick", scale=scale,
                axis=alt.Axis(format=".0%", tickCount=5)),
        y=axes.share("on fresh examples", column="test", padding=12),
    )  # fmt: skip
    dots = base.mark_point(filled=True, size=55, opacity=0.75).encode(
        color=alt.Color("kept:N", scale=colors, legend=legend),
        shape=alt.Shape("kept:N", scale=shapes, legend=legend),
        tooltip=[alt.Tooltip("trial:Q"), alt.Tooltip("kept:N", title="trial is"),
                 alt.Tooltip("validation:Q", format=".1%", title="validation"),
                 alt.Tooltip("test:Q", format=".1%", title="fresh examples")],
    )  # fmt: skip
    return alt.layer(dots).properties(height=theme.PANEL_HEIGHT)


FIGURES = (
    kinds.lines(
        "gain_by_trials", "How far ahead the winner seems, and is", gain_rows,
        by=("trials", "measure", "arm"),
        x=axes.sizes("trials", "trials (log scale)", [1, 2, 4, 8, 16, 32, 64], log=True),
        y=axes.points("winner ahead by (points)", up=True),
        color=marks.series_color("measure", (PICKED, FRESH), colors=COLORS),
        caption=gain_caption, extra=_panelled, seeds=False, live=True, panels=True,
        height=theme.PANEL_HEIGHT, beneath=marks.dashed(y=alt.YDatum(0)),
        note="The winner of so many trials, in expectation over all ways to draw them from the "
        "pool, against an average trial on the same examples. Bands: 95% intervals.",
    ),
    kinds.intervals(
        "honest_measures", "What tells the real advantage", measure_rows,
        by=("measure", "arm"), y=axes.rows("measure", MEASURES, labelLimit=170),
        x=axes.points("winner ahead by (points)", tickCount=4),
        color=marks.row_color("measure", COLORS), caption=measure_caption, extra=_panelled,
        panels=True,
        note="Nested: the winner is picked on four fifths of the validation examples and measured "
        "on the last fifth, for each fifth in turn; no network is trained anew.",
    ),
    Figure(
        "pool", "The first seed's trials", pool_table, pool_chart, pool_caption, panels=True,
        note="Further right: better on the examples that pick. Were that all skill, the picked "
        "one would also lie on top.",
    ),
)  # fmt: skip

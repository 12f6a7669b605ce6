"""The figures of the composition experiment."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.generalization.composition.config import (
    ARMS,
    SEEN,
    UNSEEN,
    CompositionResult,
    CompositionView,
)
from core.charts import axes, kinds, marks, theme
from core.charts.curves import curves
from core.charts.summaries import means_at, with_all_panels, within
from core.lab.experiment import Figure
from core.lab.intervals import SHARE
from core.lab.wording import number
from core.models.sum_plans import ADDED, DISTRIBUTIONS, MONOLITH, SHARED

COLORS = {
    MONOLITH: theme.WARNING, SHARED: theme.VALIDATION, ADDED: theme.TRAIN,
    DISTRIBUTIONS: theme.REMEDY,
}  # fmt: skip
PAIR_COLORS = {SEEN: theme.BASELINE, UNSEEN: theme.ACCENT}
DASHES = {UNSEEN: (1, 0), SEEN: (3, 3)}
TITLES = {arm: arm.capitalize() for arm in ARMS}


def grids(result: CompositionResult, view: CompositionView) -> pd.DataFrame:
    """One row a cell of every arm's grid, of the first seed; held back until all have one."""
    cells = result.cells.reset_index(drop=True)
    cells.insert(0, "panel", cells["arm"].map(TITLES).astype(object))
    cells["pair"] = [SEEN if not held else UNSEEN for held in cells["held_out"]]
    return with_all_panels(cells, len(ARMS))


def grid(view: CompositionView) -> alt.LayerChart:
    """The redder a cell the more answers are wrong; a frame marks pairs that were held out."""
    bare = {"domain": False, "ticks": False, "labelAngle": 0}
    base = alt.Chart(marks.TABLE).encode(
        x=alt.X("second:O", title="second digit", axis=alt.Axis(orient="top", **bare)),
        y=alt.Y("first:O", title="first digit", axis=alt.Axis(**bare)),
    )
    opacity = alt.Scale(domain=[0, 1], range=[theme.MOST_TINT, 0.03])
    squares = base.mark_rect(color=theme.WARNING).encode(
        opacity=alt.Opacity("value:Q", legend=None, scale=opacity),
        tooltip=[
            alt.Tooltip("first:O", title="first digit"),
            alt.Tooltip("second:O", title="second digit"),
            alt.Tooltip("pair:N", title="pair"),
            alt.Tooltip("value:Q", format=".0%", title="accuracy"),
        ],
    )
    held = base.transform_filter("datum.held_out").mark_rect(
        aria=False, filled=False, stroke=theme.ACCENT, strokeWidth=2
    )
    return alt.layer(squares, held).properties(height=theme.PANEL_HEIGHT)


def grid_caption(table: pd.DataFrame, view: CompositionView) -> str:
    """Both kinds of cells of one network of the first seed."""
    means = table.groupby(["arm", "pair"])["value"].mean().reset_index(name="mean")
    cells = [(arm, pair) for arm in (MONOLITH, DISTRIBUTIONS) for pair in (SEEN, UNSEEN)]
    told = [number(mean, SHARE) for mean in means_at(means, ("arm", "pair"), cells)]
    if not told:
        return ""
    return (
        f"First seed. {TITLES[MONOLITH]}: {told[0]} on pairs it learned from, {told[1]} on framed "
        f"ones. {TITLES[DISTRIBUTIONS]}: {told[2]} and {told[3]}."
    )


def newest(result: CompositionResult, view: CompositionView) -> pd.DataFrame:
    """Accuracy by arm, kind of pair and seed, as it is now."""
    return result.curves[result.curves["step"] == result.curves["step"].max()]


def summary_caption(table: pd.DataFrame, view: CompositionView) -> str:
    """Seen and unseen pairs of every arm."""
    cells = [(arm, pairs) for arm in ARMS for pairs in (SEEN, UNSEEN)]
    means = [number(mean, SHARE) for mean in means_at(table, ("arm", "pairs"), cells)]
    told = [
        f"{arm} {seen} and {unseen}"
        for arm, seen, unseen in zip(ARMS, means[::2], means[1::2], strict=False)
    ]
    return f"New pictures of {SEEN}, and of {UNSEEN}: {'; '.join(told)}." if told else ""


def by_step(result: CompositionResult, view: CompositionView) -> pd.DataFrame:
    """Accuracy by arm, kind of pair, step and seed."""
    rows = result.curves
    return rows[rows["pairs"] == UNSEEN] if view.unseen_only else rows


def step_caption(table: pd.DataFrame, view: CompositionView) -> str:
    """Whether longer training helps one network with new pairs."""
    rows = table[(table["arm"] == MONOLITH) & (table["pairs"] == UNSEEN)]
    if len(rows) < 2:
        return ""
    half, last = rows.iloc[len(rows) // 2], rows.iloc[-1]
    return (
        f"{TITLES[MONOLITH]}, {UNSEEN}: {number(float(half['mean']), SHARE)} at step "
        f"{int(half['step']):,}, {number(float(last['mean']), SHARE)} at step "
        f"{int(last['step']):,}."
    )


FIGURES = (
    Figure(
        "grid", "Which pairs it adds rightly", grids, grid, grid_caption, live=True, panels=True,
        note="Each cell: new pictures of these two digits. The redder, the more sums are wrong. "
        "Framed: pairs that never stood together in training, in either order.",
    ),
    kinds.intervals(
        "summary", "Pairs learned from, and pairs never seen", newest, by=("arm", "pairs"),
        y=axes.rows("arm", ARMS, labelLimit=150, labelPadding=8),
        x=alt.X("mean:Q", title="accuracy on new pictures",
                axis=alt.Axis(format=".0%", tickCount=5), scale=alt.Scale(domain=[0, 1])),
        color=marks.series_color("pairs", list(PAIR_COLORS), colors=PAIR_COLORS),
        offset=alt.YOffset("pairs:N", sort=list(PAIR_COLORS)), zero=False, height=240,
        dots={"tooltip": [alt.Tooltip("arm:N", title="architecture"), alt.Tooltip("pairs:N"),
                          *marks.told(".1%", "accuracy")]},
        extra=lambda table, view: within(table), caption=summary_caption, live=True,
        note="One network sees both pictures at once. A shared encoder reads one picture at a "
        "time; its outputs go to a head side by side, or added; or they are the probabilities of "
        "ten digits, and the distribution of the sum follows from them.",
    ),
    curves(
        "by_step", "While it trains", by_step,
        ("arm", "pairs", "step"), step_caption,
        x=alt.X("step:Q", title="training step", scale=alt.Scale(nice=False)),
        y=axes.share("accuracy on new pictures", domain=[0, 1]),
        color=marks.series_color("arm", list(COLORS), colors=COLORS),
        dash=marks.series_dash("pairs", DASHES),
        places=[alt.Tooltip("arm:N", title="architecture"), alt.Tooltip("pairs:N"),
                alt.Tooltip("step:Q")],
        extra=lambda table, view: within(table), live=True,
        note="Solid: pairs never seen. Dotted: pairs learned from.",
    ),
)  # fmt: skip

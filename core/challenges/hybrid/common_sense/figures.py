"""The figures of the block towers."""

from __future__ import annotations

import altair as alt
import pandas as pd

from core.challenges.hybrid.common_sense.config import (
    AGREES,
    ARMS,
    BROKEN,
    LAW,
    NETWORK,
    NONE,
    OPPOSES,
    TOLD,
    CommonSenseResult,
    CommonSenseView,
)
from core.charts import axes, kinds, marks, theme
from core.charts.summaries import means_at, within
from core.lab.experiment import Figure, Pick
from core.lab.intervals import SHARE
from core.lab.scores import rows_where
from core.lab.wording import number

COLORS = {NETWORK: theme.WARNING, TOLD: theme.VALIDATION, LAW: theme.REMEDY}
KINDS = {AGREES: "the shortcut is right", OPPOSES: "the shortcut is wrong"}
PANELS = {True: "looks as if it fell, and stands", False: "looks as if it stood, and falls"}
WORDS = {True: "stands", False: "falls"}
APART = 3.0
"""Widths from one drawn tower to the next."""


def by_share(result: CommonSenseResult, view: CommonSenseView) -> pd.DataFrame:
    """Share of right answers about towers that contradict the shortcut."""
    return rows_where(result.scores, {"split": OPPOSES, "metric": "accuracy"})


def share_caption(table: pd.DataFrame, view: CommonSenseView) -> str:
    """Every arm at both ends."""
    told = []
    for arm in ARMS:
        means = means_at(table, ("opposed", "arm"), [(NONE, arm), (BROKEN, arm)])
        if means:
            told.append(f"{arm} {' and '.join(number(mean, SHARE) for mean in means)}")
    if not told:
        return ""
    return (
        f"Where the shortcut always held in training, and where it said nothing: {'; '.join(told)}."
    )


def both_kinds(result: CommonSenseResult, view: CommonSenseView) -> pd.DataFrame:
    """Right answers after training in which the shortcut always held, by kind of test tower."""
    rows = rows_where(result.scores, {"opposed": view.opposed, "metric": "accuracy"})
    return rows.assign(kind=rows["split"].map(KINDS))


def kinds_caption(table: pd.DataFrame, view: CommonSenseView) -> str:
    """Every arm where the shortcut is right, and where it is wrong."""
    told = []
    for arm in ARMS:
        means = means_at(table, ("arm", "kind"), [(arm, kind) for kind in KINDS.values()])
        if means:
            told.append(f"{arm} {' and '.join(number(mean, SHARE) for mean in means)}")
    return f"Where the shortcut is right, and where it is wrong: {'; '.join(told)}." if told else ""


def towers(result: CommonSenseResult, view: CommonSenseView) -> pd.DataFrame:
    """One row a block: its sides, its weight, and what is said of its tower."""
    said = rows_where(result.answers, {"opposed": view.opposed})
    answers = said.pivot(index="tower", columns="arm", values="says")
    rows = result.blocks[result.blocks["tower"].isin(answers.index)].reset_index(drop=True)
    across = rows.groupby("stands")["tower"].transform(lambda own: own - own.min()) * APART
    middle = rows.groupby("tower")["place"].transform(lambda own: (own.max() + own.min()) / 2)
    left = across + rows["place"] - middle - 0.5
    told = {arm: rows["tower"].map(answers[arm]).map(WORDS) for arm in ARMS if arm in answers}
    return rows.assign(
        panel=rows["stands"].map(PANELS), left=left, right=left + 1.0, low=rows["block"],
        high=rows["block"] + 1, middle=across,
        name=[f"network: {one}" for one in told.get(NETWORK, [])], **told,
    )  # fmt: skip


def towers_chart(view: CommonSenseView) -> alt.LayerChart:
    """Three towers side by side; heavier blocks are darker."""
    bare = alt.Axis(labels=False, ticks=False, grid=False, domain=False, title=None)
    x = alt.Scale(domain=[-1.5, 2 * APART + 1.5], nice=False)
    y = alt.Y("low:Q", axis=bare, scale=alt.Scale(domain=[-0.9, 5.2], nice=False))
    base = alt.Chart(marks.TABLE)
    tooltip = [
        alt.Tooltip("weight:Q", format=".2f"),
        *(alt.Tooltip(f"{arm}:N", title=arm) for arm in ARMS),
    ]
    drawn = base.mark_rect(stroke=theme.INK, strokeWidth=1, color=theme.ACCENT).encode(
        x=alt.X("left:Q", axis=bare, scale=x), x2="right:Q", y=y, y2="high:Q",
        opacity=alt.Opacity("weight:Q", legend=None, scale=alt.Scale(
            domain=[0.5, 2.0], range=[0.15, 0.9])),
        tooltip=tooltip,
    )  # fmt: skip
    names = base.transform_filter("datum.block == 0").mark_text(
        color=theme.INK, fontSize=12, baseline="top", dy=6, aria=False
    ).encode(x=alt.X("middle:Q", axis=bare, scale=x), y=y, text="name:N")  # fmt: skip
    return alt.layer(drawn, names).properties(height=210)


def towers_caption(table: pd.DataFrame, view: CommonSenseView) -> str:
    """How many of the drawn towers each arm has right."""
    if table.empty:
        return ""
    each = table.drop_duplicates("tower")
    told = [
        f"{arm} {int((each[arm] == each['stands'].map(WORDS)).sum())}"
        for arm in ARMS
        if arm in each
    ]
    return f"First seed, right about how many of these {len(each)} towers: {', '.join(told)}."


FIGURES = (
    kinds.lines(
        "by_share", "Towers that contradict the shortcut", by_share, by=("opposed", "arm"),
        x=alt.X("opposed:O", title="training towers against the shortcut",
                axis=alt.Axis(format=".0%", labelAngle=0)),
        y=axes.share("right answers", domain=[0, 1]),
        color=marks.series_color("arm", ARMS, colors=COLORS), caption=share_caption, live=True,
        extra=lambda table, view: within(table), picks=[Pick("opposed", "opposed")],
        note="Whoever goes by the shortcut gets none of these right; a coin gets half. The law: "
        "how far out each upper part’s centre of mass lies on what carries it. One network gets "
        "these numbers beside the blocks; the last arm sees the largest of them and nothing else, "
        "and learns where it ends to hold.",
    ),
    kinds.intervals(
        "kinds", "Where the shortcut is right, and where it is wrong", both_kinds,
        by=("arm", "kind"), y=axes.rows("arm", ARMS, labelLimit=150),
        offset=alt.YOffset("kind:N", sort=list(KINDS.values())),
        x=alt.X("mean:Q", title="right answers", axis=alt.Axis(format=".0%", tickCount=5),
                scale=alt.Scale(domain=[0, 1])),
        color=marks.series_color("kind", tuple(KINDS.values()), colors={
            KINDS[AGREES]: theme.BASELINE, KINDS[OPPOSES]: theme.ACCENT}),
        zero=False, caption=kinds_caption, extra=lambda table, view: within(table), step=44,
        note="New towers, half of each kind stand. An ordinary test set holds the first kind only, "
        "and would praise all three.",
    ),
    Figure(
        "towers", "Six towers that are not what they look", towers, towers_chart, towers_caption,
        panels=True,
        note="Darker blocks are heavier. Below each: what the network says that was not told the "
        "law; touch a block for the others.",
    ),
)  # fmt: skip

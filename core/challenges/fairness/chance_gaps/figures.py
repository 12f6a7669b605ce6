"""The figures of the experiment on chance."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from core.challenges.fairness.chance_gaps.config import (
    CROSSED,
    SIZES,
    WORLDS,
    ChanceGapsResult,
    ChanceGapsView,
)
from core.charts import axes, kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.scores import rows_where
from core.lab.wording import number

COLORS = {WORLDS[0]: theme.BASELINE, WORLDS[1]: theme.WARNING}


def _sizes(view: ChanceGapsView) -> alt.X:
    look: dict[str, Any] = {"type": "log"} if view.log_sizes else {}
    ticks: dict[str, Any] = {"values": list(SIZES)} if view.log_sizes else {"tickCount": 6}
    scale, axis = alt.Scale(nice=False, padding=10, **look), alt.Axis(format=",d", **ticks)
    return alt.X("audited:Q", title="people audited", scale=scale, axis=axis)


def _by_size(
    name: str, title: str, metric: str, share: str, **further: Any
) -> Figure[ChanceGapsResult, ChanceGapsView]:
    """Share of audits of which something holds, by size and world."""

    def rows(result: ChanceGapsResult, view: ChanceGapsView) -> pd.DataFrame:
        return result.trials(metric).astype({"n": "int64"}).rename(columns={"n": "audited"})

    return kinds.lines(
        name, title, rows, by=("audited", "world"), x=_sizes,
        y=alt.Y("mean:Q", title=share, axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1])),
        color=marks.series_color("world", WORLDS, colors=COLORS), seeds=False, live=True,
        exact=True, **further,
    )  # fmt: skip


def _from_here_on(holds: pd.Series[bool]) -> pd.Series[bool]:
    """Where something holds for this row and all that follow."""
    return holds[::-1].cummin()[::-1]


def wide_caption(table: pd.DataFrame, view: ChanceGapsView) -> str:
    """How many must be audited before chance stops making wide gaps."""
    fair = rows_where(table, {"world": "no gap"})
    if len(fair) < 2:
        return ""
    first = fair.iloc[0]
    rare = fair[_from_here_on(fair["high"] < 0.05)]
    start = (
        f"With no true gap, {number(first['mean'], 'share')} of audits of {first['audited']:,} "
        "people see more than 10 points"
    )
    if rare.empty:
        most = f"{fair.iloc[-1]['audited']:,}"
        return f"{start}; with {most} people, the most shown, it is not clearly rarer than 5%."
    return f"{start}; it is clearly rarer than 5% from {rare.iloc[0]['audited']:,} people on."


def alarm_caption(table: pd.DataFrame, view: ChanceGapsView) -> str:
    """False alarms, and how many must be audited to find the true gap."""
    fair, true = (rows_where(table, {"world": world}) for world in WORLDS)
    if fair.empty or true.empty:
        return ""
    found = true[_from_here_on(true["low"] > 0.8)]
    alarms = number((fair["mean"] * fair["n"]).sum() / fair["n"].sum(), "share")
    start = f"Without a true gap the test alarms in {alarms} of audits"
    if found.empty:
        best = number(true["mean"].max(), "share")
        return f"{start}; the true gap is found in at most {best} of them at the sizes shown."
    first = f"{found.iloc[0]['audited']:,}"
    return f"{start}; the true gap is found in clearly more than 80% from {first} people on."


def network_caption(table: pd.DataFrame, view: ChanceGapsView) -> str:
    """What each attribute alone shows, and what both show."""
    crossed, single = table[table["by"] == CROSSED], table[table["by"] != CROSSED]
    if crossed.empty or single.empty:
        return ""
    return (
        f"By a single attribute selection rates differ on average by at most "
        f"{100 * single['mean'].max():.1f} points; the widest gap between the four groups of both "
        f"is {100 * crossed['mean'].iloc[0]:.1f} points on average."
    )


def _crossed(result: ChanceGapsResult, view: ChanceGapsView) -> pd.DataFrame:
    people = [f"{int(n):,} people" for n in result.crossings["n"]]
    return result.crossings.assign(people=people).astype({"attributes": "int64"})


def worst_caption(table: pd.DataFrame, view: ChanceGapsView) -> str:
    """The widest gap by chance at both ends, for the middle size."""
    if table.empty:
        return ""
    sizes = list(dict.fromkeys(table["people"]))
    size = sizes[len(sizes) // 2]
    own = table[table["people"] == size]
    first, last = (
        f"{100 * end['mean']:.1f} points between {2 ** int(end['attributes'])}"
        for end in (own.iloc[0], own.iloc[-1])
    )
    return (
        f"Among {size}, all selected alike, the widest gap is on average {first} groups and "
        f"{last}, by chance alone."
    )


FIGURES = (
    _by_size(
        "wide_gaps", "How often an audit sees more than 10 points", "wide", "share of audits",
        caption=wide_caption,
        note="Each audit draws people and decisions anew; the true positive rate is 70% in "
        "both groups, or lower by the true gap in group B. Band: 95% exact interval over the "
        "audits; those in which nobody of a group would repay are left out.",
    ),
    _by_size(
        "alarms", "How often the shuffle test calls a gap more than chance", "alarm",
        "share of audits with an alarm", caption=alarm_caption,
        beneath=marks.dashed(y=alt.YDatum(0.05)),  # What the test promises.
        note="The test deals the same outcomes to shuffled groups 199 times and calls a gap "
        "more than chance if at most 5% of all are as wide. The dashed line is 5%.",
    ),
    kinds.intervals(
        "hidden_at_the_crossing", "By each attribute, and where they cross",
        lambda result, view: result.network, by=("by",),
        y=axes.rows("by", labelLimit=200, labelPadding=8),
        x=axes.points("widest gap in selection rates (points)", signed=False, tickCount=8),
        color=marks.one_color(theme.WARNING), step=44, caption=network_caption,
        note="A network trained on records with your bias against those with exactly one of two "
        "attributes. Widest difference in selection rates between the groups: above zero by "
        "chance alone, and the more so the more groups there are.",
    ),
    kinds.lines(
        "worst_of_many", "The more groups, the wider the widest gap by chance", _crossed,
        by=("attributes", "people"),
        x=alt.X("attributes:Q", title="attributes crossed (groups double with each)",
                scale=alt.Scale(padding=12), axis=alt.Axis(tickMinStep=1, format="d")),
        y=axes.points("widest gap by chance (points)", up=True, signed=False),
        color=marks.series_color("people", ("500 people", "2,000 people", "10,000 people")),
        seeds=False, caption=worst_caption, live=True,
        note="A fair world: every group is selected alike. Mean of the widest gap between the "
        "groups that the attributes make when crossed.",
    ),
)  # fmt: skip

"""Tables and captions of the experiment on chance; pure numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from core.lab.intervals import summarise
from core.lab.wording import number

if TYPE_CHECKING:
    from core.challenges.fairness.chance_gaps import ChanceGapsResult, ChanceGapsView


def _audits(result: ChanceGapsResult, metric: str) -> pd.DataFrame:
    rows = result.audits[result.audits["metric"] == metric]
    return summarise(rows.astype({"n": "int64"}).rename(columns={"n": "audited"}),
                     ["audited", "world"])  # fmt: skip


def wide_gaps(result: ChanceGapsResult, view: ChanceGapsView) -> pd.DataFrame:
    """Share of audits with a gap over 10 points, by size and world."""
    return _audits(result, "wide")


def alarm_rates(result: ChanceGapsResult, view: ChanceGapsView) -> pd.DataFrame:
    """Share of audits that the shuffle test calls more than chance, by size and world."""
    return _audits(result, "alarm")


def _fair(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["world"] == "no gap"] if len(table) else table


def _from_here_on(holds: pd.Series[bool]) -> pd.Series[bool]:
    """Where something holds for this row and all that follow."""
    return holds[::-1].cummin()[::-1]


def wide_caption(table: pd.DataFrame, view: ChanceGapsView) -> str:
    """How many must be audited before chance stops making wide gaps."""
    fair = _fair(table)
    if len(fair) < 2:
        return ""
    first = fair.iloc[0]
    rare = fair[_from_here_on(fair["mean"] < 0.05)]
    start = (
        f"With no true gap, {number(first['mean'], 'share')} of audits of {first['audited']:,} "
        "people see more than 10 points"
    )
    if rare.empty:
        return f"{start}; at every size shown it happens in over 5% of audits."
    return f"{start}; it becomes rarer than 5% with {rare.iloc[0]['audited']:,} people."


def alarm_caption(table: pd.DataFrame, view: ChanceGapsView) -> str:
    """False alarms, and how many must be audited to find the true gap."""
    fair = _fair(table)
    true = table[table["world"] == "true gap"] if len(table) else table
    if fair.empty or true.empty:
        return ""
    found = true[_from_here_on(true["mean"] >= 0.8)]
    start = (
        f"Without a true gap the test alarms in {number(fair['mean'].mean(), 'share')} of audits"
    )
    if found.empty:
        best = number(true["mean"].max(), "share")
        return f"{start}; the true gap is found in at most {best} of them at the sizes shown."
    return f"{start}; the true gap is found in 80% from {found.iloc[0]['audited']:,} people on."


def network(result: ChanceGapsResult, view: ChanceGapsView) -> pd.DataFrame:
    """Widest gap in the network's selection rates, by attribute and crossed."""
    return summarise(result.network, ["by"])


def network_caption(table: pd.DataFrame, view: ChanceGapsView) -> str:
    """What each attribute alone shows, and what both show."""
    crossed = table[table["by"] == "both, crossed"] if len(table) else table
    single = table[table["by"] != "both, crossed"] if len(table) else table
    if crossed.empty or single.empty:
        return ""
    return (
        f"By a single attribute selection rates differ on average by at most "
        f"{100 * single['mean'].max():.1f} points; between the four groups of both by "
        f"{100 * crossed['mean'].iloc[0]:.1f} points."
    )


def worst(result: ChanceGapsResult, view: ChanceGapsView) -> pd.DataFrame:
    """Mean of the widest gap by number of attributes and of people audited."""
    rows = result.crossings.assign(
        people=[f"{int(n):,} people" for n in result.crossings["n"]]
    ).drop(columns="n")
    return summarise(rows.astype({"attributes": "int64"}), ["attributes", "people"])


def worst_caption(table: pd.DataFrame, view: ChanceGapsView) -> str:
    """The widest gap by chance at both ends, for the middle size."""
    if table.empty:
        return ""
    size = table["people"].iloc[min(1, len(table) - 1)]
    own = table[table["people"] == size]
    first, last = own.iloc[0], own.iloc[-1]
    return (
        f"Among {size}, all selected alike, the widest gap is {100 * first['mean']:.1f} points "
        f"between {2 ** int(first['attributes'])} groups and {100 * last['mean']:.1f} points "
        f"between {2 ** int(last['attributes'])}, by chance alone."
    )

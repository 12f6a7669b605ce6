"""Charts of the experiment on chance; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.fairness.chance_gaps import ChanceGapsView

WORLDS = ("no gap", "true gap")
COLORS = {WORLDS[0]: theme.BASELINE, WORLDS[1]: theme.WARNING}
SIZES = (50, 100, 200, 500, 1000, 2000, 5000)


def _sizes(view: ChanceGapsView) -> alt.X:
    if view.log_sizes:
        scale = alt.Scale(type="log", nice=False, padding=10)
        axis = alt.Axis(values=list(SIZES), format=",d")
    else:
        scale, axis = alt.Scale(nice=False, padding=10), alt.Axis(format=",d", tickCount=6)
    return alt.X("audited:Q", title="people audited", scale=scale, axis=axis)


def _lines(view: ChanceGapsView, title: str) -> alt.LayerChart:
    y = alt.Y("mean:Q", title=title, axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1]))
    color = marks.series_color("world", WORLDS, colors=COLORS)
    return marks.interval_lines(_sizes(view), y, color)


def wide_gaps(view: ChanceGapsView) -> alt.LayerChart:
    """Share of audits that see a wide gap, by size."""
    return _lines(view, "share of audits")


def alarm_rates(view: ChanceGapsView) -> alt.LayerChart:
    """Share of audits with an alarm, by size, and the level of the test."""
    level = alt.Chart(marks.TABLE).mark_rule(aria=False, color=theme.BASELINE, strokeDash=[4, 4])
    lines = _lines(view, "share of audits with an alarm")
    return alt.layer(level.encode(y=alt.YDatum(0.05)), lines).properties(height=theme.FIGURE_HEIGHT)


def network(view: ChanceGapsView) -> alt.LayerChart:
    """Widest gap by attribute and crossed."""
    labels = alt.Axis(title=None, labelLimit=200, ticks=False, domain=False, labelPadding=8)
    axis = alt.Axis(labelExpr="format(100 * datum.value, '.0f')", tickCount=8)
    x = alt.X("mean:Q", title="widest gap in selection rates (points)", axis=axis)
    y = alt.Y("by:N", sort=None, axis=labels)
    bars = marks.interval_bars(y, x, alt.value(theme.WARNING))
    return bars.properties(height=alt.Step(44))


def worst(view: ChanceGapsView) -> alt.LayerChart:
    """Widest gap by number of attributes crossed."""
    x = alt.X("attributes:Q", title="attributes crossed (groups double with each)",
              scale=alt.Scale(padding=12), axis=alt.Axis(tickMinStep=1, format="d"))  # fmt: skip
    axis = alt.Axis(labelExpr="format(100 * datum.value, '.0f')")
    y = alt.Y("mean:Q", title="widest gap by chance (points)", axis=axis)
    names = ("500 people", "2,000 people", "10,000 people")
    return marks.interval_lines(x, y, marks.series_color("people", names))

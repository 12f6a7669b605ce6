"""Charts of the differential privacy experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.privacy.tables import dp_sgd as tables
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.privacy.dp_sgd import DpSgdView

SERIES = {
    tables.MEASURED: theme.WARNING,
    tables.ALLOWED: theme.BASELINE,
    tables.ALL: theme.VALIDATION,
    tables.WORST: theme.ACCENT,
}
ARMS = list(tables.EPSILONS)


def attack_and_accuracy(view: DpSgdView) -> alt.LayerChart:
    """One panel: mean lines with bands over the ladder of protections."""
    axis = alt.Axis(labelAngle=-40)
    x = alt.X("arm:O", sort=ARMS, title="protection, weak to strong", axis=axis)
    y = alt.Y("mean:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=6))
    scale = alt.Scale(domain=list(SERIES), range=list(SERIES.values()))
    legend = alt.Legend(title=None, orient="top", columns=2, symbolOpacity=1)
    color = alt.Color("series:N", scale=scale, legend=legend)
    dashes = alt.Scale(domain=list(SERIES), range=[[1, 0], [5, 4], [1, 0], [2, 2]])
    dash = alt.StrokeDash("series:N", scale=dashes, legend=None)
    return marks.interval_lines(x, y, color, dash=dash)


def changes(view: DpSgdView) -> alt.LayerChart:
    """One panel: change by protection, with interval, against zero."""
    labels = alt.Axis(title=None, ticks=False, domain=False)
    y = alt.Y("arm:N", sort=ARMS, axis=labels)
    x = alt.X("mean:Q", title="change against no protection", axis=alt.Axis(tickCount=6))
    return marks.interval_bars(y, x, alt.value(theme.REMEDY)).properties(height=alt.Step(30))


def budget(view: DpSgdView) -> alt.Chart:
    """Epsilon spent against steps, one line per promise."""
    colors = dict(zip(ARMS[2:], theme.SERIES, strict=False))
    color = marks.series_color("arm", ARMS[2:], colors=colors)
    axis = alt.Axis(values=[0.1, 0.3, 1, 3, 10, 30])
    lines = alt.Chart(marks.TABLE).mark_line(strokeWidth=2.2)
    return lines.encode(
        x=alt.X("step:Q", title="training step"),
        y=alt.Y("epsilon:Q", title="ε spent (log scale)", scale=alt.Scale(type="log"), axis=axis),
        color=color,
        tooltip=[
            alt.Tooltip("arm:N"),
            alt.Tooltip("step:Q"),
            alt.Tooltip("epsilon:Q", format=".3~g"),
        ],
    ).properties(height=theme.FIGURE_HEIGHT)

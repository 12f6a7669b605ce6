"""Charts of the experiment on sources of bias; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.fairness.bias_sources import BiasSourcesView

SIDES = ("sees the group", "group hidden")
COLORS = {SIDES[0]: theme.WARNING, SIDES[1]: theme.TRAIN}
GAPS = "datum.value ? format(100 * datum.value, '+.0f') : '0'"


def gap_by_cause(view: BiasSourcesView) -> alt.LayerChart:
    """One row per cause, one dot with its interval per network; zero is no gap."""
    labels = alt.Axis(title=None, labelLimit=200, ticks=False, domain=False, labelPadding=8)
    y = alt.Y("cause:N", sort=None, axis=labels)
    axis = alt.Axis(labelExpr=GAPS, tickCount=8)
    x = alt.X("mean:Q", title=f"{view.metric}, B minus A (points)", axis=axis)
    color = marks.series_color("sees", SIDES, colors=COLORS)
    chart = marks.interval_bars(y, x, color)
    for layer in chart.layer[1:]:
        layer.encoding.yOffset = alt.YOffset("sees:N", sort=list(SIDES))
    return chart.properties(height=theme.FIGURE_HEIGHT)


def causal_picture(view: BiasSourcesView) -> alt.LayerChart:
    """Boxes and arrows; thickness is the strength of a cause."""
    hidden = alt.Axis(title=None, labels=False, ticks=False, grid=False, domain=False)
    x = alt.X("x:Q", axis=hidden, scale=alt.Scale(domain=[-0.35, 3.4], nice=False))
    y = alt.Y("y:Q", axis=hidden, scale=alt.Scale(domain=[0.7, 3.5]))
    kinds = ("in your settings", "switched off", "always there")
    colors = alt.Scale(domain=kinds, range=[theme.WARNING, theme.BASELINE, theme.BASELINE])
    dashes = alt.Scale(domain=kinds, range=[[1, 0], [3, 4], [1, 0]])
    legend = alt.Legend(title=None, orient="top", symbolOpacity=1, symbolStrokeWidth=0)
    base = alt.Chart(marks.TABLE).encode(
        color=alt.Color("kind:N", scale=colors, legend=legend),
        tooltip=[alt.Tooltip("words:N", title="arrow"), alt.Tooltip("kind:N")],
    )
    thick = alt.Size("strength:Q", scale=alt.Scale(domain=[0, 1], range=[1.2, 7]), legend=None)
    lines = base.mark_rule(aria=False, opacity=0.75).encode(
        x=x, y=y, x2="x2:Q", y2="y2:Q", size=thick,
        strokeDash=alt.StrokeDash("kind:N", scale=dashes, legend=None),
    )  # fmt: skip
    heads = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X("x2:Q", axis=hidden), y=alt.Y("y2:Q", axis=hidden)
    )
    boxes = alt.Chart(alt.Data(name="boxes"))
    disc = boxes.mark_rect(color=theme.BOX, cornerRadius=6, opacity=1).encode(
        x=alt.X("left:Q", axis=hidden), x2="right:Q", y=alt.Y("low:Q", axis=hidden), y2="high:Q"
    )
    words = boxes.mark_text(fontSize=12, fontWeight="bold", color=theme.ON_PLACES)
    words = words.encode(x=x, y=y, text="name:N")
    return alt.layer(lines, disc, heads, words).properties(height=theme.FIGURE_HEIGHT)


def gap_by_postcode(view: BiasSourcesView) -> alt.LayerChart:
    """Gap against how well the postcode tells the group; dashed with the group itself."""
    x = alt.X("proxy:Q", title="distance of the groups' postcodes (SD)")
    axis = alt.Axis(labelExpr=GAPS)
    y = alt.Y("mean:Q", title=f"{view.metric}, B minus A (points)", axis=axis)
    color = marks.series_color("series", SIDES, colors=COLORS)
    color.legend.symbolStrokeWidth = 0
    dashes = alt.Scale(domain=list(SIDES), range=[[5, 3], [1, 0]])
    dash = alt.StrokeDash("series:N", scale=dashes, legend=None)
    return marks.interval_lines(x, y, color, dash=dash)

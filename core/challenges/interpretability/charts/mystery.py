"""Charts of the mystery experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.interpretability.tables.mystery import ARM_TITLES, ROWS
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.interpretability.mystery import MysteryView

ARM_COLORS = dict(
    zip(ARM_TITLES.values(), (theme.WARNING, theme.ACCENT, theme.BASELINE), strict=True)
)
DETECTIVE_COLORS = {
    "stamping": theme.REMEDY,
    "halving": theme.ACCENT,
    "erasing": theme.VALIDATION,
    "maps": theme.TRAIN,
    "guessing": theme.BASELINE,
}
SHARES = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])


def _narrow(color: alt.Color) -> alt.Color:
    """Break the legend into rows that a phone can show."""
    legend = alt.Legend(
        title=None, orient="top", direction="horizontal", columns=2, symbolOpacity=1, symbolSize=90
    )
    return color.legend(legend)


def named(view: MysteryView) -> alt.LayerChart:
    """A row a detective; within it a dot with its interval per kind of network."""
    arms = list(ARM_TITLES.values())
    y = alt.Y("detective:N", sort=list(ROWS), title=None, scale=alt.Scale(paddingInner=0.35))
    x = alt.X("mean:Q", title="share named rightly", axis=SHARES, scale=alt.Scale(domain=[0, 1]))
    color = _narrow(marks.series_color("arm", arms, colors=ARM_COLORS))
    chart = marks.interval_bars(y, x, color, zero_rule=False)
    for layer in chart.layer:
        layer.encoding.yOffset = alt.YOffset("arm:N", sort=arms)
    return chart.properties(height=330)


def probes(view: MysteryView) -> alt.LayerChart:
    """A line per detective over the probes it has taken."""
    x = alt.X("probes:Q", title="probes", axis=alt.Axis(tickMinStep=1, tickCount=8))
    y = alt.Y("mean:Q", title="share named rightly", axis=SHARES, scale=alt.Scale(domain=[0, 1]))
    color = _narrow(marks.series_color("detective", ROWS, colors=DETECTIVE_COLORS))
    base = alt.Chart(marks.TABLE).encode(x=x, y=y, color=color)
    tooltip = [
        alt.Tooltip("detective:N"),
        alt.Tooltip("probes:Q"),
        alt.Tooltip("mean:Q", title="named rightly", format=".0%"),
        alt.Tooltip("low:Q", title="interval low", format=".0%"),
        alt.Tooltip("high:Q", title="interval high", format=".0%"),
    ]
    line = base.mark_line(strokeWidth=2.2, interpolate="step-after")
    dot = base.mark_point(filled=True, size=40, opacity=1).encode(
        shape=alt.Shape("detective:N", sort=list(ROWS), legend=None), tooltip=tooltip
    )
    return alt.layer(line, dot).properties(height=theme.FIGURE_HEIGHT)


def accuracy(view: MysteryView) -> alt.LayerChart:
    """One dot with its interval per kind of network; one panel a test."""
    arms = list(ARM_TITLES.values())
    rows = [arms[0], "honest twin, bright", arms[1], "honest twin, everywhere", arms[2]]
    axis = alt.Axis(labelLimit=170, labelOverlap=False)
    y = alt.Y("label:N", sort=rows, title=None, axis=axis)
    x = alt.X("mean:Q", title="share right", axis=SHARES, scale=alt.Scale(domain=[0, 1]))
    scale = alt.Scale(domain=arms, range=list(ARM_COLORS.values()))
    color = alt.Color("network:N", scale=scale, legend=None)
    return marks.interval_bars(y, x, color, zero_rule=False).properties(height=190)


def suspects(view: MysteryView) -> alt.LayerChart:
    """A grid of three by three pictures, each under its name."""
    bare = alt.Axis(labels=False, ticks=False, domain=False, grid=False, title=None)
    x, y = alt.X("column:O", axis=bare), alt.Y("row:O", axis=bare)
    size = alt.expr("min(width / 3 - 10, height / 3 - 26)")
    pictures = alt.Chart(alt.Data(name="pictures")).mark_image(width=size, height=size)
    words = alt.Chart(marks.TABLE).mark_text(
        dy=alt.expr("-min(width / 3 - 10, height / 3 - 26) / 2 - 8"),
        fontSize=12, color=theme.INK,
    )  # fmt: skip
    return alt.layer(
        pictures.encode(x=x, y=y, url="url:N"), words.encode(x=x, y=y, text="name:N")
    ).properties(height=400)


def signs(view: None) -> alt.LayerChart:
    """A bar a mark: how far stamping it moves an answer of one network."""
    x = alt.X("rise:Q", title="rise of an answer when stamped", axis=SHARES,
              scale=alt.Scale(domain=[0, 1], clamp=True))  # fmt: skip
    y = alt.Y("mark:N", sort=None, title=None, axis=alt.Axis(labelLimit=130, labelOverlap=False))
    scale = alt.Scale(domain=["planted", "not planted"], range=[theme.WARNING, theme.BASELINE])
    color = alt.Color("planted:N", scale=scale, legend=alt.Legend(title=None, orient="top"))
    tooltip = [
        alt.Tooltip("mark:N"),
        alt.Tooltip("answer:N", title="answer that rises"),
        alt.Tooltip("rise:Q", format="+.0%"),
        alt.Tooltip("crowd:Q", title="colour of maps on it, times the mean", format=".1f"),
    ]
    base = alt.Chart(marks.TABLE)
    return alt.layer(
        base.mark_bar(size=14).encode(x=x, y=y, color=color, tooltip=tooltip),
        base.mark_text(align="left", dx=4, fontSize=12, color=theme.INK).encode(
            x=x, y=y, text=alt.Text("answer:N")
        ),
    ).properties(height=300)

"""Charts of the sanity checks; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.interpretability.tables.sanity import METHODS, STAGES
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.interpretability.sanity import SanityView


def similarity(view: SanityView) -> alt.LayerChart:
    """Mean lines with bands over the layers drawn anew; one panel."""
    x = alt.X("redrawn:Q", title="layers drawn anew", axis=alt.Axis(format="d", values=[*range(5)]))
    title = "rank correlation of sizes" if view.compare == "sizes" else "rank correlation, signed"
    y = alt.Y("mean:Q", title=title, scale=alt.Scale(domain=[-0.4, 1]))
    legend = alt.Legend(
        title=None, orient="top", direction="horizontal", columns=2, symbolSize=90, symbolOpacity=1
    )
    color = alt.Color("method:N", sort=list(METHODS), legend=legend,
                      scale=alt.Scale(range=[*theme.SERIES[:3], theme.BASELINE]))  # fmt: skip
    return marks.interval_lines(x, y, color)


def pictures(view: SanityView) -> alt.LayerChart:
    """A row of maps per method, a column per stage."""
    bare = {"ticks": False, "domain": False, "grid": False, "title": None}
    x = alt.X("stage:N", sort=list(STAGES),
              axis=alt.Axis(orient="top", labelAngle=-30, labelOverlap=False,
                            labelLimit=90, **bare))  # fmt: skip
    y = alt.Y("method:N", sort=list(METHODS), axis=alt.Axis(labelLimit=90, **bare))
    maps = (
        alt.Chart(alt.Data(name="pictures"))
        .mark_image(
            width=alt.expr(f"width / {len(STAGES)} - 6"),
            height=alt.expr(f"height / {len(METHODS)} - 6"),
        )
        .encode(x=x, y=y, url="url:N")
    )
    hidden = (
        alt.Chart(marks.TABLE)
        .mark_rect(opacity=0)
        .encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("method:N"),
                alt.Tooltip("stage:N", title="drawn anew"),
                alt.Tooltip("speaks_for:Q", title="share that speaks for", format=".0%"),
            ],
        )
    )
    return alt.layer(maps, hidden).properties(height=100 * len(METHODS))

"""Charts of the sanity checks; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.interpretability.tables.sanity import GRIDS, METHODS, SHOWN
from core.charts import marks, theme
from core.charts.tiles import tiles

if TYPE_CHECKING:
    from core.challenges.interpretability.sanity import SanityView


def similarity(view: SanityView) -> alt.LayerChart:
    """Mean lines with bands over the layers drawn anew; one panel."""
    x = alt.X("redrawn:Q", title="layers drawn anew", axis=alt.Axis(format="d", values=[*range(5)]))
    title = "rank correlation of sizes" if view.compare == "sizes" else "rank correlation, signed"
    y = alt.Y("mean:Q", title=title, scale=alt.Scale(domain=[-0.4, 1]))
    legend = alt.Legend(  # One column: two are cut where three panels stand side by side.
        title=None, orient="top", direction="horizontal", columns=1, symbolSize=90, symbolOpacity=1
    )
    color = alt.Color("method:N", sort=list(METHODS), legend=legend,
                      scale=alt.Scale(range=[*theme.SERIES[:3], theme.BASELINE]))  # fmt: skip
    return marks.interval_lines(x, y, color)


def pictures(view: SanityView) -> alt.LayerChart:
    """A row of maps per method, a column per stage; one panel."""
    rows = max(len(methods) for methods in GRIDS.values())
    tooltip = [
        alt.Tooltip("method:N"),
        alt.Tooltip("stage:N", title="weights"),
        alt.Tooltip("speaks_for:Q", title="share that speaks for", format=".0%"),
    ]
    return tiles(len(SHOWN), rows, 142 * rows, tooltip)

"""Charts of the Clever Hans experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.interpretability.tables.clever_hans import (
    ARM_TITLES,
    COLUMNS,
    DRAWN,
    METHODS,
)
from core.charts import marks, theme
from core.charts.tiles import tiles

if TYPE_CHECKING:
    from core.challenges.interpretability.clever_hans import CleverHansView

ARM_SCALE = alt.Scale(
    domain=list(ARM_TITLES.values()), range=[theme.BASELINE, theme.WARNING, theme.REMEDY]
)


def outcomes(view: CleverHansView) -> alt.LayerChart:
    """One dot with its interval per network and test; one panel for discs, one for the others."""
    bare = alt.Axis(labelLimit=130, labelFlush=False, ticks=False, domain=False)
    y = alt.Y("row:N", sort=None, title=None, axis=bare)
    x = alt.X("mean:Q", title="share of answers", axis=alt.Axis(format=".0%", tickCount=4),
              scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    color = alt.Color(
        "arm:N", scale=ARM_SCALE, legend=alt.Legend(title=None, orient="top", columns=2)
    )
    offset = alt.YOffset("arm:N", sort=list(ARM_TITLES.values()))
    bars = marks.interval_bars(y, x, color, zero_rule=False, offset=offset)
    return bars.properties(height=260)


def masses(view: CleverHansView) -> alt.LayerChart:
    """One dot with its interval per method; one panel a network."""
    y = alt.Y(
        "method:N",
        sort=list(METHODS),
        title=None,
        axis=alt.Axis(labelLimit=130, labelOverlap=False, labelFlush=False),
    )
    scale = alt.Scale(type="symlog", constant=0.01) if view.log_axis else alt.Scale()
    scale.domain = [0, 1]
    values = [0, 0.01, 0.1, 1] if view.log_axis else [0, 0.5, 1]
    x = alt.X("mean:Q", title="on the corner",
              axis=alt.Axis(format=".0%", values=values), scale=scale)  # fmt: skip
    kinds = alt.Scale(domain=["map", "no network"], range=[theme.ACCENT, theme.BASELINE])
    color = alt.Color("kind:N", scale=kinds, legend=None)
    return marks.interval_bars(y, x, color, zero_rule=False).properties(height=260)


def maps(view: CleverHansView) -> alt.LayerChart:
    """What one network sees, and its maps; one panel a network."""
    tooltip = [
        alt.Tooltip("panel:N", title="network"),
        alt.Tooltip("cell:N", title="map"),
        alt.Tooltip("on_corner:Q", title="share on the corner", format=".0%"),
    ]
    return tiles(COLUMNS, (1 + len(DRAWN)) // COLUMNS, 480, tooltip)

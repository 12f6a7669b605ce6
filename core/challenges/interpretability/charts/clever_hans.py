"""Charts of the Clever Hans experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.interpretability.tables.clever_hans import ARM_TITLES, DRAWN, METHODS
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.interpretability.clever_hans import CleverHansView

ARM_SCALE = alt.Scale(
    domain=list(ARM_TITLES.values()), range=[theme.BASELINE, theme.WARNING, theme.REMEDY]
)


def outcomes(view: CleverHansView) -> alt.LayerChart:
    """One dot with its interval per network; one panel a test."""
    y = alt.Y("arm:N", sort=list(ARM_TITLES.values()), title=None)
    x = alt.X("mean:Q", title="share of answers", axis=alt.Axis(format=".0%", tickCount=4),
              scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    color = alt.Color("arm:N", scale=ARM_SCALE, legend=None)
    return marks.interval_bars(y, x, color, zero_rule=False).properties(height=150)


def masses(view: CleverHansView) -> alt.LayerChart:
    """One dot with its interval per method; one panel a network."""
    y = alt.Y(
        "method:N",
        sort=list(METHODS),
        title=None,
        axis=alt.Axis(labelLimit=120, labelOverlap=False),
    )
    scale = alt.Scale(type="symlog", constant=0.01) if view.log_axis else alt.Scale()
    scale.domain = [0, 1]
    values = [0, 0.01, 0.1, 1] if view.log_axis else [0, 0.25, 0.5, 0.75, 1]
    x = alt.X("mean:Q", title="share on the corner",
              axis=alt.Axis(format=".0%", values=values), scale=scale)  # fmt: skip
    kinds = alt.Scale(domain=["map", "no network"], range=[theme.ACCENT, theme.BASELINE])
    color = alt.Color("kind:N", scale=kinds, legend=None)
    return marks.interval_bars(y, x, color, zero_rule=False).properties(height=260)


def maps(view: CleverHansView) -> alt.LayerChart:
    """A row of maps per network, a column per method."""
    bare = {"ticks": False, "domain": False, "grid": False, "title": None}
    rows = list(ARM_TITLES.values())
    x = alt.X("method:N", sort=list(DRAWN),
              axis=alt.Axis(orient="top", labelAngle=-30, labelOverlap=False,
                            labelLimit=110, **bare))  # fmt: skip
    y = alt.Y("arm:N", sort=rows, axis=alt.Axis(labelLimit=90, **bare))
    size = {
        "width": alt.expr(f"width / {len(DRAWN)} - 6"),
        "height": alt.expr(f"height / {len(rows)} - 6"),
    }
    pictures = alt.Chart(alt.Data(name="pictures")).mark_image(**size)
    hidden = alt.Chart(marks.TABLE).mark_rect(opacity=0).encode(
        x=x, y=y,
        tooltip=[
            alt.Tooltip("arm:N", title="network"),
            alt.Tooltip("method:N"),
            alt.Tooltip("on_corner:Q", title="share on the corner", format=".0%"),
        ],
    )  # fmt: skip
    return alt.layer(pictures.encode(x=x, y=y, url="url:N"), hidden).properties(height=390)

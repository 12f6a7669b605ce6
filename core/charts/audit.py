"""The chart of an audit; it draws columns of ours, whatever the file called its own."""

from __future__ import annotations

from typing import Any

import altair as alt

from core.charts import marks, theme

MOST_GROUPS = 41


def group_rates(_: Any) -> alt.LayerChart:
    """One dot with its interval per group; columns `label`, `value`, `low`, `high`, ..."""
    labels = alt.Axis(title=None, labelLimit=260, ticks=False, domain=False, labelPadding=8)
    x = alt.X("value:Q", title="rate, with 95% interval", axis=alt.Axis(format=".0%"))
    base = alt.Chart(marks.TABLE).encode(y=alt.Y("label:N", sort=None, axis=labels))
    span = base.mark_rule(aria=False, strokeWidth=3, color=theme.ACCENT).encode(
        x=alt.X("low:Q", title="rate, with 95% interval"), x2="high:Q"
    )
    dot = base.mark_point(filled=True, size=90, opacity=1, color=theme.ACCENT).encode(
        x=x,
        tooltip=[
            alt.Tooltip("group:N"), alt.Tooltip("value:Q", format=".4~g"),
            alt.Tooltip("low:Q", format=".4~g"), alt.Tooltip("high:Q", format=".4~g"),
            alt.Tooltip("n:Q", title="rows"),
        ],
    )  # fmt: skip
    return alt.layer(span, dot).properties(height=alt.Step(26))

"""Charts around one picture: which answers were given, and how sure the network is."""

from __future__ import annotations

from typing import Any

import altair as alt

from core.charts import marks, theme


def confusion(_: Any) -> alt.LayerChart:
    """True class against answer, with counts; a cell can be chosen."""
    chosen = alt.selection_point(name="cell", fields=["true", "predicted"], empty=False)
    labels = alt.Axis(orient="top", labelAngle=0, labelLimit=70, labelFlush=False,
                      domain=False, ticks=False)  # fmt: skip
    x = alt.X("predicted:N", sort=None, title="the network's answer", axis=labels)
    y = alt.Y("true:N", sort=None, title="true class",
              axis=alt.Axis(labelFlush=False, domain=False, ticks=False))  # fmt: skip
    base = alt.Chart(marks.TABLE).encode(x=x, y=y)
    color = alt.condition(
        "datum.right", alt.value(theme.BASELINE), alt.value(theme.SPLIT_COLORS["validation"])
    )
    cells = base.mark_rect(cornerRadius=2, cursor="pointer", strokeWidth=3).encode(
        color=color,
        fillOpacity=alt.FillOpacity("weight:Q", legend=None, scale=None),
        stroke=alt.condition(chosen, alt.value(theme.ACCENT), alt.value("transparent")),
        tooltip=[
            alt.Tooltip("true:N", title="true class"),
            alt.Tooltip("predicted:N", title="answer"),
            alt.Tooltip("n:Q", title="pictures"),
        ],
    ).add_params(chosen)  # fmt: skip
    counts = base.transform_filter("datum.n > 0").mark_text(fontSize=13, aria=False).encode(
        text="n:Q", color=alt.value(theme.INK)
    )  # fmt: skip
    return alt.layer(cells, counts).properties(height=alt.Step(32))


def probabilities(_: Any) -> alt.LayerChart:
    """One bar per class, its probability beside it; the explained one stands out."""
    x = alt.X("probability:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1.2]))
    y = alt.Y("class:N", sort=None, axis=alt.Axis(title=None, domain=False, ticks=False))
    color = alt.condition("datum.explained", alt.value(theme.ACCENT), alt.value(theme.BASELINE))
    base = alt.Chart(marks.TABLE).encode(x=x, y=y)
    bars = base.mark_bar(cornerRadiusEnd=2).encode(color=color)
    words = base.mark_text(align="left", dx=4, fontSize=12, aria=False).encode(
        text=alt.Text("probability:Q", format=".1%"), color=alt.value(theme.INK)
    )
    return alt.layer(bars, words).properties(height=alt.Step(22))

"""Charts of the mitigation experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.fairness.mitigation_arms import STRENGTHS
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.fairness.mitigation import MitigationView

GAPS = "datum.value ? format(100 * datum.value, '+.0f') : '0'"
THRESHOLDS = "thresholds for "
"""Left out in the legend, which has little room on a phone."""
REMEDIES = tuple(STRENGTHS)
COLORS = dict(
    zip(
        REMEDIES,
        (theme.BASELINE, theme.REMEDY, theme.TRAIN, theme.VALIDATION, theme.EARTH, theme.ACCENT,
         theme.WARNING, theme.PINK),
        strict=True,
    )
)  # fmt: skip
SHAPES = (
    "square", "circle", "triangle-up", "diamond", "triangle-left", "cross", "triangle-down",
    "triangle-right",
)  # fmt: skip
SIGNED = "{}, group B minus group A (points)"
LARGER = "larger gap of the two error rates (points)"


def frontier(view: MitigationView) -> alt.LayerChart:
    """Arms in the plane of gap and accuracy, with bars for both intervals."""
    title = LARGER if view.gap == "either error rate" else SIGNED.format(view.gap)
    x = alt.X("gap:Q", title=title, axis=alt.Axis(labelExpr=GAPS, tickCount=8))  # fmt: skip
    y = alt.Y("accuracy:Q", title=f"accuracy by {view.labels} labels",
              axis=alt.Axis(format=".0%", tickCount=6), scale=alt.Scale(zero=False))  # fmt: skip
    names = [name.removeprefix(THRESHOLDS) for name in REMEDIES]
    legend = alt.Legend(title=None, orient="top", symbolOpacity=1, labelLimit=240,
                        labelExpr=f"replace(datum.label, '{THRESHOLDS}', '')",
                        columns=marks.legend_columns(names, 4))  # fmt: skip
    color = alt.Color(
        "remedy:N", legend=legend, scale=alt.Scale(domain=REMEDIES, range=list(COLORS.values()))
    )
    shape = alt.Shape("remedy:N", legend=legend, scale=alt.Scale(domain=REMEDIES, range=SHAPES))
    base = alt.Chart(marks.TABLE).encode(color=color)
    path = base.mark_line(strokeWidth=1.5, opacity=0.6).encode(x=x, y=y, order="strength:Q")
    tall = base.mark_rule(aria=False, opacity=0.5).encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    wide = base.mark_rule(aria=False, opacity=0.5).encode(
        y=y, x=alt.X("gap_low:Q"), x2="gap_high:Q"
    )
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=x, y=y, shape=shape,
        tooltip=[
            alt.Tooltip("remedy:N"), alt.Tooltip("strength:Q"),
            alt.Tooltip("accuracy:Q", format=".1%"), alt.Tooltip("gap:Q", format="+.3f"),
            alt.Tooltip("n:Q", title="seeds"),
        ],
    )  # fmt: skip
    zero = alt.Chart(marks.TABLE).mark_rule(aria=False, color=theme.BASELINE, strokeDash=[4, 4])
    layers = [zero.encode(x=alt.XDatum(0)), tall, wide, path, dots]
    return alt.layer(*layers).properties(height=theme.FIGURE_HEIGHT + 100)


def changes(view: MitigationView) -> alt.LayerChart:
    """One dot with its interval per remedy."""
    verdicts = {"better": theme.REMEDY, "unclear": theme.BASELINE, "worse": theme.WARNING}
    axis = alt.Axis(labelExpr=GAPS, tickCount=4)
    x = alt.X("mean:Q", title="change (points)", axis=axis)
    labels = alt.Axis(title=None, labelLimit=210, ticks=False, domain=False, labelPadding=6)
    scale = alt.Scale(domain=list(verdicts), range=list(verdicts.values()))
    color = alt.Color("verdict:N", scale=scale, legend=None)
    bars = marks.interval_bars(alt.Y("remedy:N", sort=None, axis=labels), x, color)
    return bars.properties(height=alt.Step(34))

"""Charts of the features experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.interpretability.features_study import (
    COMPARED,
    CORRELATIONS,
    PERMUTATION,
    SAME_CLASS,
    STEERED_BY,
)
from core.challenges.interpretability.tables.features import BOTH, DRAWN, RANKED, TRUE, UNUSED, USED
from core.charts import marks, theme
from core.tabular_attributions import CONTROL, METHODS

if TYPE_CHECKING:
    from core.challenges.interpretability.features import FeaturesView

COLORS = {
    TRUE: theme.BASELINE,
    PERMUTATION: theme.TRAIN,
    STEERED_BY: theme.VALIDATION,
    "Saliency": theme.ACCENT,
}
KINDS = {
    "explanation": theme.ACCENT,
    "the answer itself": theme.TRAIN,
    "control": theme.BASELINE,
}
LABELS = alt.Axis(labelLimit=120, labelOverlap=False)


def importance(view: FeaturesView) -> alt.LayerChart:
    """Dots with intervals per column, one colour a measure; the truth as a line across."""
    measures = [TRUE, *DRAWN]
    y = alt.Y("feature:N", sort=None, title=None, axis=LABELS)
    x = alt.X("mean:Q", title="share of the importance", axis=alt.Axis(format=".0%", tickCount=4))
    scale = alt.Scale(domain=measures, range=[COLORS[m] for m in measures])
    legend = alt.Legend(title=None, orient="top", columns=2, symbolType="circle", symbolOpacity=1)
    color = alt.Color("method:N", scale=scale, legend=legend)
    offset = alt.YOffset("method:N", sort=list(DRAWN), scale=alt.Scale(domain=list(DRAWN)))
    measured = alt.Chart(marks.TABLE).transform_filter(alt.datum.method != TRUE)
    truth = alt.Chart(marks.TABLE).transform_filter(alt.datum.method == TRUE)
    low = x.copy()
    low.shorthand = "low:Q"
    span = measured.mark_rule(aria=False, strokeWidth=2.5).encode(
        y=y, yOffset=offset, x=low, x2="high:Q", color=color
    )
    dot = measured.mark_point(filled=True, size=45, opacity=1).encode(
        y=y, yOffset=offset, x=x, color=color, tooltip=_tooltip("feature:N", "column")
    )
    tick = truth.mark_tick(thickness=3, height=26).encode(
        y=y, x=x, color=color, tooltip=["feature:N", alt.Tooltip("mean:Q", format=".1%")]
    )
    return alt.layer(tick, span, dot).properties(height=310)


def errors(view: FeaturesView) -> alt.LayerChart:
    """One dot with its interval per method; one panel a model."""
    y = alt.Y("method:N", sort=[*METHODS, CONTROL], title=None, axis=LABELS)
    scale = alt.Scale(type="log", domainMin=1e-8) if view.log_axis else alt.Scale(domainMin=0)
    axis = alt.Axis(format=".0e", values=[1e-8, 1e-6, 1e-4, 1e-2, 1]) if view.log_axis else (
        alt.Axis(format=".0%", tickCount=4)
    )  # fmt: skip
    x = alt.X("mean:Q", title="error over the length of the answer", scale=scale, axis=axis)
    return marks.interval_bars(y, x, _kind(), zero_rule=False).properties(height=260)


def ranking(view: FeaturesView) -> alt.LayerChart:
    """One dot with its interval per measure; one panel a model."""
    y = alt.Y("method:N", sort=list(RANKED), title=None, axis=LABELS)
    x = alt.X("mean:Q", title="rank correlation with the truth",
              scale=alt.Scale(domain=[-1, 1]), axis=alt.Axis(tickCount=5))  # fmt: skip
    return marks.interval_bars(y, x, _kind()).properties(height=290)


def correlated(view: FeaturesView) -> alt.LayerChart:
    """Share against the correlation, spaced so that the last steps can be seen."""
    x = alt.X("correlation:O", title="correlation of the copy with “strong”",
              sort=list(CORRELATIONS), axis=alt.Axis(labelAngle=0))  # fmt: skip
    y = alt.Y("mean:Q", title="share of the importance", axis=alt.Axis(format=".0%"),
              scale=alt.Scale(zero=True))  # fmt: skip
    colors = {USED: theme.TRAIN, UNUSED: theme.WARNING, BOTH: theme.BASELINE}
    return marks.interval_lines(x, y, marks.series_color("feature", list(colors), colors=colors))


def agreement(view: FeaturesView) -> alt.LayerChart:
    """One dot with its interval per method, under that of the class; one panel a model."""
    y = alt.Y("method:N", sort=[SAME_CLASS, *COMPARED], title=None, axis=LABELS)
    top = view.agreement == "top"
    title = "share of the rows" if top else "class: share; else rank correlation"
    x = alt.X("mean:Q", title=title, axis=alt.Axis(format=".0%" if top else ".1f", tickCount=4),
              scale=alt.Scale(domain=[0 if top else -0.2, 1]))  # fmt: skip
    return marks.interval_bars(y, x, _kind(), zero_rule=False).properties(height=230)


def _kind() -> alt.Color:
    scale = alt.Scale(domain=list(KINDS), range=list(KINDS.values()))
    return alt.Color("kind:N", scale=scale, legend=None)


def _tooltip(rows: str, title: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip(rows, title=title),
        alt.Tooltip("method:N", title="measure"),
        alt.Tooltip("mean:Q", format=".1%"),
        alt.Tooltip("low:Q", format=".1%", title="interval low"),
        alt.Tooltip("high:Q", format=".1%", title="interval high"),
        alt.Tooltip("n:Q", title="seeds"),
    ]

"""Charts of the features experiment; pure drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import altair as alt

from core.attributions.tables import CONTROL, METHODS
from core.challenges.interpretability.features_study import (
    COMPARED,
    CORRELATIONS,
    PERMUTATION,
    SAME_CLASS,
    STEERED_BY,
)
from core.challenges.interpretability.tables.features import (
    ARMS,
    BOTH,
    DRAWN,
    RANKED,
    TRUE,
    UNUSED,
    USED,
)
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.interpretability.features import FeaturesView

COLORS = {
    TRUE: theme.BASELINE,
    PERMUTATION: theme.TRAIN,
    STEERED_BY: theme.VALIDATION,
    "Saliency": theme.ACCENT,
}
KINDS = {"explanation": theme.ACCENT, "control": theme.BASELINE}
ARM_COLORS = dict(zip(ARMS.values(), (theme.BASELINE, theme.TRAIN, theme.WARNING), strict=True))
LABELS = alt.Axis(labelLimit=140, labelOverlap=False, labelFlush=False)


def importance(view: FeaturesView) -> alt.LayerChart:
    """Dots with intervals per column, one colour a measure; the truth as a line across."""
    measures = [TRUE, *DRAWN]
    y = alt.Y("feature:N", sort=None, title=None, axis=LABELS)
    # Before training, shuffling may help as well as harm: the axis stays where it belongs.
    x = alt.X("mean:Q", title="share of the importance", axis=alt.Axis(format=".0%", tickCount=4),
              scale=alt.Scale(domain=[-0.1, 0.7], clamp=True))  # fmt: skip
    scale = alt.Scale(domain=measures, range=[COLORS[m] for m in measures])
    legend = alt.Legend(
        title=None,
        orient="top",
        columns=2,
        offset=8,
        columnPadding=6,
        labelFontSize=11,
        symbolType="circle",
        symbolOpacity=1,
    )
    color = alt.Color("method:N", scale=scale, legend=legend)
    offset = alt.YOffset("method:N", sort=list(DRAWN), scale=alt.Scale(domain=list(DRAWN)))
    measured = alt.Chart(marks.TABLE).transform_filter(alt.datum.method != TRUE)
    truth = alt.Chart(marks.TABLE).transform_filter(alt.datum.method == TRUE)
    tick = truth.mark_tick(thickness=3, height=17).encode(
        y=y, x=x, color=color, tooltip=["feature:N", alt.Tooltip("mean:Q", format=".1%")]
    )
    bars = _offset_bars(measured, y, offset, x, color)
    return alt.layer(tick, bars).properties(height=320)


def errors(view: FeaturesView) -> alt.LayerChart:
    """One dot with its interval per method; one panel a model."""
    y = _methods([*METHODS, CONTROL])
    scale = alt.Scale(type="log", domainMin=1e-8) if view.log_axis else alt.Scale(domainMin=0)
    axis = alt.Axis(format=".0e", values=[1e-8, 1e-6, 1e-4, 1e-2, 1]) if view.log_axis else (
        alt.Axis(format=".0%", tickCount=4)
    )  # fmt: skip
    x = alt.X("mean:Q", title="error over the length of the answer", scale=scale, axis=axis)
    return marks.interval_bars(y, x, _kind(), zero_rule=False).properties(height=260)


def ranking(view: FeaturesView) -> alt.LayerChart:
    """One dot with its interval per measure; one panel a model."""
    y = _methods(RANKED)
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
    color = marks.series_color("feature", list(colors), colors=colors)
    color["legend"].columns = 2  # The panels are narrow.
    return marks.interval_lines(x, y, color)


def agreement(view: FeaturesView) -> alt.LayerChart:
    """A dot with its interval per method and model, under those of the class."""
    y = _methods([SAME_CLASS, *COMPARED])
    top = view.agreement == "top"
    title = "rows with the same top column" if top else "rank correlation of the columns"
    x = alt.X("mean:Q", title=title, axis=alt.Axis(format=".0%" if top else ".1f", tickCount=5),
              scale=alt.Scale(domain=[0 if top else -0.2, 1]))  # fmt: skip
    offset = alt.YOffset("arm:N", scale=alt.Scale(domain=list(ARM_COLORS)))
    color = marks.series_color("arm", list(ARM_COLORS), colors=ARM_COLORS)
    color["legend"].columns = 1  # On a phone there is no room for more.
    return _offset_bars(alt.Chart(marks.TABLE), y, offset, x, color).properties(height=330)


def _methods(names: Sequence[str]) -> alt.Y:
    scale = alt.Scale(domain=list(names))
    return alt.Y("method:N", sort=list(names), title=None, axis=LABELS, scale=scale)


def _offset_bars(
    chart: alt.Chart, y: alt.Y, offset: alt.YOffset, x: alt.X, color: alt.Color
) -> alt.LayerChart:
    """Dots with intervals, several to a row."""
    low = x.copy()
    low.shorthand = "low:Q"
    base = chart.encode(y=y, yOffset=offset, color=color)
    span = base.mark_rule(aria=False, strokeWidth=2.5).encode(x=low, x2="high:Q")
    dot = base.mark_point(filled=True, size=50, opacity=1).encode(
        x=x, tooltip=_tooltip(y.shorthand, color.shorthand)
    )
    return alt.layer(span, dot)


def _kind() -> alt.Color:
    scale = alt.Scale(domain=list(KINDS), range=list(KINDS.values()))
    return alt.Color("kind:N", scale=scale, legend=None)


def _tooltip(*names: str) -> list[alt.Tooltip]:
    return [
        *(alt.Tooltip(name) for name in names),
        alt.Tooltip("mean:Q", format=".3~g"),
        alt.Tooltip("low:Q", format=".3~g", title="interval low"),
        alt.Tooltip("high:Q", format=".3~g", title="interval high"),
        alt.Tooltip("n:Q", title="seeds"),
    ]

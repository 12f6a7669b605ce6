"""Charts of the double-descent experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.overfitting.tables.double_descent import (
    NEW,
    PLACES,
    PLAIN_WEIGHTS,
    RIDGED,
    RIDGED_WEIGHTS,
    TRAIN,
)
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.overfitting.double_descent import DoubleDescentView

THRESHOLD = alt.Data(name="threshold")
TICKS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000]
COLORS = {RIDGED: theme.REMEDY, PLAIN_WEIGHTS: theme.VALIDATION}


def _sizes(title: str) -> alt.X:
    axis = alt.Axis(values=TICKS, format="d", grid=False)
    scale = alt.Scale(type="log", nice=False, padding=12)
    return alt.X("size:Q", title=f"{title} (log scale)", axis=axis, scale=scale)


def _metric(view: DoubleDescentView) -> alt.Y:
    if view.metric == "error":
        axis, scale = alt.Axis(format=".0%"), alt.Scale(domainMin=0)
        return alt.Y("mean:Q", title="share wrong", axis=axis, scale=scale)
    return _log("loss (geometric mean; log scale)", domainMin=0.001)


def _log(title: str, **domain: float) -> alt.Y:
    axis = alt.Axis(values=[10.0**power for power in range(-3, 6)], format="~g")
    scale = alt.Scale(type="log", nice=False, **domain)
    return alt.Y("mean:Q", title=title, axis=axis, scale=scale)


def _with_threshold(lines: alt.LayerChart, x: alt.X) -> alt.LayerChart:
    """Mark where the model begins, or ceases, to fit its whole training set."""
    base = alt.Chart(THRESHOLD).encode(x=x)
    rule = base.mark_rule(color=theme.BASELINE, strokeDash=[4, 4])
    # Above the plot, where no line runs into it.
    label = base.mark_text(color=theme.INK, baseline="bottom", fontSize=11).encode(
        y=alt.value(-3), text="label:N"
    )
    return alt.layer(rule, *lines.layer, label).properties(height=theme.FIGURE_HEIGHT)


def _lines(x: alt.X, view: DoubleDescentView) -> alt.LayerChart:
    color = marks.series_color("series", (TRAIN, NEW, RIDGED), colors=COLORS)
    return _with_threshold(marks.interval_lines(x, _metric(view), color, seeds=True), x)


def error_by_width(view: DoubleDescentView) -> alt.LayerChart:
    """Training and validation lines over the width, with the interpolation threshold."""
    return _lines(_sizes("width: hidden units"), view)


def error_by_examples(view: DoubleDescentView) -> alt.LayerChart:
    """The same lines over the number of training examples."""
    return _lines(_sizes("training examples"), view)


def norm_by_width(view: DoubleDescentView) -> alt.LayerChart:
    """Length of the weights over the width."""
    x = _sizes("width: hidden units")
    color = marks.series_color("series", (PLAIN_WEIGHTS, RIDGED_WEIGHTS), colors=COLORS)
    y = _log("length of the weights (log scale)")
    return _with_threshold(marks.interval_lines(x, y, color, seeds=True), x)


def error_by_ridge(view: DoubleDescentView) -> alt.LayerChart:
    """Validation error over the strength of the ridge, one line per width."""
    colors = dict(zip(PLACES, (theme.ACCENT, theme.WARNING, theme.BASELINE), strict=True))
    color = marks.series_color("series", PLACES, colors=colors)
    x = alt.X("ridge:O", title="ridge", sort=None, axis=alt.Axis(labelAngle=0))
    y = alt.Y("mean:Q", title="validation: share wrong", axis=alt.Axis(format=".0%"),
              scale=alt.Scale(domainMin=0))  # fmt: skip
    return marks.interval_lines(x, y, color)

"""Charts of the capacity experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.overfitting.capacity import CapacityView


def decision_regions(view: CapacityView) -> alt.LayerChart:
    """Training points over the picture of a model's decisions; one panel."""
    axis = {"axis": alt.Axis(title=None, labels=False, ticks=False, grid=False, domain=False)}
    tight = {"scale": alt.Scale(nice=False, zero=False, padding=0)}
    frame = alt.Chart(alt.Data(name="image")).mark_rect(opacity=0).encode(
        x=alt.X("a:Q", **axis, **tight), x2="b:Q", y=alt.Y("c:Q", **axis, **tight), y2="d:Q"
    )  # fmt: skip
    colors = alt.Scale(domain=["0", "1"], range=list(theme.CLASS_COLORS))
    shapes = alt.Scale(domain=["true label", "wrong label"], range=["circle", "cross"])
    points = alt.Chart(marks.TABLE).mark_point(filled=True, size=45, opacity=1, stroke="white",
                                               strokeWidth=0.6).encode(
        x=alt.X("x1:Q", **axis, **tight),
        y=alt.Y("x2:Q", **axis, **tight),
        color=alt.Color("label:N", scale=colors, legend=None),
        shape=alt.Shape("given:N", scale=shapes, legend=None),
        tooltip=[alt.Tooltip("label:N", title="class given"), alt.Tooltip("given:N", title="is a")],
    )  # fmt: skip
    return alt.layer(marks.image_background(), frame, points).properties(height=theme.PANEL_HEIGHT)


def _metric_axis(view: CapacityView) -> alt.Y:
    if view.metric == "accuracy":
        scale = alt.Scale(zero=False, domainMax=1)
        return alt.Y("mean:Q", title="accuracy", axis=alt.Axis(format=".0%"), scale=scale)
    return alt.Y(
        "mean:Q", title="loss (cross-entropy, nats; log scale)", scale=alt.Scale(type="log")
    )


def _sizes(title: str, log: bool) -> alt.X:
    scale = alt.Scale(type="log", base=2, nice=False, padding=12) if log else alt.Scale(padding=12)
    axis = alt.Axis(values=[1, 2, 4, 8, 16, 32, 64, 128] if log else [1, 2, 3, 4, 5, 6], format="d")
    return alt.X("size:Q", title=title, scale=scale, axis=axis)


def score_by_width(view: CapacityView) -> alt.LayerChart:
    """Mean lines with bands over the width, one per split."""
    color = marks.series_color("split", ("train", "validation"))
    x = _sizes("units in each hidden layer (log scale)", log=True)
    return marks.interval_lines(x, _metric_axis(view), color, seeds=True)


def score_by_depth(view: CapacityView) -> alt.LayerChart:
    """Mean lines with bands over the depth, one per split."""
    color = marks.series_color("split", ("train", "validation"))
    x = _sizes("hidden layers", log=False)
    return marks.interval_lines(x, _metric_axis(view), color, seeds=True)


def gap_by_width(view: CapacityView) -> alt.LayerChart:
    """Mean gap with its band over the width."""
    return _gap(view, _sizes("units in each hidden layer (log scale)", log=True))


def gap_by_depth(view: CapacityView) -> alt.LayerChart:
    """Mean gap with its band over the depth."""
    return _gap(view, _sizes("hidden layers", log=False))


def _gap(view: CapacityView, x: alt.X) -> alt.LayerChart:
    if view.metric == "accuracy":
        y = alt.Y("mean:Q", title="training − validation accuracy", axis=alt.Axis(format=".0%"))
    else:
        y = alt.Y("mean:Q", title="validation − training loss (nats)")
    color = alt.Color("series:N", legend=None, scale=alt.Scale(range=[theme.ACCENT]))
    return marks.interval_lines(x, y, color)

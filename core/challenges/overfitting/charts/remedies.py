"""Charts of the remedies experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.overfitting.tables import remedies as tables
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.overfitting.remedies import RemediesView

ROW_HEIGHT = 26
LABELS = alt.Axis(title=None, labelLimit=190, ticks=False, domain=False, labelPadding=8)
TOP = alt.Legend(title=None, orient="top", direction="horizontal", columns=2, symbolOpacity=1)
VERDICTS = {
    tables.HELPS: theme.REMEDY,
    tables.UNCLEAR: theme.BASELINE,
    tables.HURTS: theme.WARNING,
}


def _rows() -> alt.Y:
    return alt.Y("label:N", sort=None, axis=LABELS, scale=alt.Scale(padding=0.6))


def effect_intervals(view: RemediesView) -> alt.LayerChart:
    """One dot with its interval per remedy, coloured by verdict; zero is no remedy."""
    if view.metric == "accuracy":
        points = alt.Axis(
            labelExpr="datum.value ? format(100 * datum.value, '+.3~g') : '0'", tickCount=8
        )
        x = alt.X("mean:Q", title="accuracy gained (points)", axis=points)
    else:
        saved = alt.Axis(tickCount=8)
        x = alt.X("mean:Q", title="loss saved (nats)", axis=saved)
    scale = alt.Scale(domain=list(VERDICTS), range=list(VERDICTS.values()))
    color = alt.Color("verdict:N", scale=scale, legend=TOP)
    value = x.copy()
    value.shorthand = "value:Q"
    seeds = alt.Chart(marks.SEEDS).mark_point(filled=True, size=14, opacity=0.5).encode(
        y=_rows(), x=value, color=alt.value(theme.BASELINE)
    )  # fmt: skip
    bars = marks.interval_bars(_rows(), x, color)
    return alt.layer(bars, seeds).properties(height=alt.Step(ROW_HEIGHT))


def strength_ladder(view: RemediesView) -> alt.LayerChart:
    """Training and validation against the strength of the chosen remedy."""
    axis = alt.Axis(labelAngle=0)
    x = alt.X("setting:O", sort=None, title=f"strength of {view.remedy}", axis=axis)
    color = marks.series_color("split", ("train", "validation"))
    return marks.interval_lines(x, _metric_axis(view, view.metric), color, seeds=True)


def _metric_axis(view: RemediesView, name: str) -> alt.Y:
    scale = alt.Scale(zero=False)
    if view.metric == "accuracy":
        return alt.Y("mean:Q", title=name, axis=alt.Axis(format=".0%"), scale=scale)
    return alt.Y("mean:Q", title=f"{name} (cross-entropy, nats)", scale=scale)


def gap_spans(view: RemediesView) -> alt.LayerChart:
    """Training and validation scores on one line per arm; the span between them is the gap."""
    if view.metric == "accuracy":
        look = {"axis": alt.Axis(format=".0%", tickCount=8), "scale": alt.Scale(zero=False)}
        title = "accuracy (the line is the gap)"
    else:
        look, title = {"scale": alt.Scale(zero=True)}, "loss in nats (the line is the gap)"
    base = alt.Chart(marks.TABLE).encode(y=_rows())
    span = base.mark_rule(strokeWidth=3, color=theme.BASELINE, opacity=0.6).encode(
        x=alt.X("train:Q", title=title, **look), x2="validation:Q"
    )
    names = ("train", "validation")
    shapes = alt.Scale(domain=names, range=["circle", "square"])
    dots = alt.Chart(alt.Data(name="scores")).mark_point(filled=True, size=80, opacity=1).encode(
        y=_rows(),
        x=alt.X("value:Q", title=title, **look),
        color=marks.series_color("split", names),
        shape=alt.Shape("split:N", scale=shapes, legend=None),
        tooltip=[
            alt.Tooltip("label:N", title="arm"),
            alt.Tooltip("split:N"),
            alt.Tooltip("value:Q", format=".4~g", title=view.metric),
        ],
    )  # fmt: skip
    return alt.layer(span, dots).properties(height=alt.Step(ROW_HEIGHT))


def curve_lines(view: RemediesView) -> alt.LayerChart:
    """Validation score by step, without a remedy (grey, dashed) and with one (green)."""
    names = ("no remedy", "with the remedy")
    colors = {names[0]: theme.BASELINE, names[1]: theme.REMEDY}
    color = marks.series_color("series", names, colors=colors)
    dashes = alt.Scale(domain=list(names), range=[[5, 3], [1, 0]])
    dash = alt.StrokeDash("series:N", scale=dashes, legend=None)
    y = _metric_axis(view, f"validation {view.metric}")
    return marks.interval_lines(alt.X("step:Q", title="training step"), y, color, dash=dash)

"""Charts of the random-labels experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from core.challenges.overfitting.random_labels_stages import PLAIN
from core.challenges.overfitting.tables.random_labels import LABELS, REACHED
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.overfitting.random_labels import RandomLabelsView

TICKS = [1, 2, 5, 10, 15, 20, 30, 40, 50, 70, 100, 150, 200]
SHARE_AXIS = alt.Axis(format=".0%", values=[0, 0.2, 0.4, 0.6, 0.8, 1])
SCORE_AXIS = alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1], labelOverlap=False)
SHARE_SCALE = alt.Scale(domain=[0, 1.03], nice=False)
"""A little room above 100%, where most lines end."""
ROW_HEIGHT = 34


def _epochs(log: bool, padding: int = 0) -> dict[str, Any]:
    """Axis and scale of epochs; with room around them where single networks are drawn."""
    if log:
        scale = alt.Scale(type="log", nice=False, padding=padding)
        return {"scale": scale, "axis": alt.Axis(values=TICKS, format="d", labelOverlap=True)}
    scale = alt.Scale(nice=bool(padding), zero=True)
    return {"scale": scale, "axis": alt.Axis(format="d", tickMinStep=1)}


def score_by_epoch(view: RandomLabelsView) -> alt.LayerChart | alt.FacetChart:
    """Training (solid) and validation (dashed) by epoch, true and random labels."""
    title = "epoch (log scale)" if view.log_epochs else "epoch"
    x = alt.X("epoch:Q", title=title, **_epochs(view.log_epochs))
    if view.metric == "accuracy":
        y = alt.Y("mean:Q", title="accuracy", axis=SCORE_AXIS, scale=SHARE_SCALE)
    else:
        y = alt.Y("mean:Q", title="loss (cross-entropy, nats)", scale=alt.Scale(zero=True))
    legend = alt.Legend(title=None, orient="bottom", direction="horizontal", symbolType="stroke")
    dashes = alt.Scale(domain=["train", "validation"], range=[[1, 0], [5, 4]])
    color = marks.series_color("labels", tuple(LABELS.values()))
    base = alt.Chart(marks.TABLE).encode(x=x, color=color, detail="split:N")
    dash = alt.StrokeDash("split:N", scale=dashes, legend=legend)
    low = y.copy()
    low.shorthand = "low:Q"
    tooltip = [
        alt.Tooltip("labels:N", title="trained on"),
        alt.Tooltip("split:N", title="measured on"),
        alt.Tooltip("epoch:Q"),
        alt.Tooltip("mean:Q", format=".4~g"),
        alt.Tooltip("low:Q", format=".4~g", title="interval low"),
        alt.Tooltip("high:Q", format=".4~g", title="interval high"),
        alt.Tooltip("n:Q", title="seeds"),
    ]
    band = base.mark_area(opacity=0.16, clip=True).encode(y=low, y2="high:Q")
    line = base.mark_line(strokeWidth=2.2, clip=True).encode(y=y, strokeDash=dash)
    touch = base.mark_point(size=160, opacity=0, clip=True).encode(y=y, tooltip=tooltip)
    return alt.layer(band, line, touch).properties(height=theme.FIGURE_HEIGHT)


def _share() -> alt.X:
    scale = alt.Scale(padding=14)
    return alt.X("share:Q", title="share of random labels", axis=SHARE_AXIS, scale=scale)


def epochs_to_fit(view: RandomLabelsView) -> alt.LayerChart | alt.FacetChart:
    """Mean epochs with interval over the share of random labels; a triangle where given up."""
    title = "epochs (log scale)" if view.log_epochs else "epochs"
    y = alt.Y("mean:Q", title=title, **_epochs(view.log_epochs, padding=10))
    low, value = y.copy(), y.copy()
    low.shorthand, value.shorthand = "low:Q", "value:Q"
    legend = alt.Legend(title=None, orient="top", direction="horizontal")
    shapes = alt.Scale(domain=list(REACHED), range=["circle", "triangle-up"])
    shape = alt.Shape("outcome:N", scale=shapes, legend=legend)
    color = alt.value(theme.ACCENT)
    base = alt.Chart(marks.TABLE).encode(x=_share())
    tooltip = [
        alt.Tooltip("share:Q", title="random labels", format=".0%"),
        alt.Tooltip("mean:Q", title="epochs", format=".4~g"),
        alt.Tooltip("low:Q", format=".4~g", title="interval low"),
        alt.Tooltip("high:Q", format=".4~g", title="interval high"),
        alt.Tooltip("reached:Q", title="networks that got there"),
        alt.Tooltip("n:Q", title="of"),
    ]
    band = base.mark_area(opacity=0.18, clip=True).encode(y=low, y2="high:Q", color=color)
    line = base.mark_line(strokeWidth=2.2, clip=True).encode(y=y, color=color)
    dots = base.mark_point(filled=True, size=60, opacity=1, clip=True).encode(
        y=y, shape=shape, color=color, tooltip=tooltip
    )
    seeds = alt.Chart(marks.SEEDS).mark_point(filled=True, size=16, opacity=0.4, clip=True).encode(
        x=_share(), y=value, shape=shape, color=color
    )  # fmt: skip
    return alt.layer(band, line, seeds, dots).properties(height=theme.FIGURE_HEIGHT)


def score_by_share(view: RandomLabelsView) -> alt.LayerChart | alt.FacetChart:
    """Training and validation accuracy over the share of random labels, beside chance."""
    y = alt.Y("mean:Q", title="accuracy", axis=SCORE_AXIS, scale=SHARE_SCALE)
    color = marks.series_color("split", ("train", "validation"))
    lines = marks.interval_lines(_share(), y, color, seeds=True)
    guess = alt.Chart(marks.TABLE).mark_rule(color=theme.BASELINE, strokeDash=[4, 4]).encode(
        y=alt.Y("mean(chance):Q", title="accuracy", scale=SHARE_SCALE)
    )  # fmt: skip
    return alt.layer(guess, *lines.layer).properties(height=theme.FIGURE_HEIGHT)


def regularisers(view: RandomLabelsView) -> alt.LayerChart | alt.FacetChart:
    """One dot with its interval per regulariser; one panel."""
    axis = alt.Axis(title=None, labelLimit=200, ticks=False, domain=False, labelPadding=8)
    y = alt.Y("arm:N", sort=None, axis=axis, scale=alt.Scale(padding=0.6))
    scale = alt.Scale(domain=[PLAIN, "regulariser"], range=[theme.BASELINE, theme.REMEDY])
    color = alt.Color("kind:N", scale=scale, legend=None)
    measured = view.regularisers == "measured"
    if measured:
        x = alt.X("mean:Q", title="accuracy", axis=SCORE_AXIS, scale=SHARE_SCALE)
    else:
        look = alt.Axis(labelExpr="format(100 * datum.value, datum.value ? '+' : '')", tickCount=5)
        x = alt.X("mean:Q", title="difference to no regulariser (points)", axis=look)
    bars = marks.interval_bars(y, x, color, zero_rule=not measured)
    return bars.properties(height=alt.Step(ROW_HEIGHT))

"""Charts of the training-time experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.overfitting.tables.training_time import GROUPS, RULES
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.overfitting.training_time import TrainingTimeView

RESTORED = alt.Data(name="restored")
FRAME = alt.Data(name="frame")
ROW_HEIGHT = 46
"""Pixels of one row in the charts with a row per rule."""
_SIGNED = "datum.value ? format(100 * datum.value, '+,.3~r') : '0'"
_WATCHED = alt.Y("watched:N", title=None, sort=list(RULES.values()), axis=alt.Axis(
    labelLimit=160, ticks=False, domain=False, labelPadding=8
))  # fmt: skip


def _epochs(view: TrainingTimeView, field: str = "epoch:Q") -> alt.X:
    kind = {"type": "symlog", "constant": 1} if view.log_epochs else {"type": "linear"}
    axis = alt.Axis(format="d", tickMinStep=1)
    if view.log_epochs:
        axis = alt.Axis(format="d", values=[0, 1, 2, 5, 10, 20, 40, 80, 160])
    title = "epoch (log scale)" if view.log_epochs else "epoch"
    return alt.X(field, title=title, axis=axis, scale=alt.Scale(nice=False, **kind))


def _score(view: TrainingTimeView, name: str = "", whole: bool = False) -> alt.Y:
    scale = alt.Scale(zero=False)
    if view.metric == "accuracy":
        scale = alt.Scale(domain=[0, 1]) if whole else scale
        return alt.Y("mean:Q", title=f"{name}accuracy", axis=alt.Axis(format=".0%"), scale=scale)
    return alt.Y("mean:Q", title=f"{name}loss (cross-entropy, nats)", scale=scale)


def _epoch_lines(x: alt.X, y: alt.Y, color: alt.Color) -> alt.LayerChart:
    """Mean lines with interval bands for many epochs: no points, but a tooltip everywhere.

    An invisible frame spans all epochs from the start, so that the axis stands still while the
    lines grow.
    """
    frame = alt.Chart(FRAME).mark_point(opacity=0).encode(x=x)
    base = alt.Chart(marks.TABLE).encode(x=x, color=color)
    low = y.copy()
    low.shorthand = "low:Q"
    tooltip = [
        alt.Tooltip(color.shorthand, title="series"),
        alt.Tooltip("epoch:Q"),
        alt.Tooltip("mean:Q", format=".4~g"),
        alt.Tooltip("low:Q", format=".4~g", title="interval low"),
        alt.Tooltip("high:Q", format=".4~g", title="interval high"),
        alt.Tooltip("n:Q", title="seeds"),
    ]
    band = base.mark_area(opacity=0.18, clip=True).encode(y=low, y2=alt.Y2("high:Q"))
    line = base.mark_line(strokeWidth=2.2, clip=True).encode(y=y)
    touch = base.mark_point(size=160, opacity=0, clip=True).encode(y=y, tooltip=tooltip)
    return alt.layer(frame, band, line, touch).properties(height=theme.FIGURE_HEIGHT)


def score_by_epoch(view: TrainingTimeView) -> alt.LayerChart:
    """Three curves by epoch, and a diamond where each seed's weights are restored."""
    color = marks.series_color("split", ("train", "validation", "test"))
    y = _score(view, whole=True)
    lines = _epoch_lines(_epochs(view), y, color)
    value = y.copy()
    value.shorthand = "validation:Q"
    tooltip = [
        alt.Tooltip("seed:Q"),
        alt.Tooltip("epoch:Q", title="restored epoch"),
        alt.Tooltip("stopped:Q", title="last epoch"),
        alt.Tooltip("validation:Q", format=".4~g"),
        alt.Tooltip("test:Q", format=".4~g"),
    ]
    base = alt.Chart(RESTORED).encode(x=_epochs(view))
    rule = base.mark_rule(color=theme.BASELINE, opacity=0.5, strokeDash=[3, 3])
    diamond = base.mark_point(
        shape="diamond", filled=True, size=80, opacity=1, color=theme.VALIDATION, stroke="white",
        strokeWidth=1,
    ).encode(y=value, tooltip=tooltip)  # fmt: skip
    return alt.layer(rule, lines, diamond).properties(height=theme.FIGURE_HEIGHT)


def answers_by_epoch(view: TrainingTimeView) -> alt.LayerChart:
    """Shares of correct labels learnt, wrong labels learnt and wrong labels corrected."""
    colors = dict(zip(GROUPS, (theme.TRAIN, theme.WARNING, theme.REMEDY), strict=True))
    color = marks.series_color("group", GROUPS, colors=colors)
    y = alt.Y("mean:Q", title="share of these examples", axis=alt.Axis(format=".0%"),
              scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    return _epoch_lines(_epochs(view), y, color)


def stopping_gain(view: TrainingTimeView) -> alt.LayerChart:
    """One dot with its interval per rule, over the single seeds; zero is the final weights."""
    if view.metric == "accuracy":
        title = "test accuracy, restored − final (points)"
        axis = alt.Axis(labelExpr=_SIGNED, tickCount=8)
    else:
        title, axis = "test loss, restored − final (nats; below 0 is better)", alt.Axis(tickCount=8)
    x = alt.X("mean:Q", title=title, axis=axis)
    color = alt.Color("watched:N", legend=None, scale=alt.Scale(
        domain=list(RULES.values()), range=[theme.REMEDY, theme.REMEDY, theme.BASELINE]
    ))  # fmt: skip
    value = x.copy()
    value.shorthand = "value:Q"
    seeds = alt.Chart(marks.SEEDS).mark_point(filled=True, size=20, opacity=0.4).encode(
        x=value, y=_WATCHED, color=color
    )  # fmt: skip
    bars = marks.interval_bars(_WATCHED, x, color)
    return alt.layer(seeds, bars).properties(height=alt.Step(ROW_HEIGHT))


def stopping_epochs(view: TrainingTimeView) -> alt.LayerChart:
    """One row per rule and seed: the restored epoch, and a line to the last epoch trained."""
    x = _epochs(view, "restored:Q")
    offset = alt.YOffset("seed:N", scale=alt.Scale(padding=0.4))
    base = alt.Chart(marks.TABLE).encode(x=x, y=_WATCHED, yOffset=offset)
    wait = base.mark_rule(color=theme.BASELINE, opacity=0.6).encode(x2="stopped:Q")
    diamond = base.mark_point(shape="diamond", filled=True, size=46, opacity=1,
                              color=theme.VALIDATION).encode(tooltip=[
        alt.Tooltip("watched:N"), alt.Tooltip("seed:N"),
        alt.Tooltip("restored:Q", title="restored epoch"),
        alt.Tooltip("stopped:Q", title="last epoch"),
    ])  # fmt: skip
    return alt.layer(wait, diamond).properties(height=theme.FIGURE_HEIGHT)


def score_by_patience(view: TrainingTimeView) -> alt.LayerChart:
    """Test score of the restored weights against patience, one line per kind of label."""
    colors = {RULES["noisy"]: theme.WARNING, RULES["true"]: theme.TRAIN}
    color = marks.series_color("watched", tuple(colors), "validation with", colors)
    x = alt.X("patience:Q", title="patience (epochs, log scale)",
              scale=alt.Scale(type="log", base=2, nice=False, padding=12),
              axis=alt.Axis(values=[1, 2, 3, 5, 10, 20, 40], format="d"))  # fmt: skip
    return marks.interval_lines(x, _score(view, "test "), color)

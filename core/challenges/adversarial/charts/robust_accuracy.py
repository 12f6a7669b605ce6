"""Charts of the robust accuracy experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.adversarial.charts.lines import line_color, line_dash
from core.challenges.adversarial.tables.robust_accuracy import EPSILONS, NAMES
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.adversarial.robust_accuracy import RobustAccuracyView

COLORS = dict(
    zip(
        NAMES.values(),
        (theme.BASELINE, theme.TRAIN, theme.VALIDATION, theme.REMEDY, theme.ACCENT),
        strict=True,
    )
)


def _color() -> alt.Color:
    color = marks.series_color("arm", list(NAMES.values()), colors=COLORS)
    color["legend"]["columns"] = 2
    return color


def curves(view: RobustAccuracyView) -> alt.LayerChart:
    """Mean lines with bands over the size, one per arm."""
    what = "PGD attack" if view.attack == "PGD" else "random change"
    x = alt.X(
        "epsilon:Q",
        title=f"size of the {what} per pixel",
        axis=alt.Axis(values=list(EPSILONS), format=".2~f"),
        scale=alt.Scale(domain=[0, EPSILONS[-1]], nice=False),
    )
    y = alt.Y("mean:Q", title="accuracy", axis=alt.Axis(format=".0%"),
              scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    return marks.interval_lines(
        x, y, line_color("arm", COLORS), seeds=True, dash=line_dash("arm", list(COLORS))
    )


def trade_off(view: RobustAccuracyView) -> alt.LayerChart:
    """One dot per arm with both intervals."""
    percent = alt.Axis(format=".0%")
    roomy = alt.Scale(zero=False, padding=18)
    what = "under PGD" if view.attack == "PGD" else "under noise"
    base = alt.Chart(marks.TABLE).encode(color=_color())
    x = {"title": "accuracy on clean images", "axis": percent, "scale": roomy}
    y = {"title": f"accuracy {what}", "axis": percent, "scale": alt.Scale(padding=18)}
    dot = base.mark_point(filled=True, size=110, opacity=1).encode(
        x=alt.X("mean_clean:Q", **x),
        y=alt.Y("mean:Q", **y),
        shape=alt.Shape("arm:N", legend=None, sort=list(NAMES.values())),
        tooltip=[
            alt.Tooltip("arm:N", title="training"),
            alt.Tooltip("mean_clean:Q", format=".1%", title="clean"),
            alt.Tooltip("mean:Q", format=".1%", title=what),
        ],
    )
    across = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low_clean:Q", **x), x2="high_clean:Q", y=alt.Y("mean:Q", **y)
    )
    up = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("mean_clean:Q", **x), y=alt.Y("low:Q", **y), y2="high:Q"
    )
    return alt.layer(across, up, dot).properties(height=theme.FIGURE_HEIGHT)


def differences(view: RobustAccuracyView) -> alt.LayerChart:
    """One dot with its interval per arm; one panel."""
    order = list(NAMES.values())[1:]
    y = alt.Y("arm:N", title=None, sort=order, axis=alt.Axis(labelLimit=140))
    x = alt.X("mean:Q", title="difference in accuracy", axis=alt.Axis(format="+.0%", tickCount=5))
    color = alt.Color(
        "arm:N", legend=None,
        scale=alt.Scale(domain=list(COLORS), range=list(COLORS.values())),
    )  # fmt: skip
    return marks.interval_bars(y, x, color).properties(height=150)


def costs(view: RobustAccuracyView) -> alt.Chart:
    """One bar per arm."""
    color = alt.Color(
        "arm:N", legend=None,
        scale=alt.Scale(domain=list(COLORS), range=list(COLORS.values())),
    )  # fmt: skip
    return (
        alt.Chart(marks.TABLE)
        .mark_bar()
        .encode(
            x=alt.X("passes:Q", title="passes per image and epoch"),
            y=alt.Y("arm:N", title=None, sort=list(NAMES.values()), axis=alt.Axis(labelLimit=140)),
            color=color,
            tooltip=[
                alt.Tooltip("arm:N", title="training"),
                alt.Tooltip("passes:Q"),
                alt.Tooltip("times:Q", format=".1f", title="times standard"),
            ],
        )
        .properties(height=170)
    )

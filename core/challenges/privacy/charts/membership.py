"""Charts of the membership experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.privacy.membership import MembershipView

ATTACKS = {
    "shadow networks": theme.WARNING,
    "loss threshold": theme.ACCENT,
    "guessing": theme.BASELINE,
}
KINDS = {
    "no remedy": theme.WARNING,
    "remedy": theme.REMEDY,
    "shorter training": theme.ACCENT,
    "control": theme.BASELINE,
}


def roc_curves(view: MembershipView) -> alt.LayerChart:
    """Members caught against false alarms on logarithmic axes, one line per attack."""
    scale = alt.Scale(type="log", domain=[1e-3, 1], clamp=True)
    axis = alt.Axis(values=[0.001, 0.01, 0.1, 1], format="~%", grid=True)
    x = alt.X("fpr:Q", title="others falsely accused (log scale)", scale=scale, axis=axis)
    y = alt.Y("mean:Q", title="members caught (log scale)", scale=scale, axis=axis)
    color = marks.series_color("attack", list(ATTACKS), colors=ATTACKS)
    base = alt.Chart(marks.TABLE).encode(x=x, color=color)
    low = y.copy()
    low.shorthand = "low:Q"
    dashes = alt.Scale(domain=list(ATTACKS), range=[[1, 0], [1, 0], [5, 4]])
    band = base.mark_area(opacity=0.18, clip=True).encode(y=low, y2="high:Q")
    line = base.mark_line(strokeWidth=2.4, clip=True).encode(
        y=y,
        strokeDash=alt.StrokeDash("attack:N", scale=dashes, legend=None),
        tooltip=[
            alt.Tooltip("attack:N"),
            alt.Tooltip("fpr:Q", format=".2~%", title="falsely accused"),
            alt.Tooltip("mean:Q", format=".2~%", title="caught"),
        ],
    )
    return alt.layer(band, line).properties(height=theme.FIGURE_HEIGHT)


def leak_by_gap(view: MembershipView) -> alt.LayerChart:
    """Area under the attack's curve against the generalization gap, one dot per arm."""
    x = alt.X(
        "gap_mean:Q",
        title="accuracy on training records − on others",
        axis=alt.Axis(format="~%", tickCount=8),
        scale=alt.Scale(nice=True, padding=20),
    )
    y = alt.Y(
        "mean:Q", title="area under the attack's curve", scale=alt.Scale(zero=False, padding=14)
    )
    scale = alt.Scale(domain=list(KINDS), range=list(KINDS.values()))
    base = alt.Chart(marks.TABLE).encode(x=x, y=y, color=alt.Color("kind:N", scale=scale))
    low, left = y.copy(), x.copy()
    low.shorthand, left.shorthand = "low:Q", "gap_low:Q"
    up = base.mark_rule(opacity=0.6).encode(y=low, y2="high:Q")
    across = base.mark_rule(opacity=0.6).encode(x=left, x2="gap_high:Q")
    zero = alt.Chart(marks.TABLE).mark_rule(color=theme.BASELINE, strokeDash=[4, 4])
    guess = zero.encode(y=alt.YDatum(0.5))
    layers = [guess, up, across, _arm_dots(base), *_arm_names(base)]
    return alt.layer(*layers).properties(height=theme.FIGURE_HEIGHT)


def _arm_dots(base: alt.Chart) -> alt.Chart:
    legend = alt.Legend(title=None, orient="top", columns=2, symbolOpacity=1)
    shapes = alt.Scale(domain=list(KINDS), range=["diamond", "circle", "triangle-up", "square"])
    scale = alt.Scale(domain=list(KINDS), range=list(KINDS.values()))
    return base.mark_point(filled=True, size=90, opacity=1).encode(
        color=alt.Color("kind:N", scale=scale, legend=legend),
        shape=alt.Shape("kind:N", scale=shapes, legend=legend),
        tooltip=[
            alt.Tooltip("arm:N"),
            alt.Tooltip("gap_mean:Q", format=".1%", title="gap"),
            alt.Tooltip("mean:Q", format=".3f", title="area"),
        ],
    )


def _arm_names(base: alt.Chart) -> list[alt.Chart]:
    """Names of shorter trainings stand on the left, so that they do not lie on the others."""
    left = "datum.kind == 'shorter training' || datum.arm == 'random labels'"
    right = base.transform_filter(f"!({left})").mark_text(align="left", dx=9, dy=-7)
    other = base.transform_filter(left).mark_text(align="right", dx=-9, dy=5)
    return [side.encode(text="arm:N") for side in (right, other)]


def remedy_effects(view: MembershipView) -> alt.LayerChart:
    """Change by remedy, with interval, against zero."""
    y = alt.Y("arm:N", sort=None, axis=alt.Axis(title=None, ticks=False, domain=False))
    x = alt.X("mean:Q", title="change against no remedy", axis=alt.Axis(tickCount=6))
    bars = marks.interval_bars(y, x, alt.value(theme.REMEDY))
    return bars.properties(height=alt.Step(34))

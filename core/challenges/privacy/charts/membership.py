"""Charts of the membership experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.privacy.membership_arms import PRIVATE
from core.challenges.privacy.tables.membership import GUESSING, LOSS, PROOF, SHADOWS
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.privacy.membership import MembershipView

ATTACKS = {
    SHADOWS: theme.WARNING,
    LOSS: theme.ACCENT,
    GUESSING: theme.BASELINE,
    PROOF: theme.REMEDY,
}
DASHES = {SHADOWS: [1, 0], LOSS: [1, 0], GUESSING: [5, 4], PROOF: [2, 3]}
KINDS = {
    "no remedy": theme.WARNING,
    "remedy": theme.REMEDY,
    "shorter training": theme.ACCENT,
    "control": theme.BASELINE,
}


LABELS = alt.Axis(title=None, ticks=False, domain=False, labelLimit=130)
GAP_HEIGHT = theme.FIGURE_HEIGHT + 100
"""Room for the names of all kinds of training, one below the other."""
AREA = alt.Scale(domain=[0.4, 1.0], nice=False)
"""Fixed: the names of the dots are given their places in its units."""


def roc_curves(view: MembershipView) -> alt.LayerChart:
    """Members caught against false alarms on logarithmic axes, one line per attack."""
    scale = alt.Scale(type="log", domain=[1e-3, 1], clamp=True)
    axis = alt.Axis(values=[0.001, 0.01, 0.1, 1], format="~%", grid=True)
    x = alt.X("fpr:Q", title="others falsely accused (log scale)", scale=scale, axis=axis)
    y = alt.Y("mean:Q", title="members caught (log scale)", scale=scale, axis=axis)
    shown = [name for name in ATTACKS if name != PROOF or view.arm == PRIVATE]
    base = alt.Chart(marks.TABLE).encode(x=x, color=_attack_color(shown))
    low = y.copy()
    low.shorthand = "low:Q"
    dashes = alt.Scale(domain=shown, range=[DASHES[name] for name in shown])
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


def _attack_color(shown: list[str]) -> alt.Color:
    scale = alt.Scale(domain=shown, range=[ATTACKS[name] for name in shown])
    legend = alt.Legend(
        title=None, orient="top", columns=2, symbolType="stroke", symbolOpacity=1, symbolSize=200
    )
    return alt.Color("attack:N", scale=scale, legend=legend)


def leak_by_gap(view: MembershipView) -> alt.LayerChart:
    """Area under the attack's curve against the generalization gap, one dot per arm."""
    x = alt.X(
        "gap_mean:Q",
        title="accuracy on training records − on others",
        axis=alt.Axis(format="~%", tickCount=5),
        scale=alt.Scale(nice=True, padding=20),
    )
    y = alt.Y("mean:Q", title="area under the attack's curve", scale=AREA)
    scale = alt.Scale(domain=list(KINDS), range=list(KINDS.values()))
    legend = alt.Legend(title=None, orient="top", columns=2, symbolOpacity=1, symbolSize=90)
    color = alt.Color("kind:N", scale=scale, legend=legend)
    base = alt.Chart(marks.TABLE).encode(x=x, y=y, color=color)
    low, left = y.copy(), x.copy()
    low.shorthand, left.shorthand = "low:Q", "gap_low:Q"
    up = base.mark_rule(opacity=0.6).encode(y=low, y2="high:Q")
    across = base.mark_rule(opacity=0.6).encode(x=left, x2="gap_high:Q")
    zero = alt.Chart(marks.TABLE).mark_rule(color=theme.BASELINE, strokeDash=[4, 4])
    guess = zero.encode(y=alt.YDatum(0.5, scale=AREA))
    layers = [guess, up, across, *_arm_names(base), _arm_dots(base)]
    return alt.layer(*layers).properties(height=GAP_HEIGHT)


def _arm_dots(base: alt.Chart) -> alt.Chart:
    shapes = alt.Scale(domain=list(KINDS), range=["diamond", "circle", "triangle-up", "square"])
    return base.mark_point(filled=True, size=90, opacity=1).encode(
        shape=alt.Shape("kind:N", scale=shapes),
        tooltip=[
            alt.Tooltip("arm:N"),
            alt.Tooltip("gap_mean:Q", format=".1%", title="gap"),
            alt.Tooltip("mean:Q", format=".3f", title="area"),
        ],
    )


def _arm_names(base: alt.Chart) -> list[alt.Chart]:
    """Names in two columns, each with a thin line to its dot: they never lie on one another."""
    found = []
    for side, align, column in (("left", "right", 0.42), ("right", "left", 0.56)):
        mine = base.transform_filter(f"datum.side == '{side}'")
        at = alt.value(alt.expr(f"width * {column}"))
        end = alt.value(alt.expr(f"width * {column} + {3 if side == 'left' else -3}"))
        line = mine.mark_rule(opacity=0.4, aria=False)
        found.append(
            line.encode(
                x=alt.X("gap_mean:Q"), y=alt.Y("mean:Q", scale=AREA), x2=end, y2="name_at:Q"
            )
        )
        name = mine.mark_text(align=align, baseline="middle")
        name = name.encode(x=at, y=alt.Y("name_at:Q", scale=AREA), text="arm:N")
        found.append(name.encode(color=alt.value(theme.INK)))
    return found


def remedy_effects(view: MembershipView) -> alt.LayerChart:
    """Change by remedy, with interval, against zero."""
    y = alt.Y("arm:N", sort=None, axis=LABELS)
    x = alt.X("mean:Q", title="change against no remedy", axis=alt.Axis(tickCount=6))
    bars = marks.interval_bars(y, x, alt.value(theme.REMEDY))
    return bars.properties(height=alt.Step(34))

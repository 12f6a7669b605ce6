"""Charts of the attack experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.adversarial.charts.lines import line_color, line_dash
from core.challenges.adversarial.tables.attack import EPSILONS, LABELS
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.adversarial.attack import AttackView

PICTURE_HEIGHT = 190
COLORS = {
    "random noise": theme.BASELINE,
    "FGSM": theme.TRAIN,
    "PGD": theme.WARNING,
    "PGD (L2)": theme.VALIDATION,
    "DeepFool (L2)": theme.ACCENT,
    "Carlini-Wagner (L2)": theme.REMEDY,
}


def images(view: AttackView) -> alt.LayerChart:
    """One picture with its words below; one panel."""
    room = 26
    side = f"min(width, height - {room})"
    picture = alt.Chart(marks.TABLE).mark_image(
        width=alt.expr(side), height=alt.expr(side), aspect=False, align="center",
        baseline="top",
    ).encode(x=alt.value(alt.expr("width / 2")), y=alt.value(0), url="url:N")  # fmt: skip
    words = alt.Chart(marks.TABLE).mark_text(
        align="center", baseline="top", fontSize=13, color=theme.INK
    ).encode(
        x=alt.value(alt.expr("width / 2")), y=alt.value(alt.expr(f"{side} + 8")), text="words:N"
    )  # fmt: skip
    return alt.layer(picture, words).properties(height=PICTURE_HEIGHT)


def probabilities(view: AttackView) -> alt.Chart:
    """Paired bars per class."""
    color = marks.series_color(
        "image", ("before", "after"), colors={"before": theme.BASELINE, "after": theme.WARNING}
    )
    return (
        alt.Chart(marks.TABLE)
        .mark_bar()
        .encode(
            x=alt.X("digit:O", title="class", axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("image:N", sort=["before", "after"]),
            y=alt.Y("value:Q", title="probability", axis=alt.Axis(format=".0%"),
                    scale=alt.Scale(domain=[0, 1])),
            color=color,
            tooltip=["digit:O", "image:N", alt.Tooltip("value:Q", format=".1%")],
        )
        .properties(height=220)
    )  # fmt: skip


def by_size(view: AttackView) -> alt.LayerChart:
    """Mean lines with bands over the size, one per attack; the chosen size is marked."""
    x = alt.X(
        "epsilon:Q",
        title="size of the change per pixel",
        axis=alt.Axis(values=list(EPSILONS[::2]) + [0.1], format=".2~f"),
        scale=alt.Scale(domain=[0, EPSILONS[-1]], nice=False),
    )
    y = alt.Y("mean:Q", title="accuracy", axis=alt.Axis(format=".0%"),
              scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    return marks.interval_lines(
        x,
        y,
        line_color("attack", COLORS),
        seeds=True,
        dash=line_dash("attack", list(LABELS.values())),
    )


def shortest(view: AttackView) -> alt.LayerChart:
    """A dot with its interval per attack."""
    axis = alt.Axis(title=None, ticks=False, domain=False, labelLimit=150)
    y = alt.Y("attack:N", sort=None, axis=axis)
    x = alt.X(
        "mean:Q",
        title="length per pixel (root mean square)",
        axis=alt.Axis(tickCount=5),
        scale=alt.Scale(zero=True),
    )
    scale = alt.Scale(domain=list(COLORS), range=list(COLORS.values()))
    color = alt.Color("attack:N", scale=scale, legend=None)
    bars = marks.interval_bars(y, x, color, zero_rule=False)
    return bars.properties(height=alt.Step(38))

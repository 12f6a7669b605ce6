"""Charts of the transfer experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.adversarial.charts.lines import line_color, line_dash
from core.challenges.adversarial.tables.transfer import EPSILONS, NAMES, SOURCES, VICTIMS
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.adversarial.transfer import TransferView

ORDER = [NAMES[name] for name in SOURCES]
COLORS = dict(
    zip(
        ORDER,
        (theme.BASELINE, theme.CLASS_COLORS[1], theme.TRAIN, theme.ACCENT, theme.VALIDATION,
         theme.WARNING),
        strict=True,
    )
)  # fmt: skip


def matrix(view: TransferView) -> alt.LayerChart:
    """One cell per victim and source, darker where the victim loses more."""
    base = alt.Chart(marks.TABLE).encode(
        x=alt.X("source:N", title="images made to fool", sort=ORDER,
                axis=alt.Axis(labelAngle=0, orient="top", domain=False, ticks=False,
                              labelLimit=90)),
        y=alt.Y("victim:N", title="shown to", sort=[NAMES[name] for name in VICTIMS],
                axis=alt.Axis(domain=False, ticks=False, labelLimit=110)),
    )  # fmt: skip
    cells = base.mark_rect(color=theme.WARNING, cornerRadius=3).encode(
        opacity=alt.Opacity(
            "mean:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=[0.95, 0.06])
        ),
        tooltip=[
            alt.Tooltip("victim:N", title="victim"),
            alt.Tooltip("source:N", title="made to fool"),
            alt.Tooltip("mean:Q", format=".1%", title="accuracy"),
            alt.Tooltip("low:Q", format=".1%", title="interval low"),
            alt.Tooltip("high:Q", format=".1%", title="interval high"),
            alt.Tooltip("n:Q", title="seeds"),
        ],
    )
    words = base.mark_text(fontSize=14).encode(
        text="text:N",
        color=alt.condition("datum.mean < 0.45", alt.value("white"), alt.value(theme.BASELINE)),
    )
    return alt.layer(cells, words).properties(height=250)


def curves(view: TransferView) -> alt.LayerChart:
    """Mean lines with bands over the size, one per source."""
    x = alt.X(
        "epsilon:Q",
        title="size of the change per pixel",
        axis=alt.Axis(values=[0, *EPSILONS], format=".2~f"),
        scale=alt.Scale(domain=[0, EPSILONS[-1]], nice=False),
    )
    y = alt.Y("mean:Q", title="accuracy", axis=alt.Axis(format=".0%"),
              scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    return marks.interval_lines(
        x, y, line_color("source", COLORS), seeds=True, dash=line_dash("source", ORDER)
    )

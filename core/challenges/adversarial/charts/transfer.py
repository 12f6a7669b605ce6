"""Charts of the transfer experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.adversarial.charts.cells import accuracy_cells
from core.challenges.adversarial.charts.lines import line_color, line_dash
from core.challenges.adversarial.tables.transfer import CLEAN, EPSILONS, NAMES, SOURCES, VICTIMS
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
    victims = [NAMES[name] for name in VICTIMS]
    return accuracy_cells(
        ("source", "images made to fool", [NAMES[CLEAN], *ORDER]),
        ("victim", "shown to", victims),
        height=250,
    )


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

"""Charts of the false security experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.adversarial.charts.cells import accuracy_cells
from core.challenges.adversarial.tables.false_security import ATTACKS, NAMES, TOGETHER
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.adversarial.false_security import FalseSecurityView

ORDER = list(NAMES.values())
COLORS = (theme.BASELINE, theme.WARNING, theme.VALIDATION, theme.REMEDY)


def _rows() -> alt.Y:
    return alt.Y("defence:N", title=None, sort=ORDER, axis=alt.Axis(labelLimit=130))


def _color() -> alt.Color:
    scale = alt.Scale(domain=ORDER, range=list(COLORS))
    return alt.Color("defence:N", legend=None, scale=scale)


def matrix(view: FalseSecurityView) -> alt.LayerChart:
    """One cell per defence and attack, darker where more is lost."""
    names = ATTACKS if view.show == "every_attack" else TOGETHER
    return accuracy_cells(
        ("attack", "attack", list(names.values())), ("defence", "defence", ORDER), height=210
    )


def unmasked(view: FalseSecurityView) -> alt.LayerChart:
    """One dot with its interval per defence."""
    x = alt.X(
        "mean:Q", title="difference in accuracy", axis=alt.Axis(format="+.0%"),
        scale=alt.Scale(domainMax=0.05),
    )  # fmt: skip
    return marks.interval_bars(_rows(), x, _color()).properties(height=150)


def flat(view: FalseSecurityView) -> alt.Chart:
    """One bar per defence."""
    x = alt.X("mean:Q", title="share of images", axis=alt.Axis(format=".0%"),
              scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    tooltip = [alt.Tooltip("defence:N"), alt.Tooltip("mean:Q", format=".1%", title="share")]
    chart = (
        alt.Chart(marks.TABLE).mark_bar().encode(x=x, y=_rows(), color=_color(), tooltip=tooltip)
    )
    return chart.properties(height=140)

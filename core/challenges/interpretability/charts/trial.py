"""Charts of the trial of explanations; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.interpretability.tables.trial import DRAWN, TITLES
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.interpretability.trial import TrialView

SHORT = {
    "grid": "share on the right picture of four",
    "deletion": "mean probability left (low is good)",
    "insertion": "mean probability reached",
    "overlap": "overlap with the object (IoU)",
    "pointing": "top pixel on the object",
}


def leaderboard(view: TrialView) -> alt.LayerChart:
    """One dot with its interval per method, the best on top; chance as a line in the grid."""
    assert set(SHORT) == set(TITLES)
    y = alt.Y("method:N", sort=None, title=None, axis=alt.Axis(labelLimit=130, labelOverlap=False))
    x = alt.X("mean:Q", title=SHORT[view.criterion], axis=alt.Axis(format=".0%"),
              scale=alt.Scale(domain=[0, 1], clamp=True))  # fmt: skip
    scale = alt.Scale(domain=["map", "no network"], range=[theme.ACCENT, theme.BASELINE])
    color = alt.Color("kind:N", scale=scale, legend=alt.Legend(title=None, orient="top"))
    dots = marks.interval_bars(y, x, color, zero_rule=False)
    if view.criterion != "grid":
        return dots.properties(height=400)
    chance = alt.Chart(marks.TABLE).mark_rule(color=theme.BASELINE, strokeDash=[4, 4])
    return alt.layer(chance.encode(x=alt.XDatum(0.25)), dots).properties(height=400)


def curves(view: TrialView) -> alt.LayerChart:
    """Mean probability with bands over the share of the pixels; one panel."""
    x = alt.X("share:Q", title="share of the pixels", axis=alt.Axis(format=".0%"))
    y = alt.Y("mean:Q", title="probability of the class", axis=alt.Axis(format=".0%"),
              scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    color = marks.series_color("method", DRAWN, colors=COLORS)
    color["legend"].columns = 2  # The panels are narrow.
    return marks.interval_lines(x, y, color)


COLORS = {
    "Occlusion": theme.REMEDY,
    "Integrated Gradients": theme.TRAIN,
    "Saliency": theme.ACCENT,
    "Grad-CAM": theme.WARNING,
    "Brightness": theme.VALIDATION,
    "Random map": theme.BASELINE,
}

"""Charts of the unlearning experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.privacy.tables import unlearning as tables
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.privacy.unlearning import UnlearningView

COLORS = {
    tables.ORIGINAL: theme.WARNING,
    tables.RETRAINED: theme.BASELINE,
    tables.TUNED: theme.REMEDY,
    tables.CLIMBED: theme.REMEDY,
    tables.REPAIRED: theme.REMEDY,
}
LABELS = alt.Axis(title=None, ticks=False, domain=False, labelLimit=110)


def _color() -> alt.Color:
    scale = alt.Scale(domain=list(COLORS), range=list(COLORS.values()))
    return alt.Color("arm:N", scale=scale, legend=None)


def forgotten(view: UnlearningView) -> alt.LayerChart:
    """One panel: a dot with its interval per way of forgetting; the line is at one half."""
    y = alt.Y("arm:N", sort=list(COLORS), axis=LABELS)
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("mean:Q", title=None, scale=scale, axis=alt.Axis(tickCount=5))
    bars = marks.interval_bars(y, x, _color(), zero_rule=False)
    half = alt.Chart(marks.TABLE).mark_rule(color=theme.BASELINE, strokeDash=[4, 4])
    return alt.layer(half.encode(x=alt.XDatum(0.5)), bars).properties(height=alt.Step(34))


def differences(view: UnlearningView) -> alt.LayerChart:
    """One panel: difference to the yardstick by way of forgetting."""
    y = alt.Y("arm:N", sort=list(COLORS), axis=LABELS)
    x = alt.X("mean:Q", title="difference", axis=alt.Axis(tickCount=4))
    return marks.interval_bars(y, x, _color()).properties(height=alt.Step(34))

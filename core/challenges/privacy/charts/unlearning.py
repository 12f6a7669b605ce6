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
    tables.SHARDED: theme.WARNING,
    tables.RESHARDED: theme.ACCENT,
}
SHARDS = {"2 shards": theme.TRAIN, "5 shards": theme.ACCENT, "10 shards": theme.REMEDY}
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


def shards(view: UnlearningView) -> alt.LayerChart:
    """One panel: a share by number of shards, with its interval."""
    y = alt.Y(
        "shards:O",
        axis=alt.Axis(title="shards", ticks=False, domain=False),
    )
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("mean:Q", title=None, scale=scale, axis=alt.Axis(tickCount=5, format="%"))
    bars = marks.interval_bars(y, x, alt.value(theme.ACCENT), zero_rule=False)
    return bars.properties(height=alt.Step(34))


def work_by_requests(view: UnlearningView) -> alt.LayerChart:
    """Work against the number of requests, one line per number of shards."""
    x = alt.X(
        "requests:Q",
        title="records forgotten at once (log scale)",
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(values=[1, 2, 5, 10, 25, 50, 100], format="d"),
    )
    y = alt.Y("mean:Q", title="share of training from scratch", axis=alt.Axis(format="%"),
              scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    return marks.interval_lines(x, y, marks.series_color("shards", list(SHARDS), colors=SHARDS))

"""Charts of the trial of explanations; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.attributions import CONTROLS
from core.challenges.interpretability.tables.trial import (
    DRAWN,
    LEAST_ERROR,
    LINEAR,
    NETWORK,
    TITLES,
)
from core.challenges.interpretability.trial_court import STEPS
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.interpretability.trial import TrialView

SHORT = {
    "grid": "share on the right picture of four",
    "deletion": "mean probability left (low is good)",
    "insertion": "mean probability reached",
    "infidelity": "change not foreseen (low is good)",
    "completeness": "sum off by, of the gain (low is good)",
    "sensitivity": "change under noise (low is good)",
    "stability": "rank correlation between networks",
    "overlap": "overlap with the object (IoU)",
    "pointing": "top pixel on the object",
}
CHANCE = {"grid": 0.25, "stability": 0.0}
"""What a map gets that knows nothing, where that is one number."""


def leaderboard(view: TrialView) -> alt.LayerChart:
    """One dot with its interval per method, the best on top; chance as a line where it is known."""
    assert set(SHORT) == set(TITLES)
    y = alt.Y("method:N", sort=_by("place"), title=None,
              axis=alt.Axis(labelLimit=130, labelOverlap=False, labelFlush=False))  # fmt: skip
    scale = alt.Scale(domain=["map", "no network"], range=[theme.ACCENT, theme.BASELINE])
    color = alt.Color("kind:N", scale=scale, legend=alt.Legend(title=None, orient="top"))
    dots = marks.interval_bars(y, _scored(view.criterion), color, zero_rule=False)
    if view.criterion not in CHANCE:
        return dots.properties(height=400)
    chance = alt.Chart(marks.TABLE).mark_rule(color=theme.BASELINE, strokeDash=[4, 4])
    at = alt.XDatum(CHANCE[view.criterion])
    return alt.layer(chance.encode(x=at), dots).properties(height=400)


def _by(column: str) -> alt.EncodingSortField:
    """Sort by a column: rows in the order of the data would stay where a live run put them."""
    return alt.EncodingSortField(field=column, op="min", order="ascending")


def _scored(criterion: str) -> alt.X:
    """Axis of one test: shares end at 1, ratios do not, and sums may be off by any factor."""
    title = SHORT[criterion]
    if criterion == "stability":
        return alt.X("mean:Q", title=title, scale=alt.Scale(domain=[-0.2, 1], clamp=True))
    if criterion == "completeness":
        ticks = alt.Axis(format="~%", values=[0, 0.01, 0.1, 1, 10, 100, 1e3, 1e4, 1e5])
        scale = alt.Scale(type="symlog", constant=0.01, domainMin=0)
        return alt.X("mean:Q", title=title, axis=ticks, scale=scale)
    scale = alt.Scale(domain=[0, 1], clamp=True)
    if criterion == "sensitivity":
        scale = alt.Scale(zero=True, domainMin=0)
    return alt.X("mean:Q", title=title, axis=alt.Axis(format=".0%"), scale=scale)


def ranks(view: TrialView) -> alt.LayerChart:
    """Place of each method by each test, as a number in a coloured cell."""
    bare = {"title": None, "labelOverlap": False, "labelFlush": False, "grid": False,
            "ticks": False, "domain": False}  # fmt: skip
    slanted = alt.Axis(orient="top", labelAngle=-60, **bare)
    italic = alt.condition(
        f"indexof({list(CONTROLS)!r}, datum.value) >= 0", alt.value("italic"), alt.value("normal")
    )
    names = alt.Axis(labelLimit=130, labelFontStyle=italic, **bare)
    cells = alt.Chart(marks.TABLE).encode(
        x=alt.X("criterion:N", sort=list(TITLES), axis=slanted),
        y=alt.Y("method:N", sort=_by("mean_place"), axis=names),
    )
    scale = alt.Scale(range=list(theme.PLACES), interpolate="rgb")
    squares = cells.mark_rect(stroke=None, cornerRadius=2).encode(
        color=alt.Color("place:Q", scale=scale, legend=None),
        tooltip=[
            alt.Tooltip("method:N"),
            alt.Tooltip("criterion:N", title="test"),
            alt.Tooltip("place:Q", title="place"),
            alt.Tooltip("best:Q", title="best place of a seed"),
            alt.Tooltip("worst:Q", title="worst place of a seed"),
            alt.Tooltip("mean:Q", format=".3~g", title="score"),
            alt.Tooltip("low:Q", format=".3~g", title="interval low"),
            alt.Tooltip("high:Q", format=".3~g", title="interval high"),
        ],
    )
    numbers = cells.mark_text(color=theme.ON_PLACES, fontSize=13, fontWeight=600, aria=False)
    return alt.layer(squares, numbers.encode(text="place:Q")).properties(height=alt.Step(28))


def curves(view: TrialView) -> alt.LayerChart:
    """Mean probability with bands over the share of the pixels; one panel."""
    x = alt.X("share:Q", title="share of the pixels", axis=alt.Axis(format=".0%"))
    y = alt.Y("mean:Q", title="probability of the class", axis=alt.Axis(format=".0%"),
              scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    color = marks.series_color("method", DRAWN, colors=COLORS)
    color["legend"].columns = 2  # The panels are narrow.
    return marks.interval_lines(x, y, color)


def adding_up(view: TrialView) -> alt.LayerChart:
    """Completeness error of Integrated Gradients over its steps, both axes by ratio."""
    x = alt.X("steps:Q", title="steps from black to the picture", axis=alt.Axis(values=list(STEPS)),
              scale=alt.Scale(type="log", base=2, nice=False))  # fmt: skip
    y = alt.Y("mean:Q", title="sum off by, share of the gain",
              axis=alt.Axis(format="~e", tickCount=5),
              scale=alt.Scale(type="log", domainMin=LEAST_ERROR))  # fmt: skip
    colors = {NETWORK: theme.ACCENT, LINEAR: theme.BASELINE}
    color = marks.series_color("model", list(colors), colors=colors)
    return marks.interval_lines(x, y, color)


COLORS = {
    "Occlusion": theme.REMEDY,
    "Integrated Gradients": theme.TRAIN,
    "Saliency": theme.ACCENT,
    "Grad-CAM": theme.WARNING,
    "Brightness": theme.VALIDATION,
    "Random map": theme.BASELINE,
}

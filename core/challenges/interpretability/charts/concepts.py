"""Charts of the concepts experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.interpretability.concepts_data import CONCEPTS, EXAMPLES, LAYERS
from core.challenges.interpretability.tables.concepts import GROUPS, LEVEL, RANDOM, RULES, SERIES
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.interpretability.concepts import ConceptsView

SHARES = [-0.03, 1.03]
"""From 0 to 1, with room for dots at the ends."""
QUARTERS = [0, 0.25, 0.5, 0.75, 1]
COLORS = {"stripes": theme.ACCENT, "dots": theme.VALIDATION, RANDOM: theme.BASELINE}
GROUP_COLORS = dict(
    zip(GROUPS.values(), (theme.BASELINE, theme.ACCENT, theme.WARNING), strict=True)
)


def pictures(view: ConceptsView) -> alt.LayerChart:
    """Some pictures of a set, in two rows; one panel a set."""
    x, y = (alt.Axis(labels=False, ticks=False, domain=False, grid=False, title=None),) * 2
    across, down = alt.X("column:O", axis=x), alt.Y("row:O", axis=y)
    size = {
        "width": alt.expr(f"width / {EXAMPLES // 2} - 4"),
        "height": alt.expr("height / 2 - 4"),
    }
    drawn = alt.Chart(alt.Data(name="pictures")).mark_image(**size)
    hidden = alt.Chart(marks.TABLE).mark_rect(opacity=0).encode(
        x=across, y=down,
        tooltip=[alt.Tooltip("brightness:Q", title="mean brightness", format=".2f")],
    )  # fmt: skip
    both = alt.layer(drawn.encode(x=across, y=down, url="url:N"), hidden)
    return both.properties(height=130)


def scores(view: ConceptsView) -> alt.LayerChart:
    """Scores over layers, and the range of random sets; one panel a network."""
    lines = _over_layers("TCAV score", SHARES)
    half = alt.Chart(marks.TABLE).mark_rule(aria=False, color=theme.BASELINE, strokeDash=[4, 4])
    return alt.layer(half.encode(y=alt.YDatum(0.5)), lines).properties(height=260)


def vectors(view: ConceptsView) -> alt.LayerChart:
    """Accuracy on unseen pictures over layers; one panel a network."""
    return _over_layers("right on new pictures", [0.4, 1.02]).properties(height=230)


def _over_layers(title: str, domain: list[float], form: str = ".0%") -> alt.LayerChart:
    x = alt.X("layer:O", sort=list(LAYERS), title=None,
              axis=alt.Axis(labelAngle=0), scale=alt.Scale(padding=0.3))  # fmt: skip
    y = alt.Y("mean:Q", title=title, axis=alt.Axis(format=form, values=QUARTERS),
              scale=alt.Scale(domain=domain))  # fmt: skip
    return marks.interval_lines(x, y, marks.series_color("concept", SERIES, colors=COLORS))


def effects(view: ConceptsView) -> alt.LayerChart:
    """One dot per concept and shape: score against what painting it in does."""
    x = _effect_axis(view)
    y = alt.Y("mean:Q", title=f"TCAV score at {view.layer}", scale=alt.Scale(domain=SHARES),
              axis=alt.Axis(format=".0%", values=QUARTERS))  # fmt: skip
    chosen = alt.datum.shape == view.shape
    base = alt.Chart(marks.TABLE).encode(
        x=x,
        color=marks.series_color("concept", CONCEPTS, colors=COLORS),
        opacity=alt.condition(chosen, alt.value(1), alt.value(0.5)),
    )
    rule = {"aria": False, "color": theme.BASELINE, "strokeDash": [4, 4]}
    span = base.mark_rule(aria=False, strokeWidth=2).encode(y=alt.Y("low:Q"), y2="high:Q")
    dot = base.mark_point(filled=True).encode(
        y=y, shape=alt.Shape("concept:N", sort=list(CONCEPTS), legend=None),
        size=alt.condition(chosen, alt.value(140), alt.value(70)),
        tooltip=[
            alt.Tooltip("concept:N"),
            alt.Tooltip("shape:N"),
            alt.Tooltip("effect:Q", title=f"change of {view.effect_on}", format=".2f"),
            alt.Tooltip("mean:Q", title="TCAV score", format=".0%"),
        ],
    )  # fmt: skip
    return alt.layer(
        alt.Chart(marks.TABLE).mark_rule(**rule).encode(x=alt.XDatum(0)),
        alt.Chart(marks.TABLE).mark_rule(**rule).encode(y=alt.YDatum(0.5)),
        span, dot,
    ).properties(height=260)  # fmt: skip


def _effect_axis(view: ConceptsView) -> alt.X:
    title = f"change of the shape's {view.effect_on}"
    if view.effect_on == "probability":  # one scale for both networks
        axis = alt.Axis(format="+.0%", values=[-1, -0.5, 0, 0.5, 1])
        return alt.X("effect:Q", title=title, axis=axis, scale=alt.Scale(domain=[-1.05, 1.05]))
    axis = alt.Axis(format="+.1~f", tickCount=5)
    return alt.X("effect:Q", title=title, axis=axis, scale=alt.Scale(padding=14, nice=False))


def alarms(view: ConceptsView) -> alt.LayerChart:
    """One dot with its interval per rule and kind of concept."""
    title = "tests that sound the alarm"
    legend = alt.Legend(title=None, orient="top", columns=1, symbolOpacity=1, symbolSize=90)
    scale = alt.Scale(domain=list(GROUP_COLORS), range=list(GROUP_COLORS.values()))
    color = alt.Color("kind:N", scale=scale, legend=legend)
    base = alt.Chart(marks.TABLE).encode(
        y=alt.Y("rule:N", sort=list(RULES.values()), title=None,
                axis=alt.Axis(labelLimit=170, labelOverlap=False)),
        yOffset=alt.YOffset("kind:N", sort=list(GROUPS.values())),
        color=color,
    )  # fmt: skip
    x = alt.X("mean:Q", title=title, scale=alt.Scale(domain=SHARES),
              axis=alt.Axis(format=".0%", values=QUARTERS))  # fmt: skip
    low = x.copy()
    low.shorthand = "low:Q"
    wanted = alt.Chart(marks.TABLE).mark_rule(aria=False, color=theme.BASELINE, strokeDash=[4, 4])
    dot = base.mark_point(filled=True, size=80, opacity=1).encode(
        x=x,
        shape=alt.Shape("kind:N", sort=list(GROUPS.values()), legend=None),
        tooltip=[
            alt.Tooltip("kind:N", title="concept"),
            alt.Tooltip("rule:N"),
            alt.Tooltip("mean:Q", title=title, format=".1%"),
            alt.Tooltip("low:Q", title="interval low", format=".1%"),
            alt.Tooltip("high:Q", title="interval high", format=".1%"),
            alt.Tooltip("n:Q", title="seeds"),
        ],
    )
    span = base.mark_rule(aria=False, strokeWidth=3).encode(x=low, x2="high:Q")
    return alt.layer(wanted.encode(x=alt.XDatum(LEVEL)), span, dot).properties(height=280)

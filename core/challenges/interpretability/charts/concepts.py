"""Charts of the concepts experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.interpretability.concepts_data import CONCEPTS, EXAMPLES, LAYERS
from core.challenges.interpretability.tables.concepts import LEVEL, RANDOM, RULES, SERIES
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.interpretability.concepts import ConceptsView

COLORS = {"stripes": theme.ACCENT, "dots": theme.VALIDATION, RANDOM: theme.BASELINE}


def pictures(view: ConceptsView) -> alt.LayerChart:
    """A row of pictures per set."""
    bare = {"ticks": False, "domain": False, "grid": False, "title": None}
    x = alt.X("picture:O", axis=alt.Axis(labels=False, **bare))
    y = alt.Y("concept:N", sort=list(SERIES), axis=alt.Axis(labelLimit=110, **bare))
    size = {
        "width": alt.expr(f"width / {EXAMPLES} - 6"),
        "height": alt.expr(f"height / {len(SERIES)} - 6"),
    }
    drawn = alt.Chart(alt.Data(name="pictures")).mark_image(**size)
    hidden = alt.Chart(marks.TABLE).mark_rect(opacity=0).encode(
        x=x, y=y,
        tooltip=[
            alt.Tooltip("concept:N", title="set"),
            alt.Tooltip("brightness:Q", title="mean brightness", format=".2f"),
        ],
    )  # fmt: skip
    return alt.layer(drawn.encode(x=x, y=y, url="url:N"), hidden).properties(height=250)


def scores(view: ConceptsView) -> alt.LayerChart:
    """Scores over layers, and the range of random sets; one panel a network."""
    lines = _over_layers("TCAV score", [0, 1])
    half = alt.Chart(marks.TABLE).mark_rule(aria=False, color=theme.BASELINE, strokeDash=[4, 4])
    return alt.layer(half.encode(y=alt.YDatum(0.5)), *lines.layer).properties(height=260)


def vectors(view: ConceptsView) -> alt.LayerChart:
    """Accuracy on unseen pictures over layers; one panel a network."""
    return _over_layers("right on new pictures", [0.4, 1], ".0%").properties(height=230)


def _over_layers(title: str, domain: list[float], form: str = ".1f") -> alt.LayerChart:
    x = alt.X("layer:O", sort=list(LAYERS), title=None,
              axis=alt.Axis(labelAngle=0), scale=alt.Scale(padding=0.3))  # fmt: skip
    y = alt.Y("mean:Q", title=title, axis=alt.Axis(format=form, tickCount=5),
              scale=alt.Scale(domain=domain))  # fmt: skip
    return marks.interval_lines(x, y, marks.series_color("concept", SERIES, colors=COLORS))


def effects(view: ConceptsView) -> alt.LayerChart:
    """One dot per concept and shape: score against what painting it in does."""
    title = f"change of the shape's {view.effect_on}"
    form = "+.0%" if view.effect_on == "probability" else "+.0f"
    x = alt.X("effect:Q", title=title, axis=alt.Axis(format=form, tickCount=5),
              scale=alt.Scale(zero=True))  # fmt: skip
    y = alt.Y("mean:Q", title=f"TCAV score at {view.layer}", scale=alt.Scale(domain=[0, 1]))
    color = marks.series_color("concept", CONCEPTS, colors=COLORS)
    base = alt.Chart(marks.TABLE).encode(x=x)
    rule = {"aria": False, "color": theme.BASELINE, "strokeDash": [4, 4]}
    span = base.mark_rule(aria=False, opacity=0.45, strokeWidth=2)
    dot = base.mark_point(filled=True, size=80, opacity=1).encode(
        y=y, color=color, shape=alt.Shape("concept:N", sort=list(CONCEPTS), legend=None),
        tooltip=[
            alt.Tooltip("concept:N"),
            alt.Tooltip("shape:N"),
            alt.Tooltip("effect:Q", title=title, format=form),
            alt.Tooltip("mean:Q", title="TCAV score", format=".2f"),
        ],
    )  # fmt: skip
    name = base.mark_text(dy=-11, color=theme.BASELINE).encode(y=y, text="label:N")
    return alt.layer(
        alt.Chart(marks.TABLE).mark_rule(**rule).encode(x=alt.XDatum(0)),
        alt.Chart(marks.TABLE).mark_rule(**rule).encode(y=alt.YDatum(0.5)),
        span.encode(y=alt.Y("low:Q"), y2="high:Q", color=color), dot, name,
    ).properties(height=260)  # fmt: skip


def alarms(view: ConceptsView) -> alt.LayerChart:
    """One dot with its interval per rule; one panel a kind of concept."""
    y = alt.Y("rule:N", sort=list(RULES.values()), title=None,
              axis=alt.Axis(labelLimit=170, labelOverlap=False))  # fmt: skip
    x = alt.X("mean:Q", title="tests that sound the alarm", scale=alt.Scale(domain=[0, 1]),
              axis=alt.Axis(format=".0%", values=[0, 0.5, 1]))  # fmt: skip
    color = alt.condition(
        alt.datum.rule == RULES["band"], alt.value(theme.REMEDY), alt.value(theme.ACCENT)
    )
    wanted = alt.Chart(marks.TABLE).mark_rule(aria=False, color=theme.BASELINE, strokeDash=[4, 4])
    bars = marks.interval_bars(y, x, color, zero_rule=False)
    return alt.layer(wanted.encode(x=alt.XDatum(LEVEL)), *bars.layer).properties(height=170)

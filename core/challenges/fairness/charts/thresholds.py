"""Charts of the threshold explorer; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.fairness.thresholds import ThresholdsView

GROUPS = ("group A", "group B")
COLORS = dict(zip(GROUPS, theme.CLASS_COLORS, strict=True))
GAPS = "datum.value ? format(100 * datum.value, '+.0f') : '0'"
HEADS = (
    "width > 380 ? split(datum.value, ' rate')[0] : "
    "{'selection rate': ['selec-', 'tion'], 'true positive rate': ['true', 'pos.'], "
    "'false positive rate': ['false', 'pos.'], 'precision': ['preci-', 'sion'], "
    "'accuracy': ['accu-', 'racy']}[datum.value]"
)
"""Names of rates above narrow columns, in two lines on a phone."""
LABELS = alt.Axis(title=None, labelLimit=260, ticks=False, domain=False, labelPadding=8)


def definitions(view: ThresholdsView) -> alt.LayerChart:
    """One dot with its interval per definition; zero is equal."""
    verdicts = ("about equal", "unclear", "unequal")
    colors = dict(zip(verdicts, (theme.REMEDY, theme.BASELINE, theme.WARNING), strict=True))
    scale = alt.Scale(domain=[-0.5, 0.5], clamp=True)
    x = alt.X("mean:Q", title="group B minus group A (points)", scale=scale,
              axis=alt.Axis(labelExpr=GAPS, values=[-0.5, -0.25, 0, 0.25, 0.5]))  # fmt: skip
    color = marks.series_color("verdict", verdicts, colors=colors)
    # What it asks for goes below its name: on a phone the long labels left no room for the dots.
    axis = LABELS.copy()
    axis.labelExpr = "split(replace(datum.label, ' (', '|('), '|')"
    y = alt.Y("definition:N", sort=None, axis=axis)
    return marks.interval_bars(y, x, color).properties(height=alt.Step(40))


def curves(view: ThresholdsView) -> alt.LayerChart:
    """A rate against the threshold, one line per group, with the chosen thresholds upright."""
    x = alt.X("threshold:Q", title="threshold on the score", scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("mean:Q", title=view.metric, axis=alt.Axis(format=".0%"))
    color = marks.series_color("group", GROUPS, colors=COLORS)
    color.legend.symbolStrokeWidth = 0  # Else the dashes of the rule eat at the dot.
    lines = marks.interval_lines(x, y, color)
    rule = (
        alt.Chart(alt.Data(name="chosen"))
        .mark_rule(aria=False, strokeWidth=2)
        .encode(x=x, color=color)
    )
    dashes = alt.Scale(domain=list(GROUPS), range=[[1, 0], [5, 3]])
    rule = rule.encode(strokeDash=alt.StrokeDash("group:N", scale=dashes, legend=None))
    return alt.layer(rule, lines).properties(height=theme.FIGURE_HEIGHT)


def policies(view: ThresholdsView) -> alt.LayerChart:
    """Policies by rates; the stronger the colour, the wider the gap."""
    base = alt.Chart(marks.TABLE).encode(
        y=alt.Y("policy:N", sort=None, axis=LABELS),
        x=alt.X("rate:N", sort=None, axis=alt.Axis(
            title=None, orient="top", labelAngle=0, labelLimit=110, labelOverlap=False,
            ticks=False, domain=False, labelExpr=HEADS)),
        tooltip=[
            alt.Tooltip("policy:N"), alt.Tooltip("rate:N"),
            alt.Tooltip("mean:Q", format=".4~g"), alt.Tooltip("low:Q", format=".4~g"),
            alt.Tooltip("high:Q", format=".4~g"), alt.Tooltip("n:Q", title="seeds"),
        ],
    )  # fmt: skip
    strength = alt.Scale(domain=[0, 0.4], range=[0, theme.MOST_TINT], clamp=True)
    cells = base.mark_rect(color=theme.WARNING, stroke=theme.BASELINE, strokeWidth=0.4)
    # A gap that is not defined has no colour, and null counts as less than any number.
    filled = alt.condition(
        "isValid(datum.size)", alt.Opacity("size:Q", scale=strength, legend=None), alt.value(0)
    )
    cells = cells.encode(opacity=filled)
    words = base.mark_text(fontSize=14, color=theme.INK).encode(text="points:N")
    return alt.layer(cells, words).properties(height=alt.Step(34))


def forced(view: ThresholdsView) -> alt.LayerChart:
    """False positive rates, measured and forced."""
    base = alt.Chart(marks.TABLE).encode(y=alt.Y("group:N", sort=None, axis=LABELS))
    x = alt.X("value:Q", title="false positive rate", axis=alt.Axis(format=".0%"),
              scale=alt.Scale(domainMin=0))  # fmt: skip
    series = ("measured", "forced")
    colors = {"measured": theme.ACCENT, "forced": theme.VALIDATION}
    dots = base.mark_point(size=130, strokeWidth=2.5, opacity=1).encode(
        x=x,
        color=marks.series_color("series", series, colors=colors),
        shape=alt.Shape("series:N", legend=None,
                        scale=alt.Scale(domain=list(series), range=["circle", "diamond"])),
        tooltip=[alt.Tooltip("group:N"), alt.Tooltip("series:N"),
                 alt.Tooltip("value:Q", format=".1%", title="false positive rate")],
    )  # fmt: skip
    return alt.layer(dots).properties(height=alt.Step(36))

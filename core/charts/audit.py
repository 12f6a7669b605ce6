"""The charts of an audit; they draw columns of ours, whatever the file called its own."""

from __future__ import annotations

from typing import Any

import altair as alt

from core.charts import marks, theme

MOST_GROUPS = 41


def group_rates(_: Any) -> alt.LayerChart:
    """One dot with its interval per group; columns `label`, `value`, `low`, `high`, ..."""
    labels = alt.Axis(title=None, labelLimit=260, ticks=False, domain=False, labelPadding=8)
    x = alt.X("value:Q", title="rate, with 95% interval", axis=alt.Axis(format=".0%"))
    base = alt.Chart(marks.TABLE).encode(y=alt.Y("label:N", sort=None, axis=labels))
    span = base.mark_rule(aria=False, strokeWidth=3, color=theme.ACCENT).encode(
        x=alt.X("low:Q", title="rate, with 95% interval"), x2="high:Q"
    )
    dot = base.mark_point(filled=True, size=90, opacity=1, color=theme.ACCENT).encode(
        x=x,
        tooltip=[
            alt.Tooltip("group:N"), alt.Tooltip("value:Q", format=".4~g"),
            alt.Tooltip("low:Q", format=".4~g"), alt.Tooltip("high:Q", format=".4~g"),
            alt.Tooltip("n:Q", title="rows"),
        ],
    )  # fmt: skip
    return alt.layer(span, dot).properties(height=alt.Step(26))


def roc(labels: tuple[str, ...]) -> alt.LayerChart:
    """ROC curve of each group; columns `label`, `fpr`, `tpr`, `place`."""
    line = (
        alt.Chart(marks.TABLE)
        .mark_line(interpolate="linear", aria=False)
        .encode(
            x=_share("fpr", "false positive rate"), y=_share("tpr", "true positive rate"),
            color=marks.series_color("label", labels), order="place:Q",
        )
    )  # fmt: skip
    return alt.layer(_diagonal(), line).properties(height=theme.FIGURE_HEIGHT)


def calibration(labels: tuple[str, ...]) -> alt.LayerChart:
    """Share of positives by mean score, with intervals; `label`, `score`, `value`, ..."""
    base = alt.Chart(marks.TABLE).encode(
        x=_share("score", "mean score of a bin"), color=marks.series_color("label", labels)
    )
    span = base.mark_rule(aria=False, opacity=0.5).encode(
        y=_share("low", "share of positives, with 95% interval"), y2="high:Q"
    )
    line = base.mark_line(aria=False).encode(y=alt.Y("value:Q"))
    dot = base.mark_point(filled=True, size=50, opacity=1).encode(
        y=alt.Y("value:Q"),
        tooltip=[
            alt.Tooltip("label:N", title="group"), alt.Tooltip("score:Q", format=".3f"),
            alt.Tooltip("value:Q", title="share of positives", format=".3f"),
            alt.Tooltip("n:Q", title="rows"),
        ],
    )  # fmt: skip
    return alt.layer(_diagonal(), span, line, dot).properties(height=theme.FIGURE_HEIGHT)


def sweep(labels: tuple[str, ...]) -> alt.Chart:
    """A rate of each group at every threshold; columns `label`, `threshold`, `value`."""
    return (
        alt.Chart(marks.TABLE)
        .mark_line(aria=False)
        .encode(
            x=alt.X("threshold:Q", title="threshold"), y=_share("value", "rate"),
            color=marks.series_color("label", labels),
        )
        .properties(height=theme.PANEL_HEIGHT)
    )  # fmt: skip


def histogram(labels: tuple[str, ...]) -> alt.Chart:
    """Share of each group's rows by score; columns `label`, `score`, `share`."""
    return (
        alt.Chart(marks.TABLE)
        .mark_line(interpolate="step-after", aria=False)
        .encode(
            x=alt.X("score:Q", title="score"), y=_share("share", "share of the group's rows"),
            color=marks.series_color("label", labels),
        )
        .properties(height=theme.PANEL_HEIGHT)
    )  # fmt: skip


def _share(field: str, title: str) -> Any:
    kind = alt.X if field in ("fpr", "score") else alt.Y
    scale = alt.Undefined if field == "share" else alt.Scale(domain=[0, 1])
    return kind(f"{field}:Q", title=title, scale=scale, axis=alt.Axis(format=".0%"))


def _diagonal() -> Any:
    ends = alt.Data(values=[{"at": 0, "up": 0}, {"at": 1, "up": 1}])
    rule = alt.Chart(ends).mark_line(aria=False, strokeDash=[4, 4], color=theme.BASELINE)
    return rule.encode(x="at:Q", y="up:Q")

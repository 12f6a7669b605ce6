"""Charts of the gradient leakage experiment; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.privacy.gradient_leakage import GradientLeakageView

ATTACKS = {"dividing": theme.ACCENT, "matching": theme.WARNING}


def reconstructions(view: GradientLeakageView) -> alt.LayerChart:
    """The batch as a picture; one panel."""
    fills = {"width": alt.expr("width"), "height": alt.expr("height"), "aspect": True}
    picture = alt.Chart(alt.Data(name="image")).mark_image(
        align="center", baseline="middle", **fills
    )
    middle = (alt.value(alt.expr(f"{side} / 2")) for side in ("width", "height"))
    picture = picture.encode(x=next(middle), y=next(middle), url="url:N")
    frame = (
        alt.Chart(marks.TABLE)
        .mark_rect(opacity=0)
        .encode(x=alt.X("kind:N", axis=None), tooltip=[alt.Tooltip("panel:N")])
    )
    return alt.layer(picture, frame).properties(height=theme.PANEL_HEIGHT)


def _y(view: GradientLeakageView) -> alt.Y:
    if view.metric == "recovered":
        axis = alt.Axis(format=".0%", tickCount=5)
        scale = alt.Scale(domain=[0, 1])
        return alt.Y("mean:Q", title="images recovered", axis=axis, scale=scale)
    return alt.Y("mean:Q", title="mean squared error of the pixels", scale=alt.Scale(zero=True))


def by_batch_size(view: GradientLeakageView) -> alt.LayerChart:
    """Chosen metric against batch size, one line per attack."""
    scale = alt.Scale(type="log", base=2, nice=False, padding=12)
    axis = alt.Axis(values=[1, 2, 4, 8, 16], format="d")
    x = alt.X("size:Q", title="images in the batch (log scale)", scale=scale, axis=axis)
    color = marks.series_color("attack", list(ATTACKS), colors=ATTACKS)
    return marks.interval_lines(x, _y(view), color)


def by_noise(view: GradientLeakageView) -> alt.LayerChart:
    """Chosen metric against noise, one line per attack."""
    axis = alt.Axis(labelAngle=0)
    title = "noise, as a share of the gradient's size"
    x = alt.X("label:O", sort=None, title=title, axis=axis)
    color = marks.series_color("attack", list(ATTACKS), colors=ATTACKS)
    return marks.interval_lines(x, _y(view), color)

"""What a network sees: a picture with words below it, and bars of its class probabilities."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt

from core.charts import marks, theme

WORDS_HEIGHT = 26
"""Pixels below a picture."""


def with_words(height: int) -> alt.LayerChart:
    """One picture as large as it fits, with its words below; one panel.

    Args:
        height: Of the panel, in pixels.

    Returns:
        A chart of a table with `url` and `words`.
    """
    side, middle = f"min(width, height - {WORDS_HEIGHT})", alt.value(alt.expr("width / 2"))
    picture = alt.Chart(marks.TABLE).mark_image(
        width=alt.expr(side), height=alt.expr(side), aspect=False, align="center",
        baseline="top",
    ).encode(x=middle, y=alt.value(0), url="url:N")  # fmt: skip
    words = alt.Chart(marks.TABLE).mark_text(
        align="center", baseline="top", fontSize=13, color=theme.INK
    ).encode(x=middle, y=alt.value(alt.expr(f"{side} + 8")), text="words:N")  # fmt: skip
    half = f"{side} / 2"
    frame = alt.Chart(marks.TABLE).mark_rect(opacity=0).encode(
        x=alt.value(alt.expr(f"width / 2 - {half}")), x2=alt.value(alt.expr(f"width / 2 + {half}")),
        y=alt.value(0), y2=alt.value(alt.expr(side)), tooltip=alt.Tooltip("words:N", title="told"),
    )  # fmt: skip
    return alt.layer(picture, words, frame).properties(height=height)


def probabilities(colors: Mapping[str, str]) -> alt.Chart:
    """Bars of class probabilities, those of several images side by side.

    Args:
        colors: By name of the image, in order.

    Returns:
        A chart of a table with `digit`, `image` and `value` in [0, 1].
    """
    bars = alt.Chart(marks.TABLE).mark_bar().encode(
        x=alt.X("digit:O", title="class", axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("image:N", sort=list(colors)),
        y=alt.Y("value:Q", title="probability", axis=alt.Axis(format=".0%"),
                scale=alt.Scale(domain=[0, 1])),
        color=marks.series_color("image", list(colors), colors=colors),
        tooltip=["digit:O", "image:N", alt.Tooltip("value:Q", format=".1%")],
    )  # fmt: skip
    return bars.properties(height=220)

"""Charts of the saliency gallery; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.attributions import CONTROLS, METHODS
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.interpretability.gallery import GalleryView

ROWS, COLUMNS = 3, 2
ORDER = [*METHODS, *CONTROLS]


def maps(view: GalleryView) -> alt.LayerChart:
    """Pictures in two columns, each under its name; one panel."""
    bare = alt.Axis(title=None, labels=False, ticks=False, grid=False, domain=False)
    x = alt.X("column:Q", axis=bare, scale=alt.Scale(domain=[-0.5, COLUMNS - 0.5], nice=False))
    y = alt.Y("row:Q", axis=bare, scale=alt.Scale(domain=[ROWS - 0.5, -0.5], nice=False))
    pictures = alt.Chart(alt.Data(name="pictures")).mark_image(
        width=alt.expr(f"width / {COLUMNS} - 8"),
        height=alt.expr(f"height / {ROWS} - 34"),
        align="center",
        baseline="top",
        yOffset=alt.expr(f"20 - height / {2 * ROWS}"),
    ).encode(x=x, y=y, url="url:N")  # fmt: skip
    names = alt.Chart(marks.TABLE).mark_text(
        fontSize=12, color=theme.BASELINE, baseline="top", dy=alt.expr(f"2 - height / {2 * ROWS}")
    ).encode(
        x=x, y=y, text="cell:N",
        tooltip=[
            alt.Tooltip("cell:N", title="map"),
            alt.Tooltip("explained:N", title="class explained"),
            alt.Tooltip("on_object:Q", title="share on the object", format=".0%"),
            alt.Tooltip("speaks_for:Q", title="share that speaks for it", format=".0%"),
        ],
    )  # fmt: skip
    return alt.layer(pictures, names).properties(height=480)


def agreement(view: GalleryView) -> alt.Chart:
    """Every method against every other, in colour."""
    labels = alt.Axis(labelLimit=130, title=None, grid=False, labelOverlap=False)
    slanted = alt.Axis(labelLimit=130, title=None, grid=False, labelAngle=-60, labelOverlap=False)
    color = alt.Color(
        "mean:Q",
        title="rank correlation",
        scale=alt.Scale(domain=[-1, 0, 1], range=list(theme.DIVERGING), interpolate="rgb"),
        legend=alt.Legend(orient="top", gradientLength=160, format=".1f"),
    )
    return (
        alt.Chart(marks.TABLE)
        .mark_rect()
        .encode(
            x=alt.X("other:N", sort=ORDER, axis=slanted),
            y=alt.Y("method:N", sort=ORDER, axis=labels),
            color=color,
            tooltip=[
                alt.Tooltip("method:N"),
                alt.Tooltip("other:N"),
                alt.Tooltip("mean:Q", format=".2f"),
                alt.Tooltip("low:Q", format=".2f", title="interval low"),
                alt.Tooltip("high:Q", format=".2f", title="interval high"),
                alt.Tooltip("n:Q", title="seeds"),
            ],
        )
        .properties(height=560)
    )


def stability(view: GalleryView) -> alt.LayerChart:
    """One dot with its interval per method."""
    y = alt.Y("method:N", sort=None, title=None, axis=alt.Axis(labelLimit=130, labelOverlap=False))
    x = alt.X(
        "mean:Q", title="rank correlation with other networks' maps", scale=alt.Scale(zero=True)
    )
    color = alt.condition(
        f"indexof({list(CONTROLS)!r}, datum.method) >= 0",
        alt.value(theme.BASELINE),
        alt.value(theme.ACCENT),
    )
    return marks.interval_bars(y, x, color).properties(height=380)

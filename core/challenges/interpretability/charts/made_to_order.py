"""Charts of the pictures made to order; pure drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import altair as alt

from core.challenges.interpretability.tables.favourites import KIND_TITLES
from core.challenges.interpretability.tables.favourites import ROWS as LIKED_ROWS
from core.challenges.interpretability.tables.made_to_order import (
    ARM_TITLES,
    COLUMNS,
    JUDGES,
    ROWS,
)
from core.charts import marks, theme

if TYPE_CHECKING:
    from core.challenges.interpretability.made_to_order import MadeToOrderView

COLORS = {
    ARM_TITLES["standard"]: theme.TRAIN,
    ARM_TITLES["hardened"]: theme.REMEDY,
    ARM_TITLES["random"]: theme.BASELINE,
    ARM_TITLES["real"]: theme.ACCENT,
}
BARE = {"ticks": False, "domain": False, "grid": False, "title": None}


def album(view: MadeToOrderView) -> alt.LayerChart:
    """Four pictures, one a row, with what was made of them; one panel a network."""
    header = alt.Axis(orient="top", labelAngle=0, labelLimit=120, labelFlush=False, **BARE)
    x = alt.X("column:N", sort=list(COLUMNS), axis=header)
    y = alt.Y("row:O", axis=None)
    pictures = alt.Chart(alt.Data(name="pictures")).mark_image(
        width=alt.expr("width / 3 - 6"), height=alt.expr(f"height / {ROWS} - 24"), yOffset=8
    )
    words = alt.Chart(marks.TABLE).transform_filter(
        f"datum.column == '{COLUMNS[0]}'"
    ).mark_text(
        fontSize=12, color=theme.INK, baseline="top", dy=alt.expr(f"2 - height / {2 * ROWS}")
    ).encode(x=x, y=y, text="words:N")  # fmt: skip
    hidden = alt.Chart(marks.TABLE).mark_rect(opacity=0).encode(
        x=x, y=y,
        tooltip=[
            alt.Tooltip("words:N", title="from and to"),
            alt.Tooltip("column:N", title="shown"),
            alt.Tooltip("others:Q", title="other networks that agree", format=".0%"),
            alt.Tooltip("length:Q", title="length of the change", format=".2f"),
        ],
    )  # fmt: skip
    return alt.layer(pictures.encode(x=x, y=y, url="url:N"), words, hidden).properties(height=440)


def shares(view: MadeToOrderView) -> alt.LayerChart:
    """Rows of pictures, one dot with its interval per judge."""
    x = alt.X("mean:Q", title="share of pictures", axis=alt.Axis(format=".0%", tickCount=4),
              scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    y = alt.Y("arm:N", sort=list(ARM_TITLES.values()), title=None, axis=alt.Axis(labelLimit=120))
    return _judged(y, x, 320)


def _judged(y: alt.Y, x: alt.X, height: int) -> alt.LayerChart:
    """Dots with intervals in the rows of `y`, one below the other for each judge."""
    names = list(JUDGES.values())
    colors = [theme.BASELINE, theme.TRAIN, theme.REMEDY, theme.ACCENT]
    offset = alt.YOffset("judge:N", sort=names)
    legend = alt.Legend(title=None, orient="top", columns=1, symbolOpacity=1, labelLimit=160)
    color = alt.Color("judge:N", scale=alt.Scale(domain=names, range=colors), legend=legend)
    shapes = alt.Scale(domain=names, range=["circle", "square", "triangle-up", "diamond"])
    low = x.copy()
    low.shorthand = "low:Q"
    base = alt.Chart(marks.TABLE).encode(y=y, yOffset=offset, color=color)
    span = base.mark_rule(aria=False, strokeWidth=2.5).encode(x=low, x2=alt.X2("high:Q"))
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(
        x=x, shape=alt.Shape("judge:N", scale=shapes, legend=legend),
        tooltip=[
            alt.Tooltip(y.shorthand, title="pictures"),
            alt.Tooltip("judge:N"),
            alt.Tooltip("mean:Q", format=".3~g"),
            alt.Tooltip("low:Q", format=".3~g", title="interval low"),
            alt.Tooltip("high:Q", format=".3~g", title="interval high"),
            alt.Tooltip("n:Q", title="seeds"),
        ],
    )  # fmt: skip
    return alt.layer(span, dots).properties(height=height)


def sizes(view: MadeToOrderView) -> alt.LayerChart:
    """One dot with its interval per kind of picture; one panel a measure."""
    x = alt.X("mean:Q", title=None, axis=alt.Axis(tickCount=4), scale=alt.Scale(zero=True))
    y = alt.Y("arm:N", sort=list(ARM_TITLES.values()), title=None, axis=alt.Axis(labelLimit=120))
    scale = alt.Scale(domain=list(COLORS), range=list(COLORS.values()))
    color = alt.Color("arm:N", scale=scale, legend=None)
    return marks.interval_bars(y, x, color, zero_rule=False).properties(height=150)


def lengths(view: MadeToOrderView) -> alt.LayerChart:
    """Mean lines with bands over the length of the change; one panel a judge."""
    x = alt.X("length:Q", title="length of the change (L2)", axis=alt.Axis(tickCount=4))
    y = alt.Y("mean:Q", title="share of pictures", axis=alt.Axis(format=".0%", tickCount=4),
              scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    legend = alt.Legend(title=None, orient="top", columns=1, symbolOpacity=1)
    scale = alt.Scale(domain=list(COLORS), range=list(COLORS.values()))
    color = alt.Color("arm:N", scale=scale, legend=legend)
    dashes = alt.Scale(domain=list(COLORS), range=[[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]])
    dash = alt.StrokeDash("arm:N", scale=dashes, legend=None)
    return marks.interval_lines(x, y, color, dash=dash).properties(height=theme.PANEL_HEIGHT + 100)


def favourites(view: MadeToOrderView) -> alt.LayerChart:
    """Five classes a row, one kind of network after the other; one panel a regulariser."""
    x = alt.X("column:O", axis=None)
    first = "split(datum.label, '|')[1] == '0' ? split(datum.label, '|')[0] : ''"
    rows = [f"{label}|{i}" for label in LIKED_ROWS for i in (0, 1)]
    axis = alt.Axis(labelExpr=first, labelAngle=-90, labelAlign="center",
                    labelBaseline="bottom", **BARE)  # fmt: skip
    y = alt.Y("row:N", sort=rows, axis=axis)
    pictures = alt.Chart(alt.Data(name="pictures")).mark_image(
        width=alt.expr("bandwidth('x') - 2"), height=alt.expr("bandwidth('y') - 2")
    )
    hidden = alt.Chart(marks.TABLE).mark_rect(opacity=0).encode(
        x=x, y=y,
        tooltip=[alt.Tooltip("class:N", title="class"), alt.Tooltip("kind:N", title="made for")],
    )  # fmt: skip
    return alt.layer(pictures.encode(x=x, y=y, url="url:N"), hidden).properties(height=460)


def praise(view: MadeToOrderView) -> alt.LayerChart:
    """One dot with its interval per kind of picture; one panel a measure."""
    y = alt.Y("kind:N", sort=list(KIND_TITLES.values()), title=None,
              axis=alt.Axis(labelLimit=150, labelOverlap=False))  # fmt: skip
    x = alt.X("mean:Q", title=None, axis=alt.Axis(tickCount=4, format="~g"),
              scale=alt.Scale(zero=True))  # fmt: skip
    return _judged(y, x, 440)

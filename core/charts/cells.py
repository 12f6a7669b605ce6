"""A table of accuracies as cells: the redder, the more was lost."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from core.charts import marks, theme

Side = tuple[str, str, Sequence[str]]
"""Column, title, and names in order."""


def accuracy_cells(across: Side, down: Side, *, height: int) -> alt.LayerChart:
    """Draw one cell per pair of names: a heat map with its numbers.

    The table has the columns of both sides, `mean`, `low`, `high` in [0, 1], `n`, and the column
    `text` that is written into the cells.

    Args:
        across: The columns.
        down: The rows.
        height: In pixels.
    """
    bare = {"domain": False, "ticks": False}
    base = alt.Chart(marks.TABLE).encode(
        x=alt.X(f"{across[0]}:N", title=across[1], scale=_all(across),
                axis=alt.Axis(labelAngle=0, orient="top", labelLimit=90, **bare)),
        y=alt.Y(f"{down[0]}:N", title=down[1], scale=_all(down),
                axis=alt.Axis(labelLimit=130, **bare)),
    )  # fmt: skip
    opacity = alt.Scale(domain=[0, 1], range=[theme.MOST_TINT, 0.05])
    cells = base.mark_rect(color=theme.WARNING, cornerRadius=3).encode(
        opacity=alt.Opacity("mean:Q", legend=None, scale=opacity),
        tooltip=[
            alt.Tooltip(f"{down[0]}:N", title=down[1]),
            alt.Tooltip(f"{across[0]}:N", title=across[1]),
            alt.Tooltip("mean:Q", format=".1%", title="accuracy"),
            alt.Tooltip("low:Q", format=".1%", title="interval low"),
            alt.Tooltip("high:Q", format=".1%", title="interval high"),
            alt.Tooltip("n:Q", title="seeds"),
        ],
    )
    words = base.mark_text(fontSize=14, color=theme.INK).encode(text="text:N")
    return alt.layer(cells, words).properties(height=height)


def _all(side: Side) -> alt.Scale:
    """Every name has its place from the start, so that nothing moves while cells arrive."""
    return alt.Scale(domain=list(side[2]))

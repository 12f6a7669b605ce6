"""Pictures in rows and columns, each under its name: large enough for a phone in one panel."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from core.charts import marks, theme


def tiles(
    columns: int, rows: int, height: int, tooltip: Sequence[alt.Tooltip], *, name: str = "cell"
) -> alt.LayerChart:
    """Draw the underlay `pictures` (`url`) and the table's names at their `column` and `row`.

    Args:
        columns: Pictures side by side.
        rows: Of pictures.
        height: Of a panel in pixels, names included.
        tooltip: Of columns of the table.
        name: Column of the table that is written above each picture.
    """
    bare = alt.Axis(title=None, labels=False, ticks=False, grid=False, domain=False)
    x = alt.X("column:Q", axis=bare, scale=alt.Scale(domain=[-0.5, columns - 0.5], nice=False))
    y = alt.Y("row:Q", axis=bare, scale=alt.Scale(domain=[rows - 0.5, -0.5], nice=False))
    pictures = alt.Chart(alt.Data(name="pictures")).mark_image(
        width=alt.expr(f"width / {columns} - 8"),
        height=alt.expr(f"height / {rows} - 32"),
        align="center",
        baseline="middle",
        yOffset=10,
    ).encode(x=x, y=y, url="url:N")  # fmt: skip
    names = alt.Chart(marks.TABLE).mark_text(
        fontSize=12, color=theme.INK, baseline="top", dy=alt.expr(f"8 - height / {2 * rows}")
    ).encode(x=x, y=y, text=f"{name}:N", tooltip=list(tooltip))  # fmt: skip
    return alt.layer(pictures, names).properties(height=height)

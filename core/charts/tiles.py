"""Pictures in rows and columns, each under its name: large enough for a phone in one panel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from core.charts import marks, theme
from core.charts.kinds import Underlay
from core.lab.experiment import Figure

NAMES = "min(12, max(9, 1.7 * {across} / length(datum['{name}'])))"
"""Size of the names: a long one is smaller, so that it does not run into the next."""
PLACE = ("panel", "column", "row")
Cells = Callable[[Any, Any], pd.DataFrame]
"""Result, view -> one row a picture."""
Paint = Callable[[Any, Any, Mapping[str, Any]], str]
"""Result, view, a row of the cells -> address of the picture; empty while there is none."""


def painted(cells: Cells, paint: Paint, keep: Sequence[str] = PLACE) -> Underlay:
    """Paint the underlay `pictures` of a figure: `url` of every cell whose picture is there.

    Args:
        cells: With the columns of `keep`.
        paint: Of each cell.
        keep: Columns that say where a picture stands.
    """

    def pictures(result: Any, view: Any) -> Mapping[str, pd.DataFrame]:
        table = cells(result, view)
        urls = [paint(result, view, cell) for cell in table.to_dict("records")]
        table = table[list(keep)].assign(url=urls)
        return {"pictures": table[table["url"] != ""]}

    return pictures


def figure(
    name: str,
    title: str,
    cells: Cells,
    paint: Paint,
    *,
    columns: int,
    rows: int,
    height: int,
    told: Sequence[alt.Tooltip],
    **further: Any,
) -> Figure[Any, Any]:
    """Pictures in panels, each under its name: what networks see, and maps of it.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        cells: `panel`, `column`, `row`, the picture's name `cell`, and what is told of it. All
            of them from the start: a figure keeps its panels.
        paint: Of each cell.
        columns: Pictures side by side.
        rows: Of pictures.
        height: Of a panel in pixels, names included.
        told: What a picture's tooltip tells, of columns of `cells`.
        **further: `caption`, `live`, `note`, `picks`, as in `Figure`.
    """
    return Figure(
        name=name, title=title, table=cells, chart=lambda view: tiles(columns, rows, height, told),
        underlay=painted(cells, paint), panels=True, **further,
    )  # fmt: skip


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
    across, down = f"width / {columns} - 8", f"height / {rows} - 32"
    side = alt.expr(f"min({across}, {down})")
    pictures = alt.Chart(alt.Data(name="pictures")).mark_image(
        width=alt.expr(across), height=alt.expr(down), align="center", baseline="middle", yOffset=10
    ).encode(x=x, y=y, url="url:N")  # fmt: skip
    frame = alt.Chart(marks.TABLE).mark_rect(opacity=0, width=side, height=side, yOffset=10).encode(
        x=x, y=y, tooltip=list(tooltip)
    )  # fmt: skip
    names = alt.Chart(marks.TABLE).mark_text(
        fontSize=alt.expr(NAMES.format(across=f"width / {columns}", name=name)),
        color=theme.INK, baseline="top", dy=alt.expr(f"8 - height / {2 * rows}"),
    ).encode(x=x, y=y, text=f"{name}:N")  # fmt: skip
    return alt.layer(pictures, names, frame).properties(height=height)

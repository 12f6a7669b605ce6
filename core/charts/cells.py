"""A heat map with its numbers, as a kind of figure: the redder a cell, the more was lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from core.charts import marks, theme
from core.charts.kinds import Encoding, Rows, of_view
from core.charts.summaries import within
from core.lab.experiment import Figure
from core.lab.intervals import summarise

Side = tuple[str, str, Sequence[str]]
"""Column, title, and names in order."""


def accuracies(
    name: str,
    title: str,
    rows: Rows,
    across: Encoding,
    down: Side,
    *,
    height: int,
    unit: str = "",
    **further: Any,
) -> Figure[Any, Any]:
    """One cell per pair of names, with the mean accuracy over the seeds in whole percent.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        rows: Result, view -> one row a seed: `seed`, `value` in [0, 1], and both sides' columns.
        across: The columns: a `Side`, or view -> that.
        down: The rows.
        height: In pixels.
        unit: What stands behind each number.
        **further: `caption`, `live`, `note`, as in `Figure`.
    """

    def table(result: Any, view: Any) -> pd.DataFrame:
        found = within(summarise(rows(result, view), [down[0], of_view(across, view)[0]]))
        return found.assign(text=[f"{100 * value:.0f}{unit}" for value in found["mean"]])

    def chart(view: Any) -> alt.LayerChart:
        return cells(of_view(across, view), down).properties(height=height)

    return Figure(name=name, title=title, table=table, chart=chart, **further)


def cells(across: Side, down: Side) -> alt.LayerChart:
    """Draw the cells of a table with both sides' columns, `mean`, `low`, `high`, `n`, `text`."""
    bare = {"domain": False, "ticks": False}
    base = alt.Chart(marks.TABLE).encode(
        x=alt.X(f"{across[0]}:N", title=across[1], scale=_all(across),
                axis=alt.Axis(labelAngle=0, orient="top", labelLimit=90, labelOverlap=False,
                              labelExpr="split(datum.label, ' ')", **bare)),
        y=alt.Y(f"{down[0]}:N", title=down[1], scale=_all(down),
                axis=alt.Axis(labelLimit=130, **bare)),
    )  # fmt: skip
    opacity = alt.Scale(domain=[0, 1], range=[theme.MOST_TINT, 0.05])
    squares = base.mark_rect(color=theme.WARNING, cornerRadius=3).encode(
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
    return alt.layer(squares, words)


def _all(side: Side) -> alt.Scale:
    """Every name has its place from the start, so that nothing moves while cells arrive."""
    return alt.Scale(domain=list(side[2]))

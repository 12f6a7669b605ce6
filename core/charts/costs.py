"""What arms cost, as a kind of figure: bars, and each told as a multiple of the first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import altair as alt
import pandas as pd

from core.charts import marks
from core.lab.experiment import Figure
from core.lab.wording import capital

Costs = Callable[[Any], pd.DataFrame]
"""Result -> one row an arm: `arm` and `passes`, the arm that others are held against first."""


def passes(
    name: str, title: str, costs: Costs, colors: Mapping[str, str], *, axis: str, note: str
) -> Figure[Any, Any]:
    """One bar an arm, from its passes through the network.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        costs: Of the arms.
        colors: Of the arms, in order.
        axis: Title of the axis.
        note: As in `Figure`.
    """

    def table(result: Any, view: Any) -> pd.DataFrame:
        found = costs(result)
        return found.assign(times=found.passes / found.passes.iloc[0] if len(found) else [])

    def caption(table: pd.DataFrame, view: Any) -> str:
        if len(table) < 2:
            return ""
        dear = table.loc[table.passes.idxmax()]
        start = capital(dear.arm)
        return f"{start} costs {dear.times:.1f} times as much as {table.arm.iloc[0]}."

    def chart(view: Any) -> alt.Chart:
        tooltip = [
            alt.Tooltip("arm:N", title="training"),
            alt.Tooltip("passes:Q"),
            alt.Tooltip("times:Q", format=".1f", title=f"times {next(iter(colors))}"),
        ]
        rows = alt.Y("arm:N", title=None, sort=list(colors), axis=alt.Axis(labelLimit=140))
        bars = alt.Chart(marks.TABLE).mark_bar().encode(
            x=alt.X("passes:Q", title=axis), y=rows, color=marks.row_color("arm", colors),
            tooltip=tooltip,
        )  # fmt: skip
        return bars.properties(height=170)

    return Figure(name, title, table, chart, caption, note=note)

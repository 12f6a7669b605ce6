"""What the processor and an accelerator beside it take, side by side: one kind of figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from core.charts import axes, marks, theme
from core.lab.experiment import Figure
from core.lab.timing import PROCESSOR
from core.lab.wording import capital, listed, number

LABEL = 110
"""Most pixels of a name in the legend."""


def color() -> alt.Color:
    """Colours by the column `unit`, whose names only the machine knows; the first is first."""
    scale = alt.Scale(range=[theme.TRAIN, theme.WARNING, theme.ACCENT])
    # A panel is narrow: who made it goes without saying, and what is still too long is cut.
    legend = alt.Legend(
        title=None, orient="top", columns=1, symbolOpacity=1, symbolSize=90, labelLimit=LABEL,
        labelExpr="replace(datum.label, 'NVIDIA ', '')",
    )  # fmt: skip
    return alt.Color("unit:N", sort=None, scale=scale, legend=legend)


def side_by_side(
    name: str,
    title: str,
    table: Callable[[Any, Any], pd.DataFrame],
    rows: Sequence[str],
    more: Sequence[alt.Tooltip] = (),
    *,
    after: Callable[[pd.DataFrame], str] = lambda table: "",
    **further: Any,
) -> Figure[Any, Any]:
    """Milliseconds of each unit, rows below each other, panels beside; nothing without a second.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        table: `panel`, `row`, `unit`, `mean`, `low`, `high` and `n` (milliseconds); no row where
            there is no accelerator.
        rows: Order of the rows.
        more: Tooltips of further columns.
        after: Table -> what the caption says after the times.
        **further: `note`, as in `Figure`.
    """

    def chart(view: Any) -> alt.LayerChart:
        x = alt.X("mean:Q", title="milliseconds (log scale)",
                  scale=alt.Scale(type="log", nice=False, padding=12),
                  axis=alt.Axis(format="~g", tickCount=4))  # fmt: skip
        tooltip = [
            alt.Tooltip("row:N"), alt.Tooltip("unit:N", title="on"),
            *marks.told(title="milliseconds"), *more,
        ]  # fmt: skip
        drawn = marks.interval_bars(
            axes.names("row", rows), x, color(), zero_rule=False,
            offset=alt.YOffset("unit:N", sort=None), tooltip=tooltip,
        )  # fmt: skip
        return drawn.properties(height=alt.Step(22))

    def caption(table: pd.DataFrame, view: Any) -> str:
        return f"{compared(table)} {after(table)}".strip() if len(table) else ""

    return Figure(name, title, table, chart, caption, panels=True, **further)


def compared(table: pd.DataFrame) -> str:
    """What is clearly quicker than on the processor, and what clearly slower, panel by panel."""
    own = table[table["unit"] == PROCESSOR].set_index(["panel", "row"])
    told = []
    for (unit, panel), rows in table.groupby(["unit", "panel"], sort=False):
        if unit == PROCESSOR:
            continue
        there = [row for row in rows.to_dict("records") if (panel, row["row"]) in own.index]
        pairs = [(row, own.loc[(panel, row["row"])]) for row in there]
        quicker = [_times(a, b["mean"]) for a, b in pairs if a["high"] < b["low"]]
        slower = [_times(a, b["mean"]) for a, b in pairs if a["low"] > b["high"]]
        told.append(
            f"{capital(str(panel))} on {unit}: clearly quicker than on the processor "
            f"{listed(quicker) or 'none'}; clearly slower {listed(slower) or 'none'}."
        )
    return " ".join(told)


def _times(row: Mapping[Any, Any], other: float) -> str:
    ratio = float(row["mean"]) / float(other)
    return f"{row['row']} ({number(max(ratio, 1 / ratio), 'times')})"

"""Two measures of each arm, as a kind of figure: one dot with its interval both ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import altair as alt
import pandas as pd

from core.charts import marks, theme
from core.charts.kinds import Encoding, Rows, of_view
from core.charts.scatter import cross
from core.charts.summaries import within
from core.lab.experiment import Figure
from core.lab.intervals import summarise


def crosses(
    name: str,
    title: str,
    across: Rows,
    up: Rows,
    by: str,
    *,
    x: Encoding,
    y: Encoding,
    colors: Mapping[str, str],
    suffix: str,
    caption: Callable[[pd.DataFrame, Any], str],
    **further: Any,
) -> Figure[Any, Any]:
    """Arms in the plane of two shares.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        across: Result, view -> one row a seed of the measure along the bottom.
        up: Of the measure up the side.
        by: Column that names an arm.
        x: Encoding of the dots, with title and format.
        y: The same, up the side.
        colors: Of the arms, in the order of the legend.
        suffix: Behind the columns of the measure along the bottom: `mean`, `low`, `high`.
        caption: Table, view -> the finding.
        **further: `live`, `note`, as in `Figure`.
    """

    def table(result: Any, view: Any) -> pd.DataFrame:
        first, second = (within(summarise(rows(result, view), [by])) for rows in (across, up))
        return first.drop(columns="n").merge(second, on=by, suffixes=(suffix, ""))

    def chart(view: Any) -> alt.LayerChart:
        base = alt.Chart(marks.TABLE).encode(color=marks.series_color(by, list(colors), columns=2,
                                                                      colors=colors))  # fmt: skip
        sides = of_view(x, view), of_view(y, view)
        rules = cross(base, *sides, (f"low{suffix}", f"high{suffix}"), strokeWidth=2)
        tooltip = [
            alt.Tooltip(f"{by}:N"),
            *(alt.Tooltip(s.shorthand, format=".1%", title=s["title"]) for s in sides),
        ]
        shape = alt.Shape(f"{by}:N", legend=None, sort=list(colors))
        dot = base.mark_point(filled=True, size=110, opacity=1)
        dots = dot.encode(x=sides[0], y=sides[1], shape=shape, tooltip=tooltip)
        return alt.layer(*rules, dots).properties(height=theme.FIGURE_HEIGHT)

    return Figure(name=name, title=title, table=table, chart=chart, caption=caption, **further)

"""Curves of many points, as a kind of figure: histories by epoch or step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from core.charts import marks, theme
from core.charts.kinds import Encoding, Rows, Underlay, of_view, table_of
from core.lab.experiment import Figure

Around = Callable[[Any], tuple[Sequence[alt.Chart], Sequence[alt.Chart]]]
"""View -> charts of underlays: beneath the curves and above them."""


def curves(
    name: str,
    title: str,
    rows: Rows,
    by: Sequence[str],
    caption: Callable[[pd.DataFrame, Any], str],
    *,
    x: Encoding,
    y: Encoding,
    color: alt.Color,
    places: Sequence[alt.Tooltip] = (),
    dash: alt.StrokeDash | None = None,
    opacity: float = 0.18,
    extra: Callable[[pd.DataFrame, Any], pd.DataFrame] | None = None,
    span: Callable[[Any], Sequence[float]] | None = None,
    underlay: Underlay | None = None,
    around: Around | None = None,
    **further: Any,
) -> Figure[Any, Any]:
    """Mean lines with 95% intervals over the seeds, too many points to draw each.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        rows: Result, view -> one row a seed.
        by: The columns that name a point.
        caption: As in `Figure`.
        x: Encoding of the column along the bottom.
        y: Encoding of `mean`.
        color: Encoding of the series.
        places: What a tooltip tells before the mean; series and place by default.
        dash: Encoding of the dashes.
        opacity: Of the bands.
        extra: Table, view -> the table with further columns or in another order.
        span: Result -> first and last place along the bottom: the axis then stands still from
            the start, while the lines grow.
        underlay: Further named tables that `around` reads, as in `Figure`.
        around: What is drawn beneath the curves and above them.
        **further: `live`, `note`, as in `Figure`.
    """

    def tables(result: Any, view: Any) -> Mapping[str, pd.DataFrame]:
        column = of_view(x, view).shorthand.split(":")[0]
        frame = {"frame": pd.DataFrame({column: span(result)})} if span else {}
        return {**frame, **(underlay(result, view) if underlay else {})}

    def chart(view: Any) -> alt.LayerChart:
        parts = of_view(x, view), of_view(y, view), color
        layers = marks.curve_layers(*parts, places, dash=dash, opacity=opacity)
        if span:
            frame = alt.Chart(alt.Data(name="frame")).mark_point(opacity=0)
            layers.insert(0, frame.encode(x=parts[0]))
        beneath, above = around(view) if around else ((), ())
        drawn = alt.layer(*beneath, *layers, *above)
        return drawn.properties(height=theme.FIGURE_HEIGHT)

    return Figure(
        name=name, title=title, table=table_of(rows, by, extra=extra), chart=chart,
        caption=caption, underlay=tables if span or underlay else None, **further,
    )  # fmt: skip

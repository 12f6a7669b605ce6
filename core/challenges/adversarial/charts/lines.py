"""Colours and dashes of the lines in this room's charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from core.charts import marks

DASHES = ([2, 3], [8, 3], [1, 0], [6, 2, 2, 2], [4, 4], [12, 3])


def line_color(field: str, colors: Mapping[str, str]) -> alt.Color:
    """Colours with a legend of short lines, so that dashes are told apart in it."""
    color = marks.series_color(field, list(colors), colors=colors)
    color.legend.symbolType = "stroke"
    color.legend.symbolSize = 300
    color.legend.columns = 3
    return color


def line_dash(field: str, names: Sequence[str]) -> alt.StrokeDash:
    """Dashes that repeat what the colours say; the third line is unbroken."""
    scale = alt.Scale(domain=list(names), range=list(DASHES[: len(names)]))
    return alt.StrokeDash(f"{field}:N", legend=None, scale=scale)

"""Colours and dashes of the lines in this room's charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from core.charts import marks

DASHES = ([2, 3], [8, 3], [1, 0], [6, 2, 2, 2], [4, 4], [12, 3])


def line_color(field: str, colors: Mapping[str, str]) -> alt.Color:
    """Colours with a legend of short lines, so that dashes are told apart in it."""
    color = marks.series_color(field, list(colors), colors=colors)
    # By item: an attribute of an encoding is a method that sets it, and takes assignments silently.
    legend = color["legend"]
    legend["symbolType"], legend["symbolSize"] = "stroke", 300
    # Three names beside each other are cut on a phone.
    legend["columns"] = 2
    return color


def line_dash(field: str, names: Sequence[str]) -> alt.StrokeDash:
    """Dashes that repeat what the colours say; the third line is unbroken."""
    scale = alt.Scale(domain=list(names), range=list(DASHES[: len(names)]))
    return alt.StrokeDash(f"{field}:N", legend=None, scale=scale)

"""Accuracies against a size, as a kind of figure: lines told apart by colour and by dashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from core.charts import kinds, marks
from core.charts.kinds import Encoding, Rows
from core.charts.summaries import within
from core.lab.experiment import Figure

DASHES = ([2, 3], [8, 3], [1, 0], [6, 2, 2, 2], [4, 4], [12, 3])
SEEDS_NOTE = "Line: mean over the seeds; band: its 95% interval; faint dots: single seeds."


def size_axis(title: str, values: Sequence[float], column: str = "epsilon") -> alt.X:
    """Sizes of a change along the bottom, from zero to the largest of the marks."""
    return alt.X(
        f"{column}:Q",
        title=title,
        axis=alt.Axis(values=list(values), format=".2~f"),
        scale=alt.Scale(domain=[0, max(values)], nice=False),
    )


def accuracy_curves(
    name: str,
    title: str,
    rows: Rows,
    by: Sequence[str],
    *,
    x: Encoding,
    colors: Mapping[str, str],
    dashed: Sequence[str] = (),
    **further: Any,
) -> Figure[Any, Any]:
    """Mean accuracies with bands, one line per series, told apart by colour and by dashes.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        rows: Result, view -> one row a seed.
        by: The column of the series, then that of `x`.
        x: Encoding of the sizes.
        colors: Of the series, by name, in the order of the legend.
        dashed: The series in the order of their dashes, the third unbroken; that of `colors` by
            default.
        **further: As in `kinds.lines`.
    """
    series = by[0]
    further.setdefault("extra", lambda table, view: within(table))
    dashes = alt.Scale(domain=list(dashed or colors), range=list(DASHES[: len(colors)]))
    y = alt.Y("mean:Q", title="accuracy", axis=alt.Axis(format=".0%"),
              scale=alt.Scale(domain=[0, 1]))  # fmt: skip
    return kinds.lines(
        name, title, rows, by, x=x, y=y, color=_short_lines(series, colors),
        dash=alt.StrokeDash(f"{series}:N", legend=None, scale=dashes), **further,
    )  # fmt: skip


def _short_lines(series: str, colors: Mapping[str, str]) -> alt.Color:
    """Colours with a legend of short lines, so that dashes are told apart in it."""
    # Three of these names beside each other are cut on a phone.
    color = marks.series_color(series, list(colors), colors=colors, columns=2)
    # By item: an attribute of an encoding is a method that sets it, and takes assignments silently.
    color["legend"]["symbolType"], color["legend"]["symbolSize"] = "stroke", 300
    return color

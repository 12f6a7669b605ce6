"""A heat map of differences between two groups, in points; some may not be defined."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import pandas as pd

from core.charts import marks, theme
from core.charts.kinds import Rows
from core.lab.experiment import Figure
from core.lab.intervals import summarise

STRONGEST = 0.4
"""Difference of two shares from which on the colour is at its strongest."""


def cells(
    name: str, title: str, rows: Rows, across: alt.X, down: alt.Y, *, step: int = 34, **further: Any
) -> Figure[Any, Any]:
    """One cell per pair of names: the wider the difference, the stronger its colour.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        rows: Result, view -> one row a seed: `seed`, `value` in [-1, 1], NaN where it is not
            defined, and the columns of both sides.
        across: Encoding of the columns.
        down: Encoding of the rows.
        step: Height of a row in pixels.
        **further: `caption`, `live`, `note`, as in `Figure`.
    """
    sides = [side.shorthand.partition(":")[0] for side in (down, across)]

    def table(result: Any, view: Any) -> pd.DataFrame:
        found = summarise(rows(result, view), sides)
        return found.assign(size=found["mean"].abs(), points=[points(m) for m in found["mean"]])

    def chart(view: Any) -> alt.LayerChart:
        return _chart(across, down).properties(height=alt.Step(step))

    return Figure(name=name, title=title, table=table, chart=chart, **further)


def points(value: float) -> str:
    """A difference of shares in whole points with its sign; a dash where it is not defined."""
    if math.isnan(value):
        return "–"
    whole = round(100 * value)
    return f"{whole:+d}".replace("-", "−") if whole else "0"


def _chart(across: alt.X, down: alt.Y) -> alt.LayerChart:
    base = alt.Chart(marks.TABLE).encode(
        y=down, x=across,
        tooltip=[
            alt.Tooltip(down.shorthand), alt.Tooltip(across.shorthand),
            *(alt.Tooltip(f"{column}:Q", format=".4~g") for column in ("mean", "low", "high")),
            alt.Tooltip("n:Q", title="seeds"),
        ],
    )  # fmt: skip
    strength = alt.Scale(domain=[0, STRONGEST], range=[0, theme.MOST_TINT], clamp=True)
    squares = base.mark_rect(color=theme.WARNING, stroke=theme.BASELINE, strokeWidth=0.4)
    # A difference that is not defined has no colour, and null counts as less than any number.
    filled = alt.condition(
        "isValid(datum.size)", alt.Opacity("size:Q", scale=strength, legend=None), alt.value(0)
    )
    words = base.mark_text(fontSize=14, color=theme.INK).encode(text="points:N")
    return alt.layer(squares.encode(opacity=filled), words)

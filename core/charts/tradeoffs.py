"""Arms in the plane of two measures: what each gains of one, and what it costs of the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from core.charts import marks, theme
from core.charts.kinds import Encoding, Rows, of_view
from core.charts.scatter import cross
from core.lab.experiment import Figure
from core.lab.intervals import summarise

Looks = Mapping[str, tuple[str, str]]
"""Arm -> colour and shape."""


def paths(
    name: str,
    title: str,
    by: tuple[str, str],
    *,
    across: Rows,
    up: Rows,
    x: Encoding,
    y: Encoding,
    looks: Looks,
    tooltip: Sequence[alt.Tooltip],
    legend: Mapping[str, Any] = {},
    height: int = theme.FIGURE_HEIGHT,
    **further: Any,
) -> Figure[Any, Any]:
    """A dot with both intervals for each arm and strength; lines join the strengths of an arm.

    The table has the columns of `by`; of `x` the mean under its own name, and with `_low`, `_high`
    and `_n` behind it; of `y` the mean under its own name, `low`, `high` and `n`.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        by: Column of the arm, and of its strength, a number.
        across: Rows of the measure along the bottom, as in `kinds.lines`,
        up: and of the one up the side, of the same seeds.
        x: Encoding of the first, under the name it has in the table; zero is marked,
        y: and of the second.
        looks: Of the arms, in legend order.
        tooltip: What is told of a dot besides its arm, strength and number of seeds.
        legend: Further settings of the legend.
        height: In pixels.
        **further: `caption`, `live`, `note`, as in `Figure`.
    """

    def table(result: Any, view: Any) -> pd.DataFrame:
        first, second = (of_view(part, view).shorthand.partition(":")[0] for part in (x, y))
        ends = {part: f"{first}_{part}" for part in ("low", "high", "n")}
        one = summarise(across(result, view), list(by)).rename(columns={"mean": first, **ends})
        other = summarise(up(result, view), list(by)).rename(columns={"mean": second})
        return one.merge(other, on=list(by))

    def chart(view: Any) -> alt.LayerChart:
        places = of_view(x, view), of_view(y, view)
        color, shape = _channels(by[0], looks, legend)
        base = alt.Chart(marks.TABLE).encode(color=color)
        return alt.layer(*_layers(base, *places, shape, by, tooltip)).properties(height=height)

    return Figure(name=name, title=title, table=table, chart=chart, **further)


def _channels(arm: str, looks: Looks, legend: Mapping[str, Any]) -> tuple[alt.Color, alt.Shape]:
    """Colour and shape share one legend."""
    look = alt.Legend(title=None, orient="top", symbolOpacity=1, **legend)
    color, shape = (
        alt.Scale(domain=list(looks), range=[pair[part] for pair in looks.values()])
        for part in (0, 1)
    )
    return (
        alt.Color(f"{arm}:N", legend=look, scale=color),
        alt.Shape(f"{arm}:N", legend=look, scale=shape),
    )


def _layers(
    base: alt.Chart, x: alt.X, y: alt.Y, shape: alt.Shape, by: tuple[str, str],
    tooltip: Sequence[alt.Tooltip],
) -> list[Any]:  # fmt: skip
    arm, strength = by
    first = x.shorthand.partition(":")[0]
    told = [alt.Tooltip(f"{arm}:N"), alt.Tooltip(f"{strength}:Q"), *tooltip,
            alt.Tooltip("n:Q", title="seeds")]  # fmt: skip
    path = base.mark_line(strokeWidth=1.5, opacity=0.6)
    dots = base.mark_point(filled=True, size=90, opacity=1)
    return [
        marks.dashed(x=alt.XDatum(0)),
        *cross(base, x, y, across=(f"{first}_low", f"{first}_high"), opacity=0.5),
        path.encode(x=x, y=y, order=f"{strength}:Q"),
        dots.encode(x=x, y=y, shape=shape, tooltip=told),
    ]

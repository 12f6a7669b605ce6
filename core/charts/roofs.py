"""Roofs of a machine and what lies under them: a kind of figure with decades on both axes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import altair as alt
import pandas as pd

from core.charts import marks, theme
from core.lab.experiment import Figure
from core.lab.wording import number

LEFT, RIGHT = 0.05, 400.0
"""Ends of the roofs, in operations a byte."""
FEWEST = 3
"""Repetitions whose interval is drawn."""
MAIN, CACHES = "main memory", "caches"
DASHES = {MAIN: (1, 0), CACHES: (5, 4)}
Limits = Mapping[str, tuple[float, float, float]]
"""Unit -> its peak in GFLOP/s, and GB/s from main memory and from caches."""


def lines_of(limits: Limits) -> dict[str, pd.DataFrame]:
    """What memory or caches bring, up to the peak, and the name of each peak."""
    rows, names = [], []
    for unit, (peak, *speeds) in limits.items():
        for kind, speed in zip(DASHES, speeds, strict=True):
            ends = (LEFT, min(max(peak / speed, LEFT), RIGHT), RIGHT)
            rows += [(unit, kind, x, min(peak, speed * x)) for x in ends]
        names.append((RIGHT, peak, f"{unit}: {number(peak)} GFLOP/s"))
    return {
        "roofs": pd.DataFrame(rows, columns=["unit", "kind", "intensity", "height"]),
        "names": pd.DataFrame(names, columns=["intensity", "height", "text"]),
    }


def layers_under_roofs(
    name: str,
    title: str,
    table: Callable[[Any, Any], pd.DataFrame],
    roofs: Callable[[Any, Any], Mapping[str, pd.DataFrame]],
    colors: Mapping[str, str],
    **further: Any,
) -> Figure[Any, Any]:
    """A roof rises with the bytes that come, and is level at the peak; a line for each layer.

    Args:
        name: As in `Figure`.
        title: As in `Figure`.
        table: `unit`, `layer`, `batch`, `intensity` (operations a byte), `mean`, `low`, `high` and
            `n` (GFLOP/s), `of_peak` (share).
        roofs: See `lines_of`.
        colors: Of the layers.
        **further: `caption`, `live`, `note`, as in `Figure`.
    """
    return Figure(
        name, title, table, lambda view: _drawn(colors), underlay=roofs, **further
    )  # fmt: skip


def _drawn(colors: Mapping[str, str]) -> alt.LayerChart:
    x = alt.X("intensity:Q", title="operations a byte, counted (log scale)",
              scale=alt.Scale(type="log", domain=[LEFT, RIGHT], nice=False),
              axis=alt.Axis(values=[0.1, 1, 10, 100], format="~g"))  # fmt: skip
    y = alt.Y("mean:Q", title="billions of operations a second (log scale)",
              scale=alt.Scale(type="log"), axis=alt.Axis(format="~g", tickCount=5))  # fmt: skip
    base = alt.Chart(marks.TABLE).encode(
        x=x, color=marks.series_color("layer", list(colors), colors=colors, columns=3)
    )
    tooltip = [
        alt.Tooltip("layer:N"), alt.Tooltip("batch:Q", title="examples at once"),
        alt.Tooltip("unit:N", title="on"), alt.Tooltip("intensity:Q", format=".3~g"),
        *marks.told(title="GFLOP/s"),
        alt.Tooltip("of_peak:Q", format=".0%", title="of the peak"),
    ]  # fmt: skip
    size = alt.Size("batch:Q", legend=None, scale=alt.Scale(type="log", range=[30, 130]))
    # Of two repetitions an interval may span more decades than all layers together.
    known = base.transform_filter(f"datum.n >= {FEWEST}")
    span = known.mark_rule(aria=False).encode(y=marks.of_column(y, "low"), y2="high:Q")
    path = base.mark_line(strokeWidth=1.5, opacity=0.6, clip=True)
    dots = base.mark_point(filled=True, opacity=1, clip=True)
    return alt.layer(
        *_roofs(x, marks.of_column(y, "height")), span,
        path.encode(y=y, order="batch:Q", detail="unit:N"),
        dots.encode(y=y, tooltip=tooltip, size=size),
    ).properties(height=theme.FIGURE_HEIGHT + 60)  # fmt: skip


def _roofs(x: alt.X, height: alt.Y) -> list[alt.Chart]:
    roof = alt.Chart(alt.Data(name="roofs")).mark_line(color=theme.BASELINE, aria=False, clip=True)
    dash = marks.series_dash("kind", DASHES)
    name = alt.Chart(alt.Data(name="names")).mark_text(align="right", dy=-7, color=theme.INK)
    return [
        roof.encode(x=x, y=height, detail="unit:N", strokeDash=dash),
        name.encode(x=x, y=height, text="text:N"),
    ]

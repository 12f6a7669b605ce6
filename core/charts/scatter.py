"""Dots of two measures with intervals both ways, and their names where none lies on another."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.charts import theme
from core.charts.marks import of_column

COLUMNS = {"left": ("right", 0.42, 3), "right": ("left", 0.56, -3)}
"""Side -> how its names are aligned, at which share of the width, and where lines to them end."""


def cross(
    base: alt.Chart,
    x: alt.X,
    y: alt.Y,
    across: tuple[str, str],
    up: tuple[str, str] = ("low", "high"),
    **look: Any,
) -> list[alt.Chart]:
    """Draw the intervals of both measures through each dot.

    Args:
        base: Chart with the colour of the dots.
        x: Encoding of the dots; reused for the interval across.
        y: Encoding of the dots; reused for the interval up.
        across: Columns of the interval across: low and high.
        up: Columns of the interval up.
        look: Of the rules: `opacity`, `strokeWidth`.
    """
    rule = base.mark_rule(aria=False, **look)
    return [
        rule.encode(x=x, y=of_column(y, up[0]), y2=f"{up[1]}:Q"),
        rule.encode(y=y, x=of_column(x, across[0]), x2=f"{across[1]}:Q"),
    ]


def with_name_places(
    table: pd.DataFrame, x: str, y: str, room: float, low: float, high: float
) -> pd.DataFrame:
    """Say where the name of each dot stands, for dots that lie along the rising diagonal.

    Both other corners are free: names stand above the dots on the left, below them on the right.

    Args:
        table: One row a dot.
        x: Its column along the bottom,
        y: and up the side.
        room: Height of a name in units of `y`.
        low: Lowest place of a name,
        high: and highest; see `spread`.

    Returns:
        The table with `side` ("left" for the right half of the dots) and `name_at`.
    """
    left = table[x] > (table[x].min() + table[x].max()) / 2
    height = pd.Series(0.0, index=table.index)
    for side in (left, ~left):
        height[side] = spread(table.loc[side, y].to_numpy(), room, low, high)
    return table.assign(side=np.where(left, "left", "right"), name_at=height)


def spread(wanted: np.ndarray, room: float, low: float, high: float) -> np.ndarray:
    """Move values as little as possible (least squares) until all are `room` apart.

    Args:
        wanted: Where each should be, `(n,)`.
        room: Least distance between two.
        low: Lowest place,
        high: and highest, which may be passed only when there is no room between them.
    """
    order = np.argsort(wanted, kind="stable")
    steps = room * np.arange(len(wanted))
    goal = wanted[order] - steps
    # Isotonic regression by its formula: the largest over the starts of the smallest mean.
    ends = range(1, len(goal) + 1)
    free = [max(min(goal[a:b].mean() for b in ends if b >= at) for a in range(at)) for at in ends]
    top = max(low, high - room * (len(wanted) - 1))
    found = np.empty(len(wanted))
    found[order] = np.clip(free, low, top) + steps
    return found


def names(base: alt.Chart, x: str, y: str, name: str, scale: alt.Scale) -> list[alt.Chart]:
    """Names in two columns, each with a thin line to its dot: they never lie on one another.

    Args:
        base: Chart of the table of `with_name_places`, with the colour of the dots.
        x: Column of the dots along the bottom,
        y: and up the side.
        name: Column with their names.
        scale: Of `y`; a fixed one, since names are given their places in its units.
    """
    found = []
    dot = {"x": alt.X(f"{x}:Q"), "y": alt.Y(f"{y}:Q", scale=scale)}
    for side, (align, column, short) in COLUMNS.items():
        mine = base.transform_filter(f"datum.side == '{side}'")
        at = alt.value(alt.expr(f"width * {column}"))
        end = alt.value(alt.expr(f"width * {column} + {short}"))
        line = mine.mark_rule(opacity=0.4, aria=False).encode(**dot, x2=end, y2="name_at:Q")
        word = mine.mark_text(align=align, baseline="middle").encode(
            x=at, y=alt.Y("name_at:Q", scale=scale), text=f"{name}:N", color=alt.value(theme.INK)
        )
        found += [line, word]
    return found

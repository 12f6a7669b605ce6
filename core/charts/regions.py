"""Decision regions: what a network answers at every place of the plane, under its examples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.charts import marks, raster, theme

MARGIN = 0.3
"""Left around the outermost examples, in the unit of the plane."""
WHOLE = dict.fromkeys(("left", "right", "top", "bottom"), 0)
"""Padding of a chart that fills its place, so that a touch on it has its place in the plane."""
_BARE = alt.Axis(title=None, labels=False, ticks=False, grid=False, domain=False)
_TIGHT = alt.Scale(nice=False, zero=False, padding=0)
_CLASSES = alt.Scale(domain=["0", "1"], range=list(theme.CLASS_COLORS))


def extent_around(x: np.ndarray) -> np.ndarray:
    """Ranges of both coordinates of examples `(n, 2)` with a margin, `(4,)`, in their precision.

    Returns:
        `(x1 low, x1 high, x2 low, x2 high)`.
    """
    low, high = x.min(axis=0) - MARGIN, x.max(axis=0) + MARGIN
    return np.array([low[0], high[0], low[1], high[1]])


def grid_of(extent: np.ndarray, side: int) -> np.ndarray:
    """Places to ask a network about, `(side * side, 2)` float32, row by row from the top left.

    Args:
        extent: As `extent_around` returns it.
        side: Points on a side.
    """
    x1 = np.linspace(extent[0], extent[1], side)
    x2 = np.linspace(extent[3], extent[2], side)
    return np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2).astype(np.float32)


def probabilities(logits: np.ndarray, side: int) -> np.ndarray:
    """Probability of class 1 at each place of a grid.

    Args:
        logits: Of class 1, for the places of `grid_of`, `(n_models, side * side, 1)`.
        side: Points on a side.

    Returns:
        `(n_models, side, side)` float32 in (0, 1), the first row at the top.
    """
    squares = logits.reshape(len(logits), side, side).clip(-30, 30)
    found: np.ndarray = (1 / (1 + np.exp(-squares))).astype(np.float32)
    return found


def images(
    regions: Iterable[np.ndarray], extent: np.ndarray, **columns: Sequence[Any]
) -> dict[str, pd.DataFrame]:
    """The underlay of `decision_regions`: one picture a model, and the frame that it fills.

    Args:
        regions: Maps as `probabilities` returns them.
        extent: What they cover.
        columns: Further columns, one value a map: `panel`, where they stand side by side.
    """
    urls = [raster.class_regions(region) for region in regions]
    frame = {k: [float(v)] * len(urls) for k, v in zip("abcd", extent, strict=True)}
    return {"image": pd.DataFrame({**columns, "url": urls, **frame})}


def decision_regions(
    shape: alt.Shape, tooltip: Sequence[alt.Tooltip], height: int, size: int, stroke: float
) -> alt.LayerChart:
    """Examples over the picture of a model's decisions, coloured by the class they are given.

    The table has `x1`, `x2` and `label` (`"0"` or `"1"`), and the columns of `shape` and `tooltip`.

    Args:
        shape: Encoding of the examples' shape.
        tooltip: What an example tells.
        height: Of the chart in pixels.
        size: Area of an example in square pixels.
        stroke: Width of its white edge in pixels.
    """
    frame = alt.Chart(alt.Data(name="image")).mark_rect(opacity=0).encode(
        x=_place(alt.X, "a"), x2="b:Q", y=_place(alt.Y, "c"), y2="d:Q"
    )  # fmt: skip
    dot = {"filled": True, "size": size, "opacity": 1, "stroke": "white", "strokeWidth": stroke}
    examples = alt.Chart(marks.TABLE).mark_point(**dot).encode(
        x=_place(alt.X, "x1"), y=_place(alt.Y, "x2"), shape=shape, tooltip=list(tooltip),
        color=alt.Color("label:N", scale=_CLASSES, legend=None),
    )  # fmt: skip
    return alt.layer(marks.image_background(), frame, examples).properties(height=height)


def rings(which: str) -> alt.Chart:
    """Rings around some of the examples of `decision_regions`.

    Args:
        which: Expression of Vega that is true for them.
    """
    ring = alt.Chart(marks.TABLE).mark_point(
        shape="circle", filled=False, size=190, opacity=1, stroke=theme.INK, strokeWidth=1.6
    )
    return ring.encode(x=_place(alt.X, "x1"), y=_place(alt.Y, "x2")).transform_filter(which)


def _place(channel: Any, column: str) -> Any:
    """A coordinate in the plane, without an axis."""
    return channel(f"{column}:Q", axis=_BARE, scale=_TIGHT)

"""The figures of the sanity checks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.interpretability.sanity.config import (
    CONTROL,
    KEPT,
    METHODS,
    ORDER,
    PANELS,
    SanityResult,
    SanityView,
)
from core.charts import kinds, theme, tiles
from core.charts.raster import grey_picture, signed_map
from core.charts.summaries import within
from core.lab.experiment import Pick
from core.lab.scores import rows_where
from core.lab.wording import how_many, number

GRIDS = {
    "Gradients, inside the network": ("Saliency", "SmoothGrad", "Guided Backprop", "Grad-CAM"),
    "Times the input, and the control": PANELS["Times the input"],
}
"""Panels of the pictures, and the methods in each, from the top."""
ROWS = max(map(len, GRIDS.values()))
SHOWN = {0: "as trained", 1: "output redrawn", 4: "all redrawn"}
"""Stages whose maps are shown, and their short names: three columns fit a phone."""


def pictures(result: SanityResult, view: SanityView) -> pd.DataFrame:
    """One row a cell: a method at a stage, and the share of its colour that speaks for the class.

    All cells are there from the start; the share is missing where the map is not made yet.
    """
    columns = ["panel", "method", "stage", "cell", "column", "row", "speaks_for"]
    rows = [
        (panel, method, name, name if column else method, column, row,
         _speaks_for(_map(result, view, method, stage)))
        for panel, methods in GRIDS.items()
        for row, method in enumerate(methods)
        for column, (stage, name) in enumerate(SHOWN.items())
        if len(result.images)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _map(result: SanityResult, view: SanityView, method: str, stage: int) -> np.ndarray:
    return result.maps[METHODS.index(method), stage, view.picture - 1].astype(float)


def _speaks_for(values: np.ndarray) -> float:
    sizes = np.abs(values).sum()
    return float(values.clip(0).sum() / sizes) if sizes > 0 else float("nan")


def painted(result: SanityResult, view: SanityView, cell: Mapping[str, Any]) -> str:
    """A painted map; the picture without colour where the map is not made yet."""
    values = _map(result, view, cell["method"], list(SHOWN)[cell["column"]])
    return signed_map(result.images[view.picture - 1] / 255, values)


def pictures_caption(table: pd.DataFrame, view: SanityView) -> str:
    """Say what is seen."""
    n = int(table.dropna()["method"].nunique())
    if n < 2:
        return ""
    return (
        f"{n} maps of one decision in each column. In the last column nothing learned is left, so "
        "whatever still looks like the object comes from the picture, not from the network."
    )


def choices(result: SanityResult, view: SanityView) -> pd.DataFrame:
    """The pictures whose maps are kept."""
    place = np.arange(len(result.images))
    return pd.DataFrame({
        "panel": "of the first network", "column": place, "row": 0, "picture": place + 1,
        "cell": [f"picture {one + 1}" for one in place],
    })  # fmt: skip


def _choice(result: SanityResult, view: SanityView, cell: Mapping[str, Any]) -> str:
    return grey_picture(result.images[cell["picture"] - 1] / 255)


def choices_caption(table: pd.DataFrame, view: SanityView) -> str:
    """How many there are."""
    return f"Maps are kept for {how_many(len(table), 'picture')}." if len(table) else ""


def by_panel(table: pd.DataFrame, view: SanityView) -> pd.DataFrame:
    """The summary with the panel of each method, by layers drawn anew."""
    panel = {method: name for name, methods in PANELS.items() for method in methods}
    table = kinds.in_panels(within(table, -1), "method", panel)
    return table.sort_values("redrawn", kind="stable", ignore_index=True)


def similarity_caption(table: pd.DataFrame, view: SanityView) -> str:
    """Rank the methods by what is left at the end."""
    end = table[(table["redrawn"] == len(ORDER)) & (table["method"] != CONTROL)]
    if end.empty:
        return ""
    order = end.sort_values("mean")
    pairs = zip(order["method"], order["mean"], strict=True)
    said = ", ".join(f"{method} {number(float(value))}" for method, value in pairs)
    return f"Rank correlation left when all layers are drawn anew: {said}."


def _similarity_axis(view: SanityView) -> alt.Y:
    title = "rank correlation of sizes" if view.compare == "sizes" else "rank correlation, signed"
    return alt.Y("mean:Q", title=title, scale=alt.Scale(domain=[-0.4, 1]))


FIGURES = (
    tiles.figure(
        "pictures", "The maps, layer by layer", pictures, painted, columns=len(SHOWN), rows=ROWS,
        height=142 * ROWS,
        told=[
            alt.Tooltip("method:N"),
            alt.Tooltip("stage:N", title="weights"),
            alt.Tooltip("speaks_for:Q", title="share that speaks for", format=".0%"),
        ],
        caption=pictures_caption, live=True,
        note="From left to right: the trained network, the same with its output layer drawn "
        "anew, and with all layers drawn anew. Orange speaks for the answer, blue against it; "
        "each map has its own largest value as full colour.",
    ),
    tiles.figure(
        "choices", "The pictures", choices, _choice, columns=KEPT, rows=1, height=190,
        told=[alt.Tooltip("picture:O")], caption=choices_caption,
        picks=[Pick("picture", "picture")],
    ),
    kinds.lines(
        "similarity", "What is left of the trained network's map",
        lambda result, view: rows_where(result.similarity, {"compare": view.compare}),
        by=("method", "redrawn"),
        x=alt.X("redrawn:Q", title="layers drawn anew",
                axis=alt.Axis(format="d", values=[*range(5)])),
        y=_similarity_axis,
        color=alt.Color(
            "method:N",
            sort=list(METHODS),
            # One column: two are cut where three panels stand side by side.
            legend=alt.Legend(title=None, orient="top", direction="horizontal", columns=1,
                              symbolSize=90, symbolOpacity=1),
            scale=alt.Scale(range=[*theme.SERIES[:3], theme.BASELINE]),
        ),
        seeds=False, extra=by_panel, caption=similarity_caption, live=True,
        note="A map that explains the network has to change with it. Brightness never looks "
        "at the network: it is what failing this test looks like.", panels=True,
    ),
)  # fmt: skip

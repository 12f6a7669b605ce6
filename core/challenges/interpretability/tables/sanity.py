"""Tables of the sanity checks, read off their result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.charts.raster import signed_map
from core.lab.intervals import summarise
from core.lab.wording import number

if TYPE_CHECKING:
    from core.challenges.interpretability.sanity import SanityResult, SanityView

CONTROL = "Brightness"
PANELS = {
    "The gradient, plain or averaged": ("Saliency", "SmoothGrad"),
    "Times the input": ("Input x Gradient", "Integrated Gradients", "DeepLift", CONTROL),
    "Inside the network": ("Guided Backprop", "Grad-CAM"),
}
METHODS = tuple(method for methods in PANELS.values() for method in methods)
GRIDS = {
    "Gradients, inside the network": ("Saliency", "SmoothGrad", "Guided Backprop", "Grad-CAM"),
    "Times the input, and the control": PANELS["Times the input"],
}
"""Panels of the pictures, and the methods in each, from the top."""
SHOWN = {0: "as trained", 1: "output redrawn", 4: "all redrawn"}
"""Stages whose maps are shown, and their short names: three columns fit a phone."""
STAGES = ("as trained", "output layer", "+ third", "+ second", "+ first: all")
"""Which layers are drawn anew, each stage on top of the one before."""


def similarity(result: SanityResult, view: SanityView) -> pd.DataFrame:
    """Mean similarity and interval by method and number of layers drawn anew."""
    rows = result.similarity
    rows = rows[rows["compare"] == view.compare]
    table = summarise(rows, ["method", "redrawn"])
    panel = {method: name for name, methods in PANELS.items() for method in methods}
    table.insert(0, "panel", table["method"].map(panel).astype(object))
    if table["panel"].nunique() < len(PANELS):
        return table[:0]  # A figure keeps the panels it starts with.
    return table.sort_values("redrawn", kind="stable", ignore_index=True)


def similarity_caption(table: pd.DataFrame, view: SanityView) -> str:
    """Rank the methods by what is left at the end."""
    end = table[(table["redrawn"] == len(STAGES) - 1) & (table["method"] != CONTROL)]
    if end.empty:
        return ""
    order = end.sort_values("mean")
    pairs = zip(order["method"], order["mean"], strict=True)
    said = ", ".join(f"{method} {number(float(value))}" for method, value in pairs)
    return f"Rank correlation left when all layers are drawn anew: {said}."


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


def painted(result: SanityResult, view: SanityView) -> dict[str, pd.DataFrame]:
    """The painted maps; the picture without colour where a map is not made yet."""
    table = pictures(result, view)
    stages = {name: stage for stage, name in SHOWN.items()}
    urls = [
        signed_map(result.images[view.picture - 1] / 255, _map(result, view, method, stages[stage]))
        for method, stage in zip(table["method"], table["stage"], strict=True)
    ]
    return {"pictures": table[["panel", "column", "row"]].assign(url=urls)}


def pictures_caption(table: pd.DataFrame, view: SanityView) -> str:
    """Say what is seen."""
    n = int(table.dropna()["method"].nunique())
    if n < 2:
        return ""
    return (
        f"{n} maps of one decision in each column. In the last column nothing learned is left, so "
        "whatever still looks like the object comes from the picture, not from the network."
    )

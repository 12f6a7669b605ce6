"""Tables of the sanity checks, read off their result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.charts.raster import signed_map
from core.metrics.intervals import summarise
from core.wording import number

if TYPE_CHECKING:
    from core.challenges.interpretability.sanity import SanityResult, SanityView

CONTROL = "Brightness"
PANELS = {
    "The gradient, plain or averaged": ("Saliency", "SmoothGrad"),
    "Times the input": ("Input x Gradient", "Integrated Gradients", "DeepLift", CONTROL),
    "Inside the network": ("Guided Backprop", "Grad-CAM"),
}
METHODS = tuple(method for methods in PANELS.values() for method in methods)
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
    """One row a method and stage whose map is there: share of the map's colour that speaks for."""
    if not len(result.images):
        return pd.DataFrame({"method": [], "stage": [], "speaks_for": []})
    maps = result.maps[:, :, view.picture - 1].astype(float)
    rows = [
        (method, stage, maps[i, j].clip(0).sum() / np.abs(maps[i, j]).sum())
        for i, method in enumerate(METHODS)
        for j, stage in enumerate(STAGES)
        if maps[i, j].any()
    ]
    return pd.DataFrame(rows, columns=["method", "stage", "speaks_for"])


def painted(result: SanityResult, view: SanityView) -> dict[str, pd.DataFrame]:
    """The painted maps."""
    table = pictures(result, view)
    urls = [
        signed_map(
            result.images[view.picture - 1] / 255,
            result.maps[METHODS.index(method), STAGES.index(stage), view.picture - 1].astype(float),
        )
        for method, stage in zip(table["method"], table["stage"], strict=True)
    ]
    return {"pictures": table[["method", "stage"]].assign(url=urls)}


def pictures_caption(table: pd.DataFrame, view: SanityView) -> str:
    """Say what is seen."""
    n = int(table["method"].nunique()) if len(table) else 0
    if n < 2:
        return ""
    return (
        f"{n} maps of one decision in each column. In the last column nothing learned is left, so "
        "whatever still looks like the object comes from the picture, not from the network."
    )

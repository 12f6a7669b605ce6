"""Tables of the trial of explanations, read off its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from core.attributions import CONTROLS
from core.attributions import METHODS as REAL
from core.metrics.intervals import summarise
from core.wording import number

if TYPE_CHECKING:
    from core.challenges.interpretability.trial import TrialResult, TrialView

METHODS = REAL + CONTROLS
BRIGHTNESS = "Brightness"
SLOW = ("Shapley sampling", "KernelSHAP", "LIME")
DRAWN = ("Occlusion", "Integrated Gradients", "Saliency", "Grad-CAM", BRIGHTNESS, "Random map")
"""Methods whose curves are drawn: more would hide each other."""
TITLES = {
    "grid": "share of the positive map on the picture of the class, in a grid of four",
    "deletion": "mean probability left while marked pixels go (low is good)",
    "insertion": "mean probability reached while marked pixels come (high is good)",
    "overlap": "overlap of the most marked pixels with the object (IoU)",
    "pointing": "share of pictures whose most marked pixel lies on the object",
}
PANELS = {
    "deletion": "Deletion: falls early is good",
    "insertion": "Insertion: rises early is good",
}


def leaderboard(result: TrialResult, view: TrialView) -> pd.DataFrame:
    """Mean score and interval of each method by the chosen criterion, the best first."""
    rows = result.scores[result.scores["criterion"] == view.criterion]
    table = summarise(rows, ["method"])
    table.insert(1, "kind", table["method"].isin(CONTROLS).map({True: "no network", False: "map"}))
    ascending = view.criterion == "deletion"
    return table.sort_values("mean", ascending=ascending, kind="stable", ignore_index=True)


def leaderboard_caption(table: pd.DataFrame, view: TrialView) -> str:
    """Name the best and the place of the map without a network."""
    if len(table) < 2:
        return ""
    first = table.iloc[0]
    said = (
        f"By {view.criterion}, {first['method']} is best ({number(float(first['mean']), 'share')})"
    )
    places = list(table["method"])
    if BRIGHTNESS not in places or first["method"] == BRIGHTNESS:
        return f"{said}."
    place = places.index(BRIGHTNESS)
    value = number(float(table.iloc[place]["mean"]), "share")
    return f"{said}; plain brightness is number {place + 1} of {len(places)} ({value})."


def curves(result: TrialResult, view: TrialView) -> pd.DataFrame:
    """Mean probability and interval along both curves, for some of the methods."""
    rows = result.curves[result.curves["method"].isin(DRAWN)]
    table = summarise(rows, ["curve", "method", "share"])
    table.insert(0, "panel", table["curve"].map(PANELS).astype(object))
    # A figure keeps the panels it starts with.
    return table if table["panel"].nunique() == len(PANELS) else table[:0]


def curves_caption(table: pd.DataFrame, view: TrialView) -> str:
    """Say what is left when a tenth of the pixels is gone."""
    rows = table[(table["curve"] == "deletion") & (table["share"] == 0.1)]
    left = dict(zip(rows["method"], rows["mean"], strict=True))
    if len(left) < 2:
        return ""
    order = sorted(left, key=lambda m: left[m])
    said = ", ".join(f"{method} {number(float(left[method]), 'share')}" for method in order)
    return f"Mean probability of the class when the first tenth of the pixels is gone: {said}."

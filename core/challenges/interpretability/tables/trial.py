"""Tables of the trial of explanations, read off its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.attributions import CONTROLS
from core.attributions import METHODS as REAL
from core.lab.intervals import summarise
from core.lab.wording import hedged, number
from core.metrics.attribution import places
from core.metrics.verdicts import rivals

if TYPE_CHECKING:
    from core.challenges.interpretability.trial import TrialView
    from core.challenges.interpretability.trial_court import TrialResult

METHODS = REAL + CONTROLS
BRIGHTNESS = "Brightness"
SLOW = ("Shapley sampling", "KernelSHAP", "LIME")
DRAWN = ("Occlusion", "Integrated Gradients", "Saliency", "Grad-CAM", BRIGHTNESS, "Random map")
"""Methods whose curves are drawn: more would hide each other."""
TITLES = {
    "grid": "share of the positive map on the picture of the class, in a grid of four",
    "deletion": "mean probability left while marked pixels go (low is good)",
    "insertion": "mean probability reached while marked pixels come (high is good)",
    "infidelity": "share of the squared change that the map does not foresee (low is good)",
    "completeness": "distance of the map's sum from the score gained (low is good)",
    "sensitivity": "largest change of the map under small noise (low is good)",
    "stability": "rank correlation with other networks' maps of the same picture (high is good)",
    "overlap": "overlap of the most marked pixels with the object (IoU)",
    "pointing": "share of pictures whose most marked pixel lies on the object",
}
"""The tests, in the order in which they are shown."""
LOW_IS_GOOD = ("deletion", "infidelity", "completeness", "sensitivity")
ENDLESS = ("completeness", "sensitivity", "stability")
"""Tests whose scores are no shares: two have no upper end, one may be negative."""
PANELS = {
    "deletion": "Deletion: falls early is good",
    "insertion": "Insertion: rises early is good",
}
NETWORK, LINEAR = "trained network", "linear model"
LEAST_ERROR = 1e-8
"""Smaller errors are rounding, and zero has no place on an axis of ratios."""


def leaderboard(result: TrialResult, view: TrialView) -> pd.DataFrame:
    """Mean score and interval of each method by the chosen criterion, the best first."""
    rows = result.scores[result.scores["criterion"] == view.criterion]
    table = summarise(rows, ["method"])
    if view.criterion != "stability":  # No other score can be negative.
        table["low"] = table["low"].clip(lower=0)
    table.insert(1, "kind", table["method"].isin(CONTROLS).map({True: "no network", False: "map"}))
    low = view.criterion in LOW_IS_GOOD
    table.insert(0, "place", places(table["mean"].to_numpy(), low_is_good=low))
    return table.sort_values("place", kind="stable", ignore_index=True)


def leaderboard_caption(table: pd.DataFrame, view: TrialView) -> str:
    """Name the best and the place of the map without a network."""
    if len(table) < 2:
        return ""
    first = table.iloc[0]
    best = _score_words(float(first["mean"]), view.criterion)
    others = rivals(table, table.index[0], "method")
    said = f"By {view.criterion}, {first['method']} is best ({best}{hedged(others)})"
    names = list(table["method"])
    if BRIGHTNESS not in names or first["method"] == BRIGHTNESS:
        return f"{said}."
    row = table.iloc[names.index(BRIGHTNESS)]
    value = _score_words(float(row["mean"]), view.criterion)
    return f"{said}; plain brightness is number {row['place']} of {len(names)} ({value})."


def _score_words(value: float, criterion: str) -> str:
    if criterion == "completeness" and value >= 10:
        return f"off by {number(value)} times the gain"
    return number(value, "" if criterion == "stability" else "share")


def standings(result: TrialResult) -> pd.DataFrame:
    """Place of every method by every criterion: of its mean, and the best and worst of a seed.

    Returns:
        `method`, `criterion`, `place` (1 is best), `best`, `worst`, `mean`, `low`, `high`, `n`.
    """
    parts = []
    for criterion in TITLES:
        rows = result.scores[result.scores["criterion"] == criterion]
        if rows.empty:
            continue
        low = criterion in LOW_IS_GOOD
        table = summarise(rows, ["method"])
        seeds = rows.pivot(index="seed", columns="method", values="value")[table["method"]].dropna()
        each = np.array([places(row, low_is_good=low) for row in seeds.to_numpy()])
        place = places(table["mean"].to_numpy(), low_is_good=low)
        best, worst = (each.min(0), each.max(0)) if len(each) else (place, place)
        table.insert(1, "criterion", criterion)
        parts.append(table.assign(place=place, best=best, worst=worst))
    columns = ["method", "criterion", "place", "best", "worst", "mean", "low", "high", "n"]
    return pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)


def ranks(result: TrialResult, view: TrialView) -> pd.DataFrame:
    """Standings by all tests at once, the method with the best mean place first."""
    table = standings(result)
    mean = table.groupby("method")["place"].mean()
    table = table.assign(mean_place=table["method"].map(mean).astype(float))
    table["among"] = table.groupby("criterion")["method"].transform("size")
    return table.sort_values("mean_place", kind="stable", ignore_index=True)


def ranks_caption(table: pd.DataFrame, view: TrialView) -> str:
    """Say whether one method wins everywhere, and how far the best one falls."""
    n = table["criterion"].nunique()
    if n < 2:
        return ""
    wins = winners(table)
    if wins.max() == n:
        return f"{wins.idxmax()} is first by all {n} tests here."
    said = [f"No method is first by all {n} tests."]
    for method in dict.fromkeys([table["method"].iloc[0], BRIGHTNESS]):
        own = table[table["method"] == method].sort_values("place", kind="stable")
        if len(own) > 1:
            first, last = own.iloc[0], own.iloc[-1]
            said.append(
                f"{method}, with a mean place of {number(float(first['mean_place']))}, is number "
                f"{first['place']} by {first['criterion']} and number {last['place']} by "
                f"{last['criterion']}."
            )
    return " ".join(said)


def winners(table: pd.DataFrame) -> pd.Series:
    """By how many tests each method is first; those that never are left out."""
    return table[table["place"] == 1].groupby("method").size()


def control_words(table: pd.DataFrame) -> str:
    """Say by which tests plain brightness beats at least half of the methods."""
    own = table[table["method"] == BRIGHTNESS]
    real = table[~table["method"].isin(CONTROLS)].groupby("criterion")["place"].median()
    passed = [c for c, p in zip(own["criterion"], own["place"], strict=True) if p < real[c]]
    n = f"{len(passed)} test{'' if len(passed) == 1 else 's'}"
    by = f"{n} ({', '.join(passed)})" if passed else "no test"
    return f"Plain brightness, which never asks the network, beats half of the methods by {by}"


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


def adding_up(result: TrialResult, view: TrialView) -> pd.DataFrame:
    """Geometric mean of the completeness error of Integrated Gradients, and interval, by steps."""
    logs = np.log10(result.steps["value"].astype(float).clip(lower=LEAST_ERROR))
    table = summarise(result.steps.assign(value=logs), ["model", "steps"])
    table[["mean", "low", "high"]] = 10.0 ** table[["mean", "low", "high"]]
    return table


def adding_up_caption(table: pd.DataFrame, view: TrialView) -> str:
    """Compare few steps with many, and with the linear model."""
    rows = {name: own.sort_values("steps") for name, own in table.groupby("model")}
    if NETWORK not in rows or LINEAR not in rows or len(rows[NETWORK]) < 2:
        return ""
    first, last = rows[NETWORK].iloc[0], rows[NETWORK].iloc[-1]
    linear = float(rows[LINEAR]["mean"].max())
    exact = "they add up exactly, but for rounding" if linear < 1e-4 else number(linear, "share")
    few, many = (number(float(row["mean"]), "share") for row in (first, last))
    return (
        f"On the trained network the maps miss {few} of the gain with {int(first['steps'])} steps "
        f"and {many} with {int(last['steps'])}. On a linear model: {exact}."
    )

"""Tables of the features experiment, read off its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.attributions.tables import CONTROL, METHODS
from core.challenges.interpretability.features_claims import EXACT, rank
from core.challenges.interpretability.features_data import FEATURES, TRUTH
from core.challenges.interpretability.features_study import (
    PERMUTATION,
    SAME_CLASS,
    SHAPLEY,
    STEERED_BY,
)
from core.lab.intervals import SHARE, summarise
from core.lab.wording import number

if TYPE_CHECKING:
    from core.challenges.interpretability.features import FeaturesResult, FeaturesView

PANELS = {"linear": "Linear model", "network": "Network"}
ARMS = {
    "linear": "known table, linear model",
    "network": "known table, network",
    "cells": "cell nuclei, network",
}
TRUE = "Truth"
DRAWN = (PERMUTATION, STEERED_BY, "Saliency")
"""Measures whose importance is drawn: three that ask three different questions."""
RANKED = (PERMUTATION, SHAPLEY, *METHODS, CONTROL)
BOTH, USED, UNUSED = "both together", "strong", "copy of strong"
WAYS = {PERMUTATION: "Shuffling a column", STEERED_BY: STEERED_BY}


def importance(result: FeaturesResult, view: FeaturesView) -> pd.DataFrame:
    """Mean share and interval by model, column and measure, and the truth."""
    rows = result.importance[result.importance["method"].isin(DRAWN)]
    table = summarise(rows, ["model", "feature", "method"])
    if table["model"].nunique() < len(PANELS):
        return _paneled(table[:0])
    share = TRUTH / TRUTH.sum()
    known = [
        (model, name, TRUE, value, value, value, 0)
        for model in PANELS
        for name, value in zip(FEATURES, share, strict=True)
    ]
    return _paneled(pd.concat([table, pd.DataFrame(known, columns=table.columns)]))


def importance_caption(table: pd.DataFrame, view: FeaturesView) -> str:
    """Say what shuffling finds of the pair in both models, and of pure noise."""
    shuffled = table[table["method"] == PERMUTATION]
    means = {
        (str(row["model"]), str(row["feature"])): float(row["mean"])
        for _, row in shuffled.iterrows()
    }
    wanted = [(m, f) for m in ("network", "linear") for f in ("pair A", "pair B")]
    wanted += [("network", "noise 1"), ("network", "noise 2")]
    if any(key not in means for key in wanted):
        return ""
    pair = {m: means[m, "pair A"] + means[m, "pair B"] for m in PANELS}
    told = {m: number(value, SHARE).replace("-", "−") for m, value in pair.items()}
    noise = max(abs(means["network", name]) for name in ("noise 1", "noise 2"))
    return (
        f"By shuffling, the pair that acts only together has {told['network']} of the importance "
        f"in the network and {told['linear']} in the linear model, which cannot use it. A column "
        f"of noise has at most {number(noise, SHARE)} in the network."
    )


def errors(result: FeaturesResult, view: FeaturesView) -> pd.DataFrame:
    """Mean relative error and interval by model and method."""
    table = summarise(result.errors, ["model", "method"])
    floor = 1e-8 if view.log_axis else 0.0
    table[["mean", "low", "high"]] = table[["mean", "low", "high"]].clip(lower=floor)
    table = table.assign(kind=_kinds(table))
    # A figure keeps the panels it starts with.
    return _paneled(table if table["model"].nunique() == len(PANELS) else table[:0])


def errors_caption(table: pd.DataFrame, view: FeaturesView) -> str:
    """Name the largest error of the methods that should make none, and the largest of all."""
    means = {
        (str(row["model"]), str(row["method"])): float(row["mean"]) for _, row in table.iterrows()
    }
    exact = [means[key] for key in means if key[0] == "linear" and key[1] in EXACT]
    others = [
        f"{method} {number(means['linear', method], SHARE)}"
        for method in ("LIME", "GradientSHAP", CONTROL)
        if ("linear", method) in means
    ]
    if not exact or not others:
        return ""
    return (
        f"On the linear model the {len(exact)} exact methods are off by at most "
        f"{number(max(exact), SHARE)} of the answer's length; {', '.join(others)}."
    )


def ranking(result: FeaturesResult, view: FeaturesView) -> pd.DataFrame:
    """Mean rank correlation with the truth and interval by model and measure."""
    measured = set(result.importance["method"]) >= set(RANKED)
    rows = [
        (model, method, seed, float(value))
        for model in PANELS
        for method in RANKED * measured
        for seed, value in enumerate(rank(result, model, method))
    ]
    table = summarise(
        pd.DataFrame(rows, columns=["model", "method", "seed", "value"]), ["model", "method"]
    )
    table[["low", "high"]] = table[["low", "high"]].clip(-1, 1)
    complete = table["model"].nunique() == len(PANELS)
    return _paneled((table if complete else table[:0]).assign(kind=_kinds))


def ranking_caption(table: pd.DataFrame, view: FeaturesView) -> str:
    """Name the best and the worst measure on the network, and the best on the linear model."""
    real = table[table["method"] != CONTROL]
    network, linear = (real[real["model"] == model] for model in ("network", "linear"))
    if len(network) < 2 or len(linear) < 2:
        return ""
    best, worst = (network.loc[i] for i in (network["mean"].idxmax(), network["mean"].idxmin()))
    top = linear.loc[linear["mean"].idxmax()]
    apart = "" if worst["high"] < best["low"] else ", though their intervals overlap"
    return (
        f"On the network, {best['method']} orders the columns best "
        f"({number(float(best['mean']))}) and {worst['method']} worst "
        f"({number(float(worst['mean']))}{apart}); on the linear model the best reaches "
        f"{number(float(top['mean']))}."
    )


def correlated(result: FeaturesResult, view: FeaturesView) -> pd.DataFrame:
    """Mean share and interval of the strong column, its copy and both, by correlation."""
    rows = result.correlated[result.correlated["feature"].isin([USED, UNUSED])]
    keys = ["method", "correlation", "seed"]
    both = rows.groupby(keys, sort=False)["value"].sum().reset_index().assign(feature=BOTH)
    table = summarise(pd.concat([rows, both]), ["method", "feature", "correlation"])
    table.insert(0, "panel", table["method"].map(WAYS).astype(object))
    return table if table["method"].nunique() == len(WAYS) else table[:0]


def correlated_caption(table: pd.DataFrame, view: FeaturesView) -> str:
    """Say what the copy gets at both ends, by both measures."""
    copy = table[table["feature"] == UNUSED]
    ends = {
        way: (rows["mean"].iloc[0], rows["mean"].iloc[-1], rows["correlation"].iloc[-1])
        for way, rows in copy.groupby("method", sort=False)
    }
    if len(ends) < len(WAYS):
        return ""
    said = " and ".join(
        f"from {number(float(first), SHARE)} to {number(float(last), SHARE)} by "
        f"{'shuffling' if way == PERMUTATION else way}"
        for way, (first, last, _) in ends.items()
    )
    top = number(float(next(iter(ends.values()))[2]))
    return f"The copy is not in the truth. At a correlation of {top} its share goes {said}."


def agreement(result: FeaturesResult, view: FeaturesView) -> pd.DataFrame:
    """Mean agreement and interval by model and method; the class first."""
    rows = result.agreement[result.agreement["measure"] == view.agreement]
    classes = result.agreement[result.agreement["method"] == SAME_CLASS]
    if view.agreement != "top":
        rows = pd.concat([classes, rows])
    table = summarise(rows, ["model", "method"])
    table[["low", "high"]] = table[["low", "high"]].clip(-1, 1)
    table.insert(1, "arm", table["model"].map(ARMS).astype(object))
    return table


def agreement_caption(table: pd.DataFrame, view: FeaturesView) -> str:
    """Compare agreement on the class with agreement on the reasons, on the real table."""
    cells = table[table["model"] == "cells"].set_index("method")["mean"]
    if SAME_CLASS not in cells or STEERED_BY not in cells:
        return ""
    value = float(cells[STEERED_BY])
    reasons = (
        f"name the same most important column for {number(value, SHARE)}"
        if view.agreement == "top"
        else f"order its columns with a rank correlation of {number(value)}"
    )
    same = number(float(cells[SAME_CLASS]), SHARE)
    return (
        f"Two networks of other seeds give the same class to {same} of the cell samples, and "
        f"{reasons} (by {STEERED_BY})."
    )


def _kinds(table: pd.DataFrame) -> np.ndarray:
    return np.where(table["method"] == CONTROL, "control", "explanation").astype(object)


def _paneled(table: pd.DataFrame) -> pd.DataFrame:
    table = table.reset_index(drop=True)
    table.insert(0, "panel", table["model"].map(PANELS).astype(object))
    return table

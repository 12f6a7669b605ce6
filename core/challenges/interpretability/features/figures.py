"""The figures of the experiment on features of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.attributions.tables import CONTROL, METHODS
from core.challenges.interpretability.features.config import (
    COMPARED,
    CORRELATIONS,
    EXACT,
    PERMUTATION,
    RANKED,
    SAME_CLASS,
    STEERED_BY,
    FeaturesResult,
    FeaturesView,
)
from core.charts import axes, kinds, marks, theme
from core.charts.summaries import means_at, within
from core.data.known_importance import FEATURES, NOISE, PAIR, TRUTH, UNUSED, USED
from core.lab.experiment import Figure
from core.lab.intervals import SHARE, summarise
from core.lab.scores import rows_where
from core.lab.wording import hedged, number
from core.metrics.verdicts import rivals

PANELS = {"linear": "Linear model", "network": "Network"}
ARMS = {
    "linear": "known table, linear model",
    "network": "known table, network",
    "cells": "cell nuclei, network",
}
ARM_COLORS = dict(zip(ARMS.values(), (theme.BASELINE, theme.TRAIN, theme.WARNING), strict=True))
TRUE, BOTH = "Truth", "both together"
COLORS = {
    TRUE: theme.BASELINE,
    PERMUTATION: theme.TRAIN,
    STEERED_BY: theme.VALIDATION,
    "Saliency": theme.ACCENT,
}
DRAWN = (PERMUTATION, STEERED_BY, "Saliency")
"""Measures whose importance is drawn: three that ask three different questions."""
WAYS = {PERMUTATION: "Shuffling a column", STEERED_BY: STEERED_BY}
KIND_COLOR = marks.row_color("kind", {"explanation": theme.ACCENT, "control": theme.BASELINE})
COPY_COLORS = {USED: theme.TRAIN, UNUSED: theme.WARNING, BOTH: theme.BASELINE}


def importance(result: FeaturesResult, view: FeaturesView) -> pd.DataFrame:
    """Mean share and interval by model, column and measure, and the truth."""
    rows = result.importance[result.importance["method"].isin(DRAWN)]
    table = summarise(rows, ["model", "feature", "method"])
    if table["model"].nunique() < len(PANELS):
        return kinds.in_panels(table, "model", PANELS)
    share = TRUTH / TRUTH.sum()
    known = [
        (model, name, TRUE, value, value, value, 0)
        for model in PANELS
        for name, value in zip(FEATURES, share, strict=True)
    ]
    truth = pd.DataFrame(known, columns=table.columns)
    return kinds.in_panels(pd.concat([table, truth]), "model", PANELS)


def importance_caption(table: pd.DataFrame, view: FeaturesView) -> str:
    """Say what shuffling finds of the pair in both models, and of pure noise."""
    shuffled = table[table["method"] == PERMUTATION]
    cells = [(model, name) for model in ("network", "linear") for name in (*PAIR, *NOISE)]
    means = means_at(shuffled, ("model", "feature"), cells)
    if not means:
        return ""
    network, linear = (number(means[i] + means[i + 1], SHARE) for i in (0, 4))
    noise = max(abs(mean) for mean in means[2:4])
    return (
        f"By shuffling, the pair that acts only together has {network} of the importance in the "
        f"network and {linear} in the linear model, which cannot use it. A column of noise has at "
        f"most {number(noise, SHARE)} in the network."
    )


def draw_importance(view: FeaturesView) -> alt.LayerChart:
    """Dots with intervals per column, one colour a measure; the truth as a line across."""
    y = axes.names("feature", limit=140)
    # Before training, shuffling may help as well as harm: the axis stays where it belongs.
    x = alt.X("mean:Q", title="share of the importance", axis=alt.Axis(format=".0%", tickCount=4),
              scale=alt.Scale(domain=[-0.1, 0.7], clamp=True))  # fmt: skip
    color = marks.series_color(
        "method", [TRUE, *DRAWN], colors=COLORS, columns=2, symbolType="circle", symbolSize=100,
        offset=8, columnPadding=6, labelFontSize=11,
    )  # fmt: skip
    offset = alt.YOffset("method:N", sort=list(DRAWN), scale=alt.Scale(domain=list(DRAWN)))
    truth = alt.Chart(marks.TABLE).transform_filter(alt.datum.method == TRUE)
    tick = truth.mark_tick(thickness=3, height=17).encode(
        y=y, x=x, color=color, tooltip=["feature:N", alt.Tooltip("mean:Q", format=".1%")]
    )
    look = _small_dots("feature", "method")
    bars = marks.interval_bars(y, x, color, zero_rule=False, offset=offset, **look)
    measured = bars.transform_filter(alt.datum.method != TRUE)
    return alt.layer(tick, measured).properties(height=320)


def _off(table: pd.DataFrame, view: FeaturesView) -> pd.DataFrame:
    """Errors of the methods and of the control; zero has no place on an axis of ratios."""
    least = 1e-8 if view.log_axis else 0.0
    return _by_model(table.assign(**table[["mean", "low", "high"]].clip(lower=least)))


def _by_model(table: pd.DataFrame) -> pd.DataFrame:
    kind = np.where(table["method"] == CONTROL, "control", "explanation").astype(object)
    return kinds.in_panels(table.assign(kind=kind), "model", PANELS)


def tiny(largest: float) -> str:
    """Spell the largest of some errors, also where it would round to nothing."""
    return f"at most {number(largest, SHARE)}" if largest >= 0.001 else "less than 0.1%"


def errors_caption(table: pd.DataFrame, view: FeaturesView) -> str:
    """Name the largest error of the methods that should make none, and the largest of all."""
    means = table.set_index(["model", "method"])["mean"].to_dict()
    exact = [means[key] for key in means if key[0] == "linear" and key[1] in EXACT]
    others = [
        f"{method} {number(means['linear', method], SHARE)}"
        for method in ("LIME", "GradientSHAP", CONTROL)
        if ("linear", method) in means
    ]
    if not exact or not others:
        return ""
    return (
        f"On the linear model the exact methods are off by {tiny(max(exact))} of the "
        f"answer's length, in the mean; {', '.join(others)}."
    )


def _error_axis(view: FeaturesView) -> alt.X:
    scale = alt.Scale(type="log", domainMin=1e-8) if view.log_axis else alt.Scale(domainMin=0)
    powers = alt.Axis(format=".0e", values=[1e-8, 1e-6, 1e-4, 1e-2, 1])
    axis = powers if view.log_axis else alt.Axis(format=".0%", tickCount=4)
    return alt.X("mean:Q", title="error over the length of the answer", scale=scale, axis=axis)


def _ranks(result: FeaturesResult, view: FeaturesView) -> pd.DataFrame:
    """Rank correlation with the truth of everything measured so far, once all methods have come."""
    there = set(zip(result.importance["model"], result.importance["method"], strict=True))
    complete = {method for _, method in there} >= set(RANKED)
    rows = [
        (model, method, seed, value)
        for model in PANELS
        for method in RANKED * complete
        if (model, method) in there
        for seed, value in enumerate(result.rank(model, method).values)
    ]
    return pd.DataFrame(rows, columns=["model", "method", "seed", "value"])


def ranking_caption(table: pd.DataFrame, view: FeaturesView) -> str:
    """Name the best and the worst measure on the network, and the best on the linear model."""
    real = table[table["method"] != CONTROL]
    network, linear = (real[real["model"] == model] for model in ("network", "linear"))
    if len(network) < 2 or len(linear) < 2:
        return ""
    best, worst = (network.loc[i] for i in (network["mean"].idxmax(), network["mean"].idxmin()))
    top = linear.loc[linear["mean"].idxmax()]
    first = hedged(rivals(network, best.name, "method"))
    last = hedged(rivals(network, worst.name, "method"), "not clearly behind")
    return (
        f"On the network, {best['method']} orders the columns best ({number(float(best['mean']))}"
        f"{first}) and {worst['method']} worst ({number(float(worst['mean']))}{last}); on the "
        f"linear model the best mean is {number(float(top['mean']))}."
    )


def _shares(result: FeaturesResult, view: FeaturesView) -> pd.DataFrame:
    """Shares of the strong column, its copy and both together."""
    rows = result.correlated[result.correlated["feature"].isin([USED, UNUSED])]
    keys = ["method", "correlation", "seed"]
    both = rows.groupby(keys, sort=False)["value"].sum().reset_index().assign(feature=BOTH)
    return pd.concat([rows, both])


def correlated_caption(table: pd.DataFrame, view: FeaturesView) -> str:
    """Say what the copy gets at both ends, by both measures."""
    copy = table[table["feature"] == UNUSED]
    ends = copy.groupby("method", sort=False)[["mean", "correlation"]].agg(["first", "last"])
    if len(ends) < len(WAYS):
        return ""
    said = " and ".join(
        f"from {number(float(first), SHARE)} to {number(float(last), SHARE)} by "
        f"{'shuffling' if way == PERMUTATION else way}"
        for way, first, last in ends["mean"].itertuples()
    )
    top = number(float(ends["correlation", "last"].iloc[0]))
    return f"The copy is not in the truth. At a correlation of {top} its share goes {said}."


def _agreement(result: FeaturesResult, view: FeaturesView) -> pd.DataFrame:
    """Agreement as chosen, and on the class."""
    rows = rows_where(result.agreement, {"measure": view.agreement})
    if view.agreement == "top":  # The class is among them.
        return rows
    return pd.concat([rows_where(result.agreement, {"method": SAME_CLASS}), rows])


def _by_arm(table: pd.DataFrame, view: FeaturesView) -> pd.DataFrame:
    table.insert(1, "arm", table["model"].map(ARMS).astype(object))
    return within(table, -1)


def agreement_caption(table: pd.DataFrame, view: FeaturesView) -> str:
    """Compare agreement on the class with agreement on the reasons, on the real table."""
    cells = [("cells", SAME_CLASS), ("cells", STEERED_BY)]
    means = means_at(table, ("model", "method"), cells)
    if not means:
        return ""
    same, value = means
    reasons = (
        f"name the same most important column for {number(value, SHARE)}"
        if view.agreement == "top"
        else f"order its columns with a rank correlation of {number(value)}"
    )
    return (
        f"Two networks of other seeds give the same class to {number(same, SHARE)} of the cell "
        f"samples, and {reasons} (by {STEERED_BY})."
    )


def _agreement_axis(view: FeaturesView) -> alt.X:
    top = view.agreement == "top"
    title = "rows with the same top column" if top else "rank correlation of the columns"
    axis = alt.Axis(format=".0%" if top else ".1f", tickCount=5)
    return alt.X("mean:Q", title=title, axis=axis, scale=alt.Scale(domain=[0 if top else -0.2, 1]))


def _small_dots(*places: str) -> dict[str, Any]:
    """Look of several dots to a row, which tell their places."""
    told = [*(alt.Tooltip(f"{name}:N") for name in places), *marks.told(".3~g")]
    return {"size": 50, "width": 2.5, "tooltip": told}


def _methods(names: Sequence[str]) -> alt.Y:
    return axes.names("method", names, limit=140, scale=alt.Scale(domain=list(names)))


FIGURES = (
    Figure(
        name="importance", title="How important each column is",
        table=importance, chart=draw_importance, caption=importance_caption, live=True, panels=True,
        note="Permutation: how much worse the model does with this column shuffled. "
        "Integrated Gradients and Saliency: mean size over rows. Compare the order, not the "
        "lengths: each has a scale of its own. The pair acts only together, copy and noise not "
        "at all.",
    ),
    kinds.intervals(
        "errors", "Distance from the exact explanation", lambda r, v: r.errors, ("model", "method"),
        y=_methods([*METHODS, CONTROL]), x=_error_axis, color=KIND_COLOR, zero=False,
        extra=_off, height=260, caption=errors_caption, live=True, panels=True,
        note="Exact: weight times value for the linear model; for the network its Shapley "
        "values, from every subset of the columns. Saliency is a slope and no share of "
        "the answer. Shuffled has the right numbers on the wrong columns.",
    ),
    kinds.intervals(
        "ranking", "Do they order the columns as the truth does?", _ranks, ("model", "method"),
        y=_methods(RANKED),
        x=alt.X("mean:Q", title="rank correlation with the truth",
                scale=alt.Scale(domain=[-1, 1]), axis=alt.Axis(tickCount=5)),
        color=KIND_COLOR, extra=lambda table, view: _by_model(within(table, -1)),
        height=290, caption=ranking_caption, live=True, panels=True,
        note="1 is the true order; 0.97 is the best that can be expected, since columns that "
        "do nothing are tied. Shuffled is the control.",
    ),
    kinds.lines(
        "correlated", "A column that is not used, but correlated", _shares,
        ("method", "feature", "correlation"),
        # Spaced so that the last steps can be seen.
        x=alt.X("correlation:O", title="correlation of the copy with “strong”",
                sort=list(CORRELATIONS), axis=alt.Axis(labelAngle=0)),
        y=axes.share("share of the importance", zero=True),
        color=marks.series_color("feature", list(COPY_COLORS), colors=COPY_COLORS, columns=2),
        seeds=False, extra=lambda table, view: kinds.in_panels(table, "method", WAYS),
        caption=correlated_caption, live=True, panels=True,
        note="Networks on the known table, each trained anew. The class depends on “strong” "
        "and never on its copy.",
    ),
    kinds.intervals(
        "agreement", "Do models of other seeds give the same reasons?", _agreement,
        ("model", "method"), y=_methods([SAME_CLASS, *COMPARED]), x=_agreement_axis,
        # On a phone there is no room for more than one column.
        color=marks.series_color("arm", list(ARM_COLORS), colors=ARM_COLORS, columns=1),
        offset=alt.YOffset("arm:N", scale=alt.Scale(domain=list(ARM_COLORS))),
        dots=_small_dots("method", "arm"), zero=False, extra=_by_arm, height=330,
        caption=agreement_caption, live=True,
        note="Same class: how often they give the same answer. The models learn from the same "
        "rows; only their first weights and the order of the rows differ. Shuffled is the "
        "control. Some columns of the cell nuclei say nearly the same.",
    ),
)  # fmt: skip

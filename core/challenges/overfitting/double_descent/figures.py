"""The figures of the double-descent experiment."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from core.challenges.overfitting.double_descent.config import (
    NARROW,
    DoubleDescentResult,
    DoubleDescentView,
)
from core.charts import axes, kinds, marks, theme
from core.lab.experiment import Figure
from core.lab.intervals import SHARE, summarise, summarise_ratios
from core.lab.scores import rows_where
from core.lab.wording import hedged, number
from core.metrics.peaks import find_peak
from core.metrics.verdicts import rivals

TRAIN, NEW, RIDGED = "train", "validation", "with ridge"
PLAIN_WEIGHTS, RIDGED_WEIGHTS = "no ridge", RIDGED
PLACES = ("narrow", "at the threshold", "widest")
"""Widths of which the strengths of ridge are compared: 0.4 n, n and the widest."""
FITS = 0.01
"""A network counts as fitting its training set when it gets at most this share wrong."""
LEAST = 1e-9
"""Where a logarithm is taken, smaller numbers count as this."""
TICKS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000]
PLACE_COLORS = dict(zip(PLACES, (theme.ACCENT, theme.WARNING, theme.BASELINE), strict=True))
COLORS = {RIDGED: theme.REMEDY, PLAIN_WEIGHTS: theme.VALIDATION}
TURNS = {
    "width": (
        "No clear peak: validation {metric} goes from {before} at width {first} to {after} at "
        "width {last}.",
        "Validation {metric} is {low} at width {valley}, peaks with {highest} at width {top} and "
        "falls to {after} at width {end}, {side} the first valley.",
        " With ridge it is {ridged} at width {top}.",
    ),
    "examples": (
        "At width {width} there is no clear peak over the examples: validation {metric} goes from "
        "{before} with {first} of them to {after} with {last}.",
        "More data hurt: at width {width}, validation {metric} rises from {low} with {valley} "
        "examples to {highest} with {top}, and falls to {after} with {end}.",
        " With ridge it is {ridged} with {top}.",
    ),
}
"""Of a sweep: the words for a curve without a clear peak, with one, and for its peak with ridge."""
Caption = Callable[[pd.DataFrame, DoubleDescentView], str]


def _seeds(result: DoubleDescentResult, sweep: str, metric: str) -> pd.DataFrame:
    """The single seeds of a sweep's lines: `size`, `series`, `seed`, `value`."""
    rows = rows_where(result.scores, {"sweep": sweep, "metric": metric})
    plain = rows.ridge == 0
    ridged = (rows.ridge == result.ridge) & ~plain
    if metric == "norm":
        lines = {PLAIN_WEIGHTS: plain, RIDGED_WEIGHTS: ridged}
    else:
        new = rows.split == "validation"
        lines = {TRAIN: plain & ~new, NEW: plain & new, RIDGED: ridged & new}
    parts = [rows[chosen].assign(series=name) for name, chosen in lines.items()]
    return pd.concat(parts)[["size", "series", "seed", "value"]].reset_index(drop=True)


def _summary(seeds: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Mean and interval; a geometric mean where values span decades."""
    by = ["size", "series"]
    return summarise(seeds, by) if metric == "error" else summarise_ratios(seeds, by, LEAST)


def _fitting(result: DoubleDescentResult, sweep: str) -> list[int]:
    """Sizes at which the model without ridge fits its whole training set."""
    rows = rows_where(result.scores, {"sweep": sweep, "split": "train", "metric": "error"})
    if result.model == "random_features":
        tried = np.sort(rows["size"].unique())
        exact = tried >= result.n_train if sweep == "width" else tried <= result.fixed_width
        return [int(size) for size in tried[exact]]
    mean = rows[rows.ridge == 0].groupby("size")["value"].mean()
    return [int(size) for size in mean[mean <= FITS].index]


def _threshold(result: DoubleDescentResult, sweep: str) -> pd.DataFrame:
    fitting, tried = set(_fitting(result, sweep)), rows_where(result.scores, {"sweep": sweep})
    # From the end that is easiest to fit: what fits once need not fit at every size beyond.
    order = sorted(tried["size"].unique(), reverse=sweep == "width")
    sizes = [int(size) for size in itertools.takewhile(fitting.__contains__, order)][-1:]
    what = "fits exactly" if result.model == "random_features" else "fits 99%"
    side = "from" if sweep == "width" else "up to"
    return pd.DataFrame({"size": sizes, "label": [f"{what} {side} {size}" for size in sizes]})


def _by_ridge(result: DoubleDescentResult, view: DoubleDescentView) -> pd.DataFrame:
    """Validation errors at three widths under every ridge; no rows for networks."""
    rows = rows_where(result.scores, {"sweep": "width", "split": NEW, "metric": "error"})
    places = {rows["size"].max(): PLACES[2], result.n_train: PLACES[1]}
    places[round(NARROW * result.n_train)] = PLACES[0]
    chosen = rows[rows["size"].isin(places if result.model == "random_features" else ())]
    return chosen.assign(series=chosen["size"].map(places), ridge=chosen.ridge.map("{:g}".format))


def _log_axis(title: str, **domain: float) -> alt.Y:
    axis = alt.Axis(values=[10.0**power for power in range(-3, 6)], format="~g")
    scale = alt.Scale(type="log", nice=False, **domain)
    return alt.Y("mean:Q", title=title, axis=axis, scale=scale)


AXES = {
    "error": axes.share("share wrong", domainMin=0),
    "loss": _log_axis("loss (geometric mean; log scale)", domainMin=0.001),
    "norm": _log_axis("length of the weights (log scale)"),
}


def _by_size(sweep: str, metric: str) -> alt.LayerChart:
    """Lines over a size; where the model begins, or ceases, to fit its training set is marked."""
    title = "width: hidden units" if sweep == "width" else "training examples"
    axis = alt.Axis(values=TICKS, format="d", grid=False)
    scale = alt.Scale(type="log", nice=False, padding=12)
    x = alt.X("size:Q", title=f"{title} (log scale)", axis=axis, scale=scale)
    series = (PLAIN_WEIGHTS, RIDGED_WEIGHTS) if metric == "norm" else (TRAIN, NEW, RIDGED)
    color = marks.series_color("series", series, colors=COLORS)
    lines = marks.interval_lines(x, AXES[metric], color, seeds=True)
    base = alt.Chart(alt.Data(name="threshold")).encode(x=x)
    rule = base.mark_rule(color=theme.BASELINE, strokeDash=[4, 4])
    # Above the plot, where no line runs into it.
    label = base.mark_text(color=theme.INK, baseline="bottom", fontSize=11).encode(
        y=alt.value(-3), text="label:N"
    )
    return alt.layer(rule, *lines.layer, label).properties(height=theme.FIGURE_HEIGHT)


def _means(table: pd.DataFrame, series: str, view: DoubleDescentView | None) -> dict[int, str]:
    """The means of one line in words, by size, ascending."""
    line = table[table.series == series].sort_values("size")
    unit = SHARE if view and view.metric == "error" else ""
    return {
        int(size): number(float(mean), unit)
        for size, mean in zip(line["size"], line["mean"], strict=True)
    }


def turning_caption(sweep: str) -> Caption:
    """Where the validation curve turns, if it does, and what ridge makes of the peak."""
    flat, turning, with_ridge = TURNS[sweep]

    def caption(table: pd.DataFrame, view: DoubleDescentView) -> str:
        new, ridged = _means(table, NEW, view), _means(table, RIDGED, view)
        if len(new) < 2:
            return ""
        first, last = min(new), max(new)
        told: dict[str, Any] = {"metric": view.metric, "first": first, "last": last}
        if "width" in table:
            told["width"] = table["width"].iloc[0]
        peak = find_peak(table[table.series == NEW].sort_values("size"))
        if peak is None:
            return flat.format(**told, before=new[first], after=new[last])
        told |= {**vars(peak), "ridged": ridged.get(peak.top)}
        words = turning.format(
            **told, low=new[peak.valley], highest=new[peak.top], after=new[peak.end]
        )
        return words + (with_ridge.format(**told) if peak.top in ridged else "")

    return caption


def norm_caption(table: pd.DataFrame, view: DoubleDescentView) -> str:
    """How long the weights are at their longest, and in the widest model."""
    plain, ridged = (_means(table, name, None) for name in (PLAIN_WEIGHTS, RIDGED_WEIGHTS))
    if not plain:
        return ""
    longest = table["mean"].where(table.series == PLAIN_WEIGHTS).idxmax()
    top, widest = int(table["size"][longest]), max(plain)
    words = f"Without ridge the mean weights are longest at width {top}: {plain[top]}"
    words += "." if widest == top else f", against {plain[widest]} at width {widest}."
    return f"{words} With ridge: {ridged[top]} at width {top}." if top in ridged else words


def ridge_caption(table: pd.DataFrame, view: DoubleDescentView) -> str:
    """What the strengths do where there are as many features as examples."""
    line = table[table.series == PLACES[1]].reset_index(drop=True)
    if line.empty or line["ridge"].iloc[0] != "0":
        return ""
    best = line.loc[line["mean"].idxmin()]
    before = number(float(line["mean"].iloc[0]), SHARE)
    others = rivals(line, best.name, "ridge")
    if best["ridge"] == "0" or "0" in others:
        return f"At the threshold no ridge clearly helps: {before} without it."
    lowest = f"{'on average ' if others else ''}lowest at ridge {best['ridge']}"
    return (
        f"With as many features as examples the error is {before} without ridge and {lowest}: "
        f"{number(float(best['mean']), SHARE)}"
        f"{hedged([f'ridge {other}' for other in others], 'not clearly below')}."
    )


def _curves(
    name: str, title: str, sweep: str, metric: str = "", caption: Caption | None = None,
    **further: Any,
) -> Figure[DoubleDescentResult, DoubleDescentView]:  # fmt: skip
    """Mean lines of a sweep, its single seeds and threshold; of the view's metric by default."""

    def table(result: DoubleDescentResult, view: DoubleDescentView) -> pd.DataFrame:
        found = _summary(_seeds(result, sweep, metric or view.metric), metric or view.metric)
        if metric == "norm":
            return found
        found = found.assign(fits_all=found["size"].isin(_fitting(result, sweep)))
        return found if sweep == "width" else found.assign(width=result.fixed_width)

    def underlay(result: DoubleDescentResult, view: DoubleDescentView) -> dict[str, pd.DataFrame]:
        seeds = _seeds(result, sweep, metric or view.metric)
        return {"seeds": seeds, "threshold": _threshold(result, sweep)}

    return Figure(
        name, title, table, lambda view: _by_size(sweep, metric or view.metric),
        caption or turning_caption(sweep), underlay, **further,
    )  # fmt: skip


FIGURES = (
    _curves(
        "error_by_width", "Wider models: worse, then better?", "width", live=True,
        note="Dashed: from here on the model can fit all training labels, wrong ones too "
        "(networks: 99% of them): the interpolation threshold. Green, unless the ridge is 0: "
        "validation with ridge.",
    ),
    _curves(
        "error_by_examples", "The same width, more data", "examples", live=True,
        note="Dashed: the most training examples that this width can still fit. Networks are "
        "trained without ridge here.",
    ),
    _curves(
        "norm_by_width", "Where there is a peak, why: the length of the weights", "width",
        "norm", norm_caption,
        note="Where a single solution fits all training labels it may need huge weights; wider "
        "models have many solutions. Random features take the shortest of them.",
    ),
    kinds.lines(
        "error_by_ridge", "How much ridge is right", _by_ridge, by=("ridge", "series", "size"),
        x=axes.steps("ridge", "ridge"),
        y=axes.share("validation: share wrong", domainMin=0), seeds=False, caption=ridge_caption,
        color=marks.series_color("series", PLACES, colors=PLACE_COLORS),
        note="Narrow: 0.4 times as many features as training examples. At the threshold: as many.",
    ),
)  # fmt: skip

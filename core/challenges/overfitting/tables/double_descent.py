"""Tables and captions of the double-descent experiment; pure numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.lab.intervals import summarise

if TYPE_CHECKING:
    from core.challenges.overfitting.double_descent import DoubleDescentResult, DoubleDescentView

TRAIN, NEW, RIDGED = "train", "validation", "with ridge"
PLAIN_WEIGHTS, RIDGED_WEIGHTS = "no ridge", RIDGED
PLACES = ("narrow", "at the threshold", "widest")
"""Widths of which the strengths of ridge are compared: 0.4 n, n and the widest."""
FITS = 0.01
"""A network counts as fitting its training set when it gets at most this share wrong."""
LEAST = 1e-9
"""Where a logarithm is taken, smaller numbers count as this."""


@dataclass(frozen=True)
class Bump:
    """A curve that falls, rises and falls again.

    Attributes:
        valley: Where it is lowest before the peak.
        peak: Where it is highest in between.
        end: Where it is lowest after the peak.
        clear: Whether the peak's interval lies above both of the others.
        lower: Whether the interval at `end` lies below that at `valley`.
        higher: Whether it lies above.
    """

    valley: int
    peak: int
    end: int
    clear: bool
    lower: bool
    higher: bool


def find_bump(curve: pd.DataFrame) -> Bump | None:
    """Find the largest rise that is followed by a fall.

    Args:
        curve: `size` ascending, `mean`, `low`, `high`.

    Returns:
        None if the mean never rises and then falls.
    """
    mean = curve["mean"].to_numpy()
    if len(mean) < 3:
        return None
    before = np.minimum.accumulate(mean)[:-2]
    after = np.minimum.accumulate(mean[::-1])[::-1][2:]
    height = mean[1:-1] - np.maximum(before, after)
    if height.max() <= 0:
        return None
    peak = int(height.argmax()) + 1
    valley, end = int(mean[:peak].argmin()), peak + 1 + int(mean[peak + 1 :].argmin())
    size, low, high = (curve[name].to_numpy() for name in ("size", "low", "high"))
    return Bump(
        int(size[valley]),
        int(size[peak]),
        int(size[end]),
        clear=bool(low[peak] > max(high[valley], high[end])),
        lower=bool(high[end] < low[valley]),
        higher=bool(low[end] > high[valley]),
    )


def _series(result: DoubleDescentResult, sweep: str, metric: str) -> pd.DataFrame:
    """The single seeds of a sweep's lines: `size`, `series`, `seed`, `value`."""
    s = result.scores
    rows = s[(s.sweep == sweep) & (s.metric == metric)]
    plain = rows.ridge == 0
    ridged = (rows.ridge == result.ridge) & ~plain
    if metric == "norm":
        lines = {PLAIN_WEIGHTS: plain, RIDGED_WEIGHTS: ridged}
    else:
        new = rows.split == "validation"
        lines = {TRAIN: plain & ~new, NEW: plain & new, RIDGED: ridged & new}
    parts = [rows[chosen].assign(series=name) for name, chosen in lines.items()]
    return pd.concat(parts)[["size", "series", "seed", "value"]].reset_index(drop=True)


def _summary(seeds: pd.DataFrame, by: list[str], *, log: bool) -> pd.DataFrame:
    """Mean and interval; of the logarithms (a geometric mean) where values span decades."""
    if not log:
        return summarise(seeds, by)
    logs = seeds.assign(value=np.log(seeds["value"].clip(lower=LEAST)))
    table = summarise(logs, by)
    ends = ["mean", "low", "high"]
    table[ends] = np.exp(table[ends])
    return table


def _curves(result: DoubleDescentResult, view: DoubleDescentView, sweep: str) -> pd.DataFrame:
    table = _summary(
        _series(result, sweep, view.metric), ["size", "series"], log=view.metric == "loss"
    )
    fitting = table["size"].isin(_fitting(result, sweep))
    return table.assign(fits_all=fitting)


def _fitting(result: DoubleDescentResult, sweep: str) -> list[int]:
    """Sizes at which the model without ridge fits its whole training set."""
    s = result.scores
    tried = np.sort(s[s.sweep == sweep]["size"].unique())
    if result.model == "random_features":
        exact = tried >= result.n_train if sweep == "width" else tried <= result.fixed_width
        return [int(size) for size in tried[exact]]
    rows = s[(s.sweep == sweep) & (s.split == "train") & (s.metric == "error") & (s.ridge == 0)]
    mean = rows.groupby("size")["value"].mean()
    return [int(size) for size in mean[mean <= FITS].index]


def by_width(result: DoubleDescentResult, view: DoubleDescentView) -> pd.DataFrame:
    """Mean and interval of the chosen metric by width and line."""
    return _curves(result, view, "width")


def by_examples(result: DoubleDescentResult, view: DoubleDescentView) -> pd.DataFrame:
    """The same by number of training examples, at a fixed width."""
    return _curves(result, view, "examples").assign(width=result.fixed_width)


def _under(
    result: DoubleDescentResult, view: DoubleDescentView, sweep: str
) -> dict[str, pd.DataFrame]:
    seeds = _series(result, sweep, view.metric)
    return {"seeds": seeds, "threshold": _threshold(result, sweep)}


def _threshold(result: DoubleDescentResult, sweep: str) -> pd.DataFrame:
    fitting = _fitting(result, sweep)
    sizes = [min(fitting) if sweep == "width" else max(fitting)] if fitting else []
    what = "fits exactly" if result.model == "random_features" else "fits 99%"
    side = "from" if sweep == "width" else "up to"
    return pd.DataFrame({"size": sizes, "label": [f"{what} {side} {size}" for size in sizes]})


def by_width_under(result: DoubleDescentResult, view: DoubleDescentView) -> dict[str, pd.DataFrame]:
    """The single seeds behind `by_width`, and the interpolation threshold."""
    return _under(result, view, "width")


def by_examples_under(
    result: DoubleDescentResult, view: DoubleDescentView
) -> dict[str, pd.DataFrame]:
    """The single seeds behind `by_examples`, and the interpolation threshold."""
    return _under(result, view, "examples")


def norm_by_width(result: DoubleDescentResult, view: DoubleDescentView) -> pd.DataFrame:
    """Length of the output weights by width; empty for networks."""
    return _summary(_series(result, "width", "norm"), ["size", "series"], log=True)


def norm_under(result: DoubleDescentResult, view: DoubleDescentView) -> dict[str, pd.DataFrame]:
    """The single seeds behind `norm_by_width`, and the interpolation threshold."""
    return {"seeds": _series(result, "width", "norm"), "threshold": _threshold(result, "width")}


def by_ridge(result: DoubleDescentResult, view: DoubleDescentView) -> pd.DataFrame:
    """Validation error by strength of ridge at three widths; empty for networks."""
    s = result.scores
    rows = s[(s.sweep == "width") & (s.split == "validation") & (s.metric == "error")]
    n = result.n_train
    if result.model == "network" or not len(rows):
        return pd.DataFrame({"ridge": [], "series": []})
    widths = (round(0.4 * n), n, int(rows["size"].max()))
    places = dict(zip(widths[: 3 if widths[2] > n else 2], PLACES, strict=False))
    chosen = rows[rows["size"].isin(places)]
    named = chosen.assign(series=chosen["size"].map(places), ridge=chosen.ridge.map("{:g}".format))
    return summarise(named, ["ridge", "series", "size"])

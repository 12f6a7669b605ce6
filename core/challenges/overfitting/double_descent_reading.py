"""Reading a result of the double-descent experiment: headline numbers and the finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.challenges.overfitting.tables.double_descent import Bump, find_bump
from core.lab.intervals import POINTS, SHARE, Estimate, paired_difference, summarise, t_interval
from core.lab.wording import number, with_interval

if TYPE_CHECKING:
    from core.challenges.overfitting.double_descent import DoubleDescentResult

NETWORK_LANDMARKS = (8, 24, 128)
"""Widths in the first valley, at the peak and beyond, fixed on the default seeds."""


def errors(
    result: DoubleDescentResult, size: int, *, sweep: str = "width", ridge: float = 0.0,
    split: str = "validation", metric: str = "error",
) -> np.ndarray:  # fmt: skip
    """One number a seed, `(n_seeds,)`; empty if the result does not hold it."""
    s = result.scores
    rows = s[(s.sweep == sweep) & (s["size"] == size) & (s.ridge == ridge)]
    rows = rows[(rows.split == split) & (rows.metric == metric)]
    return rows.sort_values("seed")["value"].to_numpy()


def landmarks(result: DoubleDescentResult) -> tuple[int, int, int]:
    """Widths where the curve should be low, at its peak, and low again.

    Random features: 0.4 n, n and the widest, with n training examples.
    """
    if result.model == "network":
        return NETWORK_LANDMARKS
    s = result.scores
    return round(0.4 * result.n_train), result.n_train, int(s[s.sweep == "width"]["size"].max())


def metrics(result: DoubleDescentResult) -> dict[str, Estimate]:
    """Validation error at the three landmarks, and at the peak with ridge."""
    names = ("narrow", "critical", "wide")
    widths = landmarks(result)
    found = {
        f"validation_error_{name}": t_interval(errors(result, width), SHARE)
        for name, width in zip(names, widths, strict=True)
    }
    if result.ridge:
        ridged = errors(result, widths[1], ridge=result.ridge)
        found["validation_error_critical_with_ridge"] = t_interval(ridged, SHARE)
    return found


def _curve_bump(result: DoubleDescentResult, sweep: str, ridge: float = 0.0) -> Bump | None:
    s = result.scores
    rows = s[(s.sweep == sweep) & (s.ridge == ridge)]
    rows = rows[(rows.split == "validation") & (rows.metric == "error")]
    return find_bump(summarise(rows, ["size"]).sort_values("size"))


def finding(result: DoubleDescentResult) -> str:
    """Say whether the error descends twice here, what ridge does, and what more data do."""
    parts = [_width_words(result), _ridge_words(result), _data_words(result)]
    return " ".join(part for part in parts if part)


def _width_words(result: DoubleDescentResult) -> str:
    what = "random features" if result.model == "random_features" else "hidden units"
    bump = _curve_bump(result, "width")
    if bump is None or not bump.clear:
        narrow, _, wide = landmarks(result)
        first, last = (number(float(errors(result, w).mean()), SHARE) for w in (narrow, wide))
        return (
            f"No double descent at these settings: between {narrow} and {wide} {what} the error on "
            f"new examples has no clear peak ({first} and {last})."
        )
    change = paired_difference(errors(result, bump.end), errors(result, bump.valley), POINTS)
    verdict = (
        "lower than"
        if change.high < 0
        else "higher than"
        if change.low > 0
        else "not clearly different from"
    )
    low, top, end = (
        number(float(errors(result, w).mean()), SHARE) for w in (bump.valley, bump.peak, bump.end)
    )
    return (
        f"Double descent: the error on new examples falls to {low} at {bump.valley} {what}, rises "
        f"to {top} at {bump.peak} and falls again to {end} at {bump.end}. The second valley is "
        f"{verdict} the first: {with_interval(change)}."
    )


def _ridge_words(result: DoubleDescentResult) -> str:
    if not result.ridge:
        return ""
    bump, name = _curve_bump(result, "width"), f"ridge {result.ridge:g}"
    if bump is None or not bump.clear:
        left = _curve_bump(result, "width", result.ridge)
        return "" if left and left.clear else f"With {name} there is no clear peak either."
    top, low = (errors(result, w, ridge=result.ridge) for w in (bump.peak, bump.valley))
    rise = paired_difference(top, low, POINTS)
    verdict = (
        "removes the peak"
        if rise.high < 0
        else "leaves the peak"
        if rise.low > 0
        else "leaves no clear peak"
    )
    return (
        f"{name.capitalize()} {verdict}: with it {number(float(top.mean()), SHARE)} at "
        f"{bump.peak}, {number(float(low.mean()), SHARE)} at {bump.valley}."
    )


def _data_words(result: DoubleDescentResult) -> str:
    bump = _curve_bump(result, "examples")
    if bump is None or not bump.clear:
        return "More training examples never clearly hurt here."
    low, top = (
        number(float(errors(result, n, sweep="examples").mean()), SHARE)
        for n in (bump.valley, bump.peak)
    )
    return f"More data can hurt: {low} with {bump.valley} examples, {top} with {bump.peak}."

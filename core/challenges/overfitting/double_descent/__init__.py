"""Double descent: the error falls, rises to a peak, and falls again."""

from __future__ import annotations

import pandas as pd

from core.challenges.overfitting.double_descent.claims import CLAIMS, NOISY_NETWORK
from core.challenges.overfitting.double_descent.config import (
    DoubleDescentConfig,
    DoubleDescentResult,
    DoubleDescentView,
)
from core.challenges.overfitting.double_descent.figures import FIGURES
from core.challenges.overfitting.double_descent.run import cost, run
from core.lab.experiment import Answer, Experiment, Guess, Prompt
from core.lab.intervals import SHARE, Estimate, summarise
from core.lab.scores import rows_where
from core.lab.wording import number, with_interval
from core.metrics.families import one_of
from core.metrics.peaks import Peak, find_peak
from core.metrics.verdicts import side


def metrics(result: DoubleDescentResult) -> dict[str, Estimate]:
    """Validation error at the three landmarks, and at the peak with ridge."""
    widths = dict(zip(("narrow", "critical", "wide"), result.landmarks, strict=True))
    found = {f"validation_error_{name}": result.at(w).estimate for name, w in widths.items()}
    if result.ridge:
        ridged = result.at(widths["critical"], ridge=result.ridge)
        found["validation_error_critical_with_ridge"] = ridged.estimate
    return found


def finding(result: DoubleDescentResult) -> str:
    """Say whether the error descends twice here, what ridge does, and what more data do."""
    parts = [_width_words(result), _ridge_words(result), _data_words(result)]
    return " ".join(part for part in parts if part)


def _peak(result: DoubleDescentResult, sweep: str = "width", ridge: float = 0.0) -> Peak | None:
    of = {"sweep": sweep, "ridge": ridge, "split": "validation", "metric": "error"}
    return find_peak(summarise(rows_where(result.scores, of), ["size"]).sort_values("size"))


def _mean(result: DoubleDescentResult, size: int, sweep: str = "width") -> str:
    return number(result.at(size, sweep=sweep).mean, SHARE)


def _width_words(result: DoubleDescentResult) -> str:
    what = "random features" if result.model == "random_features" else "hidden units"
    peak = _peak(result)
    if peak is None:
        narrow, _, wide = result.landmarks
        return (
            f"No clear double descent at these settings: between {narrow} and {wide} {what} the "
            f"error on new examples has no clear peak ({_mean(result, narrow)} and "
            f"{_mean(result, wide)})."
        )
    tried = result.scores["size"][result.scores.sweep == "width"]
    change = _between_valleys(result, peak, tried)
    verdict = side(
        change.low, change.high, "lower than", "not clearly different from", "higher than"
    )
    low, top, end = (_mean(result, width) for width in (peak.valley, peak.top, peak.end))
    first = f"falls to {low}" if peak.valley > tried.min() else f"begins with {low}"
    name = "Double descent" if peak.valley > tried.min() else "A peak"
    return (
        f"{name}: the error on new examples {first} at {peak.valley} {what}, rises to {top} at "
        f"{peak.top} and falls again to {end} at {peak.end}. After the peak its lowest is "
        f"{verdict} before: {with_interval(change)} (allowing for having picked both)."
    )


def _between_valleys(result: DoubleDescentResult, peak: Peak, tried: pd.Series[int]) -> Estimate:
    """Lowest after the peak minus lowest before it, each picked out of the widths on its side."""
    pairs = int(tried[tried < peak.top].nunique() * tried[tried > peak.top].nunique())
    return one_of((result.at(peak.end) - result.at(peak.valley)).estimate, pairs)


def _ridge_words(result: DoubleDescentResult) -> str:
    if not result.ridge:
        return ""
    peak, name = _peak(result), f"ridge {result.ridge:g}"
    if peak is None:
        left = _peak(result, ridge=result.ridge)
        return "" if left else f"With {name} there is no clear peak either."
    top, low = (result.at(width, ridge=result.ridge) for width in (peak.top, peak.valley))
    rise = (top - low).estimate
    does = side(rise.low, rise.high, "removes the peak", "leaves no clear peak", "leaves the peak")
    return (
        f"{name.capitalize()} {does}: with it "
        f"{number(top.mean, SHARE)} at {peak.top}, {number(low.mean, SHARE)} at {peak.valley}."
    )


def _data_words(result: DoubleDescentResult) -> str:
    peak = _peak(result, "examples")
    if peak is None:
        return "Over the number of training examples the error has no clear peak here."
    low, top = (_mean(result, n, "examples") for n in (peak.valley, peak.top))
    return f"More data can hurt: {low} with {peak.valley} examples, {top} with {peak.top}."


EXPERIMENT = Experiment(
    title="Double descent",
    question="Can a larger model be worse, and a still larger one better again?",
    config=DoubleDescentConfig,
    view=DoubleDescentView,
    result=DoubleDescentResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=DoubleDescentConfig(model="network", n_train=100, steps=500, ridge=0.03),
    claims=CLAIMS,
    varies="training digits, wrong labels, random features or initial weights. Digits are split "
    "anew from the same 1,797, so that validation sets overlap",
    guess=Guess(
        "A model of 300 features learns from 300 examples in place of 120. What does its error "
        "on new examples do?",
        lambda r: r.at(300, sweep="examples") - r.at(120, sweep="examples"),
        (Answer("It falls", high=0.0), Answer("It rises", low=0.0)),
    ),
    prompts=(
        Prompt("Make a fifth of the labels wrong", {"label_noise": 0.2}, "Does the peak grow?"),
        Prompt("Train a real network", NOISY_NETWORK, "Both layers, on wrong labels."),
        Prompt("Stop its training early", {**NOISY_NETWORK, "steps": 1000}, "Is there a peak?"),
    ),
)  # fmt: skip

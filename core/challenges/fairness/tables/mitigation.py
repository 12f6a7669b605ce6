"""Tables and captions of the mitigation experiment; pure numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from core.challenges.fairness.gap_words import NEAR, gap_left, judged
from core.challenges.fairness.mitigation_arms import BASELINE, STRENGTHS, before
from core.lab.intervals import POINTS, Estimate, defined_difference, summarise
from core.lab.wording import hedged, listed, number
from core.metrics.verdicts import DIFFERS, UNDEFINED, rivals, verdict

if TYPE_CHECKING:
    from core.challenges.fairness.mitigation import MitigationResult, MitigationView

GAPS = {
    "selection rate": "selection_rate",
    "true positive rate": "true_positive_rate",
    "false positive rate": "false_positive_rate",
    "either error rate": "equalized_odds",
}
LARGER = "either error rate"
"""The larger of two gaps, without sign: it cannot be below zero, so its interval says little."""
COLUMNS = ["remedy", "strength"]


def _summary(result: MitigationResult, view: MitigationView, metric: str) -> pd.DataFrame:
    s = result.scores
    rows = s[(s.labels == view.labels) & (s.metric == metric)]
    return summarise(rows, COLUMNS)


def frontier(result: MitigationResult, view: MitigationView) -> pd.DataFrame:
    """Accuracy and gap of every arm with intervals.

    Returns:
        `remedy`, `strength`, `gap`, `gap_low`, `gap_high`, `gap_n` (seeds that have
        the gap), `accuracy`, `low`, `high`, `n`.
    """
    gap = _summary(result, view, GAPS[view.gap])
    names = {"mean": "gap", "low": "gap_low", "high": "gap_high", "n": "gap_n"}
    gap = gap.rename(columns=names)
    accuracy = _summary(result, view, "accuracy").rename(columns={"mean": "accuracy"})
    return gap.merge(accuracy, on=COLUMNS)


def frontier_caption(table: pd.DataFrame, view: MitigationView) -> str:
    """The most accurate arm that closes most of the gap, if there is one to close."""
    plain = table[table["remedy"] == BASELINE]
    rest = table[table["strength"] > 0]
    if plain.empty or rest.empty:
        return ""
    start = plain.iloc[0]
    text = (
        f"Judged by {view.labels} labels, no remedy gets {number(start['accuracy'], 'share')} "
        f"right with {gap_left(_gap(start), short=True)} in {_rate(view)}"
    )
    if judged(_gap(start)) != DIFFERS or (view.gap == LARGER and start["gap_low"] <= NEAR):
        return f"{text}: nothing clear that a remedy could close."
    near = rest[rest["gap"].abs() <= 0.25 * abs(start["gap"])]
    if near.empty:
        return f"{text}; no remedy closes three quarters of it."
    best = near.loc[near["accuracy"].idxmax()]
    others = [name for name in rivals(near, best.name, "remedy") if name != best["remedy"]]
    rank = f"the most accurate{' on average' if others else ''}{hedged(others)}"
    return (
        f"{text}. Of those that close three quarters of it, {best['remedy']} "
        f"({best['strength']:g}) is {rank}: {number(best['accuracy'], 'share')}, gap "
        f"{number(best['gap'], POINTS)}."
    )


def _gap(row: pd.Series[Any]) -> Estimate:
    mean, low, high = (float(row[name]) for name in ("gap", "gap_low", "gap_high"))
    return Estimate(mean, low, high, int(row["gap_n"]), unit=POINTS)


def _rate(view: MitigationView) -> str:
    return "the worse of the two error rates" if view.gap == LARGER else f"the {view.gap}"


def changes(result: MitigationResult, view: MitigationView) -> pd.DataFrame:
    """Paired differences to no remedy at full strength, accuracy and gap in two panels."""
    rows = []
    for panel, metric in (("Accuracy", "accuracy"), ("Size of the gap", GAPS[view.gap])):
        s = result.scores
        s = s[(s.labels == view.labels) & (s.metric == metric)]
        wide = s.pivot(index="seed", columns=COLUMNS, values="value")
        if metric != "accuracy":
            wide = wide.abs()
        for remedy, strengths in STRENGTHS.items():
            arm = (remedy, strengths[-1])
            if remedy == BASELINE or arm not in wide:
                continue
            found = defined_difference(wide[arm], wide[before(remedy)])
            words = _verdict(found, higher_is_better=metric == "accuracy")
            rows.append((panel, remedy, words, found.mean, found.low, found.high, found.n))
    return pd.DataFrame(rows, columns=["panel", "remedy", "verdict", "mean", "low", "high", "n"])


def _verdict(found: Estimate, *, higher_is_better: bool) -> str:
    word = verdict(found.low, found.high, found.n)
    if word != DIFFERS:
        return word
    return "better" if (found.low > 0) == higher_is_better else "worse"


def changes_caption(table: pd.DataFrame, view: MitigationView) -> str:
    """How many remedies narrow the gap, and how many cost accuracy."""
    gap, right = (table[table["panel"] == name] for name in ("Size of the gap", "Accuracy"))
    if gap.empty or right.empty:
        return ""
    narrowed = int((gap["verdict"] == "better").sum())
    missing = list(gap[gap["verdict"] == UNDEFINED]["remedy"])
    without = f"; it is not defined with {listed(missing)}" if missing else ""
    gains, costs = (int((right["verdict"] == word).sum()) for word in ("better", "worse"))
    return (
        f"By {view.labels} labels {narrowed} of {len(gap)} remedies clearly narrow the gap in "
        f"{_rate(view)}{without}; {gains} clearly gain accuracy and {costs} clearly lose some."
    )

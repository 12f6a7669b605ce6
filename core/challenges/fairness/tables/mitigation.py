"""Tables and captions of the mitigation experiment; pure numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from core.challenges.fairness.mitigation_arms import BASELINE, STRENGTHS, before
from core.metrics.intervals import paired_difference, summarise
from core.wording import POINTS, number

if TYPE_CHECKING:
    from core.challenges.fairness.mitigation import MitigationResult, MitigationView

GAPS = {
    "selection rate": "selection_rate",
    "true positive rate": "true_positive_rate",
    "false positive rate": "false_positive_rate",
    "either error rate": "equalized_odds",
}
COLUMNS = ["remedy", "strength"]


def _summary(result: MitigationResult, view: MitigationView, metric: str) -> pd.DataFrame:
    s = result.scores
    rows = s[(s.labels == view.labels) & (s.metric == metric)]
    return summarise(rows.assign(value=rows["value"]), COLUMNS)


def frontier(result: MitigationResult, view: MitigationView) -> pd.DataFrame:
    """Accuracy and gap of every arm with intervals.

    Returns:
        `remedy`, `strength`, `gap`, `gap_low`, `gap_high`, `accuracy`, `low`, `high`, `n`.
    """
    gap = _summary(result, view, GAPS[view.gap]).drop(columns="n")
    gap = gap.rename(columns={"mean": "gap", "low": "gap_low", "high": "gap_high"})
    accuracy = _summary(result, view, "accuracy").rename(columns={"mean": "accuracy"})
    return gap.merge(accuracy, on=COLUMNS)


def frontier_caption(table: pd.DataFrame, view: MitigationView) -> str:
    """The most accurate arm that closes most of the gap."""
    plain = table[table["remedy"] == BASELINE]
    rest = table[table["strength"] > 0]
    if plain.empty or rest.empty:
        return ""
    start = plain.iloc[0]
    near = rest[rest["gap"].abs() <= max(0.25 * abs(start["gap"]), 0.02)]
    text = (
        f"Judged by {view.labels} labels, no remedy gets {number(start['accuracy'], 'share')} "
        f"right with a gap of {number(start['gap'], POINTS)} in the {view.gap}"
    )
    if near.empty:
        return f"{text}; no remedy closes three quarters of it."
    best = near.loc[near["accuracy"].idxmax()]
    return (
        f"{text}. Of those that close three quarters of it, {best['remedy']} "
        f"({best['strength']:g}) is the most accurate: {number(best['accuracy'], 'share')}, gap "
        f"{number(best['gap'], POINTS)}."
    )


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
            if remedy == BASELINE or arm not in wide or wide[arm].isna().any():
                continue
            found = paired_difference(wide[arm], wide[before(remedy)])
            better = found.low > 0 if metric == "accuracy" else found.high < 0
            worse = found.high < 0 if metric == "accuracy" else found.low > 0
            verdict = "better" if better else "worse" if worse else "unclear"
            rows.append((panel, remedy, verdict, found.mean, found.low, found.high, found.n))
    return pd.DataFrame(rows, columns=["panel", "remedy", "verdict", "mean", "low", "high", "n"])


def changes_caption(table: pd.DataFrame, view: MitigationView) -> str:
    """How many remedies narrow the gap, and how many cost accuracy."""
    gap, right = (table[table["panel"] == name] for name in ("Size of the gap", "Accuracy"))
    if gap.empty or right.empty:
        return ""
    narrowed = int((gap["verdict"] == "better").sum())
    gains, costs = (int((right["verdict"] == word).sum()) for word in ("better", "worse"))
    return (
        f"By {view.labels} labels {narrowed} of {len(gap)} remedies narrow the gap in the "
        f"{view.gap}; {gains} gain accuracy and {costs} lose some."
    )

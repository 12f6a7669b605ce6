"""What the literature says about remedies, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.challenges.fairness.mitigation_arms import (
    ADVERSARY,
    LOTS,
    OPPORTUNITY,
    PENALTY,
    REDUCTION,
    REWEIGHING,
    SELECTION,
    STRENGTHS,
    before,
)
from core.lab.claims import Claim
from core.lab.intervals import POINTS, Estimate, defined_difference
from core.lab.settings import Value

if TYPE_CHECKING:
    from core.challenges.fairness.mitigation import MitigationResult

BIASED: dict[str, Value] = {"label_bias": 0.4, "base_rate_gap": 0.0, "proxy": 1.5,
                            "constraint": "demographic parity"}  # fmt: skip
REAL: dict[str, Value] = {"label_bias": 0.0, "base_rate_gap": 0.8,
                          "constraint": "demographic parity"}  # fmt: skip
ODDS: dict[str, Value] = {**REAL, "constraint": "equalized odds"}
BIASED_ODDS: dict[str, Value] = {**BIASED, "constraint": "equalized odds"}
ADJUSTED = ("true", "recorded")


def values(
    result: MitigationResult,
    remedy: str,
    metric: str,
    labels: str = "true",
    strength: float | None = None,
) -> np.ndarray:
    """One number a seed for a remedy, at full strength unless told."""
    s, level = result.scores, STRENGTHS[remedy][-1] if strength is None else strength
    rows = s[(s.remedy == remedy) & (s.strength == level) & (s.metric == metric)]
    return rows[rows.labels == labels].sort_values("seed")["value"].to_numpy()


def change(
    result: MitigationResult, remedy: str, labels: str = "true", metric: str = "accuracy"
) -> Estimate:
    """Difference to no remedy, paired by seed; of gaps the change in their size.

    Seeds in which a gap is not defined before or after take no part.
    """
    name, strength = before(remedy)
    ours = values(result, remedy, metric, labels)
    theirs = values(result, name, metric, labels, strength)
    if metric != "accuracy":
        ours, theirs = np.abs(ours), np.abs(theirs)
    return defined_difference(ours, theirs, POINTS)


def between(
    result: MitigationResult, one: str, other: str, metric: str = "accuracy", labels: str = "true"
) -> Estimate:
    """Difference of two remedies at full strength, paired by seed; of gaps in their size."""
    ours, theirs = (abs(values(result, name, metric, labels)) for name in (one, other))
    return defined_difference(ours, theirs, POINTS)


def _measurable(found: Estimate) -> Estimate | None:
    return found if found.n else None


def _pays(remedy: str, name: str, what: str) -> Claim[MitigationResult]:
    return Claim(
        name=f"{name}_raises_true_accuracy",
        sentence=f"Where labels are biased, {what} makes the network more accurate by the true "
        "labels, not less.",
        source="Blum & Stangl 2019, abstract",
        published="a proof for equal opportunity" if remedy == OPPORTUNITY else "",
        measure=lambda r: change(r, remedy),
        direction="above",
        threshold=0.0,
        settings=BIASED,
    )


def _closes(remedy: str, name: str, what: str, source: str, metric: str) -> Claim[MitigationResult]:
    spelled = metric.replace("_", " ")
    return Claim(
        name=f"{name}_narrows_the_gap",
        sentence=f"{what} narrows the gap in {spelled}s.",
        source=source,
        published="",
        measure=lambda r: _measurable(change(r, remedy, metric=metric)),
        direction="below",
        threshold=0.0,
        settings=BIASED,
    )


CLAIMS: tuple[Claim[MitigationResult], ...] = (
    _closes(REWEIGHING, "reweighing", "Reweighing", "Kamiran & Calders 2012", "selection_rate"),
    _closes(PENALTY, "penalty", "A penalty in the loss",
            "Kamishima et al. 2012, Fairness-Aware Classifier with Prejudice Remover Regularizer",
            "selection_rate"),
    _closes(ADVERSARY, "adversary", "An adversary that reads the group from the output",
            "Zhang, Lemoine & Mitchell 2018", "selection_rate"),
    _closes(REDUCTION, "reduction", "A reduction to weighted classifications",
            "Agarwal et al. 2018, A Reductions Approach to Fair Classification", "selection_rate"),
    _closes(OPPORTUNITY, "opportunity", "One threshold per group, chosen for equal opportunity,",
            "Hardt, Price & Srebro 2016", "true_positive_rate"),
    _pays(REWEIGHING, "reweighing", "reweighing"),
    _pays(PENALTY, "penalty", "a penalty on unequal selection"),
    _pays(REDUCTION, "reduction", "a reduction with equal selection rates"),
    _pays(OPPORTUNITY, "opportunity", "equal opportunity by thresholds"),
    Claim(
        name="on_the_record_fairness_seems_to_cost",
        sentence="Judged by the biased record, the same penalty seems to cost accuracy.",
        source="Blum & Stangl 2019, abstract",
        published="",
        measure=lambda r: change(r, PENALTY, "recorded"),
        direction="below",
        threshold=0.0,
        settings=BIASED,
    ),
    Claim(
        name="equal_selection_costs_where_groups_differ",
        sentence="Where the groups really differ, equal selection rates cost accuracy.",
        source="Corbett-Davies et al. 2017, Algorithmic Decision Making and the Cost of Fairness",
        published="",
        measure=lambda r: change(r, SELECTION),
        direction="below",
        threshold=0.0,
        settings=REAL,
    ),
    Claim(
        name="equal_opportunity_costs_less",
        sentence="There equal opportunity costs less accuracy than equal selection.",
        source="Hardt, Price & Srebro 2016",
        published="",
        measure=lambda r: between(r, OPPORTUNITY, SELECTION),
        direction="above",
        threshold=0.0,
        settings=REAL,
    ),
    Claim(
        name="lots_equalise_both_error_rates",
        sentence="By the record, thresholds for equal opportunity leave a gap in false positive "
        "rates, and lots make it narrower.",
        source="Hardt, Price & Srebro 2016",
        published="",
        measure=lambda r: _measurable(
            between(r, LOTS, OPPORTUNITY, "false_positive_rate", "recorded")
        ),
        direction="below",
        threshold=0.0,
        settings=BIASED_ODDS,
    ),
    Claim(
        name="equalized_odds_costs_more_than_equal_opportunity",
        sentence="Making both error rates equal costs more accuracy than making one of them equal.",
        source="Hardt, Price & Srebro 2016",
        published="",
        measure=lambda r: between(r, LOTS, OPPORTUNITY),
        direction="below",
        threshold=0.0,
        settings=ODDS,
    ),
    Claim(
        name="equalized_odds_on_a_biased_record_does_not_recover",
        sentence="Where labels are biased, equalized odds by the record ends with less true "
        "accuracy than equal opportunity.",
        source="Blum & Stangl 2019, abstract",
        published="",
        measure=lambda r: between(r, LOTS, OPPORTUNITY),
        direction="below",
        threshold=0.0,
        settings=BIASED_ODDS,
    ),
)  # fmt: skip

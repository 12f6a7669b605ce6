"""What the literature says about remedies, and where our result says it."""

from __future__ import annotations

from core.challenges.fairness.mitigation.config import (
    ADVERSARY,
    BIASED,
    BIASED_ODDS,
    ODDS,
    OPPORTUNITY,
    PENALTY,
    RANDOMIZED,
    REAL,
    REDUCTION,
    REWEIGHING,
    SELECTION,
    MitigationResult,
)
from core.lab.claims import Claim, claim

BLUM = "Blum & Stangl 2019"
HARDT = "Hardt, Price & Srebro 2016"


def _pays(remedy: str, name: str, what: str) -> Claim[MitigationResult]:
    return claim(
        f"{name}_raises_true_accuracy",
        f"Where labels are biased, {what} makes the network more accurate by the true labels, not "
        "less.",
        (f"{BLUM}, abstract", "a proof") if remedy == OPPORTUNITY else BLUM,
        lambda r: r.change(remedy), above=0, settings=BIASED, read=remedy == OPPORTUNITY,
    )  # fmt: skip


def _closes(remedy: str, name: str, what: str, source: str, metric: str) -> Claim[MitigationResult]:
    read = source.endswith("abstract")
    return claim(
        f"{name}_narrows_the_gap",
        f"{what} narrows the gap in {metric.replace('_', ' ')}s.",
        source, lambda r: r.change(remedy, metric=metric).defined, below=0, settings=BIASED,
        read=read,
    )  # fmt: skip


CLAIMS: tuple[Claim[MitigationResult], ...] = (
    _closes(REWEIGHING, "reweighing", "Reweighing", "Kamiran & Calders 2012, abstract",
            "selection_rate"),
    _closes(PENALTY, "penalty", "A penalty in the loss",
            "Kamishima et al. 2012, Fairness-Aware Classifier with Prejudice Remover Regularizer",
            "selection_rate"),
    _closes(ADVERSARY, "adversary", "An adversary that reads the group from the output",
            "Zhang, Lemoine & Mitchell 2018", "selection_rate"),
    _closes(REDUCTION, "reduction", "A reduction to weighted classifications",
            "Agarwal et al. 2018, A Reductions Approach to Fair Classification", "selection_rate"),
    _closes(OPPORTUNITY, "opportunity", "One threshold per group, chosen for equal opportunity,",
            HARDT, "true_positive_rate"),
    _pays(REWEIGHING, "reweighing", "reweighing"),
    _pays(PENALTY, "penalty", "a penalty on unequal selection"),
    _pays(REDUCTION, "reduction", "a reduction with equal selection rates"),
    _pays(OPPORTUNITY, "opportunity", "equal opportunity by thresholds"),
    claim(
        "on_the_record_fairness_seems_to_cost",
        "Judged by the biased record, the same penalty seems to cost accuracy.",
        "Wick, Panda & Tristan 2019, Unlocking Fairness: a Trade-off Revisited, abstract",
        lambda r: r.change(PENALTY, "recorded"), below=0, settings=BIASED, read=True,
    ),
    claim(
        "equal_selection_costs_where_groups_differ",
        "Where the groups really differ, equal selection rates cost accuracy.",
        "Corbett-Davies et al. 2017, Algorithmic Decision Making and the Cost of Fairness",
        lambda r: r.change(SELECTION), below=0, settings=REAL, read=True,
    ),
    claim(
        "equal_opportunity_costs_less",
        "There equal opportunity costs less accuracy than equal selection.",
        HARDT, lambda r: r.between(OPPORTUNITY, SELECTION), above=0, settings=REAL,
    ),
    claim(
        "lots_equalise_both_error_rates",
        "By the record, thresholds for equal opportunity leave a gap in false positive rates, and "
        "lots make it narrower.",
        HARDT,
        lambda r: r.between(RANDOMIZED, OPPORTUNITY, "false_positive_rate", "recorded").defined,
        below=0, settings=BIASED_ODDS,
    ),
    claim(
        "equalized_odds_costs_more_than_equal_opportunity",
        "Making both error rates equal costs more accuracy than making one of them equal.",
        HARDT, lambda r: r.between(RANDOMIZED, OPPORTUNITY), below=0, settings=ODDS,
    ),
    claim(
        "equalized_odds_on_a_biased_record_does_not_recover",
        "Where labels are biased, equalized odds by the record ends with less true accuracy than "
        "equal opportunity.",
        BLUM, lambda r: r.between(RANDOMIZED, OPPORTUNITY), below=0, settings=BIASED_ODDS,
    ),
)  # fmt: skip

"""What the literature says about the causes of bias, and where our result says it."""

from __future__ import annotations

from core.challenges.fairness.bias_sources.config import HIDDEN, SEES, BiasSourcesResult
from core.challenges.fairness.gap_words import AS_NONE, MARGIN, NEAR
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.scores import PerSeed
from core.lab.settings import Value

BIASED: dict[str, Value] = {"label_bias": 0.4}
BLUM = "Blum & Stangl 2019"
DWORK = "Dwork et al. 2012"
MANY: dict[str, Value] = {"repetitions": 20}
"""For what is to be equal: ten seeds leave intervals about as wide as the margin."""


def recorded_minus_true(result: BiasSourcesResult, metric: str) -> PerSeed:
    """How much further apart the groups are on record than in truth, with label bias alone."""
    on_record = result.gap("label bias", SEES, metric, labels="recorded")
    return on_record - result.gap("label bias", SEES, metric)


CLAIMS: tuple[Claim[BiasSourcesResult], ...] = (
    claim(
        "no_cause_no_gap",
        f"Control: with none of the causes the selection rates are within {MARGIN} on average, "
        "although the network sees the group.",
        OWN_CONTROL, lambda r: abs(r.gap("none of them").estimate), below=NEAR, settings=MANY,
        reason=AS_NONE,
    ),
    claim(
        "circumstances_give_a_gap",
        "Where the groups' circumstances differ, true labels and a good network give unequal "
        "selection rates.",
        "Barocas, Hardt & Narayanan 2023, chapter 3",
        lambda r: r.gap("gap in circumstances").defined, below=0, settings={"base_rate_gap": 0.8},
    ),
    claim(
        "label_bias_is_learned",
        "A network learns the bias of its labels: among those who would repay, group B gets fewer "
        "loans.",
        BLUM, lambda r: r.gap("label bias", SEES, "true_positive_rate").defined, below=0,
        settings=BIASED,
    ),
    claim(
        "the_record_misjudges_precision",
        "Judged by the biased record, loans to group B look worse than they are: the gap in "
        "precision is more to its disadvantage than the true one.",
        OWN_CONTROL, lambda r: recorded_minus_true(r, "precision").defined, below=0,
        settings=BIASED,
    ),
    claim(
        "the_record_keeps_true_positive_rates",
        "Where repaid loans are struck off the record at random, the gap in true positive rates on "
        f"record is the true one within {MARGIN}: equal opportunity can be checked on biased "
        "labels.",
        BLUM, lambda r: abs(recorded_minus_true(r, "true_positive_rate").defined), below=NEAR,
        settings={**BIASED, **MANY}, reason=AS_NONE,
    ),
    claim(
        "unawareness_fails",
        "Hiding the group does not close the gap when other inputs tell it.",
        DWORK, lambda r: r.gap("label bias", HIDDEN), below=0,
        settings={"label_bias": 0.4, "proxy": 1.5},
    ),
    claim(
        "stronger_proxy_wider_gap",
        "The better the postcode tells the group, the wider the gap that hiding the group leaves: "
        "strength 3 against none.",
        DWORK,
        lambda r: r.gap("postcodes", HIDDEN, proxy=3.0) - r.gap("postcodes", HIDDEN, proxy=0.0),
        below=0, settings=BIASED,
    ),
    claim(
        "noise_misses_the_able",
        "Where group B is measured with more noise, those of it who would repay are recognised "
        "less often.",
        "Corbett-Davies et al. 2023, The Measure and Mismeasure of Fairness",
        lambda r: r.gap("noisy papers", SEES, "true_positive_rate").defined, below=0,
        settings={"measurement_noise": 2.0},
    ),
    claim(
        "few_and_different_costs_accuracy",
        "A small group whose merit shows in other signs gets less accurate decisions, even from a "
        "network that sees the group.",
        "Chen, Johansson & Sontag 2018, Why Is My Classifier Discriminatory?, abstract",
        lambda r: r.gap("under-representation", SEES, "accuracy").defined, below=0,
        settings={"minority_share": 0.05, "other_signs": 1.0}, read=True,
    ),
    claim(
        "few_alone_is_harmless",
        "Being few alone costs little: with the same signs of merit the accuracy of group B is "
        f"within {MARGIN} of group A's.",
        OWN_CONTROL, lambda r: abs(r.gap("under-representation", SEES, "accuracy").defined),
        below=NEAR, settings={"minority_share": 0.05, "other_signs": 0.0, **MANY}, reason=AS_NONE,
    ),
)  # fmt: skip

"""What the literature says about the causes of bias, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.lab.claims import Claim
from core.lab.intervals import POINTS, Estimate, defined_interval, paired_difference, t_interval

if TYPE_CHECKING:
    from core.challenges.fairness.bias_sources import BiasSourcesResult

SEES, NO_GROUP = "sees the group", "group hidden"


def gap(
    result: BiasSourcesResult,
    cause: str,
    sees: str,
    metric: str = "selection_rate",
    labels: str = "true",
) -> np.ndarray:
    """Gap of one world, group B minus A, one number a seed."""
    s = result.scores
    rows = s[(s.cause == cause) & (s.sees == sees) & (s.metric == metric) & (s.labels == labels)]
    return rows["gap"].to_numpy()


def _postcode(result: BiasSourcesResult, proxy: float) -> np.ndarray:
    s = result.scores
    rows = s[(s.cause == "postcodes") & (s.proxy == proxy) & (s.metric == "selection_rate")]
    return rows[rows.labels == "true"]["gap"].to_numpy()


def _measured(cause: str, metric: str, result: BiasSourcesResult) -> Estimate | None:
    found = defined_interval(gap(result, cause, SEES, metric), POINTS)
    return found if found.n else None


def _recorded_minus_true(metric: str, result: BiasSourcesResult) -> Estimate | None:
    recorded = gap(result, "label bias", SEES, metric, "recorded")
    true = gap(result, "label bias", SEES, metric)
    both = ~np.isnan(recorded - true)
    return paired_difference(recorded[both], true[both], POINTS) if both.any() else None


def _size(found: Estimate | None) -> Estimate | None:
    """Distance from zero: its interval reaches as far as the further end."""
    if found is None:
        return None
    ends = sorted((abs(found.low), abs(found.high)))
    low = 0.0 if found.low <= 0 <= found.high else ends[0]
    return Estimate(abs(found.mean), low, ends[1], found.n, found.kind, found.unit)


CLAIMS: tuple[Claim[BiasSourcesResult], ...] = (
    Claim(
        name="no_cause_no_gap",
        sentence="Control: with none of the causes the selection rates differ by less than 5 "
        "points on average, although the network sees the group.",
        source="our own control, 2026",
        published="",
        measure=lambda r: _size(t_interval(gap(r, "none of them", SEES), POINTS)),
        direction="below",
        threshold=0.05,
        settings={"repetitions": 20},  # Ten leave the interval about as wide as the bar.
    ),
    Claim(
        name="circumstances_give_a_gap",
        sentence="Where the groups' circumstances differ, true labels and a good network give "
        "unequal selection rates.",
        source="Barocas, Hardt & Narayanan 2023, chapter 3",
        published="",
        measure=lambda r: _measured("gap in circumstances", "selection_rate", r),
        direction="below",
        threshold=0.0,
        settings={"base_rate_gap": 0.8},
    ),
    Claim(
        name="label_bias_is_learned",
        sentence="A network learns the bias of its labels: among those who would repay, group B "
        "gets fewer loans.",
        source="Blum & Stangl 2019",
        published="",
        measure=lambda r: _measured("label bias", "true_positive_rate", r),
        direction="below",
        threshold=0.0,
        settings={"label_bias": 0.4},
    ),
    Claim(
        name="the_record_misjudges_precision",
        sentence="Judged by the biased record, loans to group B look worse than they are: the gap "
        "in precision is more to its disadvantage than the true one.",
        source="Blum & Stangl 2019",
        published="",
        measure=lambda r: _recorded_minus_true("precision", r),
        direction="below",
        threshold=0.0,
        settings={"label_bias": 0.4},
    ),
    Claim(
        name="the_record_keeps_true_positive_rates",
        sentence="Where repaid loans are struck off the record at random, the gap in true "
        "positive rates on record is the true one within 3 points: equal opportunity can be "
        "checked on biased labels.",
        source="Blum & Stangl 2019",
        published="",
        measure=lambda r: _size(_recorded_minus_true("true_positive_rate", r)),
        direction="below",
        threshold=0.03,
        settings={"label_bias": 0.4},
    ),
    Claim(
        name="unawareness_fails",
        sentence="Hiding the group does not close the gap when other inputs tell it.",
        source="Dwork et al. 2012",
        published="",
        measure=lambda r: t_interval(gap(r, "label bias", NO_GROUP), POINTS),
        direction="below",
        threshold=0.0,
        settings={"label_bias": 0.4, "proxy": 1.5},
    ),
    Claim(
        name="stronger_proxy_wider_gap",
        sentence="The better the postcode tells the group, the wider the gap that hiding the group "
        "leaves: strength 3 against none.",
        source="Dwork et al. 2012",
        published="",
        measure=lambda r: paired_difference(_postcode(r, 3.0), _postcode(r, 0.0), POINTS),
        direction="below",
        threshold=0.0,
        settings={"label_bias": 0.4},
    ),
    Claim(
        name="noise_misses_the_able",
        sentence="Where group B is measured with more noise, those of it who would repay are "
        "recognised less often.",
        source="Corbett-Davies et al. 2023, The Measure and Mismeasure of Fairness",
        published="",
        measure=lambda r: _measured("noisy papers", "true_positive_rate", r),
        direction="below",
        threshold=0.0,
        settings={"measurement_noise": 2.0},
    ),
    Claim(
        name="few_and_different_costs_accuracy",
        sentence="A small group whose merit shows in other signs gets less accurate decisions, "
        "even from a network that sees the group.",
        source="Chen, Johansson & Sontag 2018, Why Is My Classifier Discriminatory?",
        published="",
        measure=lambda r: _measured("under-representation", "accuracy", r),
        direction="below",
        threshold=0.0,
        settings={"minority_share": 0.05, "other_signs": 1.0},
    ),
    Claim(
        name="few_alone_is_harmless",
        sentence="Being few alone costs little: with the same signs of merit the accuracy of group "
        "B is within 3 points of group A's.",
        source="our own control, 2026",
        published="",
        measure=lambda r: _size(_measured("under-representation", "accuracy", r)),
        direction="below",
        threshold=0.03,
        settings={"minority_share": 0.05, "other_signs": 0.0},
    ),
)

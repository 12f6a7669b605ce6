"""What the literature says about thresholds and definitions, and where our result says it."""

from __future__ import annotations

from core.challenges.fairness.gap_words import AS_NONE, MARGIN, NEAR
from core.challenges.fairness.thresholds.config import ThresholdsResult
from core.data.published import compas_counts
from core.lab.claims import OWN_CONTROL, Claim, claim
from core.lab.intervals import POINTS, SHARE, Estimate, t_interval
from core.lab.seeding import numpy_generator
from core.lab.settings import Value
from core.metrics import resampling
from core.metrics.fairness import implied_by_pooling, signed_gap

UNEQUAL: dict[str, Value] = {"base_rate_a": 0.5, "base_rate_b": 0.3, "signal": 1.5}
KLEINBERG = "Kleinberg, Mullainathan & Raghavan 2016, Theorem 1.1"
ONE_LINE = (
    "Camp 2025, Algorithmic fairness with monotone likelihood ratios, abstract",
    "a proof for scores that are calibrated and whose likelihood ratio is monotone, as here",
)
EQUATION = "Chouldechova 2017, equation 2.6"
DRAWS = 1000


def widest(result: ThresholdsResult) -> Estimate | None:
    """Of the gaps in error rates and precision at one threshold the one that may be widest.

    It lies below a bar when all three do, so having picked it flatters nothing. None where one of
    them is not defined: then nothing is known about the widest.
    """
    names = ("true_positive_rate", "false_positive_rate", "precision")
    sizes = [abs(result.gaps()[name].defined) for name in names]
    return max(sizes, key=lambda size: size.high) if all(size.n for size in sizes) else None


def compas(_: ThresholdsResult) -> Estimate:
    """Gap in false positive rates that COMPAS' base rates force, with a bootstrap interval."""
    return resampling.bootstrap(
        compas_counts(), lambda counts: -signed_gap(implied_by_pooling(counts)), DRAWS,
        numpy_generator(0, "compas", "forced"), unit=POINTS, over="defendants",
    )  # fmt: skip


CLAIMS: tuple[Claim[ThresholdsResult], ...] = (
    claim(
        "scores_are_calibrated",
        "Control: the scores mean the same in both groups, their calibration error is under 5%.",
        OWN_CONTROL,
        lambda r: t_interval(r.calibration.max(axis=1), SHARE), below=0.05, settings=UNEQUAL,
        reason="ten bins of 200 people are off by 2 to 3% by chance alone; the bar is twice that",
    ),
    claim(
        "calibrated_scores_unequal_errors",
        "With unequal base rates, calibrated scores and one threshold give unequal false positive "
        "rates.",
        ONE_LINE, lambda r: r.gaps()["false_positive_rate"].defined, below=0, settings=UNEQUAL,
        read=True,
    ),
    claim(
        "calibrated_scores_miss_more_of_one_group",
        "They also miss more of the lower group: its true positive rate is smaller.",
        ONE_LINE, lambda r: r.gaps()["true_positive_rate"].defined, below=0, settings=UNEQUAL,
        read=True,
    ),
    claim(
        "calibrated_scores_unequal_means_of_those_who_fail",
        "Nor can calibrated scores be balanced: those who would not repay have lower mean scores "
        "in the lower group.",
        (KLEINBERG, "a proof that this or the next must be so"),
        lambda r: r.mean_score_gap(0).defined, below=0, settings=UNEQUAL,
    ),
    claim(
        "calibrated_scores_unequal_means_of_those_who_repay",
        "Those who would repay have lower mean scores in the lower group, too.",
        (KLEINBERG, "a proof that this or the last must be so"),
        lambda r: r.mean_score_gap(1).defined, below=0, settings=UNEQUAL,
    ),
    claim(
        "equal_errors_unequal_precision",
        "Thresholds that make both error rates nearly equal make the precision unequal.",
        (EQUATION, "a proof"),
        lambda r: r.gaps("both error rates nearly equal")["precision"].defined, below=0,
        settings=UNEQUAL,
    ),
    claim(
        "equal_precision_unequal_errors",
        "Thresholds that make the precision equal leave the false positive rates unequal.",
        (EQUATION, "a proof that one of the two error rates differs"),
        lambda r: r.gaps("equal precision")["false_positive_rate"].defined, below=0,
        settings=UNEQUAL,
    ),
    claim(
        "no_conflict_with_equal_base_rates",
        f"With equal base rates one threshold brings error rates and precision within {MARGIN} of "
        "each other.",
        (EQUATION, "no gap need be left"), widest, below=NEAR, reason=AS_NONE,
        settings={"base_rate_a": 0.4, "base_rate_b": 0.4, "signal": 1.5, "repetitions": 20},
    ),
    claim(
        "no_conflict_with_perfect_knowledge",
        f"Where next to nothing is wrong, error rates and precision are within {MARGIN} even with "
        "unequal base rates.",
        (EQUATION, "no gap need be left"), widest, below=NEAR, reason=AS_NONE,
        settings={"base_rate_a": 0.5, "base_rate_b": 0.3, "signal": 5.0, "repetitions": 20},
    ),
    claim(
        "compas_could_not_have_had_all",
        "Had COMPAS had one precision and one false negative rate for both races, its false "
        "positive rates would still have differed.",
        (f"{EQUATION}; counts of ProPublica 2016",
         "measured by ProPublica: 44.85% and 23.45%"),
        compas, above=0,
    ),
)  # fmt: skip

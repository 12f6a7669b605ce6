"""What the literature says about thresholds and definitions, and where our result says it."""

from __future__ import annotations

import numpy as np

from core.challenges.fairness.thresholds.config import ThresholdsResult
from core.data.published import compas_counts
from core.lab.claims import Claim, claim
from core.lab.intervals import POINTS, SHARE, Estimate, t_interval
from core.lab.seeding import numpy_generator
from core.lab.settings import Value
from core.metrics import resampling
from core.metrics.fairness import implied_by_pooling, signed_gap

UNEQUAL: dict[str, Value] = {"base_rate_a": 0.5, "base_rate_b": 0.3, "signal": 1.5}
KLEINBERG = "Kleinberg, Mullainathan & Raghavan 2016, Theorem 1.1"
PROOF = "Chouldechova 2017, equation 2.6", "a proof"
DRAWS = 1000


def widest(result: ThresholdsResult) -> Estimate | None:
    """Widest of the gaps in error rates and precision at one threshold, seed means.

    None where one of them is not defined: then nothing is known about the widest.
    """
    found, names = result.gaps(), ("true_positive_rate", "false_positive_rate", "precision")
    means = {name: found[name].defined.mean for name in names}
    if any(np.isnan(mean) for mean in means.values()):
        return None
    place = max(names, key=lambda name: abs(means[name]))
    return (found[place] * float(np.sign(means[place] or 1.0))).defined


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
        "our own control, 2026",
        lambda r: t_interval(r.calibration.max(axis=1), SHARE), below=0.05, settings=UNEQUAL,
    ),
    claim(
        "calibrated_scores_unequal_errors",
        "With unequal base rates, calibrated scores and one threshold give unequal false positive "
        "rates.",
        (KLEINBERG, "a proof"),
        lambda r: r.gaps()["false_positive_rate"].defined, below=0, settings=UNEQUAL,
    ),
    claim(
        "calibrated_scores_miss_more_of_one_group",
        "They also miss more of the lower group: its true positive rate is smaller.",
        (KLEINBERG, "a proof"),
        lambda r: r.gaps()["true_positive_rate"].defined, below=0, settings=UNEQUAL,
    ),
    claim(
        "equal_errors_unequal_precision",
        "Thresholds that make both error rates nearly equal make the precision unequal.",
        PROOF, lambda r: r.gaps("both error rates nearly equal")["precision"].defined, below=0,
        settings=UNEQUAL,
    ),
    claim(
        "equal_precision_unequal_errors",
        "Thresholds that make the precision equal leave the false positive rates unequal.",
        PROOF, lambda r: r.gaps("equal precision")["false_positive_rate"].defined, below=0,
        settings=UNEQUAL,
    ),
    claim(
        "no_conflict_with_equal_base_rates",
        "With equal base rates one threshold brings error rates and precision within 8 points of "
        "each other.",
        (KLEINBERG, "a proof: one of the two exceptions"), widest, below=0.08,
        settings={"base_rate_a": 0.4, "base_rate_b": 0.4, "signal": 1.5},
    ),
    claim(
        "no_conflict_with_perfect_knowledge",
        "Where next to nothing is wrong, unequal base rates leave gaps of less than 5 points.",
        (KLEINBERG, "a proof: the other exception"), widest, below=0.05,
        settings={"base_rate_a": 0.5, "base_rate_b": 0.3, "signal": 5.0},
    ),
    claim(
        "compas_could_not_have_had_all",
        "Had COMPAS had one precision and one false negative rate for both races, its false "
        "positive rates would still have differed.",
        ("Chouldechova 2017, equation 2.6; counts of ProPublica 2016",
         "measured by ProPublica: 44.85% and 23.45%"),
        compas, above=0,
    ),
)  # fmt: skip

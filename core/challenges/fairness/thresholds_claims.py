"""What the literature says about thresholds and definitions, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.challenges.fairness.thresholds_policies import at, equalised, forced_pair, gaps_of
from core.data.published import compas_counts
from core.lab.claims import Claim
from core.lab.intervals import POINTS, SHARE, Estimate, defined_interval, t_interval
from core.lab.seeding import numpy_generator
from core.lab.settings import Value
from core.metrics import resampling
from core.metrics.fairness import signed_gap

if TYPE_CHECKING:
    from core.challenges.fairness.thresholds import ThresholdsResult

UNEQUAL: dict[str, Value] = {"base_rate_a": 0.5, "base_rate_b": 0.3, "signal": 1.5}
DRAWS = 1000


def _measurable(found: Estimate) -> Estimate | None:
    return found if found.n else None


def _same(name: str, result: ThresholdsResult) -> Estimate | None:
    return _measurable(defined_interval(gaps_of(at(result.counts, 0.5, 0.5))[name], POINTS))


def _under(policy: str, name: str, result: ThresholdsResult) -> Estimate | None:
    found = gaps_of(equalised(result.counts, 0.5, policy))[name]
    return _measurable(defined_interval(found, POINTS))


def _widest(result: ThresholdsResult) -> Estimate | None:
    """Widest of the gaps in error rates and precision at one threshold, seed means.

    None where one of them is not defined: then nothing is known about the widest.
    """
    found = gaps_of(at(result.counts, 0.5, 0.5))
    names = ("true_positive_rate", "false_positive_rate", "precision")
    means = {name: defined_interval(found[name], POINTS).mean for name in names}
    if any(np.isnan(mean) for mean in means.values()):
        return None
    widest = max(names, key=lambda name: abs(means[name]))
    return defined_interval(found[widest] * np.sign(means[widest] or 1.0), POINTS)


def _compas(_: ThresholdsResult) -> Estimate:
    """Gap in false positive rates that COMPAS' base rates force, with a bootstrap interval."""
    counts = compas_counts()
    drawn = resampling.read_off(
        counts, lambda part: -signed_gap(forced_pair(part)[1]), DRAWS,
        numpy_generator(0, "compas", "forced"),
    )  # fmt: skip
    low, high = resampling.percentiles(drawn)
    value = -float(signed_gap(forced_pair(counts)[1]))
    kind = "95% bootstrap interval over defendants"
    return Estimate(value, float(low), float(high), int(counts.sum()), kind, POINTS)


CLAIMS: tuple[Claim[ThresholdsResult], ...] = (
    Claim(
        name="scores_are_calibrated",
        sentence="Control: the scores mean the same in both groups, their calibration error is "
        "under 5%.",
        source="our own control, 2026",
        published="",
        measure=lambda r: t_interval(r.calibration.max(axis=1), SHARE),
        direction="below",
        threshold=0.05,
        settings=UNEQUAL,
    ),
    Claim(
        name="calibrated_scores_unequal_errors",
        sentence="With unequal base rates, calibrated scores and one threshold give unequal "
        "false positive rates.",
        source="Kleinberg, Mullainathan & Raghavan 2016, Theorem 1.1",
        published="a proof",
        measure=lambda r: _same("false_positive_rate", r),
        direction="below",
        threshold=0.0,
        settings=UNEQUAL,
    ),
    Claim(
        name="calibrated_scores_miss_more_of_one_group",
        sentence="They also miss more of the lower group: its true positive rate is smaller.",
        source="Kleinberg, Mullainathan & Raghavan 2016, Theorem 1.1",
        published="a proof",
        measure=lambda r: _same("true_positive_rate", r),
        direction="below",
        threshold=0.0,
        settings=UNEQUAL,
    ),
    Claim(
        name="equal_errors_unequal_precision",
        sentence="Thresholds that make both error rates nearly equal make the precision unequal.",
        source="Chouldechova 2017, equation 2.6",
        published="a proof",
        measure=lambda r: _under("both error rates nearly equal", "precision", r),
        direction="below",
        threshold=0.0,
        settings=UNEQUAL,
    ),
    Claim(
        name="equal_precision_unequal_errors",
        sentence="Thresholds that make the precision equal leave the false positive rates unequal.",
        source="Chouldechova 2017, equation 2.6",
        published="a proof",
        measure=lambda r: _under("equal precision", "false_positive_rate", r),
        direction="below",
        threshold=0.0,
        settings=UNEQUAL,
    ),
    Claim(
        name="no_conflict_with_equal_base_rates",
        sentence="With equal base rates one threshold brings error rates and precision within 8 "
        "points of each other.",
        source="Kleinberg, Mullainathan & Raghavan 2016, Theorem 1.1",
        published="a proof: one of the two exceptions",
        measure=_widest,
        direction="below",
        threshold=0.08,
        settings={"base_rate_a": 0.4, "base_rate_b": 0.4, "signal": 1.5},
    ),
    Claim(
        name="no_conflict_with_perfect_knowledge",
        sentence="Where next to nothing is wrong, unequal base rates leave gaps of less than 5 "
        "points.",
        source="Kleinberg, Mullainathan & Raghavan 2016, Theorem 1.1",
        published="a proof: the other exception",
        measure=_widest,
        direction="below",
        threshold=0.05,
        settings={"base_rate_a": 0.5, "base_rate_b": 0.3, "signal": 5.0},
    ),
    Claim(
        name="compas_could_not_have_had_all",
        sentence="Had COMPAS had one precision and one false negative rate for both races, its "
        "false positive rates would still have differed.",
        source="Chouldechova 2017, equation 2.6; counts of ProPublica 2016",
        published="measured by ProPublica: 44.85% and 23.45%",
        measure=_compas,
        direction="above",
        threshold=0.0,
    ),
)

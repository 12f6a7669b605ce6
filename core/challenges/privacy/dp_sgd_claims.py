"""What the literature says about private training, and how a run speaks to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.challenges.privacy.tables.dp_sgd import CLIPPED, NOTHING, allowed, values
from core.lab.claims import Claim
from core.lab.intervals import POINTS, Estimate, paired_difference, t_interval

if TYPE_CHECKING:
    from core.challenges.privacy.dp_sgd import DpSgdResult

STRONG, USUAL, STRICT = "ε = 0.5", "ε = 8", "ε = 2"


def _between(
    arm: str, other: str, metric: str, unit: str = ""
) -> Callable[[DpSgdResult], Estimate]:
    return lambda r: paired_difference(values(r, arm, metric), values(r, other, metric), unit)


CLAIMS: tuple[Claim[DpSgdResult], ...] = (
    Claim(
        name="unprotected_is_caught",
        sentence="Control: without protection the attack works (area above 0.65).",
        source="Carlini et al. 2022",
        published="",
        measure=lambda r: t_interval(values(r, NOTHING, "auc")),
        direction="above",
        threshold=0.65,
    ),
    Claim(
        name="noise_stops_the_attack",
        sentence="With noise for epsilon 2 the attack is close to guessing (area below 0.56).",
        source="Abadi et al. 2016, section 2.1",
        published="",
        measure=lambda r: t_interval(values(r, STRICT, "auc")),
        direction="below",
        threshold=0.56,
    ),
    Claim(
        name="the_bound_holds",
        sentence="At epsilon 0.5 the attack stays below what the proof allows.",
        source="Kairouz et al. 2015",
        published="",
        measure=lambda r: t_interval(values(r, STRONG, "auc") - allowed(r, STRONG, "auc")),
        direction="below",
        threshold=0.0,
    ),
    Claim(
        name="clipping_alone",
        sentence="Clipping alone, without noise and without any proof, already weakens the attack.",
        source="Carlini et al. 2022",
        published="",
        measure=_between(CLIPPED, NOTHING, "auc"),
        direction="below",
        threshold=0.0,
    ),
    Claim(
        name="noise_adds_protection",
        sentence="Noise for epsilon 8 weakens the attack beyond what clipping alone does.",
        source="Abadi et al. 2016, section 2.1",
        published="",
        measure=_between(USUAL, CLIPPED, "auc"),
        direction="below",
        threshold=0.0,
    ),
    Claim(
        name="privacy_costs_accuracy",
        sentence="Strong privacy costs accuracy: epsilon 0.5 gets fewer other records right than "
        "training without protection.",
        source="Abadi et al. 2016, section 5",
        published="in words: on MNIST too, the smaller epsilon, the lower the accuracy",
        measure=_between(STRONG, NOTHING, "accuracy out", POINTS),
        direction="below",
        threshold=0.0,
    ),
)

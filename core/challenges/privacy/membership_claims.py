"""What the literature says about membership inference, and how a run speaks to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from core.challenges.privacy.membership_arms import (
    BASELINE,
    CLIPPED,
    MEMORISER,
    PRIVATE,
    STOPPING,
    UNTRAINED,
)
from core.challenges.privacy.tables.membership import proof_allows, values
from core.lab.claims import Claim
from core.lab.intervals import POINTS, SHARE, Estimate, paired_difference, t_interval

if TYPE_CHECKING:
    from core.challenges.privacy.membership import MembershipResult

    Measure = Callable[[MembershipResult], Estimate]

AT_TWO = {"epsilon": 2.0}
STRONG, SIMPLE = "shadow networks", "loss threshold"


def _between_arms(arm: str, other: str, metric: str, unit: str = "") -> Measure:
    return lambda r: paired_difference(values(r, arm, metric), values(r, other, metric), unit)


def _better_attack(r: MembershipResult, arm: str, metric: str) -> np.ndarray:
    """What the better of the two attacks reaches, one number a seed."""
    return np.maximum(*(values(r, arm, f"{metric}, {attack}") for attack in (STRONG, SIMPLE)))


def _beyond_the_proof(arm: str) -> Measure:
    def measure(r: MembershipResult) -> Estimate:
        caught = _better_attack(r, arm, "tpr at 1%")
        return t_interval(caught - proof_allows(r.epsilon, r.delta), POINTS)

    return measure


def _remedy(arm: str, sentence: str, source: str, published: str = "") -> Claim[MembershipResult]:
    return Claim(
        name=arm.replace(" ", "_"),
        sentence=sentence,
        source=source,
        published=published,
        measure=_between_arms(arm, BASELINE, f"auc, {STRONG}"),
        direction="below",
        threshold=0.0,
    )


CLAIMS: tuple[Claim[MembershipResult], ...] = (
    Claim(
        name="memoriser_is_caught",
        sentence="Control: networks that can only memorise, trained on random labels, are caught "
        "(area under the ROC curve of the shadow networks above 0.9).",
        source="Yeom et al. 2018, section 3",
        published="",
        measure=lambda r: t_interval(values(r, MEMORISER, f"auc, {STRONG}")),
        direction="above",
        threshold=0.9,
    ),
    Claim(
        name="untrained_is_not_caught",
        sentence="Control: networks before training are not caught (area below 0.52, where 0.5 is "
        "guessing).",
        source="Yeom et al. 2018, section 3",
        published="",
        measure=lambda r: t_interval(values(r, UNTRAINED, f"auc, {STRONG}")),
        direction="below",
        threshold=0.52,
    ),
    Claim(
        name="overfitting_leaks",
        sentence="The more a network overfits, the better members can be told by their loss: the "
        "area is larger after full training than after a twelfth of it.",
        source="Yeom et al. 2018, section 3",
        published="the advantage of the attack grows with the generalization error",
        measure=_between_arms(BASELINE, "1/12 of the steps", f"auc, {SIMPLE}"),
        direction="above",
        threshold=0.0,
    ),
    Claim(
        name="loss_threshold_fails_where_it_counts",
        sentence="At 1% false alarms the loss threshold hardly catches anyone: less than 5% of "
        "the members.",
        source="Carlini et al. 2022, abstract",
        published="prior attacks perform poorly at low false-positive rates",
        measure=lambda r: t_interval(values(r, BASELINE, f"tpr at 1%, {SIMPLE}"), SHARE),
        direction="below",
        threshold=0.05,
    ),
    Claim(
        name="shadow_networks_catch_more",
        sentence="At 0.1% false alarms shadow networks catch more members than the loss threshold.",
        source="Carlini et al. 2022, abstract",
        published="10 times more powerful at low false-positive rates",
        measure=lambda r: paired_difference(
            values(r, BASELINE, f"tpr at 0.1%, {STRONG}"),
            values(r, BASELINE, f"tpr at 0.1%, {SIMPLE}"),
            POINTS,
        ),
        direction="above",
        threshold=0.0,
    ),
    _remedy(
        "more data",
        "Four times the training records make the attack weaker.",
        "Shokri et al. 2017, section VI",
        "more training data per class, less leakage",
    ),
    _remedy(
        "weight decay",
        "Weight decay makes the attack weaker.",
        "Shokri et al. 2017, section VIII",
        "regularization is a defence if it does not hurt accuracy",
    ),
    _remedy("dropout", "Dropout makes the attack weaker.", "Salem et al. 2019"),
    _remedy(STOPPING, "Early stopping makes the attack weaker.", "Song & Mittal 2021"),
    Claim(
        name="private_is_near_guessing",
        sentence="With differential privacy at ε = 2 the better of the two attacks is close to "
        "guessing (area below 0.6).",
        source="Abadi et al. 2016, section 2.1",
        published="",
        measure=lambda r: t_interval(_better_attack(r, PRIVATE, "auc")),
        direction="below",
        threshold=0.6,
        settings=AT_TWO,
    ),
    Claim(
        name="the_proof_holds",
        sentence="At 1% false alarms the better of the two attacks on private training catches "
        "fewer members than the proof allows any attack.",
        source="Kairouz et al. 2015",
        published="",
        measure=_beyond_the_proof(PRIVATE),
        direction="below",
        threshold=0.0,
    ),
    Claim(
        name="the_proof_says_something",
        sentence="Control: on networks without a remedy the same attack catches more than the "
        "proof at ε = 2 would allow.",
        source="Kairouz et al. 2015",
        published="",
        measure=_beyond_the_proof(BASELINE),
        direction="above",
        threshold=0.0,
        settings=AT_TWO,
    ),
    Claim(
        name="privacy_costs_accuracy",
        sentence="Differential privacy at ε = 2 costs accuracy on other records.",
        source="Abadi et al. 2016, section 5",
        published="",
        measure=_between_arms(PRIVATE, BASELINE, "accuracy out", POINTS),
        direction="below",
        threshold=0.0,
        settings=AT_TWO,
    ),
    _remedy(
        CLIPPED,
        "Clipping alone, a short training without noise or any promise, weakens the attack too.",
        "Carlini et al. 2022",
    ),
    Claim(
        name="noise_adds_protection",
        sentence="The noise weakens the attack beyond what clipping alone does.",
        source="Abadi et al. 2016, section 2.1",
        published="",
        measure=_between_arms(PRIVATE, CLIPPED, f"auc, {STRONG}"),
        direction="below",
        threshold=0.0,
    ),
)

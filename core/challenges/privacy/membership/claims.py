"""What the literature says about membership inference, and how a run speaks to it."""

from __future__ import annotations

from core.challenges.privacy.membership.config import (
    BASELINE,
    CLIPPED,
    LOSS,
    MEMORISER,
    PRIVATE,
    SHADOWS,
    STOPPING,
    UNTRAINED,
    MembershipResult,
    better,
)
from core.lab.claims import Claim, claim
from core.metrics.privacy import GUESSED, GUESSING, MARGIN, NEAR, off_guessing

AT_TWO = {"epsilon": 2.0}
YEOM, ABSTRACT = "Yeom et al. 2018, section 3", "Carlini et al. 2022, abstract"
CARLINI, KAIROUZ = "Carlini et al. 2022", "Kairouz et al. 2015"


def _remedy(arm: str, sentence: str, source: str | tuple[str, str]) -> Claim[MembershipResult]:
    """The attack of the shadow networks is weaker with a remedy than without any."""
    return claim(
        arm.replace(" ", "_"), sentence, source,
        lambda r: r.area(arm) - r.area(BASELINE), below=0,
    )  # fmt: skip


CLAIMS: tuple[Claim[MembershipResult], ...] = (
    claim(
        "memoriser_is_caught",
        "Control: networks that can only memorise, trained on random labels, are caught "
        "(area under the ROC curve of the shadow networks above 0.5).",
        YEOM, lambda r: r.area(MEMORISER), above=GUESSING, reason=GUESSED,
    ),
    claim(
        "untrained_is_not_caught",
        "Control: networks before training are not caught (the area is less than 0.05 from 0.5, "
        "which is guessing).",
        YEOM, lambda r: off_guessing(r.area(UNTRAINED)), below=NEAR, reason=MARGIN,
    ),
    claim(
        "overfitting_leaks",
        "The more a network overfits, the better members can be told by their loss: the "
        "area is larger after full training than after a twelfth of it.",
        (YEOM, "the advantage of the attack grows with the generalization error"),
        lambda r: r.area(BASELINE, LOSS) - r.area("1/12 of the steps", LOSS), above=0,
    ),
    claim(
        "loss_threshold_fails_where_it_counts",
        "At 1% false alarms the loss threshold catches less than a tenth as many members as "
        "shadow networks do.",
        (ABSTRACT, "10 times more powerful at low false-positive rates"),
        lambda r: r.caught(BASELINE, LOSS) - r.caught(BASELINE) / 10, below=0, read=True,
    ),
    claim(
        "shadow_networks_catch_more",
        "At 0.1% false alarms shadow networks catch more members than the loss threshold.",
        (ABSTRACT, "10 times more powerful at low false-positive rates"),
        lambda r: r.caught(BASELINE, SHADOWS, "0.1%") - r.caught(BASELINE, LOSS, "0.1%"), above=0,
        read=True,
    ),
    _remedy(
        "more data",
        "Four times the training records make the attack weaker.",
        ("Shokri et al. 2017, section VI", "more training data per class, less leakage"),
    ),
    _remedy(
        "weight decay",
        "Weight decay makes the attack weaker.",
        (
            "Shokri et al. 2017, section VIII",
            "regularization is a defence if it does not hurt accuracy",
        ),
    ),
    _remedy("dropout", "Dropout makes the attack weaker.", "Salem et al. 2019"),
    _remedy(STOPPING, "Early stopping makes the attack weaker.", "Song & Mittal 2021"),
    claim(
        "private_is_near_guessing",
        "With differential privacy at ε = 2 the better of the two attacks is close to "
        "guessing (the area is less than 0.05 from 0.5).",
        (CARLINI, "in words: little noise is enough against the attacks known"),
        lambda r: off_guessing(better(r.area(PRIVATE), r.area(PRIVATE, LOSS))), below=NEAR,
        settings=AT_TWO, reason=MARGIN,
    ),
    claim(
        "the_proof_holds",
        "At 1% false alarms the better of the two attacks on private training catches "
        "fewer members than the proof allows any attack.",
        KAIROUZ, lambda r: r.beyond_the_proof(PRIVATE), below=0,
    ),
    claim(
        "the_proof_says_something",
        "Control: on networks without a remedy the same attack catches more than the "
        "proof at ε = 2 would allow.",
        KAIROUZ, lambda r: r.beyond_the_proof(BASELINE), above=0, settings=AT_TWO,
    ),
    claim(
        "privacy_costs_accuracy",
        "Differential privacy at ε = 2 costs accuracy on other records.",
        ("Abadi et al. 2016, section 5", "MNIST: 95% at ε = 2, 98.3% without privacy"),
        lambda r: r.accuracy(PRIVATE) - r.accuracy(BASELINE), below=0, settings=AT_TWO,
    ),
    _remedy(
        CLIPPED,
        "Clipping alone, a short training without noise or any promise, weakens the attack too.",
        "Carlini et al. 2022",
    ),
    claim(
        "noise_adds_protection",
        "The noise weakens the attack beyond what clipping alone does.",
        CARLINI, lambda r: r.area(PRIVATE) - r.area(CLIPPED), below=0,
    ),
)  # fmt: skip

"""What the literature says about a rare class, and how a run speaks to it."""

from __future__ import annotations

from core.challenges.data_quality.imbalance.config import (
    ADJUSTED,
    CORRECTED,
    FOCAL,
    MOVED,
    OVER,
    RATIOS,
    UNDER,
    WEIGHTED,
    ImbalanceResult,
)
from core.lab.claims import OWN_CONTROL, Claim, claim

MENON = "Menon et al. 2021, abstract"
BUDA = "Buda, Maki & Mazurowski 2018, abstract"
KING = "King & Zeng 2001, Logistic Regression in Rare Events Data, section 4"
LIN = "Lin et al. 2017, abstract"
MOST = RATIOS[-1]


def _gains(
    name: str, arm: str, sentence: str, source: str, read: bool = False
) -> Claim[ImbalanceResult]:
    """Claim that an arm raises balanced accuracy at the usual ratio."""
    return claim(name, sentence, source, lambda r: r.gain(arm), above=0, read=read)


CLAIMS: tuple[Claim[ImbalanceResult], ...] = (
    claim(
        "the_rare_class_is_missed",
        "Imbalance harms: of the rare class less is found at 30 to 1 than at 1 to 1.",
        BUDA, lambda r: r.at("rare recall") - r.at("rare recall", ratio=1), below=0, read=True,
    ),
    claim(
        "accuracy_hides_it",
        "Accuracy rises all the same: it is higher at 100 to 1 than at 1 to 1.",
        OWN_CONTROL, lambda r: r.at("accuracy", ratio=MOST) - r.at("accuracy", ratio=1), above=0,
    ),
    _gains("logit_adjustment_helps", ADJUSTED,
           "Adding the logarithms of the class shares to the logits while training raises balanced "
           "accuracy.", MENON, read=True),
    _gains("prior_correction_helps", CORRECTED,
           "Taking them off a trained network's logits raises it as well, without any training.",
           MENON, read=True),
    _gains("class_weights_help", WEIGHTED,
           "Weighting each class by how rare it is raises balanced accuracy.", KING),
    _gains("oversampling_helps", OVER,
           "Showing the rare examples as often as the common ones raises balanced accuracy.",
           BUDA, read=True),
    _gains("undersampling_helps", UNDER,
           "Leaving out common examples until both classes are as frequent raises balanced "
           "accuracy.", BUDA),
    _gains("moving_the_threshold_helps", MOVED,
           "A threshold chosen on a quarter of the training examples raises balanced accuracy.",
           OWN_CONTROL),
    _gains("focal_loss_helps", FOCAL,
           "The focal loss, made for many easy examples of a common class, raises balanced "
           "accuracy.", LIN),
)  # fmt: skip

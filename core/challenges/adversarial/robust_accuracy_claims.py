"""What the literature says about training against attacks, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.lab.claims import Claim
from core.lab.intervals import POINTS, Estimate, paired_difference

if TYPE_CHECKING:
    from core.challenges.adversarial.robust_accuracy import RobustAccuracyResult

TRAINED = {"epsilon": 0.2}
"""The claims are about training and testing at this size, fixed in advance."""


def score(
    result: RobustAccuracyResult, arm: str, epsilon: float, attack: str = "PGD"
) -> np.ndarray:
    """Accuracy of an arm under changes of one size, one number a seed."""
    s = result.scores
    rows = s[(s.arm == arm) & (s.attack == attack) & (s.epsilon == epsilon)]
    return rows["value"].to_numpy()


def _robust(result: RobustAccuracyResult, arm: str, other: str) -> Estimate:
    size = result.epsilon
    return paired_difference(score(result, arm, size), score(result, other, size), POINTS)


CLAIMS: tuple[Claim[RobustAccuracyResult], ...] = (
    Claim(
        name="adversarial_training_helps",
        sentence="Training on PGD attacks raises accuracy under PGD by at least 20 points.",
        source="Madry et al. 2018, Table 1",
        published="in words: networks trained so resist a wide range of attacks",
        measure=lambda r: _robust(r, "pgd", "standard"),
        direction="above",
        threshold=0.2,
        settings=TRAINED,
    ),
    Claim(
        name="robustness_costs_accuracy",
        sentence="The PGD-trained networks are less accurate on clean images than the undefended.",
        source="Tsipras et al. 2019, abstract",
        published="a trade-off that is proved for a simple case and seen in practice",
        measure=lambda r: paired_difference(
            score(r, "pgd", 0.0), score(r, "standard", 0.0), POINTS
        ),
        direction="below",
        threshold=0.0,
        settings=TRAINED,
    ),
    Claim(
        name="noise_does_not_protect",
        sentence="Training on random changes of the same size protects at least 20 points less "
        "than training on attacks.",
        source="Goodfellow et al. 2015, section 6",
        published="in words: noise as large as the attack protects little",
        measure=lambda r: _robust(r, "noise", "pgd"),
        direction="below",
        threshold=-0.2,
        settings=TRAINED,
    ),
    Claim(
        name="stronger_attacks_train_better",
        sentence="Networks trained on PGD withstand PGD better than those trained on FGSM.",
        source="Madry et al. 2018, section 5",
        published="in words: training on one-step attacks does not hold against stronger ones",
        measure=lambda r: _robust(r, "pgd", "fgsm"),
        direction="above",
        threshold=0.0,
        settings=TRAINED,
    ),
    Claim(
        name="trades_is_better_yet",
        sentence="TRADES withstands PGD better than training on PGD.",
        source="Zhang et al. 2019, Table 5",
        published="on CIFAR-10 56.6% for TRADES, in words: more than by training on PGD",
        measure=lambda r: _robust(r, "trades", "pgd"),
        direction="above",
        threshold=0.0,
        settings=TRAINED,
    ),
)

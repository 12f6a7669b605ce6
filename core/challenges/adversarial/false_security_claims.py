"""What the literature says about masked gradients, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.challenges.adversarial.tables.false_security import EVERYTHING, GRADIENTS
from core.lab.claims import Claim
from core.lab.intervals import POINTS, Estimate, paired_difference

if TYPE_CHECKING:
    from core.challenges.adversarial.false_security import FalseSecurityResult

AS_JUDGED = {"epsilon": 0.2, "scale": 1000, "levels": 5}
"""Settings that the claims are about, fixed in advance."""


def left(result: FalseSecurityResult, defence: str, attack: str) -> np.ndarray:
    """Accuracy of a defence under an attack, one number a seed."""
    s = result.scores
    return s[(s.defence == defence) & (s.attack == attack)]["value"].to_numpy()


def difference(result: FalseSecurityResult, defence: str, attack: str = EVERYTHING) -> Estimate:
    """What an attack leaves, against what FGSM and PGD leave; paired."""
    return paired_difference(
        left(result, defence, attack), left(result, defence, GRADIENTS), POINTS
    )


def _seems_better(result: FalseSecurityResult, defence: str) -> Estimate:
    return paired_difference(
        left(result, defence, GRADIENTS), left(result, "none", GRADIENTS), POINTS
    )


CLAIMS: tuple[Claim[FalseSecurityResult], ...] = (
    Claim(
        name="scaling_fools_the_gradient",
        sentence="Multiplying the logits by 1000 seems to save at least 50 points from FGSM and "
        "PGD.",
        source="Carlini & Wagner 2017, on defensive distillation",
        published="in words: defensive distillation hides the gradient in the same way",
        measure=lambda r: _seems_better(r, "scaled"),
        direction="above",
        threshold=0.5,
        settings=AS_JUDGED,
    ),
    Claim(
        name="rounding_fools_the_gradient",
        sentence="Rounding the pixels seems to save at least 50 points from FGSM and PGD.",
        source="Athalye et al. 2018, section 3",
        published="in words: one of three ways to obfuscate gradients",
        measure=lambda r: _seems_better(r, "quantised"),
        direction="above",
        threshold=0.5,
        settings=AS_JUDGED,
    ),
    Claim(
        name="scaling_is_unmasked",
        sentence="Attacks that do not need its gradient take at least 50 points from the scaled "
        "network.",
        source="Athalye et al. 2018, abstract",
        published="of 7 such defences 6 circumvented completely and 1 partially",
        measure=lambda r: difference(r, "scaled"),
        direction="below",
        threshold=-0.5,
        settings=AS_JUDGED,
    ),
    Claim(
        name="bpda_goes_through_rounding",
        sentence="PGD that ignores the rounding on its way back takes at least 50 points from the "
        "rounded network.",
        source="Athalye et al. 2018, section 4.1",
        published="the method (BPDA), used to break rounding and other transformations",
        measure=lambda r: difference(r, "quantised", "adaptive"),
        direction="below",
        threshold=-0.5,
        settings=AS_JUDGED,
    ),
    Claim(
        name="training_is_no_mask",
        sentence="The control: the same checks take less than 20 points from the network that was "
        "trained against PGD.",
        source="Athalye et al. 2018, section 5.1",
        published="in words: adversarial training was not found to obfuscate gradients",
        measure=lambda r: difference(r, "pgd"),
        direction="above",
        threshold=-0.2,
        settings=AS_JUDGED,
    ),
)

"""What the literature says about single attacks, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.lab.claims import Claim
from core.lab.intervals import POINTS, SHARE, Estimate, paired_difference, t_interval

if TYPE_CHECKING:
    from core.challenges.adversarial.attack_album import AttackResult

CLEAN = 0.0
EPSILON = 0.1
"""Size of the change that the claims are about, fixed in advance."""
STANDARD = {"training": "standard", "network": "CNN"}


def survivors(result: AttackResult, attack: str, epsilon: float) -> np.ndarray:
    """Accuracy under an attack of one size, one number a seed."""
    s = result.scores
    return s[(s.attack == attack) & (s.epsilon == epsilon)]["value"].to_numpy()


def _shorter(result: AttackResult, attack: str) -> Estimate:
    d = result.distances
    return t_interval(d[d.attack == attack]["shorter"].to_numpy(), SHARE)


def _between(result: AttackResult, attack: str, other: str, epsilon: float = EPSILON) -> Estimate:
    return paired_difference(
        survivors(result, attack, epsilon), survivors(result, other, epsilon), POINTS
    )


CLAIMS: tuple[Claim[AttackResult], ...] = (
    Claim(
        name="one_step_is_enough",
        sentence="One step along the sign of the gradient takes at least 20 points of accuracy, at "
        "a size of 0.1.",
        source="Goodfellow et al. 2015, section 4",
        published="on MNIST, size 0.25: 89.4% of the images fool a maxout network",
        measure=lambda r: paired_difference(
            survivors(r, "FGSM", EPSILON), survivors(r, "noise", CLEAN), POINTS
        ),
        direction="below",
        threshold=-0.2,
        settings=STANDARD,
    ),
    Claim(
        name="noise_is_not_an_attack",
        sentence="Random noise of the same size leaves at least 20 points more accuracy than PGD.",
        source="Fawzi et al. 2016, abstract",
        published="bounds, no accuracy",
        measure=lambda r: _between(r, "noise", "PGD"),
        direction="above",
        threshold=0.2,
        settings=STANDARD,
    ),
    Claim(
        name="many_steps_beat_one",
        sentence="PGD leaves less accuracy than FGSM of the same size.",
        source="Madry et al. 2018, section 4",
        published="no single number for an undefended network of this kind",
        measure=lambda r: _between(r, "PGD", "FGSM"),
        direction="below",
        threshold=0.0,
        settings={**STANDARD, "steps": 20},
    ),
    Claim(
        name="deepfool_needs_less",
        sentence="DeepFool's changes are smaller than FGSM's: at a length of 0.1 per pixel fewer "
        "images survive it.",
        source="Moosavi-Dezfooli et al. 2016, Table 1",
        published="average lengths, smaller for DeepFool on every network",
        measure=lambda r: _between(r, "DeepFool", "FGSM"),
        direction="below",
        threshold=0.0,
        settings=STANDARD,
    ),
    Claim(
        name="deepfool_goes_less_far",
        sentence="DeepFool fools most images with a shorter change than FGSM.",
        source="Moosavi-Dezfooli et al. 2016, Table 1",
        published="",
        measure=lambda r: _shorter(r, "DeepFool"),
        direction="above",
        threshold=0.5,
        settings=STANDARD,
    ),
    Claim(
        name="descent_goes_least_far",
        sentence="Carlini & Wagner's attack fools most images with a shorter change still than "
        "DeepFool.",
        source="Carlini & Wagner 2017",
        published="",
        measure=lambda r: _shorter(r, "CW"),
        direction="above",
        threshold=0.5,
        settings=STANDARD,
    ),
)

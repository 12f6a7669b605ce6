"""What the literature says about leaking gradients, and how a run speaks to it."""

from __future__ import annotations

from core.challenges.privacy.gradient_leakage.config import (
    DIVIDE,
    MATCH,
    NOISE,
    SAME,
    GradientLeakageResult,
)
from core.lab.claims import Claim, claim

PLAIN = {"noise": 0.0}
PHONG, EXACT = "Phong et al. 2017", "exact for one example"

CLAIMS: tuple[Claim[GradientLeakageResult], ...] = (
    claim(
        "one_division_is_enough",
        "From the gradient of one image and a layer with a bias, a division gives the "
        "image back: the mean squared error of its pixels is below 0.005.",
        (PHONG, EXACT), lambda r: r.error(DIVIDE, 1), below=SAME, settings=PLAIN,
        reason="an error that the eye does not see",
    ),
    claim(
        "matching_recovers_a_batch",
        "Matching gradients recovers images from a gradient averaged over several: more "
        "than half of them from batches of 4.",
        ("Zhu et al. 2019", "in words: several images are recovered from one gradient"),
        lambda r: r.recovered_of(MATCH, 4), above=0.5, settings=PLAIN,
        reason="half: more come back than do not",
    ),
    claim(
        "larger_batches_hide",
        "Dividing recovers fewer images from a batch of 16 than from a batch of 1.",
        (PHONG, EXACT),
        lambda r: r.recovered(DIVIDE, 16) - r.recovered(DIVIDE, 1), below=0, settings=PLAIN,
    ),
    claim(
        "noise_hides",
        "Noise hides images: matching recovers fewer of them from a gradient with noise as large "
        "as itself than from the same gradient without noise.",
        (
            "Zhu et al. 2019, section 5",
            "in words: noise of variance 0.01 or more on the gradient prevents the leak",
        ),
        lambda r: r.recovered(MATCH, 1.0, NOISE) - r.recovered(MATCH, 0.0, NOISE), below=0,
    ),
)  # fmt: skip

"""What the literature says about leaking gradients, and how a run speaks to it."""

from __future__ import annotations

from core.challenges.privacy.gradient_leakage.config import (
    DIVIDE,
    MATCH,
    NOISE,
    GradientLeakageResult,
)
from core.lab.claims import Claim, claim

PLAIN = {"noise": 0.0}
BATCHES = "Zhu et al. 2019, section 4"

CLAIMS: tuple[Claim[GradientLeakageResult], ...] = (
    claim(
        "one_division_is_enough",
        "From the gradient of one image and a layer with a bias, a division gives the "
        "image back: more than 95% are recovered.",
        ("Phong et al. 2017", "exact"),
        lambda r: r.recovered(DIVIDE, 1), above=0.95, settings=PLAIN,
    ),
    claim(
        "matching_recovers_a_batch",
        "Matching gradients recovers images from a gradient averaged over several: more "
        "than half of them from batches of 4.",
        (BATCHES, "in words: several images are recovered from one gradient"),
        lambda r: r.recovered(MATCH, 4), above=0.5, settings=PLAIN,
    ),
    claim(
        "larger_batches_hide",
        "Dividing recovers fewer images from a batch of 16 than from a batch of 1.",
        (BATCHES, "larger batches take more iterations"),
        lambda r: r.recovered(DIVIDE, 16) - r.recovered(DIVIDE, 1), below=0, settings=PLAIN,
    ),
    claim(
        "noise_hides",
        "Noise as large as the gradient ends it: matching recovers less than 5% of the "
        "images.",
        (
            "Zhu et al. 2019, section 5",
            "in words: enough noise on the gradient prevents the leak",
        ),
        lambda r: r.recovered(MATCH, 1.0, NOISE), below=0.05,
    ),
)  # fmt: skip

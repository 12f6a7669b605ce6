"""What the literature says about leaking gradients, and how a run speaks to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.challenges.privacy.tables.gradient_leakage import (
    BATCH,
    DIVIDE,
    MATCH,
    NOISE,
    values,
)
from core.lab.claims import Claim
from core.lab.intervals import POINTS, SHARE, paired_difference, t_interval

if TYPE_CHECKING:
    from core.challenges.privacy.gradient_leakage import GradientLeakageResult

PLAIN = {"noise": 0.0}

CLAIMS: tuple[Claim[GradientLeakageResult], ...] = (
    Claim(
        name="one_division_is_enough",
        sentence="From the gradient of one image and a layer with a bias, a division gives the "
        "image back: more than 95% are recovered.",
        source="Phong et al. 2017",
        published="exact",
        measure=lambda r: t_interval(values(r, BATCH, 1, DIVIDE, "recovered"), SHARE),
        direction="above",
        threshold=0.95,
        settings=PLAIN,
    ),
    Claim(
        name="matching_recovers_a_batch",
        sentence="Matching gradients recovers images from a gradient averaged over several: more "
        "than half of them from batches of 4.",
        source="Zhu et al. 2019, section 4",
        published="in words: several images are recovered from one gradient",
        measure=lambda r: t_interval(values(r, BATCH, 4, MATCH, "recovered"), SHARE),
        direction="above",
        threshold=0.5,
        settings=PLAIN,
    ),
    Claim(
        name="larger_batches_hide",
        sentence="Dividing recovers fewer images from a batch of 16 than from a batch of 1.",
        source="Zhu et al. 2019, section 4",
        published="larger batches take more iterations",
        measure=lambda r: paired_difference(
            values(r, BATCH, 16, DIVIDE, "recovered"),
            values(r, BATCH, 1, DIVIDE, "recovered"),
            POINTS,
        ),
        direction="below",
        threshold=0.0,
        settings=PLAIN,
    ),
    Claim(
        name="noise_hides",
        sentence="Noise as large as the gradient ends it: matching recovers less than 5% of the "
        "images.",
        source="Zhu et al. 2019, section 5",
        published="in words: enough noise on the gradient prevents the leak",
        measure=lambda r: t_interval(values(r, NOISE, 1.0, MATCH, "recovered"), SHARE),
        direction="below",
        threshold=0.05,
    ),
)

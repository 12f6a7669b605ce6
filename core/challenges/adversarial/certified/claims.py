"""What the literature says about certified votes, and where our result says it."""

from core.challenges.adversarial.certified.config import CertifiedResult
from core.lab.claims import Claim, claim

AS_JUDGED = {"copies": 1000, "noisy_training": True}
CLAIMS: tuple[Claim[CertifiedResult], ...] = (
    claim(
        "certificates_hold",
        "Attacks within the certified radius break fewer than 1 in 100 certificates.",
        ("Cohen et al. 2019, Theorem 1",
         "a proof; each certificate fails with a chance of at most 1 in 1000"),
        lambda r: r.broken(), below=0.01, settings=AS_JUDGED,
    ),
    claim(
        "the_promise_is_cautious",
        "With noise of 0.25 more images survive an attack of length 0.5 than are "
        "certified against it.",
        ("Cohen et al. 2019, section 4", "in words: the certified accuracy is a lower bound"),
        lambda r: r.remaining_accuracy(0.25, 0.5) - r.certified_accuracy(0.25, 0.5), above=0,
        settings=AS_JUDGED,
    ),
    claim(
        "more_noise_reaches_farther",
        "More noise certifies farther: at a length of 0.5 noise of 0.25 certifies more "
        "images than noise of 0.12.",
        ("Cohen et al. 2019, section 4",
         "on ImageNet at a length of 1: 38% with noise of 0.5, none with noise of 0.25"),
        lambda r: r.certified_accuracy(0.25, 0.5) - r.certified_accuracy(0.12, 0.5), above=0,
        settings=AS_JUDGED,
    ),
    claim(
        "more_noise_costs_accuracy",
        "It costs accuracy: with noise of 0.5 fewer images are classified correctly and "
        "certified at all than with 0.12.",
        ("Cohen et al. 2019, section 4",
         "on ImageNet 67% with noise of 0.25, 57% with 0.5 and 44% with 1"),
        lambda r: r.certified_accuracy(0.5, 0.0) - r.certified_accuracy(0.12, 0.0), below=0,
        settings=AS_JUDGED,
    ),
)  # fmt: skip

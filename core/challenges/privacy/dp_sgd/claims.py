"""What the literature says about private training, and how a run speaks to it."""

from __future__ import annotations

from core.challenges.privacy.dp_sgd.config import CLIPPED, NOTHING, DpSgdResult
from core.lab.claims import Claim, claim
from core.metrics.privacy import GUESSED, GUESSING, MARGIN, NEAR, off_guessing

STRONG, USUAL, STRICT = "ε = 0.5", "ε = 8", "ε = 2"
CARLINI = "Carlini et al. 2022"

CLAIMS: tuple[Claim[DpSgdResult], ...] = (
    claim(
        "unprotected_is_caught",
        "Control: without protection the attack works (area above 0.5).",
        CARLINI, lambda r: r.area(NOTHING), above=GUESSING, reason=GUESSED,
    ),
    claim(
        "noise_stops_the_attack",
        "With noise for epsilon 2 the attack is close to guessing (the area is less than 0.05 "
        "from 0.5).",
        (CARLINI, "in words: little noise is enough against the attacks known"),
        lambda r: off_guessing(r.area(STRICT)), below=NEAR, reason=MARGIN,
    ),
    claim(
        "the_bound_holds",
        "At epsilon 0.5 the attack stays below what the proof allows.",
        "Kairouz et al. 2015", lambda r: r.area(STRONG) - r.allowed(STRONG), below=0,
    ),
    claim(
        "clipping_alone",
        "Clipping alone, without noise and without any proof, already weakens the attack.",
        CARLINI, lambda r: r.area(CLIPPED) - r.area(NOTHING), below=0,
    ),
    claim(
        "noise_adds_protection",
        "Noise for epsilon 8 weakens the attack beyond what clipping alone does.",
        CARLINI, lambda r: r.area(USUAL) - r.area(CLIPPED), below=0,
    ),
    claim(
        "privacy_costs_accuracy",
        "Strong privacy costs accuracy: epsilon 0.5 gets fewer other records right than "
        "training without protection.",
        (
            "Abadi et al. 2016, section 5",
            "MNIST: 90% at ε = 0.5, 95% at 2, 97% at 8, 98.3% without privacy",
        ),
        lambda r: r.accuracy(STRONG) - r.accuracy(NOTHING), below=0,
    ),
)  # fmt: skip

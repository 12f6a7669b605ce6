"""What the literature says about private training, and how a run speaks to it."""

from __future__ import annotations

from core.challenges.privacy.dp_sgd.config import CLIPPED, NOTHING, DpSgdResult
from core.lab.claims import Claim, claim

STRONG, USUAL, STRICT = "ε = 0.5", "ε = 8", "ε = 2"
ABADI, CARLINI = "Abadi et al. 2016, section 2.1", "Carlini et al. 2022"

CLAIMS: tuple[Claim[DpSgdResult], ...] = (
    claim(
        "unprotected_is_caught",
        "Control: without protection the attack works (area above 0.65).",
        CARLINI, lambda r: r.area(NOTHING), above=0.65,
    ),
    claim(
        "noise_stops_the_attack",
        "With noise for epsilon 2 the attack is close to guessing (area below 0.56).",
        ABADI, lambda r: r.area(STRICT), below=0.56,
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
        ABADI, lambda r: r.area(USUAL) - r.area(CLIPPED), below=0,
    ),
    claim(
        "privacy_costs_accuracy",
        "Strong privacy costs accuracy: epsilon 0.5 gets fewer other records right than "
        "training without protection.",
        (
            "Abadi et al. 2016, section 5",
            "in words: on MNIST too, the smaller epsilon, the lower the accuracy",
        ),
        lambda r: r.accuracy(STRONG) - r.accuracy(NOTHING), below=0,
    ),
)  # fmt: skip

"""What the literature says about testing explanations, and where our result says it."""

from __future__ import annotations

from functools import partial

from core.challenges.interpretability.trial.config import TrialResult
from core.lab.claims import Claim, claim

SETTING = "no number for this setting"
RISE = "Petsiuk, Das & Saenko 2018, RISE, deletion metric", SETTING
ADEBAYO = "Adebayo et al. 2018, edge detector compared with saliency maps", "no number"
GRID = (
    "Böhle, Fritz & Schiele 2021, Convolutional Dynamic Alignment Networks, grid pointing game",
    SETTING,
)
SUNDARARAJAN = (
    "Sundararajan, Taly & Yan 2017, Axiomatic Attribution for Deep Networks, section 5",
    "20 to 300 steps come within 5%",
)
YEH = "Yeh et al. 2019, On the (In)fidelity and Sensitivity of Explanations"
TOMSETT = "Tomsett et al. 2020, Sanity Checks for Saliency Metrics", SETTING
about = partial(claim, settings={"epochs": 6})

CLAIMS: tuple[Claim[TrialResult], ...] = (
    about(
        "deletion_beats_chance",
        "A map that explains the network finds the pixels that matter: deleting those "
        "that Occlusion marks destroys the answer sooner than deleting random ones.",
        RISE, lambda r: r.score("Occlusion", "deletion") - r.score("Random map", "deletion"),
        below=0,
    ),
    about(
        "looks_need_no_network",
        "Agreement with the object is no proof: plain brightness overlaps with it more "
        "than Integrated Gradients does.",
        ADEBAYO,
        lambda r: r.score("Brightness", "overlap") - r.score("Integrated Gradients", "overlap"),
        above=0,
    ),
    about(
        "the_grid_exposes_brightness",
        "The grid pointing game tells them apart: Occlusion finds the picture of the "
        "class more than plain brightness does.",
        GRID, lambda r: r.score("Occlusion", "grid") - r.score("Brightness", "grid"), above=0,
    ),
    about(
        "occlusion_beats_chance_in_the_grid",
        "Occlusion puts more than the 25% of chance on the picture of the class.",
        GRID, lambda r: r.score("Occlusion", "grid"), above=0.25,
        reason="one of the four pictures is of the class",
    ),
    about(
        "infidelity_catches_chance",
        "Infidelity catches a map that knows nothing: Occlusion foresees what covering a "
        "square costs better than a random map does.",
        (YEH, SETTING),
        lambda r: r.score("Occlusion", "infidelity") - r.score("Random map", "infidelity"),
        below=0,
    ),
    about(
        "sums_hold",
        "Integrated Gradients is complete: what the pixels receive adds up to what the "
        "score gained, within 5%.",
        SUNDARARAJAN, lambda r: r.score("Integrated Gradients", "completeness"), below=0.05,
    ),
    about(
        "calm_is_no_proof",
        "A calm map is not a true one: under small noise plain brightness changes less "
        "than Saliency.",
        (f"{YEH}, abstract: the optimal explanation is a vacuous constant", SETTING),
        lambda r: r.score("Brightness", "sensitivity") - r.score("Saliency", "sensitivity"),
        below=0, read=True,
    ),
    about(
        "averaging_calms",
        "Averaging over noisy copies calms a map: SmoothGrad changes less under small "
        "noise than Saliency, although it draws its copies anew each time.",
        (f"{YEH}, smoothed explanations", "for the average itself, not for draws of it"),
        lambda r: r.score("SmoothGrad", "sensitivity") - r.score("Saliency", "sensitivity"),
        below=0,
    ),
    about(
        "tests_disagree",
        "Tests of explanations do not agree on the ranking: the mean rank correlation "
        "of two tests' orders of the methods is below 0.5.",
        TOMSETT, TrialResult.agreement_of_tests, below=0.5,
        reason="at 0.5 one test's order tells a quarter of another's (0.5 squared)",
    ),
)  # fmt: skip

"""What the literature says about testing explanations, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.attributions import CONTROLS
from core.challenges.interpretability.tables.trial import LOW_IS_GOOD, TITLES
from core.lab.claims import Claim
from core.lab.intervals import POINTS, SHARE, Estimate, paired_difference, t_interval
from core.metrics.attribution import rank_correlation

if TYPE_CHECKING:
    from core.challenges.interpretability.trial_court import TrialResult


def score(result: TrialResult, method: str, criterion: str) -> np.ndarray:
    """One method's score by one criterion, one number a seed."""
    rows = result.scores
    return rows[(rows["method"] == method) & (rows["criterion"] == criterion)]["value"].to_numpy()


def agreement_of_tests(result: TrialResult) -> Estimate:
    """Mean rank correlation of two tests' orders of the methods, controls left out, by seed."""
    rows = result.scores[~result.scores["method"].isin(CONTROLS)]
    found = []
    for _, own in rows.groupby("seed"):
        table = own.pivot(index="criterion", columns="method", values="value").reindex(TITLES)
        good = np.where(table.index.isin(LOW_IS_GOOD), -1, 1)[:, None] * table.to_numpy()
        pairs = [(i, j) for i in range(len(good)) for j in range(i)]
        first, second = (good[list(part)] for part in zip(*pairs, strict=True))
        found.append(rank_correlation(first, second).mean())
    return t_interval(found)


CLAIMS: tuple[Claim[TrialResult], ...] = (
    Claim(
        name="deletion_beats_chance",
        sentence="A map that explains the network finds the pixels that matter: deleting those "
        "that Occlusion marks destroys the answer sooner than deleting random ones.",
        source="Petsiuk, Das & Saenko 2018, RISE, deletion metric",
        published="no number for this setting",
        measure=lambda r: paired_difference(
            score(r, "Occlusion", "deletion"), score(r, "Random map", "deletion"), POINTS
        ),
        direction="below",
        threshold=0.0,
        settings={"epochs": 6},
    ),
    Claim(
        name="looks_need_no_network",
        sentence="Agreement with the object is no proof: plain brightness overlaps with it more "
        "than Integrated Gradients does.",
        source="Adebayo et al. 2018, edge detector compared with saliency maps",
        published="no number",
        measure=lambda r: paired_difference(
            score(r, "Brightness", "overlap"), score(r, "Integrated Gradients", "overlap"), POINTS
        ),
        direction="above",
        threshold=0.0,
        settings={"epochs": 6},
    ),
    Claim(
        name="the_grid_exposes_brightness",
        sentence="The grid pointing game tells them apart: Occlusion finds the picture of the "
        "class more than plain brightness does.",
        source="Böhle, Fritz & Schiele 2021, Convolutional Dynamic Alignment Networks, grid "
        "pointing game",
        published="no number for this setting",
        measure=lambda r: paired_difference(
            score(r, "Occlusion", "grid"), score(r, "Brightness", "grid"), POINTS
        ),
        direction="above",
        threshold=0.0,
        settings={"epochs": 6},
    ),
    Claim(
        name="occlusion_beats_chance_in_the_grid",
        sentence="Occlusion puts more than the 25% of chance on the picture of the class.",
        source="Böhle, Fritz & Schiele 2021, Convolutional Dynamic Alignment Networks, grid "
        "pointing game",
        published="no number for this setting",
        measure=lambda r: t_interval(score(r, "Occlusion", "grid"), SHARE),
        direction="above",
        threshold=0.25,
        settings={"epochs": 6},
    ),
    Claim(
        name="infidelity_catches_chance",
        sentence="Infidelity catches a map that knows nothing: Occlusion foresees what covering a "
        "square costs better than a random map does.",
        source="Yeh et al. 2019, On the (In)fidelity and Sensitivity of Explanations",
        published="no number for this setting",
        measure=lambda r: paired_difference(
            score(r, "Occlusion", "infidelity"), score(r, "Random map", "infidelity"), POINTS
        ),
        direction="below",
        threshold=0.0,
        settings={"epochs": 6},
    ),
    Claim(
        name="sums_hold",
        sentence="Integrated Gradients is complete: what the pixels receive adds up to what the "
        "score gained, within 5%.",
        source="Sundararajan, Taly & Yan 2017, Axiomatic Attribution for Deep Networks, axiom of "
        "completeness",
        published="",
        measure=lambda r: t_interval(score(r, "Integrated Gradients", "completeness")),
        direction="below",
        threshold=0.05,
        settings={"epochs": 6},
    ),
    Claim(
        name="calm_is_no_proof",
        sentence="A calm map is not a true one: under small noise plain brightness changes less "
        "than Saliency.",
        source="Yeh et al. 2019, On the (In)fidelity and Sensitivity of Explanations: a constant "
        "explanation is the least sensitive",
        published="no number for this setting",
        measure=lambda r: paired_difference(
            score(r, "Brightness", "sensitivity"), score(r, "Saliency", "sensitivity")
        ),
        direction="below",
        threshold=0.0,
        settings={"epochs": 6},
    ),
    Claim(
        name="averaging_calms",
        sentence="Averaging over noisy copies calms a map: SmoothGrad changes less under small "
        "noise than Saliency, although it draws its copies anew each time.",
        source="Yeh et al. 2019, On the (In)fidelity and Sensitivity of Explanations, smoothed "
        "explanations",
        published="no number for this setting",
        measure=lambda r: paired_difference(
            score(r, "SmoothGrad", "sensitivity"), score(r, "Saliency", "sensitivity")
        ),
        direction="below",
        threshold=0.0,
        settings={"epochs": 6},
    ),
    Claim(
        name="tests_disagree",
        sentence="Tests of explanations do not agree on the ranking: the mean rank correlation "
        "of two tests' orders of the methods is below 0.5.",
        source="Tomsett et al. 2020, Sanity Checks for Saliency Metrics",
        published="no number for this setting",
        measure=agreement_of_tests,
        direction="below",
        threshold=0.5,
        settings={"epochs": 6},
    ),
)

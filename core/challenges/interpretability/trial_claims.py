"""What the literature says about testing explanations, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.experiment import Claim
from core.metrics.intervals import paired_difference, t_interval
from core.wording import POINTS, SHARE

if TYPE_CHECKING:
    import numpy as np

    from core.challenges.interpretability.trial import TrialResult


def score(result: TrialResult, method: str, criterion: str) -> np.ndarray:
    """One method's score by one criterion, one number a seed."""
    rows = result.scores
    return rows[(rows["method"] == method) & (rows["criterion"] == criterion)]["value"].to_numpy()


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
)

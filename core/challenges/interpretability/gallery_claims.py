"""What the literature says about methods that disagree, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.attributions import METHODS
from core.lab.claims import Claim
from core.lab.intervals import Estimate, paired_difference, t_interval

if TYPE_CHECKING:
    import numpy as np

    from core.challenges.interpretability.gallery_board import GalleryResult


def pair(result: GalleryResult, method: str, other: str) -> np.ndarray:
    """Agreement of two methods, one number a seed."""
    rows = result.agreement
    return rows[(rows["method"] == method) & (rows["other"] == other)]["value"].to_numpy()


def agreement(result: GalleryResult, method: str, other: str) -> Estimate:
    """Mean rank correlation of two methods with its interval."""
    return t_interval(pair(result, method, other))


def mean_agreement(result: GalleryResult) -> Estimate:
    """Mean rank correlation over all pairs of real methods, controls left out."""
    rows = result.agreement
    rows = rows[rows["method"].isin(METHODS) & rows["other"].isin(METHODS)]
    return t_interval(rows.groupby("seed")["value"].mean())


CLAIMS: tuple[Claim[GalleryResult], ...] = (
    Claim(
        name="methods_disagree",
        sentence="Methods disagree about the same decision: the mean rank correlation of two "
        "methods' maps is below 0.7.",
        source="Krishna et al. 2022, The Disagreement Problem in Explainable Machine Learning",
        published="no single number",
        measure=mean_agreement,
        direction="below",
        threshold=0.7,
        settings={"dataset": "shapes"},
    ),
    Claim(
        name="times_input_looks_like_input",
        sentence="Maps that multiply by the input take its looks: Integrated Gradients follows "
        "plain brightness more closely than Saliency does.",
        source="Adebayo et al. 2018, discussion of the product of gradient and input",
        published="no number",
        measure=lambda r: paired_difference(
            pair(r, "Integrated Gradients", "Brightness"), pair(r, "Saliency", "Brightness")
        ),
        direction="above",
        threshold=0.0,
    ),
    Claim(
        name="deep_lift_is_near_integrated_gradients",
        sentence="DeepLift comes close to Integrated Gradients: the two agree more than "
        "Integrated Gradients and Saliency.",
        source="Ancona et al. 2018, Towards Better Understanding of Gradient-Based Attribution",
        published="no single number",
        measure=lambda r: paired_difference(
            pair(r, "Integrated Gradients", "DeepLift"), pair(r, "Integrated Gradients", "Saliency")
        ),
        direction="above",
        threshold=0.0,
    ),
)

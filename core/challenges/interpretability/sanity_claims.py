"""What the literature says about maps of randomised networks, and where our result says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.lab.claims import Claim
from core.lab.intervals import paired_difference, t_interval

if TYPE_CHECKING:
    import numpy as np

    from core.challenges.interpretability.sanity import SanityResult


def at_the_end(result: SanityResult, method: str) -> np.ndarray:
    """Similarity of sizes when all layers are drawn anew, one number a seed."""
    rows = result.similarity
    rows = rows[(rows["method"] == method) & (rows["compare"] == "sizes")]
    return rows[rows["redrawn"] == rows["redrawn"].max()]["value"].to_numpy()


SOURCE = "Adebayo et al. 2018, Sanity Checks for Saliency Maps, cascading randomization"

CLAIMS: tuple[Claim[SanityResult], ...] = (
    Claim(
        name="the_gradient_changes",
        sentence="The plain gradient passes: little is left of its map, less than a rank "
        "correlation of one half, when all weights are drawn anew.",
        source=SOURCE,
        published="curves",
        measure=lambda r: t_interval(at_the_end(r, "Saliency")),
        direction="below",
        threshold=0.5,
    ),
    Claim(
        name="grad_cam_changes",
        sentence="Grad-CAM passes too: less than a rank correlation of one half is left.",
        source=SOURCE,
        published="curves",
        measure=lambda r: t_interval(at_the_end(r, "Grad-CAM")),
        direction="below",
        threshold=0.5,
    ),
    Claim(
        name="times_input_hardly_changes",
        sentence="Methods that multiply by the input hardly notice: more is left of Integrated "
        "Gradients than of the gradient.",
        source=SOURCE,
        published="curves",
        measure=lambda r: paired_difference(
            at_the_end(r, "Integrated Gradients"), at_the_end(r, "Saliency")
        ),
        direction="above",
        threshold=0.0,
    ),
    Claim(
        name="guided_backprop_hardly_changes",
        sentence="Guided Backprop notices less than the gradient: more of its map is left.",
        source=SOURCE,
        published="curves",
        measure=lambda r: paired_difference(
            at_the_end(r, "Guided Backprop"), at_the_end(r, "Saliency")
        ),
        direction="above",
        threshold=0.0,
    ),
)

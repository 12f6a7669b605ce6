"""What the literature says about maps of randomised networks, and where our result says it."""

from core.challenges.interpretability.sanity.config import SanityResult
from core.lab.claims import Claim, claim

ADEBAYO = (
    "Adebayo et al. 2018, Sanity Checks for Saliency Maps, cascading randomization",
    "curves",
)
CLAIMS: tuple[Claim[SanityResult], ...] = (
    claim(
        "the_gradient_changes",
        "The plain gradient passes: little is left of its map, less than a rank "
        "correlation of one half, when all weights are drawn anew.",
        ADEBAYO, lambda r: r.left("Saliency"), below=0.5,
    ),
    claim(
        "grad_cam_changes",
        "Grad-CAM passes too: less than a rank correlation of one half is left.",
        ADEBAYO, lambda r: r.left("Grad-CAM"), below=0.5,
    ),
    claim(
        "times_input_hardly_changes",
        "Methods that multiply by the input hardly notice: more is left of Integrated "
        "Gradients than of the gradient.",
        ADEBAYO, lambda r: r.left("Integrated Gradients") - r.left("Saliency"), above=0,
    ),
    claim(
        "guided_backprop_hardly_changes",
        "Guided Backprop notices less than the gradient: more of its map is left.",
        ADEBAYO, lambda r: r.left("Guided Backprop") - r.left("Saliency"), above=0,
    ),
)  # fmt: skip

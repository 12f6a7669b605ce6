"""What the literature says about maps of randomised networks, and where our result says it."""

from core.challenges.interpretability.sanity.config import SanityResult
from core.lab.claims import Claim, claim

ADEBAYO = (
    "Adebayo et al. 2018, Sanity Checks for Saliency Maps, cascading randomization",
    "curves; the gradient and Grad-CAM pass, Guided Backprop fails; no number that parts them",
)
CLAIMS: tuple[Claim[SanityResult], ...] = (
    claim(
        "the_gradient_changes",
        "The plain gradient notices more than Guided Backprop does: less is left of its map "
        "when all weights are drawn anew.",
        ADEBAYO, lambda r: r.left("Saliency") - r.left("Guided Backprop"), below=0,
    ),
    claim(
        "grad_cam_changes",
        "So does Grad-CAM: less is left of its map than of Guided Backprop's.",
        ADEBAYO, lambda r: r.left("Grad-CAM") - r.left("Guided Backprop"), below=0,
    ),
    claim(
        "times_input_hides_the_change",
        "Multiplying by the input hides the change: more is left of Integrated Gradients than "
        "of the gradient.",
        ADEBAYO, lambda r: r.left("Integrated Gradients") - r.left("Saliency"), above=0,
    ),
)  # fmt: skip

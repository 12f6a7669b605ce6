"""What the literature says about methods that disagree, and where our result says it."""

from core.challenges.interpretability.gallery.config import GalleryResult
from core.lab.claims import Claim, claim

KRISHNA = (
    "Krishna et al. 2022, The Disagreement Problem in Explainable Machine Learning",
    "methods often disagree; no single number",
)
ADEBAYO = "Adebayo et al. 2018, discussion of the product of gradient and input", "no number"
ANCONA = (
    "Ancona et al. 2018, Towards Better Understanding of Gradient-Based Attribution",
    "no single number",
)
IG = "Integrated Gradients"
CLAIMS: tuple[Claim[GalleryResult], ...] = (
    claim(
        "methods_disagree",
        "Methods disagree about the same decision: the mean rank correlation of two "
        "methods' maps is below 0.7.",
        KRISHNA, lambda r: r.mean_correlation, below=0.7, settings={"dataset": "shapes"},
        reason="at 0.7 one map's order tells half of another's (0.7 squared)", read=True,
    ),
    claim(
        "times_input_looks_like_input",
        "Maps that multiply by the input take its looks: Integrated Gradients follows "
        "plain brightness more closely than Saliency does.",
        ADEBAYO,
        lambda r: r.correlation(IG, "Brightness") - r.correlation("Saliency", "Brightness"),
        above=0,
    ),
    claim(
        "deep_lift_is_near_integrated_gradients",
        "DeepLift comes close to Integrated Gradients: the two agree more than "
        "Integrated Gradients and Saliency.",
        ANCONA, lambda r: r.correlation(IG, "DeepLift") - r.correlation(IG, "Saliency"), above=0,
    ),
)  # fmt: skip

"""Saliency gallery: one decision, every method's map of it, side by side."""

from core.attributions import METHODS
from core.challenges.interpretability.gallery.claims import CLAIMS
from core.challenges.interpretability.gallery.config import (
    GalleryConfig,
    GalleryResult,
    GalleryView,
)
from core.challenges.interpretability.gallery.figures import FIGURES
from core.challenges.interpretability.gallery.run import cost, run
from core.lab.experiment import Experiment, Guess, Prompt
from core.lab.intervals import Estimate
from core.lab.wording import with_interval


def metrics(result: GalleryResult) -> dict[str, Estimate]:
    """Headline numbers: accuracy, and how far methods agree."""
    found = {
        "accuracy": result.right,
        "agreement_of_methods": result.mean_correlation,
        "integrated_gradients_with_brightness": result.correlation(
            "Integrated Gradients", "Brightness"
        ),
        "saliency_with_brightness": result.correlation("Saliency", "Brightness"),
    }
    return {name: numbers.estimate for name, numbers in found.items()}


def finding(result: GalleryResult) -> str:
    """Say how far the methods agree."""
    like_input = result.correlation("Integrated Gradients", "Brightness").estimate
    return (
        f"Networks right on {with_interval(result.right.estimate)} of new pictures, explained by "
        f"{len(METHODS)} methods: two methods order the pixels of one picture with a mean rank "
        f"correlation of {with_interval(result.mean_correlation.estimate)} (1 would be the same "
        f"order). Integrated Gradients orders them with {with_interval(like_input)} like plain "
        "brightness, which knows nothing of the network."
    )


EXPERIMENT = Experiment(
    title="Saliency gallery",
    question="Which pixels made the network decide so, and do methods agree?",
    config=GalleryConfig,
    view=GalleryView,
    result=GalleryResult,
    run=run,
    metrics=metrics,
    finding=finding,
    figures=FIGURES,
    cost=cost,
    smallest=GalleryConfig(n_train=250, epochs=1, dataset="digits"),
    claims=CLAIMS,
    version=2,
    varies="initial weights and pictures (digits: splits of one set); all explain the same ones",
    guess=Guess(
        "How alike do two methods order the pixels of one decision, on average? 1 is the same "
        "order, 0 is no relation.",
        lambda r: r.mean_correlation, scale=(0.0, 1.0, 0.05),
    ),
    prompts=(
        Prompt("Explain handwritten digits", {"dataset": "digits"}, "In place of shapes."),
        Prompt("Explain an untrained network", {"epochs": 0}, "One that has learned nothing."),
        Prompt("Crowd the pictures", {"clutter": 32}, "So much clutter that it errs often."),
    ),
)  # fmt: skip
